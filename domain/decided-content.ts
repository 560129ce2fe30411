import { grouped } from './grouped';
import { formatMinor, parseMinor } from './money';
import type { DealEntry, DealTotals, PlanHead } from './plan';

/** One line of what a signer is shown, in plain words. */
export type ContentLine = { readonly label: string; readonly value: string };

/** A deal of a plan as its manifest has it. */
export type DecidedDeal = DealEntry & { readonly root: string; readonly dealDigest: string };

/**
 * What a gate decides on, whole, as the rows have it: its digest follows from it alone.
 *
 * Shapes: `text` of a plan is the manifest that was hashed, of a document its body.
 */
export type DecidedContent =
  | {
      readonly kind: 'plan';
      readonly text: string;
      readonly plan: PlanHead & { readonly deals: readonly DecidedDeal[] };
    }
  | {
      readonly kind: 'letter';
      readonly stage: string;
      readonly subject: string;
      readonly text: string;
      readonly html: string;
      readonly submittedBy: string | null;
    }
  | { readonly kind: 'document'; readonly title: string; readonly text: string }
  | {
      readonly kind: 'scan';
      readonly snapshot: string;
      readonly rule: string;
      readonly rows: number;
      readonly root: string;
    };

type Of<K extends DecidedContent['kind']> = Extract<DecidedContent, { kind: K }>;
type Writers = {
  readonly [K in DecidedContent['kind']]: (content: Of<K>, dealsMax: number) => ContentLine[];
};

const line = (label: string, value: string): ContentLine => ({ label, value });
const effect = line('Effect', 'the allocation service goes online again');

const writers: Writers = {
  plan: planWords,
  letter: letterWords,
  document: documentWords,
  scan: ({ snapshot, rule, rows, root }) => [
    effect,
    line('No fix needed', `the scan found nobody harmed: ${String(rows)} shares written down`),
    line('By rule', rule),
    line('On the history', snapshot),
    line('Results', `Merkle root ${root}`),
  ],
};

/** How many deals of a plan are named where not all are asked for. */
const dealsNamed = 30;

/**
 * What is decided, in plain words, every one of which its digest covers.
 *
 * Order: a plan's deals by name; of more than `dealsMax`, those with the largest lines.
 * Ensures: sums are of all deals; those not named are counted.
 */
export function contentWords<K extends DecidedContent['kind']>(
  content: Of<K>,
  { dealsMax = dealsNamed }: { dealsMax?: number } = {},
): ContentLine[] {
  return writers[content.kind](content, dealsMax);
}

function planWords({ plan }: Of<'plan'>, dealsMax: number): ContentLine[] {
  const { version, payOn, goodThrough, basis, pack, packVersion, deals } = plan;
  const rest = deals.length - dealsMax;
  const lines = deals.reduce((sum, deal) => sum + deal.lines, 0);
  return [
    line('Plan', `version ${String(version)}: ${counted(deals.length, 'deal')}, ${linesOf(lines)}`),
    line('Pay on', `${payOn}, good through ${goodThrough}`),
    line('Worked out', `${basis}, under policy ${pack} ${packVersion}`),
    ...(rest > 0 ? remedyWords(deals) : []),
    ...largestOf(deals, dealsMax).flatMap(dealWords),
    ...(rest > 0 ? [line('Further deals', `${grouped(String(rest))} with smaller lines`)] : []),
    ...totalWords(deals.map(({ totals }) => totals)),
  ];
}

function largestOf(deals: readonly DecidedDeal[], max: number): readonly DecidedDeal[] {
  if (deals.length <= max) return deals;
  const sizeOf = ({ totals }: DecidedDeal) => parseMinor(totals.largest, totals.currency);
  const sized = deals.map((deal) => ({ deal, size: sizeOf(deal) }));
  const sorted = sized.sort((a, b) => (a.size === b.size ? 0 : a.size > b.size ? -1 : 1));
  return sorted.slice(0, max).map(({ deal }) => deal);
}

/** How many deals go by which remedy, where not each can be named. */
function remedyWords(deals: readonly DecidedDeal[]): ContentLine[] {
  const counts = new Map<string, number>();
  for (const { remedy } of deals) counts.set(remedy, (counts.get(remedy) ?? 0) + 1);
  const said = [...counts].map(([remedy, count]) => `${counted(count, 'deal')} by ${remedy}`);
  return [line('Remedies', said.sort().join(', '))];
}

function dealWords({ deal, remedy, totals, lines, reasons }: DecidedDeal): ContentLine[] {
  const { currency, units, letStand } = totals;
  const [none, parts] = [formatMinor(0n, currency), [] as string[]];
  for (const [account, amount] of Object.entries(totals.out)) {
    parts.push(`${account} pays ${grouped(amount)}`);
  }
  for (const [account, amount] of Object.entries(totals.in)) {
    parts.push(`${account} is paid ${grouped(amount)}`);
  }
  if (units !== none) parts.push(`units of ${grouped(units)} change hands`);
  if (letStand !== none) parts.push(`${grouped(letStand)} stand`);
  const what = `${remedy}, ${linesOf(lines)}, ${currency}: ${parts.join(', ') || 'nothing moves'}`;
  return [line(`Deal ${deal}`, [what, ...reasons.map((reason) => `- ${reason}`)].join('\n'))];
}

function totalWords(totals: readonly DealTotals[]): ContentLine[] {
  return [...new Set(totals.map(({ currency }) => currency))].sort().map((currency) => {
    const same = totals.filter((each) => each.currency === currency);
    const sum = (amountsOf: (each: DealTotals) => string[]) => {
      const amounts = same.flatMap(amountsOf).map((amount) => parseMinor(amount, currency));
      const total = amounts.reduce((all, amount) => all + amount, 0n);
      return grouped(formatMinor(total, currency));
    };
    const [out, called] = [sum((each) => Object.values(each.out)), sum((each) => inOf(each))];
    const stands = sum(({ letStand }) => [letStand]);
    const largest = same
      .map((each) => parseMinor(each.largest, currency))
      .reduce((most, amount) => (amount > most ? amount : most));
    const all = `${out} paid out, ${called} called in, units of ${sum(({ units }) => [units])}`;
    const most = grouped(formatMinor(largest, currency));
    return line(`In all, ${currency}`, `${all}, ${stands} stand; largest line ${most}`);
  });
}

const inOf = (totals: DealTotals): string[] => Object.values(totals.in);
const counted = (count: number, what: string) =>
  `${grouped(String(count))} ${what}${count === 1 ? '' : 's'}`;
const linesOf = (count: number) => counted(count, 'line');

function letterWords({ subject, text, html, submittedBy }: Of<'letter'>): ContentLine[] {
  return [
    line('Subject line', subject),
    line('Text', text),
    ...(saysTheSame(text, html) ? [] : [line('HTML part says', html)]),
    line('Submitted by', submittedBy ?? 'nobody: it is the standard text'),
  ];
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** Whether the HTML part is the text in plain marks, with no word or address of its own. */
function saysTheSame(text: string, html: string): boolean {
  const words = html.replace(/<[^>]*>/g, ' ').replace(/&\w+;/g, (sign) => entities[sign] ?? sign);
  const bare = (given: string) => given.replace(/(^|\n)- /g, '$1').replace(/\s+/g, '');
  const links = [...html.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, target = '']) => target);
  const told = links.every((link) => text.includes(link.replace(/^mailto:/, '')));
  return told && !/<(script|style|img|form|iframe)/i.test(html) && bare(words) === bare(text);
}

type FixReport = {
  rule: string;
  averages: string;
  proposedBy: string;
  certified: number;
  deals: number;
  broken: string[];
  affected: string[];
  restatements: { dealId: string; investorId: string; allocated: string }[];
};

function documentWords({ title, text }: Of<'document'>): ContentLine[] {
  if (title !== 'fix-report') return [line(title, text)];
  const report = JSON.parse(text) as FixReport;
  const { rule, averages, proposedBy, certified, deals, broken, affected, restatements } = report;
  const restated = restatements.map((each) => {
    return `${each.dealId}, ${each.investorId}: ${grouped(each.allocated)}`;
  });
  return [
    effect,
    line('Rule from then on', rule),
    line('Averages', averages),
    line('Proposed by', proposedBy),
    line('Past deals', `${String(certified)} of ${String(deals)} replayed come out right`),
    ...(broken.length === 0 ? [] : [line('Not right', broken.join(', '))]),
    line('Deals harmed', affected.join(', ') || 'none'),
    ...(restated.length === 0 ? [] : [line('Restated shares', restated.join('\n'))]),
  ];
}
