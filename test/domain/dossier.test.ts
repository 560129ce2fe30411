import { planText } from '../../scripts/plan-text';
import { dossierOf } from '../../templates/dossier';
import { postMortemText } from '../../templates/post-mortem';
import { blocksMarkdown, reportMarkdown } from '../../templates/report-markdown';
import { largeDossier, largePostMortem } from './large-case';

const at = '2026-11-21T12:00:00.000Z';

/** What stands below each line that says how much is left out. */
const leftOut = (text: string): [more: string, command: string][] =>
  [...text.matchAll(/And ([\d,]+ more [^.]*)[.] The whole list:(?:\n\n {4}| )(.*)/g)].map(
    ([, more = '', command = '']) => [more, command],
  );

describe('a dossier of 3,000 wrong deals', () => {
  const report = dossierOf(largeDossier(3000), at);
  const text = reportMarkdown(report);

  it('stays below 900 lines and 120 kB, and its first page below 4 kB', () => {
    expect(text.split('\n').length).toBeLessThan(900);
    expect(text.length).toBeLessThan(120_000);
    expect(blocksMarkdown(report.summary).length).toBeLessThan(4_000);
  });

  it('counts what each of 8 cut lists leaves out, with the command that shows all of it', () => {
    const incident = 'INC-2026-0042';
    expect(leftOut(text)).toEqual([
      [
        '2,940 more deals, with smaller sums, all counted above',
        `./makewhole impact ${incident} --lines`,
      ],
      ['5,880 more wrong shares', `./makewhole impact ${incident} --lines`],
      ['2,960 more deadlines', `./makewhole incident clocks ${incident}`],
      ['2,932 more deals', `./makewhole plan ${incident} --deals`],
      ['2,940 more deals', `./makewhole plan ${incident} --deals`],
      ['2,940 more open questions', `./makewhole plan ${incident} --waiting`],
    ]);
    expect(text).toContain('DEAL-0039 and 2,960 more');
    expect(text).toMatch(/nobody reported them \(3,000\):\*\* .* and 2,960 more/);
  });

  it('counts all 3,000 deals in every sum, whatever its lists leave out', () => {
    expect(text).toContain('- to be paid by the firm, as proposed: 3,000.00 USD');
    expect(text).toContain('| USD | 3,000.00 | 3,000.00 | 0.00 | 0.00 | 0.00 |');
    const years = text
      .split('\n')
      .filter((line) => /^\| 20\d\d-03 \| 200.00 \| 200.00 \|$/.test(line));
    expect(years).toHaveLength(15);
  });

  it('asks people for 0 commands on its first page, and says further on how to answer', () => {
    expect(blocksMarkdown(report.summary)).not.toContain('makewhole');
    expect(text).toContain('\n    ./makewhole receipt INC-2026-0042 --as YOU\n');
  });
});

describe('a dossier', () => {
  it('names 1 deadline that is past since yesterday apart from those to come', () => {
    const facts = largeDossier(1);
    const clocks = [{ ...facts.clocks[0]!, dueOn: '2026-11-20' }];
    const text = reportMarkdown(dossierOf({ ...facts, clocks }, at));
    expect(text).toContain('1 deadline past without a record of being met');
    expect(text).toContain('### Past, and nobody has recorded that they were met');
    expect(text).not.toContain('### Still to come');
  });

  it('is loud about a second computation that does not agree with 1 of its shares', () => {
    const facts = { ...largeDossier(1), secondOpinion: { state: 'differs' as const } };
    const text = reportMarkdown(dossierOf(facts, at));
    expect(text).toContain('A second, separate computation DOES NOT AGREE.');
    expect(text).toContain('**A second computation, written apart from the first, comes to other');
  });
});

describe('a post-mortem of 3,000 deals', () => {
  const text = postMortemText(largePostMortem(3000));

  it('counts what each of 5 cut lists leaves out, and stays below 600 lines', () => {
    expect(leftOut(text).map(([more]) => more)).toEqual([
      '2,940 more shorter waits',
      '2,960 more deadlines',
      '2,940 more deals',
      '2,880 more gates',
      '2,940 more open tasks',
    ]);
    expect(text.split('\n').length).toBeLessThan(600);
  });
});

describe('a plan of 3,000 deals on the terminal', () => {
  const { plan } = largeDossier(3000);
  const stored = { version: 7, digest: plan!.digest, manifest: plan!.manifest, draftedAt: at };
  const text = planText({ ...stored, makers: ['olga'] } as never);

  it('shows 60 deals, says where the other 2,940 are, and pays for all 3,000', () => {
    const command = './makewhole plan INC-2026-0042 --version 7 --deals';
    expect(leftOut(text)).toEqual([
      ['2,940 more deals', command],
      ['2,940 more deals with reasons of their own', command],
    ]);
    expect(text).toMatch(/firm +│ 3,000[.]00 +│ 0[.]00 +│ USD/);
  });
});
