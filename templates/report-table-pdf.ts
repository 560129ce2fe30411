import type { Column } from './report';
import { endOf, ink, open, ornament, page, set, shown, widthOf } from './report-sheet';
import { makeRoom, type Pdf, type Sheet } from './report-sheet';

type Cell = { text: string; x: number; width: number; align: 'left' | 'right' };
type Table = { columns: readonly Column[]; rows: readonly (readonly string[])[] };

const padding = 4;
const letters = { size: 8 } as const;

/** A table over as many pages as it needs, its head on each of them; no row is torn. */
export function drawTable(sheet: Sheet, { columns, rows }: Table): void {
  const { pdf } = sheet;
  const head = cellsOf(pdf, { columns, texts: columns.map(({ title }) => title) });
  const bodies = rows.map((texts) => cellsOf(pdf, { columns, texts }));
  const headHeight = heightOf(pdf, { cells: head, face: 'bold' });
  const firstHeight = bodies[0] === undefined ? 0 : heightOf(pdf, { cells: bodies[0] });
  makeRoom(pdf, headHeight + firstHeight);
  const part = open(sheet, 'Table');
  drawHead({ pdf, part }, { cells: head, height: headHeight, again: false });
  bodies.forEach((cells, index) => {
    const height = Math.min(heightOf(pdf, { cells }), endOf(pdf) - page.top - headHeight);
    if (makeRoom(pdf, height)) {
      drawHead({ pdf, part }, { cells: head, height: headHeight, again: true });
    }
    drawRow({ pdf, part }, { cells, height, shaded: index % 2 === 1 });
  });
  part.end();
  pdf.x = page.left;
  pdf.y += 8;
}

function cellsOf(
  pdf: Pdf,
  { columns, texts }: { columns: readonly Column[]; texts: readonly string[] },
): Cell[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  let x: number = page.left;
  return columns.map(({ share, align = 'left' as const }, place): Cell => {
    const width = (widthOf(pdf) * share) / whole;
    const text = shown(texts[place] ?? '') || '-';
    const cell = { text, x: x + padding, width: width - 2 * padding, align };
    x += width;
    return cell;
  });
}

function heightOf(pdf: Pdf, { cells, face }: { cells: readonly Cell[]; face?: 'bold' }): number {
  set(pdf, { ...letters, ...(face === undefined ? {} : { face }) });
  const heights = cells.map(({ text, width }) => pdf.heightOfString(text, { width }));
  return Math.max(...heights) + 2 * padding;
}

function drawHead(
  { pdf, part }: Sheet,
  { cells, height, again }: { cells: readonly Cell[]; height: number; again: boolean },
): void {
  const top = pdf.y;
  ornament(pdf, () => {
    pdf.rect(page.left, top, widthOf(pdf), height).fill(ink.shade);
  });
  const write = (cell: Cell) => () => {
    set(pdf, { ...letters, face: 'bold' });
    writeCell(pdf, { cell, top, height });
  };
  // A head that comes again is read out once.
  if (again) ornament(pdf, () => cells.forEach((cell) => write(cell)()));
  else {
    const row = open({ pdf, part }, 'TR');
    for (const cell of cells) row.add(pdf.struct('TH', scopeOfHead, write(cell)));
    row.end();
  }
  pdf.y = top + height;
}

/** The types of pdfkit do not know `scope` yet; readers say which head a cell stands under. */
const scopeOfHead = { scope: 'Column' } as object;

function drawRow(
  { pdf, part }: Sheet,
  { cells, height, shaded }: { cells: readonly Cell[]; height: number; shaded: boolean },
): void {
  const top = pdf.y;
  ornament(pdf, () => {
    if (shaded) pdf.rect(page.left, top, widthOf(pdf), height).fill('#f8f9fb');
    const [from, to] = [page.left, page.left + widthOf(pdf)];
    pdf.moveTo(from, top + height).lineTo(to, top + height);
    pdf.lineWidth(0.5).strokeColor(ink.rule).stroke();
  });
  const row = open({ pdf, part }, 'TR');
  for (const cell of cells) {
    const write = () => {
      set(pdf, letters);
      writeCell(pdf, { cell, top, height });
    };
    row.add(pdf.struct('TD', {}, write));
  }
  row.end();
  pdf.y = top + height;
}

function writeCell(
  pdf: Pdf,
  { cell, top, height }: { cell: Cell; top: number; height: number },
): void {
  const { text, x, width, align } = cell;
  // Without a bound, what ends at the very foot of a page would open another one.
  const room = height - padding;
  pdf.text(text, x, top + padding, { width, align, height: room, ellipsis: true });
}
