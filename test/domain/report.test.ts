import { inflateSync } from 'node:zlib';
import { reportMarkdown } from '../../templates/report-markdown';
import { reportPdf } from '../../templates/report-pdf';
import { list, numbers, paragraph, table, words, type Report } from '../../templates/report';

const amounts = Array.from({ length: 400 }, (_, place) => `${place + 1},${100 + place}.07`);
const report: Report = {
  incidentId: 'INC-2026-0042',
  title: 'Dossier of INC-2026-0042',
  for: 'For whoever decides.',
  drill: 'This is a drill.',
  writtenAt: '2026-11-21T12:00:00.000Z',
  summary: [paragraph('What happened.'), list([{ lead: 'Who:', text: '| # *they*' }], '')],
  sections: [
    {
      title: 'Money',
      blocks: [
        {
          kind: 'chart',
          title: 'Over time',
          axis: 'deal',
          currency: 'USD',
          bars: [{ label: 'OLD', over: '3540.64', under: '10621.92' }],
        },
        table(
          [words('deal', 1), numbers('amount', 1)],
          amounts.map((amount, place) => [`${'LONG'.repeat(20)}-${place}`, amount]),
        ),
      ],
    },
  ],
};

/** What a PDF shows: the texts of its pages, in the order in which they were written. */
function textOf(pdf: Buffer): string {
  const parts: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('stream\n', at + 7)) {
    const end = pdf.indexOf('\nendstream', at);
    // Only what is deflated can be text.
    if (pdf[at + 7] !== 0x78 || end < 0) continue;
    const stream = inflateSync(pdf.subarray(at + 7, end)).toString('latin1');
    for (const [, shown = ''] of stream.matchAll(/\[(.*?)\] TJ/g)) {
      const letters = [...shown.matchAll(/<([0-9a-f]*)>/g)].map(([, hex = '']) => hex).join('');
      parts.push(Buffer.from(letters, 'hex').toString('latin1'));
    }
  }
  return parts.join('\n');
}

describe('a report', () => {
  it('is the same 1 PDF, byte for byte, written twice', async () => {
    const [first, second] = [await reportPdf(report, 'd'), await reportPdf(report, 'd')];
    expect(first.equals(second)).toBe(true);
    expect(first.toString('latin1')).toContain('/Marked true');
    expect(first.toString('latin1')).toContain('/StructTreeRoot');
  });

  it('says each of 400 amounts of a table and both of a chart, as Markdown and PDF', async () => {
    const text = textOf(await reportPdf(report, 'd'.repeat(64)));
    const markdown = reportMarkdown(report);
    for (const amount of [...amounts, '3,540.64', '10,621.92']) {
      expect(text).toContain(amount);
      expect(markdown).toContain(`| ${amount} |`);
    }
  });

  it('repeats the head of a table and the digest of its text on each of its pages', async () => {
    const text = textOf(await reportPdf(report, 'd'.repeat(64)));
    const pages = text.match(/Page \d+ of \d+/g) ?? [];
    expect(pages.length).toBeGreaterThan(5);
    expect(text.match(/Digest of its text: d{64}/g)).toHaveLength(pages.length);
    expect(text.match(/^amount$/gm)!.length).toBeGreaterThanOrEqual(pages.length - 2);
  });

  it('shows 1 line of somebody as words, whatever markup is in it', () => {
    expect(reportMarkdown(report)).toContain('- **Who:** \\| \\# \\*they\\*');
  });
});
