import PDFDocument from 'pdfkit';
import type { Block, Item, Report } from './report';
import { drawChart } from './report-chart-pdf';
import { drawTable } from './report-table-pdf';
import { ink, makeRoom, open, ornament, page, set, shown, tagged, widthOf } from './report-sheet';
import type { Pdf, Sheet } from './report-sheet';

/**
 * A report as a tagged PDF on A4, with bookmarks, running heads and the digest of its text.
 *
 * Ensures: the same report gives the same bytes; a letter that the built-in fonts cannot show is
 * written as far as it can be, and the Markdown of the same report has it.
 */
export function reportPdf(report: Report, textDigest: string): Promise<Buffer> {
  const at = new Date(report.writtenAt);
  const pdf = new PDFDocument({
    size: 'A4',
    margins: page,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    info: {
      Title: shown(report.title),
      Author: 'Makewhole',
      Subject: shown(report.for),
      CreationDate: at,
      ModDate: at,
    },
  });
  const whole = bytesOf(pdf);
  const part = pdf.struct('Document');
  pdf.addStructure(part);
  drawFront({ pdf, part }, report);
  for (const { title, blocks } of report.sections) drawSection({ pdf, part }, { title, blocks });
  part.end();
  drawMargins(pdf, { report, textDigest });
  pdf.end();
  return whole;
}

function bytesOf(pdf: Pdf): Promise<Buffer> {
  const parts: Buffer[] = [];
  pdf.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });
}

function drawFront(sheet: Sheet, report: Report): void {
  const { pdf } = sheet;
  const part = open(sheet, 'Sect');
  pdf.outline.addItem('Summary');
  tagged({ pdf, part, as: 'H1' }, () => {
    set(pdf, { size: 20, bold: true }).text(shown(report.title), page.left, pdf.y);
  });
  pdf.y += 2;
  tagged({ pdf, part, as: 'P' }, () => {
    set(pdf, { size: 9.5, colour: ink.quiet }).text(shown(report.for));
  });
  pdf.y += 6;
  const drill = report.drill === null ? [] : [{ kind: 'alert' as const, text: report.drill }];
  for (const block of [...drill, ...report.summary]) drawBlock({ pdf, part }, block);
  part.end();
  pdf.addPage();
}

function drawSection(
  sheet: Sheet,
  { title, blocks }: { title: string; blocks: readonly Block[] },
): void {
  const { pdf } = sheet;
  const part = open(sheet, 'Sect');
  makeRoom(pdf, 110);
  if (pdf.y > page.top + 4) pdf.y += 10;
  pdf.outline.addItem(shown(title));
  tagged({ pdf, part, as: 'H2' }, () => {
    set(pdf, { size: 14, bold: true }).text(shown(title), page.left, pdf.y);
  });
  ornament(pdf, () => {
    pdf.moveTo(page.left, pdf.y + 1).lineTo(page.left + widthOf(pdf), pdf.y + 1);
    pdf.lineWidth(0.8).strokeColor(ink.text).stroke();
  });
  pdf.y += 8;
  for (const block of blocks) drawBlock({ pdf, part }, block);
  part.end();
}

function drawBlock(sheet: Sheet, block: Block): void {
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
    set(pdf, { size: 11, bold: true }).text(shown(text), page.left, pdf.y);
  });
  pdf.y += 4;
}

const body = { size: 9.5 } as const;

function drawParagraph(sheet: Sheet, { text, lead }: { text: string; lead?: string }): void {
  const { pdf } = sheet;
  makeRoom(pdf, 26);
  tagged({ ...sheet, as: 'P' }, () => {
    pdf.x = page.left;
    writeSpoken(pdf, { text, ...(lead === undefined ? {} : { lead }), width: widthOf(pdf) });
  });
  pdf.y += 6;
}

function writeSpoken(
  pdf: Pdf,
  { text, lead, width }: { text: string; lead?: string; width: number },
): void {
  const lines = { width, lineGap: 1.5 };
  if (lead !== undefined) {
    set(pdf, { ...body, bold: true }).text(`${shown(lead)} `, { ...lines, continued: true });
  }
  set(pdf, body).text(shown(text), lines);
}

function drawAlert(sheet: Sheet, text: string): void {
  const { pdf } = sheet;
  const width = widthOf(pdf) - 16;
  const height = set(pdf, { ...body, bold: true }).heightOfString(shown(text), { width }) + 12;
  makeRoom(pdf, height);
  const top = pdf.y;
  ornament(pdf, () => {
    pdf.rect(page.left, top, widthOf(pdf), height).lineWidth(1).strokeColor(ink.alert).stroke();
  });
  tagged({ ...sheet, as: 'P' }, () => {
    set(pdf, { ...body, bold: true, colour: ink.alert });
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
    const first = set(pdf, { size: 13, bold: true }).heightOfString(shown(value), { width: inner });
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
      set(pdf, { size: 13, bold: true }).text(shown(value), x + 8, top + 8, { width: inner });
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
    makeRoom(pdf, 24);
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

/** What stands on every page: whose it is, whether it is a drill, which text, which page. */
function drawMargins(
  pdf: Pdf,
  { report, textDigest }: { report: Report; textDigest: string },
): void {
  const { start, count } = pdf.bufferedPageRange();
  const across = { width: widthOf(pdf), lineBreak: false };
  for (let index = start; index < start + count; index += 1) {
    pdf.switchToPage(index);
    // Writing below the last line would else open a page.
    pdf.page.margins = { ...pdf.page.margins, top: 0, bottom: 0 };
    pdf.markContent('Artifact', { type: 'Pagination' });
    const small = { size: 7.5, colour: ink.quiet };
    set(pdf, small).text(shown(report.title), page.left, 34, across);
    if (report.drill !== null) {
      set(pdf, { size: 9, bold: true, colour: ink.alert });
      pdf.text('DRILL', page.left, 33, { ...across, align: 'right' });
    }
    const foot = pdf.page.height - 40;
    pdf.moveTo(page.left, foot - 6).lineTo(page.left + widthOf(pdf), foot - 6);
    pdf.lineWidth(0.5).strokeColor(ink.rule).stroke();
    set(pdf, small).text(`Digest of its text: ${textDigest}`, page.left, foot, across);
    const number = `Page ${index + 1} of ${count}`;
    pdf.text(number, page.left, foot, { ...across, align: 'right' });
    pdf.endMarkedContent();
  }
}
