/**
 * The faulty rules of docs/allocation.md written a second time, in fractions and round by round as
 * the table tells them, to be planted into made histories.
 */
import { Buffer } from 'node:buffer';

const gcd = (a, b) => (b === 0n ? a : gcd(b, a % b));
const of = (top, bottom = 1n) => {
  const shared = gcd(top, bottom) || 1n;
  return { top: top / shared, bottom: bottom / shared };
};
const plus = (a, b) => of(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
const minus = (a, b) => of(a.top * b.bottom - b.top * a.bottom, a.bottom * b.bottom);
const times = (a, b) => of(a.top * b.top, a.bottom * b.bottom);
const over = (a, b) => of(a.top * b.bottom, a.bottom * b.top);
const less = (a, b) => a.top * b.bottom < b.top * a.bottom;
const lesser = (a, b) => (less(a, b) ? a : b);
const floor = ({ top, bottom }) => top / bottom;
const total = (fractions) => fractions.reduce(plus, of(0n));
const nothing = of(0n);
const before = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/**
 * Hands out and hands on: `weights(round, person)` says by what each round divides, `rounds` how
 * many there are. What is left over after the last is stranded.
 */
function handOut(budget, people, { weights, rounds = Infinity }) {
  const got = new Map(people.map(({ id }) => [id, nothing]));
  let open = people;
  let pool = of(budget);
  for (let round = 0; round < rounds && less(nothing, pool) && open.length > 0; round += 1) {
    const all = total(open.map((person) => weights(round, person)));
    if (all.top === 0n) break;
    for (const person of open) {
      got.set(person.id, plus(got.get(person.id), over(times(pool, weights(round, person)), all)));
    }
    pool = nothing;
    const capped = open.filter(({ id, cap }) => !less(got.get(id), cap));
    for (const { id, cap } of capped) {
      pool = plus(pool, minus(got.get(id), cap));
      got.set(id, cap);
    }
    open = open.filter((person) => !capped.includes(person));
  }
  return { got, open: new Set(open.map(({ id }) => id)) };
}

/** Whole units: what was given out, cut, then a unit each to the largest parts cut off. */
function byLargestParts({ got }) {
  const parts = [...got].map(([id, share]) => ({
    id,
    units: floor(share),
    cut: minus(share, of(floor(share))),
  }));
  let left = floor(total([...got.values()])) - parts.reduce((sum, { units }) => sum + units, 0n);
  const order = parts.toSorted((a, b) =>
    less(a.cut, b.cut) ? 1 : less(b.cut, a.cut) ? -1 : before(a.id, b.id),
  );
  return new Map(order.map(({ id, units }) => [id, units + (left-- > 0n ? 1n : 0n)]));
}

/** Whole units, the ones left over to people still open, from the top of the list or its bottom. */
const byPosition =
  (turn) =>
  ({ got, open }) => {
    const units = new Map([...got].map(([id, share]) => [id, floor(share)]));
    let left =
      floor(total([...got.values()])) - [...units.values()].reduce((sum, each) => sum + each, 0n);
    for (const id of turn([...got.keys()])) {
      if (left > 0n && open.has(id)) [left] = [left - 1n, units.set(id, units.get(id) + 1n)];
    }
    return units;
  };

/** Every share by itself, halves to even. */
function eachByItself({ got }) {
  return new Map(
    [...got].map(([id, share]) => {
      const [down, rest] = [floor(share), minus(share, of(floor(share)))];
      const half = of(1n, 2n);
      const up = less(half, rest) || (!less(rest, half) && down % 2n === 1n);
      return [id, down + (up ? 1n : 0n)];
    }),
  );
}

const byAverage = (_, person) => person.weight;
const byRequest = (_, person) => of(person.asks);

/** Each rule in what it does otherwise; `order` is that of the table in docs/allocation.md. */
const rules = {
  'prorate@1': {},
  'single-redistribution': { weights: byAverage, rounds: 2 },
  'drifting-weights': {
    weights: (round, person) => (round < 2 ? byAverage : byRequest)(round, person),
  },
  'request-weights': {
    weights: (round, person) => (round < 1 ? byAverage : byRequest)(round, person),
  },
  'round-each': { round: eachByItself },
  'residual-first': { round: byPosition((ids) => ids) },
  'residual-last': { round: byPosition((ids) => ids.toReversed()) },
  'cap-at-average': { capped: true },
  'zero-starved': { starved: true },
};

/** Names of the rules that can be planted. Order: of the catalogue. */
export const ruleNames = Object.keys(rules);

/** What a rule gives: shares by investor in minor units; rows in the order of the import. */
export function planted(name, { allocation, rows }) {
  const rule = rules[name];
  const people = rows.map(({ investor, requested, average }) => {
    const cap = rule.capped === true ? lesser(of(requested), average) : of(requested);
    return { id: investor, asks: requested, cap, weight: average };
  });
  const known = people.filter(({ weight }) => weight.top > 0n);
  const newcomers = people
    .filter(({ weight }) => weight.top === 0n)
    .map((each) => {
      return { ...each, cap: of(each.asks), weight: of(1n) };
    });
  const wanted = known.reduce((sum, { asks }) => sum + asks, 0n);
  const all = wanted + newcomers.reduce((sum, { asks }) => sum + asks, 0n);
  const usual = { weights: byAverage, rounds: Infinity, round: byLargestParts };
  const faulty = { ...usual, ...rule };
  // Cascades go wrong only where something has to be shared out.
  const first = all <= allocation ? { ...faulty, weights: byAverage, rounds: Infinity } : faulty;
  const shares = faulty.round(handOut(allocation, known, first));
  const left = allocation > wanted ? allocation - wanted : 0n;
  const rest =
    rule.starved === true
      ? new Map(newcomers.map(({ id }) => [id, 0n]))
      : faulty.round(handOut(left, newcomers, usual));
  return new Map([...shares, ...rest]);
}

/** A share that is an exact number of minor units, from a whole number of 10^-decimals of them. */
export const fraction = of;
