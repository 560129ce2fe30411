import { compareCodePoints } from './code-points';
import type { DecidedContent, DecidedDeal } from './decided-content';

/** One side of a line of two plans. Shapes: `amount` with its currency. */
type LineSide = {
  readonly amount: string;
  readonly payer: string;
  readonly payee: string;
  readonly computed: string;
};

/** A line that two plans have differently; null on the side where it is not. */
export type LineChange = {
  readonly deal: string;
  readonly investor: string;
  readonly leg: string;
  readonly before: LineSide | null;
  readonly after: LineSide | null;
};

type Both = { readonly before: DecidedContent; readonly after: DecidedContent };

/**
 * What is other in what is decided now than in what was decided on before, in sentences: heads and
 * remedies of a plan, words of a text. Its lines are `lineDifferences`.
 */
export function differences({ before, after }: Both): string[] {
  if (before.kind === 'plan' && after.kind === 'plan') return planDifferences(before, after);
  if (before.kind === 'letter' && after.kind === 'letter') {
    const subject = wordDifferences(`Subject: ${before.subject}`, `Subject: ${after.subject}`);
    const words = [...subject, ...wordDifferences(before.text, after.text)];
    return words.length > 0 || before.html === after.html ? words : ['The HTML part is another.'];
  }
  return wordDifferences(plainText(before), plainText(after));
}

type Plan = Extract<DecidedContent, { kind: 'plan' }>;

const heads = {
  payOn: 'the day of payment',
  goodThrough: 'the last day it holds',
  basis: 'the basis',
  pack: 'the policy',
  packVersion: "the policy's version",
  impactDigest: 'the recomputation it rests on',
} as const;

function planDifferences({ plan: before }: Plan, { plan: after }: Plan): string[] {
  const names = Object.keys(heads) as (keyof typeof heads)[];
  const others = names.filter((name) => before[name] !== after[name]);
  const said = others.map((name) => `${heads[name]} is ${after[name]}, was ${before[name]}`);
  const [was, is] = [byDeal(before.deals), byDeal(after.deals)];
  const deals = [...new Set([...was.keys(), ...is.keys()])].sort(compareCodePoints);
  return [
    ...said,
    ...deals.flatMap((deal) => dealDifferences(deal, { was: was.get(deal), is: is.get(deal) })),
  ];
}

const byDeal = (deals: readonly DecidedDeal[]) => new Map(deals.map((each) => [each.deal, each]));

function dealDifferences(
  deal: string,
  { was, is }: { was: DecidedDeal | undefined; is: DecidedDeal | undefined },
): string[] {
  if (is === undefined) return was ? [`deal ${deal} is not in it any more, was ${was.remedy}`] : [];
  if (was === undefined) return [`deal ${deal} is new in it, by ${is.remedy}`];
  if (was.remedy !== is.remedy) return [`deal ${deal} goes by ${is.remedy}, was ${was.remedy}`];
  const reasons = wordDifferences(was.reasons.join('\n'), is.reasons.join('\n'));
  return reasons.map((reason) => `deal ${deal}, why ${is.remedy}: ${reason}`);
}

/** Each line that is new, gone or another, as `OLD, investor D, refund: 10.00 USD, was …`. */
export function lineDifferences(changes: readonly LineChange[]): string[] {
  return changes.map(({ deal, investor, leg, before, after }) => {
    const name = `${deal}, ${investor}, ${leg}`;
    if (after === null) return `${name}: gone, was ${before === null ? 'nothing' : moves(before)}`;
    if (before === null) return `${name}: new, ${moves(after)}`;
    if (moves(before) !== moves(after)) return `${name}: ${moves(after)}, was ${moves(before)}`;
    return `${name}: worked out as “${after.computed}”, was “${before.computed}”`;
  });
}

const moves = ({ amount, payer, payee }: LineSide): string =>
  payer === '' && payee === '' ? amount : `${amount} from ${payer} to ${payee}`;

function plainText(content: DecidedContent): string {
  if (content.kind !== 'document') return JSON.stringify(content, null, 1);
  const { title, text } = content;
  return title === 'fix-report' ? JSON.stringify(JSON.parse(text), null, 1) : text;
}

/**
 * Lines that are gone, as `- …`, and new ones, as `+ …`, in the order of reading.
 *
 * Method: longest common subsequence of lines, after what both begin and end with.
 */
export function wordDifferences(before: string, after: string): string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  let first = 0;
  while (first < was.length && first < is.length && was[first] === is[first]) first += 1;
  let last = 0;
  const room = Math.min(was.length, is.length) - first;
  while (last < room && was[was.length - 1 - last] === is[is.length - 1 - last]) last += 1;
  return walk(was.slice(first, was.length - last), is.slice(first, is.length - last));
}

function walk(was: readonly string[], is: readonly string[]): string[] {
  const common = commonLengths(was, is);
  const said: string[] = [];
  for (let [i, j] = [0, 0]; i < was.length || j < is.length;) {
    const same = i < was.length && j < is.length && was[i] === is[j];
    const [skipOld, skipNew] = [common[i + 1]?.[j] ?? -1, common[i]?.[j + 1] ?? -1];
    if (same) {
      i += 1;
      j += 1;
    } else if (i < was.length && (j === is.length || skipOld >= skipNew)) {
      said.push(`- ${was[i] ?? ''}`);
      i += 1;
    } else {
      said.push(`+ ${is[j] ?? ''}`);
      j += 1;
    }
  }
  return said;
}

/** Of the ends from line i of one and line j of the other: how many lines they have in common. */
function commonLengths(was: readonly string[], is: readonly string[]): number[][] {
  const lengths = Array.from({ length: was.length + 1 }, () => new Array<number>(is.length + 1));
  for (const row of lengths) row.fill(0);
  for (let i = was.length - 1; i >= 0; i -= 1) {
    for (let j = is.length - 1; j >= 0; j -= 1) {
      const [row, below] = [lengths[i], lengths[i + 1]];
      if (row === undefined || below === undefined) continue;
      const same = was[i] === is[j];
      row[j] = same ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}
