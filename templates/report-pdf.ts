import PDFDocument from 'pdfkit';
import { isLegible } from './legible';
import type { Block, Report, Section } from './report';
import { drawBlock } from './report-blocks-pdf';
import { drawContents, type Entry } from './report-contents-pdf';
import { ink, makeRoom, open, ornament, page, set, shown, tagged, widthOf } from './report-sheet';
import { withFaces, type Pdf, type Sheet } from './report-sheet';

/**
 * A report as a tagged PDF on A4, with contents, bookmarks, running heads and its text's digest.
 *
 * Ensures: the same report gives the same bytes, with every font in them; letters that no font of
 * ours has stand as numbers, which the first page then says.
 */
export function reportPdf(report: Report, textDigest: string): Promise<Buffer> {
  const at = new Date(report.writtenAt);
  const pdf = withFaces(
    new PDFDocument({
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
    }),
  );
  const whole = bytesOf(pdf);
  const part = pdf.struct('Document');
  pdf.addStructure(part);
  const fillContents = drawFront({ pdf, part }, report);
  fillContents(
    report.sections.map((section, place) => drawSection({ pdf, part }, { section, place })),
  );
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

/** The first page; its contents are filled in once it is known which page everything is on. */
function drawFront(sheet: Sheet, report: Report): (entries: readonly Entry[]) => void {
  const { pdf } = sheet;
  const part = open(sheet, 'Sect');
  pdf.outline.addItem('Summary');
  tagged({ pdf, part, as: 'H1' }, () => {
    set(pdf, { size: 18, face: 'bold' }).text(shown(report.title), page.left, pdf.y);
  });
  pdf.y += 2;
  for (const line of [report.for, report.asOf]) {
    tagged({ pdf, part, as: 'P' }, () => {
      set(pdf, { size: 9.5, colour: ink.quiet }).text(shown(line));
    });
  }
  pdf.y += 6;
  for (const block of [...warnings(report), ...report.summary]) drawBlock({ pdf, part }, block);
  const fill = drawContents({ pdf, part }, report.sections.length);
  pdf.addPage();
  return (entries) => {
    fill(entries);
    part.end();
  };
}

function warnings(report: Report): Block[] {
  const drill = report.drill === null ? [] : [{ kind: 'alert' as const, text: report.drill }];
  if (isLegible(JSON.stringify(report))) return drill;
  const text =
    'Some letters of names cannot be printed here and stand as their Unicode numbers in ' +
    'brackets, such as [U+738B]; the text file that comes with this one has them as they are.';
  return [...drill, { kind: 'paragraph', text }];
}

function drawSection(sheet: Sheet, { section, place }: { section: Section; place: number }): Entry {
  const { pdf } = sheet;
  const title = `${place + 1}  ${section.title}`;
  const part = open(sheet, 'Sect');
  makeRoom(pdf, 110);
  if (pdf.y > page.top + 4) pdf.y += 10;
  pdf.outline.addItem(shown(title));
  const entry = { title, page: pdf.bufferedPageRange().count };
  tagged({ pdf, part, as: 'H2' }, () => {
    set(pdf, { size: 14, face: 'bold' }).text(shown(title), page.left, pdf.y);
  });
  ornament(pdf, () => {
    pdf.moveTo(page.left, pdf.y + 1).lineTo(page.left + widthOf(pdf), pdf.y + 1);
    pdf.lineWidth(0.8).strokeColor(ink.text).stroke();
  });
  pdf.y += 8;
  for (const block of section.blocks) drawBlock({ pdf, part }, block);
  part.end();
  return entry;
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
      set(pdf, { size: 9, face: 'bold', colour: ink.alert });
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
