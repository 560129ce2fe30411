import { assert } from './assert';
import { compareCodePoints } from './code-points';
import { formatMinor, parseMinor } from './money';
import type { DealPlan } from './plan-deal';
import type { Leg, PlanLine } from './plan-line';
import type { RemedyId } from './remedy';

/** Which difference a plan puts right: this deal's own fault, or the whole fault's. */
export type Basis = 'asRecorded' | 'asShouldHaveBeen';

/**
 * What a deal's lines come to, per account. Shapes: decimal texts in the deal's currency.
 */
export type DealTotals = {
  readonly currency: string;
  /** Paid by each account: firm, vehicle, escrow. */
  readonly out: Readonly<Record<string, string>>;
  /** Called in to each account. */
  readonly in: Readonly<Record<string, string>>;
  /** Units that change hands, at cost. */
  readonly units: string;
  /** Differences that stand, at cost. */
  readonly letStand: string;
  /** The largest of all its lines, of whatever kind: amount tiers look at it too. */
  readonly largest: string;
};

/** One deal in a plan, before its digests. */
export type DealEntry = {
  readonly deal: string;
  readonly remedy: RemedyId;
  readonly reasons: readonly string[];
  readonly totals: DealTotals;
  readonly lines: number;
};

/** The head of a plan: what it was made from, and until when it holds. */
export type PlanHead = {
  readonly incident: string;
  readonly version: number;
  readonly pack: string;
  readonly packVersion: string;
  readonly ruleVersion: 'prorate@1';
  readonly basis: Basis;
  readonly impactDigest: string;
  readonly payOn: string;
  readonly goodThrough: string;
};

/** A plan before its digests: the head, its deals, and all lines in the order of their leaves. */
export type PlanDraft = PlanHead & {
  readonly deals: readonly DealEntry[];
  readonly allLines: readonly PlanLine[];
};

/**
 * Puts the deals that are ready into one plan; those that wait are left out.
 *
 * Order: deals and lines by code point, whatever order they come in.
 * @throws ASSERTION (bug) when a deal stands twice.
 */
export function composePlan(head: PlanHead, planned: readonly DealPlan[]): PlanDraft {
  const ready = planned.filter(({ remedy }) => remedy !== null);
  const sorted = ready.toSorted((a, b) => compareCodePoints(a.deal, b.deal));
  const names = new Set(sorted.map(({ deal }) => deal));
  assert(names.size === sorted.length, 'a deal stands twice in one plan');
  const deals = sorted.flatMap(({ deal, remedy, reasons, lines }) => {
    return remedy === null
      ? []
      : [{ deal, remedy, reasons, totals: totalsOf(lines), lines: lines.length }];
  });
  return { ...head, deals, allLines: sorted.flatMap(({ lines }) => lines) };
}

/**
 * Adds up a deal's lines by the account that pays or is paid, money in and out apart.
 *
 * @throws ASSERTION (bug) when there is no line, or there are two currencies.
 */
export function totalsOf(lines: readonly PlanLine[]): DealTotals {
  const currency = lines[0]?.currency;
  assert(currency !== undefined, 'a deal in a plan has lines');
  const same = lines.every((line) => line.currency === currency);
  assert(same, 'a deal’s lines are in one currency');
  const paying = lines.filter(({ leg, payer }) => payer !== '' && leg !== 'call');
  const calls = lines.filter(({ leg }) => leg === 'call');
  return {
    currency,
    out: byAccount(paying, ({ payer }) => payer),
    in: byAccount(calls, ({ payee }) => payee),
    units: legTotal(lines, 'transfer-out'),
    letStand: legTotal(lines, 'let-stand'),
    largest: largestOf(lines),
  };
}

function byAccount(
  lines: readonly PlanLine[],
  accountOf: (line: PlanLine) => string,
): Record<string, string> {
  const accounts = [...new Set(lines.map(accountOf))].sort(compareCodePoints);
  return Object.fromEntries(
    accounts.map((account) => [account, add(lines.filter((line) => accountOf(line) === account))]),
  );
}

function legTotal(lines: readonly PlanLine[], leg: Leg): string {
  const [first] = lines;
  const ofLeg = lines.filter((line) => line.leg === leg);
  return ofLeg.length > 0 ? add(ofLeg) : formatMinor(0n, first?.currency ?? '');
}

function largestOf(lines: readonly PlanLine[]): string {
  const currency = lines[0]?.currency ?? '';
  const amounts = lines.map(({ amount }) => parseMinor(amount, currency));
  return formatMinor(
    amounts.reduce((most, amount) => (amount > most ? amount : most), 0n),
    currency,
  );
}

function add(lines: readonly PlanLine[]): string {
  const currency = lines[0]?.currency ?? '';
  const sum = lines.reduce((total, { amount }) => total + parseMinor(amount, currency), 0n);
  return formatMinor(sum, currency);
}
