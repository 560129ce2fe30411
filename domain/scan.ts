import type { FindingKind } from './certificate-findings';
import { openDiagnosis, type DiagnosisState } from './diagnose';
import { formatMinor } from './money';
import { diagnosable, type RecordedDeal } from './recorded-deal';
import {
  openColumnReplay,
  type CarriedHistory,
  type ReplayedColumns,
  type ReplayStart,
} from './replay-columns';
import type { Standing } from './replay-order';
import { countDeal, newTally, summarize, type ScanSummary, type ScanTally } from './scan-tally';
import type { Basis } from './plan';
import { shareFindings } from './share-findings';

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

/** A deal as a scan leaves it: replayed on both bases, and why recorded shares are wrong. */
export type ScannedDeal = ReplayedColumns & {
  /** By place, null where the share is right; empty where all are. */
  readonly findings: readonly (FindingKind | null)[];
};

/** Counts so far, safe for JSON; with what people are carried, a scan goes on from them. */
export type ScanState = { readonly tally: ScanTally; readonly diagnosis: DiagnosisState };

/** Where a scan starts, or goes on. */
export type ScanStart = Omit<ReplayStart, 'before'> & {
  readonly before?: {
    readonly last: Standing;
    readonly carried: readonly CarriedPerson[];
    readonly state: ScanState;
  };
};

/** A person before a scan that goes on in the middle: their history, and if they are affected. */
export type CarriedPerson = CarriedHistory & { readonly affected: OnBases<boolean> };

/**
 * Opens a scan: every deal is replayed on both bases, counted and diagnosed, one deal a call.
 *
 * Order: deals come in order of closing, then id by code point.
 * Ensures: what `conclude` sums up is exactly what `add` answered; a scan that goes on from the
 * state of another says what one that was never cut short would have said.
 */
export function openScan(start: ScanStart): {
  add: (deal: RecordedDeal) => ScannedDeal;
  state: () => ScanState;
  conclude: () => ScanSummary;
} {
  const { people, before } = start;
  const replayDeal = openColumnReplay(start);
  const diagnosis = openDiagnosis(before?.state.diagnosis);
  const tally = newTally(people.length, before && { ...before, tally: before.state.tally });
  return {
    add(deal) {
      const replayed = replayDeal(deal);
      const right = replayed.asRecorded.shares;
      const findings = replayed.isRight ? [] : shareFindings(deal, { right, people });
      const scanned = { ...replayed, findings };
      diagnosis.addColumns(diagnosable(deal, people));
      countDeal(tally, scanned);
      return scanned;
    },
    state: () => ({ tally: tally.counts(), diagnosis: diagnosis.state() }),
    conclude: () => summarize(tally, diagnosis.conclude()),
  };
}

/** A wrong commitment: who, what is recorded and right on both bases, and why it is wrong. */
export type WrongShare = {
  readonly rank: number;
  readonly recorded: number;
  readonly asRecorded: number;
  readonly asShouldHaveBeen: number;
  /** Null where the share is right on the averages as recorded: contamination alone tells. */
  readonly finding: FindingKind | null;
};

/** The wrong commitments of a scanned deal: Δ is not zero on one basis at least. Order: by rank. */
export function wrongShares(scanned: ScannedDeal): WrongShare[] {
  const { deal, asRecorded, asShouldHaveBeen, findings } = scanned;
  if (scanned.isRight && asRecorded === asShouldHaveBeen) return [];
  const wrong: WrongShare[] = [];
  for (let place = 0; place < deal.ranks.length; place += 1) {
    const rank = deal.ranks[place] ?? 0;
    const recorded = deal.allocated[place] ?? 0;
    const right = asRecorded.shares[place] ?? 0;
    const rightAtAll = asShouldHaveBeen.shares[place] ?? 0;
    if (recorded === right && recorded === rightAtAll) continue;
    const finding = findings[place] ?? null;
    wrong.push({ rank, recorded, asRecorded: right, asShouldHaveBeen: rightAtAll, finding });
  }
  return wrong.sort((a, b) => a.rank - b.rank);
}

/** The wrong commitments of a scanned deal as people read them. Order: investors by code point. */
export function impactLines(scanned: ScannedDeal, people: readonly string[]): ImpactLine[] {
  const { dealId: deal, currency } = scanned.deal;
  return wrongShares(scanned).map(({ rank, recorded, asRecorded, asShouldHaveBeen }) => {
    const investor = people[rank] ?? '';
    return impactLine({
      ...{ deal, investor, currency, recorded: BigInt(recorded) },
      ...{ asRecorded: BigInt(asRecorded), asShouldHaveBeen: BigInt(asShouldHaveBeen) },
    });
  });
}

type WrongCommitment = {
  deal: string;
  investor: string;
  currency: string;
  recorded: bigint;
  asRecorded: bigint;
  asShouldHaveBeen: bigint;
};

/** A wrong commitment as people read it: Δ is recorded less what should be. Units: minor. */
export function impactLine(wrong: WrongCommitment): ImpactLine {
  const { deal, investor, currency, recorded, asRecorded, asShouldHaveBeen } = wrong;
  const show = (minor: bigint) => formatMinor(minor, currency);
  return {
    ...{ deal, investor, currency, recorded: show(recorded) },
    shouldBe: { asRecorded: show(asRecorded), asShouldHaveBeen: show(asShouldHaveBeen) },
    delta: {
      asRecorded: show(recorded - asRecorded),
      asShouldHaveBeen: show(recorded - asShouldHaveBeen),
    },
  };
}
