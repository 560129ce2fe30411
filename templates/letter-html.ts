const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * The wording of a letter as HTML, made from its text, so that both say the same.
 *
 * Method: an empty line ends a paragraph, lines that begin with a dash are a list, a line that is
 * one placeholder block stays by itself; addresses become links.
 */
export function letterHtml(text: string): string {
  const blocks: string[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) blocks.push(asBlock(open));
    open = [];
  };
  for (const line of text.split('\n')) {
    const alone = /^\{\{[#/^][^}]*\}\}$|^\{\{else\}\}$/.test(line);
    const turns = open.length > 0 && isItem(line) !== isItem(open[0] ?? '');
    if (line.trim() === '' || alone || turns) close();
    if (alone) blocks.push(line);
    else if (line.trim() !== '') open.push(line);
  }
  close();
  return `${blocks.join('\n')}\n`;
}

const isItem = (line: string): boolean => line.startsWith('- ');
const link = 'style="color:#0b57d0"';

function asBlock(lines: string[]): string {
  const words = lines.map(inHtml);
  if (!isItem(lines[0] ?? '')) return `<p style="margin:0 0 1em">${words.join('<br>\n')}</p>`;
  const items = words.map((line) => `<li style="margin:0 0 .25em">${line.slice(2)}</li>`);
  return `<ul style="margin:0 0 1em;padding-left:1.25em">\n${items.join('\n')}\n</ul>`;
}

function inHtml(line: string): string {
  return line
    .replace(/[&<>]/g, (sign) => escapes[sign] ?? sign)
    .replaceAll('{{calendar}}', `<a ${link} href="{{calendar}}">{{calendar}}</a>`)
    .replaceAll(
      '{{contactEmail}}',
      `<a ${link} href="mailto:{{contactEmail}}">{{contactEmail}}</a>`,
    );
}

/**
 * A whole page around a letter's body: readable everywhere, nothing loaded, nothing tracked.
 *
 * Ensures: it says no word of its own but that of a drill.
 */
export function letterPage(given: { title: string; body: string; drill: boolean }): string {
  const { title, body, drill } = given;
  const mark = drill ? `<p style="margin:0 0 1em"><strong>${drillLine}</strong></p>\n` : '';
  const plain = title.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign);
  // What was listed item by item is one list to whoever has it read out.
  const lists = body.replace(/<\/ul>\s*<ul style="[^"]*">\n/g, '');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${plain}</title>
</head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1f1f1f;font:16px/1.5 Arial,sans-serif">
<main style="max-width:38em;margin:0 auto">
${mark}${lists}</main>
</body>
</html>
`;
}

/** What every letter of a drill begins with, so that nobody takes it for the real thing. */
export const drillLine =
  'This is a drill. No real money moves, and nothing has happened to an investment.';
