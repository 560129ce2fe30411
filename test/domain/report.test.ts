import { reportMarkdown } from '../../templates/report-markdown';
import { reportPdf } from '../../templates/report-pdf';
import { andMore, list, numbers, paragraph, table, words } from '../../templates/report';
import type { Report } from '../../templates/report';
import { pdfText } from '../support/pdf-text';

const amounts = Array.from({ length: 400 }, (_, place) => `${place + 1},${100 + place}.07`);
const report: Report = {
  title: 'Dossier of INC-2026-0042',
  for: 'For whoever decides.',
  asOf: 'As of now.',
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

describe('a report', () => {
  it('is the same 1 PDF, byte for byte, written twice', async () => {
    const [first, second] = [await reportPdf(report, 'd'), await reportPdf(report, 'd')];
    expect(first.equals(second)).toBe(true);
    expect(first.toString('latin1')).toContain('/Marked true');
    expect(first.toString('latin1')).toContain('/StructTreeRoot');
  });

  it('says each of 400 amounts of a table and both of a chart, as Markdown and PDF', async () => {
    const text = pdfText(await reportPdf(report, 'd'.repeat(64)));
    const markdown = reportMarkdown(report);
    for (const amount of [...amounts, '3,540.64', '10,621.92']) {
      expect(text).toContain(amount);
      expect(markdown).toContain(`| ${amount} |`);
    }
  });

  it('repeats the head of a table and the digest of its text on each of its pages', async () => {
    const text = pdfText(await reportPdf(report, 'd'.repeat(64)));
    const pages = text.match(/Page \d+ of \d+/g) ?? [];
    expect(pages.length).toBeGreaterThan(5);
    expect(text.match(/Digest of its text: d{64}/g)).toHaveLength(pages.length);
    expect(text.match(/^amount$/gm)!.length).toBeGreaterThanOrEqual(pages.length - 2);
  });

  it('shows names in 6 scripts as they are, letters of a 7th as numbers, saying so', async () => {
    const names = 'Łukasz Ćosić, Иван, Γιώργος, Nguyễn Ánh, אברהם, Արամ';
    const named = { ...report, summary: [paragraph(`${names} and 王伟.`)] };
    const text = pdfText(await reportPdf(named, 'd')).replaceAll('\n', ' ');
    for (const name of names.split(', ').filter((each) => each !== 'אברהם')) {
      expect(text).toContain(name);
    }
    expect(text).toMatch(/[אברהם]{5}/);
    expect(text).toContain('and [U+738B U+4F1F].');
    expect(text).toContain('stand as their Unicode numbers in brackets');
    expect(pdfText(await reportPdf(report, 'd'))).not.toContain('Unicode');
    expect(reportMarkdown(named)).toContain('王伟');
  });

  it('says on its first page on which of its pages each section begins', async () => {
    const sections = [...report.sections, { title: 'Last', blocks: [paragraph('So.')] }];
    const text = pdfText(await reportPdf({ ...report, sections }, 'd'));
    const pages = text.match(/Page \d+ of \d+/g) ?? [];
    const [front = ''] = text.split('Page 1 of');
    expect(front).toMatch(/1 +Money\n2\n/);
    expect(front).toMatch(new RegExp(`2 +Last\n${pages.length}\n`));
  });

  it('counts what a list leaves out and sets the command on a line of its own, or adds 0', () => {
    const [more] = andMore(2940, { of: 'deals', command: 'makewhole plan INC --deals' });
    const whole = { ...report, summary: [more!] };
    const said = 'And 2,940 more deals. The whole list:\n\n    makewhole plan INC --deals\n';
    expect(reportMarkdown(whole)).toContain(said);
    expect(andMore(0, { of: 'deals', command: 'makewhole' })).toEqual([]);
  });

  it('shows 1 line of somebody as words, whatever markup is in it', () => {
    expect(reportMarkdown(report)).toContain('- **Who:** \\| \\# \\*they\\*');
  });
});
