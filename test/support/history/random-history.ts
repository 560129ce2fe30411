import type { DiagnosableDeal } from '../../../domain/diagnose';
import type { History } from '../../../domain/histories';
import { addDays } from '../../../domain/calendar';
import { formatMinor } from '../../../domain/money';
import { recordHistory, type Offer } from '../../domain/platform-history';
import type { PlatformHistory } from './history-folder';

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const currencies = ['USD', 'JPY', 'KWD'];
/** What went live in turn: right, then two faults one after the other, then right again. */
const versions = ['prorate@1', 'drifting-weights', 'single-redistribution', 'prorate@1'];

/**
 * A history with two planted faults, deals on the same day, ties, newcomers, three currencies and
 * here and there an average that follows from nothing.
 */
export function randomHistory(
  seed: number,
  { deals = 24, misremembering = true }: { deals?: number; misremembering?: boolean } = {},
): PlatformHistory {
  const pick = seeded(seed);
  const people = Array.from({ length: 9 }, (_, index) => `P${index}`);
  const start = new Map<string, History>();
  for (const id of people) {
    if (pick(3) === 0) continue; // No history at all.
    const total = BigInt(1 + pick(4)) * 1_000_000n;
    start.set(id, { total, count: 1 + pick(3), currency: currencies[pick(3)] ?? 'USD' });
  }
  let closedOn = '2024-01-01';
  const offers = Array.from({ length: deals }, (_, index): Offer => {
    if (pick(4) > 0) closedOn = addDays(closedOn, 1 + pick(20));
    const currency = currencies[pick(3)] ?? 'USD';
    const version = Math.floor((index * versions.length) / deals);
    const asking = people.filter(() => pick(4) > 0);
    const requests = asking.map((id) => [id, formatMinor(units(pick), currency)]);
    return {
      dealId: `D${String(index).padStart(3, '0')}`,
      closedOn,
      currency,
      rule: versions[version] ?? 'prorate@1',
      ruleVersion: `v${version + 1}`,
      allocation: formatMinor(units(pick) * BigInt(1 + pick(5)), currency),
      requests: Object.fromEntries(requests) as Record<string, string>,
    };
  });
  const recorded = recordHistory(offers, start);
  if (!misremembering) return { start, deals: recorded };
  return { start, deals: recorded.map((deal) => (pick(8) === 0 ? misremembered(deal) : deal)) };
}

/** Few distinct amounts, so that ties happen; some odd ones, so that units are left over. */
function units(pick: (below: number) => number): bigint {
  return pick(3) === 0 ? BigInt(1 + pick(999_983)) : BigInt(1 + pick(6)) * 50_000n;
}

function misremembered(deal: DiagnosableDeal): DiagnosableDeal {
  const commitments = deal.commitments.map((row, index) => {
    return index === 0 ? { ...row, average: '12345.678901' } : row;
  });
  return { ...deal, commitments };
}
