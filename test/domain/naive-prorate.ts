import type { Ask } from '../../domain/prorate';

/** A fraction; nothing here is shared with the code under test. */
type Fraction = { num: bigint; den: bigint };

/**
 * The rule as the brief words it: hand out by weight, cut at requests, hand out what was cut again
 * to the rest, until nothing is cut; then newcomers, as equals; then cents.
 */
export function naiveProrate(allocation: bigint, asks: readonly Ask[]): Map<string, bigint> {
  const veterans = asks.filter((ask) => ask.average > 0n);
  const wanted = veterans.reduce((sum, ask) => sum + ask.requested, 0n);
  const newcomers = asks.filter((ask) => ask.average === 0n);
  const left = allocation > wanted ? allocation - wanted : 0n;
  return new Map([
    ...round(shareOut(allocation, veterans)),
    ...round(
      shareOut(
        left,
        newcomers.map((ask) => ({ ...ask, average: 1n })),
      ),
    ),
  ]);
}

function shareOut(allocation: bigint, asks: readonly Ask[]): Map<string, Fraction> {
  const shares = new Map<string, Fraction>();
  let [left, open] = [allocation, [...asks]];
  while (open.length > 0) {
    const weight = open.reduce((sum, ask) => sum + ask.average, 0n);
    const capped = open.filter((ask) => left * ask.average >= ask.requested * weight);
    if (capped.length === 0) {
      for (const { investorId, average } of open) {
        shares.set(investorId, { num: left * average, den: weight });
      }
      break;
    }
    for (const { investorId, requested } of capped) {
      shares.set(investorId, { num: requested, den: 1n });
      left -= requested;
    }
    open = open.filter((ask) => !capped.includes(ask));
  }
  return shares;
}

/** One unit at a time to the largest fraction cut off, the smaller id first. */
function round(shares: Map<string, Fraction>): Map<string, bigint> {
  const rounded = new Map([...shares].map(([id, { num, den }]) => [id, num / den]));
  const cut = [...shares].map(([id, { num, den }]) => ({ id, num: num % den, den }));
  const sum = cut.reduce(
    (all, { num, den }) => ({ num: all.num * den + num * all.den, den: all.den * den }),
    { num: 0n, den: 1n },
  );
  for (let units = sum.num / sum.den; units > 0n; units -= 1n) {
    let best = cut[0];
    for (const each of cut) {
      if (!best) break;
      const [ours, theirs] = [each.num * best.den, best.num * each.den];
      if (ours > theirs || (ours === theirs && each.id < best.id)) best = each;
    }
    if (!best) break;
    rounded.set(best.id, (rounded.get(best.id) ?? 0n) + 1n);
    best.num = -1n;
  }
  return rounded;
}
