import fc from 'fast-check';
import { contentWords, type DecidedContent, type DecidedDeal } from '../../domain/decided-content';
import { differences, lineDifferences, wordDifferences } from '../../domain/decided-difference';
import { letterHtml } from '../../templates/letter-html';

const deal: DecidedDeal = {
  deal: 'OLD',
  remedy: 'R8',
  reasons: ['R2 is out: no clause'],
  totals: {
    ...{ currency: 'USD', out: { firm: '7081.28' }, in: {}, units: '0.00' },
    ...{ letStand: '3540.64', largest: '7081.28' },
  },
  lines: 2,
  ...{ root: 'r', dealDigest: 'd' },
};
const plan = (given: Partial<Extract<DecidedContent, { kind: 'plan' }>['plan']> = {}) => ({
  kind: 'plan' as const,
  text: '',
  plan: {
    ...{ incident: 'INC-2026-0042', version: 1, pack: 'demo', packVersion: '1' },
    ...{ ruleVersion: 'prorate@1' as const, basis: 'asRecorded' as const, impactDigest: 'a' },
    ...{ payOn: '2026-07-15', goodThrough: '2026-07-29', deals: [deal], ...given },
  },
});
const letter = (text: string, html = letterHtml(text)) => ({
  ...{ kind: 'letter' as const, stage: 'advice', subject: 'Your money', submittedBy: null },
  ...{ text, html },
});
const side = { payer: 'firm', payee: 'investor:E', computed: 'c' };

describe('what is decided, in words', () => {
  it('gives of a plan each deal with its remedy and reasons, and all of it: 7,081.28', () => {
    expect(contentWords(plan())).toEqual([
      { label: 'Plan', value: 'version 1: 1 deal, 2 lines' },
      { label: 'Pay on', value: '2026-07-15, good through 2026-07-29' },
      { label: 'Worked out', value: 'asRecorded, under policy demo 1' },
      {
        label: 'Deal OLD',
        value: 'R8, 2 lines, USD: firm pays 7,081.28, 3,540.64 stand\n- R2 is out: no clause',
      },
      {
        label: 'In all, USD',
        value:
          '7,081.28 paid out, 0.00 called in, units of 0.00, 3,540.64 stand; largest line 7,081.28',
      },
    ]);
  });

  it('names the 30 deals with the largest lines of 3,000, or all, and counts the others', () => {
    const deals = Array.from({ length: 3000 }, (_, at) => {
      return { ...deal, deal: `D${at}`, totals: { ...deal.totals, largest: `${at}.00` } };
    });
    const named = (words: { label: string }[]) =>
      words.flatMap(({ label }) => (label.startsWith('Deal ') ? [label] : []));
    const words = contentWords(plan({ deals }));
    expect(named(words)).toHaveLength(30);
    expect(named(words).slice(0, 2)).toEqual(['Deal D2999', 'Deal D2998']);
    const rest = { label: 'Further deals', value: '2,970 with smaller lines' };
    expect(words).toEqual(expect.arrayContaining([rest]));
    expect(words).toContainEqual({ label: 'Remedies', value: '3,000 deals by R8' });
    expect(named(contentWords(plan({ deals }), { dealsMax: Infinity }))).toHaveLength(3000);
  });

  it.each([
    ['another word', 'Dear you,\n\nyes.', '<p>Dear you,</p><p>no.</p>', true],
    [
      '1 link that the text has not',
      'See it.',
      '<p><a href="https://evil.example">See it.</a></p>',
      true,
    ],
    ['1 picture', 'See it.', '<p>See it.<img src="x"></p>', true],
    ['a list, a sign & a {{place}}', 'Dear,\n\n- one & two\n- {{place}}', undefined, false],
  ])('shows the HTML part of a letter where it has %s', (_, text, html, shown) => {
    const labels = contentWords(letter(text, html)).map(({ label }) => label);
    expect(labels.includes('HTML part says')).toBe(shown);
  });
});

describe('what has changed', () => {
  it('in a plan is said by deal: 1 gone, 1 new, 1 by another remedy, 1 day later', () => {
    const other = { ...deal, deal: 'FRESH', remedy: 'R2' as const };
    const before = plan({ deals: [deal, other] });
    const now = [
      { ...deal, remedy: 'R7' as const },
      { ...other, deal: 'NEW' },
    ];
    const after = plan({ version: 2, payOn: '2026-07-16', deals: now });
    expect(differences({ before, after })).toEqual([
      'the day of payment is 2026-07-16, was 2026-07-15',
      'deal FRESH is not in it any more, was R2',
      'deal NEW is new in it, by R2',
      'deal OLD goes by R7, was R8',
    ]);
  });

  it('in its lines is said with both amounts, both accounts, or both workings: 5 ways', () => {
    const name = { deal: 'OLD', investor: 'E', leg: 'refund' };
    const [one, two] = [
      { amount: '1.00 USD', ...side },
      { amount: '2.00 USD', ...side },
    ];
    const said = lineDifferences([
      { ...name, before: one, after: two },
      { ...name, before: null, after: one },
      { ...name, before: one, after: null },
      { ...name, before: one, after: { ...one, payee: 'investor:X' } },
      { ...name, before: one, after: { ...one, computed: 'd' } },
    ]);
    expect(said).toEqual([
      'OLD, E, refund: 2.00 USD from firm to investor:E, was 1.00 USD from firm to investor:E',
      'OLD, E, refund: new, 1.00 USD from firm to investor:E',
      'OLD, E, refund: gone, was 1.00 USD from firm to investor:E',
      'OLD, E, refund: 1.00 USD from firm to investor:X, was 1.00 USD from firm to investor:E',
      'OLD, E, refund: worked out as “d”, was “c”',
    ]);
  });

  it('in a letter is said by its lines, and where only its HTML is other, that: 1 line', () => {
    const before = letter('Dear you,\n\nwe owe you 1.\n\nYours');
    expect(differences({ before, after: letter('Dear you,\n\nwe owe you 2.\n\nYours') })).toEqual([
      '- we owe you 1.',
      '+ we owe you 2.',
    ]);
    expect(differences({ before, after: letter(before.text, '<p></p>') })).toEqual([
      'The HTML part is another.',
    ]);
  });

  it('is nothing in the same text, and rebuilds one of any 2 texts from the other', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (was, is) => {
        const said = wordDifferences(was.join('\n'), is.join('\n'));
        expect(said.length === 0).toBe(was.join('\n') === is.join('\n'));
        const count = (lines: string[], mark: string) =>
          lines.filter((each) => each.startsWith(mark)).length;
        const [old, young] = [Math.max(was.length, 1), Math.max(is.length, 1)];
        expect(old - count(said, '- ') + count(said, '+ ')).toBe(young);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
