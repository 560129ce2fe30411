import { makeRoom, open, page, set, shown, tagged, widthOf, type Sheet } from './report-sheet';

/** Where a section begins. Units: pages, from 1. */
export type Entry = { readonly title: string; readonly page: number };

const rowHeight = 13;
const gap = 24;

/**
 * Keeps room for a table of contents in two columns.
 *
 * Ensures: what it gives back fills that room, on the page where it was kept.
 */
export function drawContents(sheet: Sheet, count: number): (entries: readonly Entry[]) => void {
  const { pdf } = sheet;
  const rows = Math.ceil(count / 2);
  const height = 22 + rows * rowHeight;
  makeRoom(pdf, height);
  const part = open(sheet, 'TOC');
  const top = pdf.y;
  const at = pdf.bufferedPageRange().count - 1;
  const width = (widthOf(pdf) - gap) / 2;
  pdf.y += height;
  return (entries) => {
    pdf.switchToPage(at);
    tagged({ pdf, part, as: 'Caption' }, () => {
      set(pdf, { size: 11, face: 'bold' }).text('What follows', page.left, top);
    });
    entries.forEach(({ title, page: number }, place) => {
      const x = page.left + (place < rows ? 0 : width + gap);
      const y = top + 18 + (place % rows) * rowHeight;
      const line = { width, height: rowHeight, lineBreak: false } as const;
      tagged({ pdf, part, as: 'TOCI' }, () => {
        set(pdf, { size: 9 }).text(shown(title), x, y, { ...line, ellipsis: true });
        pdf.text(`${number}`, x, y, { ...line, align: 'right' });
      });
    });
    part.end();
  };
}
