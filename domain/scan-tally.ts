import { compareCodePoints } from './code-points';
import type { Diagnosis } from './diagnose';
import { formatMinor } from './money';
import type { Basis } from './plan';
import type { ReplayFinding } from './replay-findings';
import type { CarriedPerson, OnBases, ScannedDeal } from './scan';

type Scanned = { readonly scanned: number; readonly affected: OnBases<number> };

/** What a scan of all deals came to. Units: major units per currency, decimal texts. */
export type ScanSummary = {
  readonly deals: Scanned;
  readonly investors: Scanned;
  readonly commitments: Scanned;
  /** What people got too much; a currency stands in both sums when it has any difference. */
  readonly over: OnBases<Readonly<Record<string, string>>>;
  readonly under: OnBases<Readonly<Record<string, string>>>;
  /** How many (deal, investor) each kind of finding names. */
  readonly findings: Readonly<Record<ReplayFinding['kind'], number>>;
  readonly diagnosis: readonly Diagnosis[];
};

/** Counts of a scan, safe for JSON; people are counted apart, since they come again. */
export type ScanTally = {
  readonly deals: number;
  readonly commitments: number;
  readonly findings: Readonly<Record<ReplayFinding['kind'], number>>;
  readonly wrong: OnBases<{
    readonly deals: number;
    readonly commitments: number;
    /** Units: minor units, per currency. */
    readonly sums: Readonly<Record<string, { readonly over: string; readonly under: string }>>;
  }>;
};

const bases = ['asRecorded', 'asShouldHaveBeen'] as const satisfies readonly Basis[];
/** What is kept of a person: that they were seen, and on which bases they are affected. */
const bits = { seen: 1, asRecorded: 2, asShouldHaveBeen: 4 } as const;

type Sums = Map<string, { over: bigint; under: bigint }>;
type Wrong = { deals: number; commitments: number; sums: Sums };

/** A tally that grows. */
export type OpenTally = {
  deals: number;
  commitments: number;
  readonly findings: Record<ReplayFinding['kind'], number>;
  readonly wrong: Record<Basis, Wrong>;
  /** By rank. */
  readonly people: Uint8Array;
  readonly counts: () => ScanTally;
};

/** A tally of nothing yet, or of what went before. */
export function newTally(
  people: number,
  before?: { tally: ScanTally; carried: readonly CarriedPerson[] },
): OpenTally {
  const kinds = { 'wrong-share': 0, 'unit-short': 0, 'over-request': 0, stranded: 0 };
  const tally: OpenTally = {
    deals: before?.tally.deals ?? 0,
    commitments: before?.tally.commitments ?? 0,
    findings: { ...kinds, 'basis-mismatch': 0, contamination: 0, ...before?.tally.findings },
    wrong: {
      asRecorded: wrongSoFar(before?.tally.wrong.asRecorded),
      asShouldHaveBeen: wrongSoFar(before?.tally.wrong.asShouldHaveBeen),
    },
    people: new Uint8Array(people),
    counts: () => {
      const { deals, commitments, findings, wrong } = tally;
      const { asRecorded, asShouldHaveBeen } = wrong;
      const said = { asRecorded: say(asRecorded), asShouldHaveBeen: say(asShouldHaveBeen) };
      return { deals, commitments, findings: { ...findings }, wrong: said };
    },
  };
  for (const { rank, affected } of before?.carried ?? []) {
    mark(tally, { rank, bit: bits.seen });
    for (const basis of bases) if (affected[basis]) mark(tally, { rank, bit: bits[basis] });
  }
  return tally;
}

function mark({ people }: OpenTally, { rank, bit }: { rank: number; bit: number }): void {
  people[rank] = (people[rank] ?? 0) | bit;
}

function wrongSoFar(before: ScanTally['wrong'][Basis] | undefined): Wrong {
  const { deals = 0, commitments = 0, sums = {} } = before ?? {};
  const counted = Object.entries(sums).map(([currency, { over, under }]) => {
    return [currency, { over: BigInt(over), under: BigInt(under) }] as const;
  });
  return { deals, commitments, sums: new Map(counted) };
}

function say({ deals, commitments, sums }: Wrong): ScanTally['wrong'][Basis] {
  const said: Record<string, { over: string; under: string }> = {};
  for (const [currency, { over, under }] of sums) {
    said[currency] = { over: String(over), under: String(under) };
  }
  return { deals, commitments, sums: said };
}

/** Counts a deal. */
export function countDeal(tally: OpenTally, scanned: ScannedDeal): void {
  const { deal, findings, mismatched, asRecorded, asShouldHaveBeen } = scanned;
  tally.deals += 1;
  tally.commitments += deal.ranks.length;
  for (const rank of deal.ranks) mark(tally, { rank, bit: bits.seen });
  for (const kind of findings) if (kind !== null) tally.findings[kind] += 1;
  tally.findings['basis-mismatch'] += mismatched.length;
  if (!scanned.isRight) countWrong(tally, { scanned, basis: 'asRecorded' });
  if (scanned.isRight && asRecorded === asShouldHaveBeen) return;
  countWrong(tally, { scanned, basis: 'asShouldHaveBeen' });
  if (asRecorded === asShouldHaveBeen) return;
  for (let place = 0; place < deal.ranks.length; place += 1) {
    if (asRecorded.shares[place] !== asShouldHaveBeen.shares[place]) {
      tally.findings.contamination += 1;
    }
  }
}

function countWrong(tally: OpenTally, of: { scanned: ScannedDeal; basis: Basis }): void {
  const { deal, [of.basis]: right } = of.scanned;
  const { ranks, allocated, currency } = deal;
  let [count, over, under] = [0, 0n, 0n];
  for (let place = 0; place < ranks.length; place += 1) {
    const delta = (allocated[place] ?? 0) - (right.shares[place] ?? 0);
    if (delta === 0) continue;
    mark(tally, { rank: ranks[place] ?? 0, bit: bits[of.basis] });
    count += 1;
    if (delta > 0) over += BigInt(delta);
    else under -= BigInt(delta);
  }
  if (count === 0) return;
  const found = tally.wrong[of.basis];
  found.deals += 1;
  found.commitments += count;
  const sums = found.sums.get(currency) ?? { over: 0n, under: 0n };
  found.sums.set(currency, { over: sums.over + over, under: sums.under + under });
}

/** Brings a tally to what people read. */
export function summarize(tally: OpenTally, diagnosis: readonly Diagnosis[]): ScanSummary {
  const { asRecorded, asShouldHaveBeen } = tally.wrong;
  const onBases = <T>(of: (found: Wrong, bit: number) => T): OnBases<T> => ({
    asRecorded: of(asRecorded, bits.asRecorded),
    asShouldHaveBeen: of(asShouldHaveBeen, bits.asShouldHaveBeen),
  });
  const peopleWith = (bit: number) =>
    tally.people.reduce((n, is) => n + ((is & bit) > 0 ? 1 : 0), 0);
  const total = (side: 'over' | 'under') =>
    onBases(({ sums }) => {
      const sorted = [...sums].sort(([a], [b]) => compareCodePoints(a, b));
      const said = sorted.map(([currency, sum]) => [currency, formatMinor(sum[side], currency)]);
      return Object.fromEntries(said) as Record<string, string>;
    });
  return {
    deals: { scanned: tally.deals, affected: onBases(({ deals }) => deals) },
    investors: { scanned: peopleWith(bits.seen), affected: onBases((_, bit) => peopleWith(bit)) },
    commitments: {
      scanned: tally.commitments,
      affected: onBases(({ commitments }) => commitments),
    },
    over: total('over'),
    under: total('under'),
    findings: { ...tally.findings },
    diagnosis,
  };
}
