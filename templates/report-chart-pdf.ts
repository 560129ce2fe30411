import { grouped } from '../domain/grouped';
import { lengthsOf } from './amounts';
import type { Bar, Block } from './report';
import { ink, makeRoom, open, page, set, shown, tagged, widthOf } from './report-sheet';
import type { Pdf, Sheet } from './report-sheet';

type Chart = Extract<Block, { kind: 'chart' }>;

const rowHeight = 20;
const labelWidth = 118;
const amountWidth = 84;

/**
 * Bars that start from one line in the middle: too much to the right, too little to the left.
 *
 * Ensures: both sides are to one scale, every bar has its amount beside it, and what the picture
 * shows is its alternative text as well.
 */
export function drawChart(sheet: Sheet, chart: Chart): void {
  const { pdf } = sheet;
  const { bars } = chart;
  makeRoom(pdf, 54 + rowHeight * Math.min(bars.length, 24));
  tagged({ ...sheet, as: 'P' }, () => {
    set(pdf, { size: 9.5, face: 'bold' }).text(shown(chart.title), page.left, pdf.y);
  });
  pdf.y += 4;
  const part = open(sheet, 'Sect');
  const lengths = lengthsOf(bars.flatMap(({ over, under }) => [over, under]));
  const perPage = 24;
  for (let from = 0; from < bars.length; from += perPage) {
    const some = bars.slice(from, from + perPage);
    makeRoom(pdf, 20 + rowHeight * some.length);
    const figure = pdf.struct('Figure', { alt: alternative(chart, some) }, () => {
      drawBars(pdf, { bars: some, lengths: lengths.slice(from * 2, (from + perPage) * 2), chart });
    });
    part.add(figure);
  }
  part.end();
  pdf.x = page.left;
  pdf.y += 10;
}

function alternative({ axis, currency }: Chart, bars: readonly Bar[]): string {
  const said = bars.map(({ label, over, under }) => {
    return `${axis} ${label}: too much ${grouped(over)}, too little ${grouped(under)} ${currency}`;
  });
  return shown(said.join('; '));
}

function drawBars(
  pdf: Pdf,
  { bars, lengths, chart }: { bars: readonly Bar[]; lengths: readonly number[]; chart: Chart },
): void {
  const top = pdf.y;
  const from = page.left + labelWidth;
  const middle = from + (widthOf(pdf) - labelWidth) / 2;
  const reach = (widthOf(pdf) - labelWidth) / 2 - amountWidth;
  const side = (text: string, at: { x: number; align: 'left' | 'right'; colour: string }) => {
    const { x, align, colour } = at;
    set(pdf, { size: 8, face: 'bold', colour });
    pdf.text(text, x, top, { width: reach + amountWidth - 6, align, lineBreak: false });
  };
  const { currency } = chart;
  const under = `too little, ${currency}`;
  side(under, { x: from, align: 'right', colour: ink.under });
  side(`too much, ${currency}`, { x: middle + 6, align: 'left', colour: ink.over });
  bars.forEach((bar, place) => {
    const [over = 0, short = 0] = [lengths[place * 2], lengths[place * 2 + 1]];
    const y = top + 14 + place * rowHeight;
    drawBar(pdf, { bar, y, middle, over: over * reach, under: short * reach });
  });
  const end = top + 14 + bars.length * rowHeight;
  pdf.moveTo(middle, top + 11).lineTo(middle, end);
  pdf.lineWidth(1).strokeColor(ink.quiet).stroke();
  pdf.y = end + 4;
}

type Drawn = { bar: Bar; y: number; middle: number; over: number; under: number };

function drawBar(pdf: Pdf, { bar, y, middle, over, under }: Drawn): void {
  const height = rowHeight - 7;
  pdf.rect(middle, y, over, height).fill(ink.over);
  pdf.rect(middle - under, y, under, height).fill(ink.under);
  set(pdf, { size: 8 });
  const text = y + 3;
  const width = labelWidth - 8;
  pdf.text(shown(bar.label), page.left, text, { width, height: 10, ellipsis: true });
  pdf.text(grouped(bar.over), middle + over + 4, text, { lineBreak: false });
  const amount = grouped(bar.under);
  const x = middle - under - 4 - pdf.widthOfString(amount);
  pdf.text(amount, x, text, { lineBreak: false });
}
