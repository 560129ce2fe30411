import type { Block, Item } from './report';
import { drawChart } from './report-chart-pdf';
import { drawTable } from './report-table-pdf';
import { ink, makeRoom, open, ornament, page, set, shown, tagged, widthOf } from './report-sheet';
import type { Pdf, Sheet } from './report-sheet';

/** Draws a block where the page has got to, on a new page where it has no room. */
export function drawBlock(sheet: Sheet, block: Block): void {
  switch (block.kind) {
    case 'heading':
      drawHeading(sheet, block.text);
      break;
    case 'paragraph':
      drawParagraph(sheet, block);
      break;
    case 'alert':
      drawAlert(sheet, block.text);
      break;
    case 'figures':
      drawFigures(sheet, block.figures);
      break;
    case 'list':
      drawList(sheet, { items: block.items, indent: 0 });
      break;
    case 'table':
      drawTable(sheet, block);
      break;
    case 'chart':
      drawChart(sheet, block);
  }
}

function drawHeading(sheet: Sheet, text: string): void {
  const { pdf } = sheet;
  makeRoom(pdf, 110);
  pdf.y += 6;
  tagged({ ...sheet, as: 'H3' }, () => {
    set(pdf, { size: 11, face: 'bold' }).text(shown(text), page.left, pdf.y);
  });
  pdf.y += 4;
}

const body = { size: 9.5 } as const;

function drawParagraph(
  sheet: Sheet,
  { text, lead, command }: { text: string; lead?: string; command?: string },
): void {
  const { pdf } = sheet;
  // What ends with a colon belongs to what follows.
  const room = text.endsWith(':') || (lead?.endsWith(':') === true && text === '') ? 80 : 26;
  makeRoom(pdf, command === undefined ? room : 44);
  tagged({ ...sheet, as: 'P' }, () => {
    pdf.x = page.left;
    writeSpoken(pdf, { text, ...(lead === undefined ? {} : { lead }), width: widthOf(pdf) });
  });
  if (command !== undefined) drawCommand(sheet, command);
  pdf.y += 6;
}

function drawCommand(sheet: Sheet, command: string): void {
  const { pdf } = sheet;
  const text = shown(command);
  const width = widthOf(pdf) - 20;
  const height = set(pdf, { size: 8, face: 'code' }).heightOfString(text, { width }) + 6;
  pdf.y += 2;
  makeRoom(pdf, height);
  const top = pdf.y;
  ornament(pdf, () => {
    pdf.rect(page.left + 4, top, widthOf(pdf) - 4, height).fill(ink.shade);
  });
  tagged({ ...sheet, as: 'Code' }, () => {
    set(pdf, { size: 8, face: 'code' }).text(text, page.left + 12, top + 3, { width });
  });
  pdf.x = page.left;
  pdf.y = top + height;
}

function writeSpoken(
  pdf: Pdf,
  { text, lead, width }: { text: string; lead?: string; width: number },
): void {
  const lines = { width, lineGap: 1.5 };
  if (lead !== undefined) {
    const continued = text !== '';
    set(pdf, { ...body, face: 'bold' }).text(`${shown(lead)} `, { ...lines, continued });
  }
  if (lead === undefined || text !== '') set(pdf, body).text(shown(text), lines);
}

function drawAlert(sheet: Sheet, text: string): void {
  const { pdf } = sheet;
  const width = widthOf(pdf) - 16;
  const height = set(pdf, { ...body, face: 'bold' }).heightOfString(shown(text), { width }) + 12;
  makeRoom(pdf, height);
  const top = pdf.y;
  ornament(pdf, () => {
    pdf.rect(page.left, top, widthOf(pdf), height).lineWidth(1).strokeColor(ink.alert).stroke();
  });
  tagged({ ...sheet, as: 'P' }, () => {
    set(pdf, { ...body, face: 'bold', colour: ink.alert });
    pdf.text(shown(text), page.left + 8, top + 6, { width });
  });
  pdf.x = page.left;
  pdf.y = top + height + 8;
}

function drawFigures(
  sheet: Sheet,
  figures: readonly { readonly label: string; readonly value: string }[],
): void {
  const { pdf } = sheet;
  const gap = 8;
  const width = (widthOf(pdf) - gap * (figures.length - 1)) / figures.length;
  const inner = width - 16;
  const heights = figures.map(({ label, value }) => {
    const first = set(pdf, { size: 13, face: 'bold' }).heightOfString(shown(value), {
      width: inner,
    });
    return first + set(pdf, { size: 8 }).heightOfString(shown(label), { width: inner }) + 18;
  });
  const height = Math.max(...heights);
  makeRoom(pdf, height);
  const top = pdf.y;
  figures.forEach(({ label, value }, place) => {
    const x = page.left + place * (width + gap);
    ornament(pdf, () => {
      pdf.rect(x, top, width, height).fill(ink.shade);
    });
    tagged({ ...sheet, as: 'P' }, () => {
      set(pdf, { size: 13, face: 'bold' }).text(shown(value), x + 8, top + 8, { width: inner });
      set(pdf, { size: 8, colour: ink.quiet }).text(shown(label), { width: inner });
    });
  });
  pdf.x = page.left;
  pdf.y = top + height + 10;
}

function drawList(
  sheet: Sheet,
  { items, indent }: { items: readonly Item[]; indent: number },
): void {
  const { pdf } = sheet;
  const part = open(sheet, 'L');
  for (const item of items) {
    makeRoom(pdf, item.items === undefined ? 24 : 44);
    const point = open({ pdf, part }, 'LI');
    const x = page.left + 12 + indent;
    tagged({ pdf, part: point, as: 'Lbl' }, () => {
      set(pdf, body).text(indent === 0 ? '•' : '–', x - 10, pdf.y, { lineBreak: false });
    });
    tagged({ pdf, part: point, as: 'LBody' }, () => {
      pdf.x = x;
      const { lead, text } = item;
      const width = widthOf(pdf) - 12 - indent;
      writeSpoken(pdf, { text, ...(lead === undefined ? {} : { lead }), width });
    });
    pdf.y += 2.5;
    const { items: below = [] } = item;
    if (below.length > 0) drawList({ pdf, part: point }, { items: below, indent: indent + 14 });
    point.end();
  }
  part.end();
  pdf.x = page.left;
  pdf.y += indent === 0 ? 5 : 0;
}
