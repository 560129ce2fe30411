import { assert } from './assert';
import { sameAverage, toAsks } from './asks';
import { certify, type Certificate } from './certify';
import { Histories, type History } from './histories';
import { prorate, type Ask } from './prorate';
import { checkOrder } from './replay-order';
import { replayFindings, type ReplayFinding } from './replay-findings';

/** A commitment as the platform recorded it. Units: minor units of the deal's currency. */
export type ReplayCommitment = {
  readonly investorId: string;
  readonly requested: bigint;
  /** The average recorded at the time, decimal text in major units; empty or 0 is no history. */
  readonly average: string;
  readonly allocated: bigint;
};

/** A deal as the platform recorded it, rows in the order of the import. */
export type ReplayDeal = {
  readonly dealId: string;
  /** An ISO date, `2026-11-07`. */
  readonly closedOn: string;
  readonly currency: string;
  readonly allocation: bigint;
  readonly commitments: readonly ReplayCommitment[];
};

/** One commitment beside what it should have been. Units: minor units; averages in major units. */
export type ReplayedLine = {
  readonly investorId: string;
  readonly recorded: bigint;
  /** The right share on the averages as they were recorded: what this deal alone did wrong. */
  readonly asRecorded: bigint;
  /** The right share on averages from corrected history: what the whole fault did. */
  readonly asShouldHaveBeen: bigint;
  readonly averageRecorded: string;
  /** The average that follows from recorded history. */
  readonly averageFollowing: string;
  /** The average that follows from corrected history. */
  readonly averageCorrected: string;
};

/** One deal replayed on both bases. */
export type ReplayedDeal = {
  readonly dealId: string;
  readonly closedOn: string;
  readonly currency: string;
  readonly lines: readonly ReplayedLine[];
  readonly certificates: {
    /** Recorded shares on recorded averages: why the deal is wrong, if it is. */
    readonly recorded: Certificate;
    readonly asRecorded: Certificate;
    readonly asShouldHaveBeen: Certificate;
  };
  readonly findings: readonly ReplayFinding[];
};

/**
 * Replays deals in closing order on both bases, one result per deal, holding no deal back.
 *
 * Order: by `closedOn`, then `dealId` by code point; deals of one day do not see each other.
 * Method: two histories grow side by side, of what was recorded and of what should have been.
 * @throws ASSERTION (bug) when deals come out of order, or a deal names an investor twice.
 * @throws INPUT_INVALID (rejected) when a recorded average is no amount.
 */
export function* replay(
  deals: Iterable<ReplayDeal>,
  openingHistory: ReadonlyMap<string, History>,
): Generator<ReplayedDeal> {
  const replayDeal = openReplay(openingHistory);
  for (const deal of deals) yield replayDeal(deal);
}

/** As `replay`, one deal a call, for callers whose deals arrive in pages. */
export function openReplay(
  openingHistory: ReadonlyMap<string, History>,
): (deal: ReplayDeal) => ReplayedDeal {
  const recorded = new Histories(openingHistory);
  const corrected = new Histories(openingHistory);
  let [today, lastDealId, closedToday]: [string, string, Closed[]] = ['', '', []];
  return (deal) => {
    checkOrder(deal, { closedOn: today, dealId: lastDealId });
    if (deal.closedOn > today) {
      for (const { line, currency } of closedToday) {
        const { investorId } = line;
        recorded.add({ investorId, currency, allocated: line.recorded });
        corrected.add({ investorId, currency, allocated: line.asShouldHaveBeen });
      }
      closedToday = [];
    }
    [today, lastDealId] = [deal.closedOn, deal.dealId];
    const replayed = replayOn(deal, { recorded, corrected });
    closedToday.push(...replayed.lines.map((line) => ({ line, currency: deal.currency })));
    return replayed;
  };
}

type Closed = { readonly line: ReplayedLine; readonly currency: string };

function replayOn(
  deal: ReplayDeal,
  histories: { recorded: Histories; corrected: Histories },
): ReplayedDeal {
  const { dealId, closedOn, currency, allocation, commitments } = deal;
  const correctedRows = commitments.map((row) => {
    return { ...row, average: histories.corrected.average(row.investorId, currency) };
  });
  const recordedAsks = toAsks(currency, commitments);
  const asRecorded = allocateCertified(allocation, recordedAsks);
  const isSame = correctedRows.every((row, index) => {
    return sameAverage(row.average, commitments[index]?.average ?? '');
  });
  const asShouldHaveBeen = isSame
    ? asRecorded
    : allocateCertified(allocation, toAsks(currency, correctedRows));
  const lines = commitments.map((row, index) => ({
    investorId: row.investorId,
    recorded: row.allocated,
    asRecorded: asRecorded.shares.get(row.investorId) ?? 0n,
    asShouldHaveBeen: asShouldHaveBeen.shares.get(row.investorId) ?? 0n,
    averageRecorded: row.average === '' ? '0' : row.average,
    averageFollowing: histories.recorded.average(row.investorId, currency),
    averageCorrected: correctedRows[index]?.average ?? '0',
  }));
  const shares = new Map(commitments.map((row) => [row.investorId, row.allocated]));
  const recorded = certify({ allocation, asks: recordedAsks, shares });
  return {
    dealId,
    closedOn,
    currency,
    lines,
    certificates: {
      recorded,
      asRecorded: asRecorded.certificate,
      asShouldHaveBeen: asShouldHaveBeen.certificate,
    },
    findings: replayFindings(lines, recorded),
  };
}

function allocateCertified(
  allocation: bigint,
  asks: readonly Ask[],
): { shares: Map<string, bigint>; certificate: Certificate } {
  const shares = prorate(allocation, asks);
  const certificate = certify({ allocation, asks, shares });
  assert(certificate.holds, 'prorate@1 failed its own certificate');
  return { shares, certificate };
}
