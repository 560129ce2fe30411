import { compareCodePoints } from './code-points';
import { openDiagnosis, type DiagnosableDeal, type Diagnosis } from './diagnose';
import type { History } from './histories';
import { formatMinor } from './money';
import type { Basis } from './plan';
import { openReplay, type ReplayedDeal, type ReplayedLine } from './replay';
import type { ReplayFinding } from './replay-findings';

/** Something counted or summed on both bases. */
export type OnBases<T> = Readonly<Record<Basis, T>>;

/** A wrong commitment as people and files read it. Units: major units, decimal texts. */
export type ImpactLine = {
  readonly deal: string;
  readonly investor: string;
  readonly currency: string;
  readonly recorded: string;
  readonly shouldBe: OnBases<string>;
  /** Recorded − should be. */
  readonly delta: OnBases<string>;
};

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

const bases = ['asRecorded', 'asShouldHaveBeen'] as const satisfies readonly Basis[];

/**
 * Opens a scan: every deal is replayed on both bases, counted and diagnosed, one deal a call.
 *
 * Order: deals come in order of closing, then id by code point.
 * Ensures: what `conclude` sums up is exactly what `add` answered; nothing of a deal is kept but
 * who is in it.
 */
export function openScan(openingHistory: ReadonlyMap<string, History>): {
  add: (deal: DiagnosableDeal) => ReplayedDeal;
  conclude: () => ScanSummary;
} {
  const replayDeal = openReplay(openingHistory);
  const diagnosis = openDiagnosis();
  const tally = newTally();
  return {
    add(deal) {
      const replayed = replayDeal(deal);
      diagnosis.add(deal);
      count(tally, replayed);
      return replayed;
    },
    conclude: () => summarize(tally, diagnosis.conclude()),
  };
}

/** The bases on which a commitment is wrong: none, one or both. */
export function basesOf(line: ReplayedLine): Basis[] {
  return bases.filter((basis) => line.recorded !== line[basis]);
}

/**
 * The wrong commitments of a replayed deal: Δ is not zero on one basis at least.
 *
 * Order: as the rows stand.
 */
export function impactLines({ dealId, currency, lines }: ReplayedDeal): ImpactLine[] {
  const show = (minor: bigint) => formatMinor(minor, currency);
  return lines
    .filter((line) => basesOf(line).length > 0)
    .map(({ investorId, recorded, asRecorded, asShouldHaveBeen }) => ({
      deal: dealId,
      investor: investorId,
      currency,
      recorded: show(recorded),
      shouldBe: { asRecorded: show(asRecorded), asShouldHaveBeen: show(asShouldHaveBeen) },
      delta: {
        asRecorded: show(recorded - asRecorded),
        asShouldHaveBeen: show(recorded - asShouldHaveBeen),
      },
    }));
}

type BasisTally = {
  deals: number;
  commitments: number;
  readonly investors: Set<string>;
  readonly sums: Map<string, { over: bigint; under: bigint }>;
};

type Tally = {
  deals: number;
  commitments: number;
  readonly investors: Set<string>;
  readonly findings: Record<ReplayFinding['kind'], number>;
} & Record<Basis, BasisTally>;

function newTally(): Tally {
  const ofBasis = () => ({
    deals: 0,
    commitments: 0,
    investors: new Set<string>(),
    sums: new Map(),
  });
  return {
    deals: 0,
    commitments: 0,
    investors: new Set(),
    findings: {
      'wrong-share': 0,
      'unit-short': 0,
      'over-request': 0,
      stranded: 0,
      'basis-mismatch': 0,
      contamination: 0,
    },
    asRecorded: ofBasis(),
    asShouldHaveBeen: ofBasis(),
  };
}

function count(tally: Tally, deal: ReplayedDeal): void {
  tally.deals += 1;
  tally.commitments += deal.lines.length;
  for (const { investorId } of deal.lines) tally.investors.add(investorId);
  for (const { kind, people } of deal.findings) tally.findings[kind] += people.length;
  for (const basis of bases) {
    const wrong = deal.lines.filter((line) => line.recorded !== line[basis]);
    if (wrong.length === 0) continue;
    const found = tally[basis];
    found.deals += 1;
    found.commitments += wrong.length;
    const sums = found.sums.get(deal.currency) ?? { over: 0n, under: 0n };
    found.sums.set(deal.currency, sums);
    for (const line of wrong) {
      const delta = line.recorded - line[basis];
      found.investors.add(line.investorId);
      if (delta > 0n) sums.over += delta;
      else sums.under -= delta;
    }
  }
}

function summarize(tally: Tally, diagnosis: Diagnosis[]): ScanSummary {
  const affected = (of: (found: BasisTally) => number): OnBases<number> => {
    return { asRecorded: of(tally.asRecorded), asShouldHaveBeen: of(tally.asShouldHaveBeen) };
  };
  const total = (side: 'over' | 'under') => {
    const of = ({ sums }: BasisTally) =>
      Object.fromEntries(
        [...sums]
          .sort(([a], [b]) => compareCodePoints(a, b))
          .map(([currency, sum]) => [currency, formatMinor(sum[side], currency)]),
      );
    return { asRecorded: of(tally.asRecorded), asShouldHaveBeen: of(tally.asShouldHaveBeen) };
  };
  return {
    deals: { scanned: tally.deals, affected: affected(({ deals }) => deals) },
    investors: {
      scanned: tally.investors.size,
      affected: affected((found) => found.investors.size),
    },
    commitments: { scanned: tally.commitments, affected: affected((found) => found.commitments) },
    over: total('over'),
    under: total('under'),
    findings: { ...tally.findings },
    diagnosis,
  };
}
