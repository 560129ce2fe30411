import { inflateSync } from 'node:zlib';

/** What a PDF of ours shows: its texts in the order in which they were written, a line each. */
export function pdfText(pdf: Buffer): string {
  const raw = pdf.toString('latin1');
  const objects = new Map<string, string>();
  for (const [, id = '', body = ''] of raw.matchAll(/\n(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    objects.set(id, body);
  }
  const fonts = new Map<string, Map<string, string>>();
  for (const [, resources = ''] of raw.matchAll(/\/Font <<\n([\s\S]*?)>>/g)) {
    for (const [, name = '', id = ''] of resources.matchAll(/\/(\w+) (\d+) 0 R/g)) {
      const letters = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? '')?.[1] ?? '';
      if (!fonts.has(name)) fonts.set(name, lettersOf(inflated(objects.get(letters) ?? '')));
    }
  }
  const pages = [...raw.matchAll(/\/Contents (\d+) 0 R/g)].map(([, id = '']) => id);
  return pages.map((id) => shownOn(inflated(objects.get(id) ?? ''), fonts)).join('\n');
}

function inflated(object: string): string {
  const start = object.indexOf('stream\n') + 7;
  const end = object.lastIndexOf('\nendstream');
  return inflateSync(Buffer.from(object.slice(start, end), 'latin1')).toString('latin1');
}

/** Glyphs, as they stand in a page, with the letters they show. */
function lettersOf(cmap: string): Map<string, string> {
  const letters = new Map<string, string>();
  for (const [, from = '', list = ''] of cmap.matchAll(/<(\w+)> <\w+> \[(.*?)\]/g)) {
    let glyph = parseInt(from, 16);
    for (const [, codes = ''] of list.matchAll(/<(.*?)>/g)) {
      const units = codes.split(' ').map((code) => parseInt(code, 16));
      letters.set(glyph.toString(16).padStart(4, '0'), String.fromCharCode(...units));
      glyph += 1;
    }
  }
  return letters;
}

function shownOn(page: string, fonts: Map<string, Map<string, string>>): string {
  const lines: string[] = [];
  let letters = new Map<string, string>();
  for (const [, font, line = ''] of page.matchAll(/\/(\w+) [\d.]+ Tf|\[(.*?)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font) ?? letters;
    else {
      const glyphs = [...line.matchAll(/<(\w+)>/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g));
      lines.push(glyphs.map((glyph) => letters.get(glyph ?? '') ?? '').join(''));
    }
  }
  return lines.join('\n');
}
