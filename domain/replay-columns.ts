import { assert } from './assert';
import { nextDifference, type Averages } from './averages';
import { divideDeal, recordedHolds, type DividedDeal } from './divided-deal';
import { HistoryColumns } from './history-columns';
import type { History } from './histories';
import type { RecordedDeal } from './recorded-deal';
import { checkOrder, type Standing } from './replay-order';

/** One deal replayed on both bases, in columns. Units: minor units. */
export type ReplayedColumns = {
  readonly deal: RecordedDeal;
  /** Whether every recorded share is the right one on the averages as they were recorded. */
  readonly isRight: boolean;
  /** On the averages as they were recorded: what this deal alone did wrong. */
  readonly asRecorded: DividedDeal;
  /** On averages from corrected history; the same object where those are the recorded ones. */
  readonly asShouldHaveBeen: DividedDeal;
  /** The averages that follow from recorded history, and where recorded ones are others. */
  readonly following: Averages;
  readonly mismatched: readonly number[];
};

/** What somebody's allocations came to before a replay that goes on in the middle. */
export type CarriedHistory = {
  readonly rank: number;
  readonly currency: string;
  /** Of the day on which the replay goes on: unseen by the other deals of that day. */
  readonly isToday: boolean;
  readonly recorded: { readonly total: bigint; readonly count: number };
  readonly corrected: { readonly total: bigint; readonly count: number };
};

/** Where a replay starts: who there is, by code point, what they had, and what went before. */
export type ReplayStart = {
  readonly people: readonly string[];
  readonly opening: ReadonlyMap<string, History>;
  readonly before?: { readonly last: Standing; readonly carried: Iterable<CarriedHistory> };
};

/**
 * As `openReplay`, in columns, and able to go on where an earlier replay stopped.
 *
 * Order: by `closedOn`, then `dealId` by code point; deals of one day do not see each other.
 * Ensures: rule and certificate, written apart from each other, agree on every deal.
 * @throws ASSERTION (bug) when they do not, or when deals come out of order.
 */
export function openColumnReplay(start: ReplayStart): (deal: RecordedDeal) => ReplayedColumns {
  const { people } = start;
  const histories = openHistories(start);
  let last: Standing = start.before?.last ?? { closedOn: '', dealId: '' };
  return (deal) => {
    checkOrder(deal, last);
    if (deal.closedOn > last.closedOn) histories.endOfDay();
    last = { closedOn: deal.closedOn, dealId: deal.dealId };
    const { currency, ranks, averages, allocated } = deal;
    const { following, corrected } = histories.averages(currency, ranks);
    const asRecorded = divideDeal(deal, { averages, people });
    const count = ranks.length;
    const isSame = nextDifference([averages, corrected], { from: 0, count }) < 0;
    const asShouldHaveBeen = isSame
      ? asRecorded
      : divideDeal(deal, { averages: corrected, people });
    histories.closed(deal, asShouldHaveBeen.shares);
    const isRight = sameShares(allocated, asRecorded.shares);
    assert(
      recordedHolds(deal, people) === isRight,
      `rule and certificate disagree on ${deal.dealId}`,
    );
    const mismatched = differences([averages, following], count);
    return { deal, isRight, asRecorded, asShouldHaveBeen, following, mismatched };
  };
}

type Closed = { readonly deal: RecordedDeal; readonly corrected: Float64Array };

/** Two histories that grow side by side, of what was recorded and of what should have been. */
function openHistories({ people, opening, before }: ReplayStart) {
  const recorded = new HistoryColumns(people, opening);
  const corrected = new HistoryColumns(people, opening);
  const grow = ({ rank, currency, ...both }: CarriedHistory) => {
    recorded.grow({ rank, currency, ...both.recorded });
    corrected.grow({ rank, currency, ...both.corrected });
  };
  let carriedToday: CarriedHistory[] = [];
  let closedToday: Closed[] = [];
  for (const carried of before?.carried ?? []) {
    if (carried.isToday) carriedToday.push(carried);
    else grow(carried);
  }
  return {
    averages: (currency: string, ranks: Uint32Array) => ({
      following: recorded.averages(currency, ranks),
      corrected: corrected.averages(currency, ranks),
    }),
    closed: (deal: RecordedDeal, shares: Float64Array) => {
      closedToday.push({ deal, corrected: shares });
    },
    endOfDay() {
      carriedToday.forEach(grow);
      for (const { deal, corrected: allocated } of closedToday) {
        recorded.add(deal);
        corrected.add({ currency: deal.currency, ranks: deal.ranks, allocated });
      }
      [carriedToday, closedToday] = [[], []];
    },
  };
}

function sameShares(ours: Float64Array, theirs: Float64Array): boolean {
  return ours.every((share, place) => share === theirs[place]);
}

function differences(pair: readonly [Averages, Averages], count: number): number[] {
  const places: number[] = [];
  for (let from = 0; ; from = (places.at(-1) ?? 0) + 1) {
    const place = nextDifference(pair, { from, count });
    if (place < 0) return places;
    places.push(place);
  }
}
