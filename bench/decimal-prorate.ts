import { Decimal } from 'decimal.js';
import type { DealColumns } from '../domain/kernel/deal-columns';

const Exact = Decimal.clone({ precision: 40, rounding: Decimal.ROUND_DOWN });

/** The rule as people write it with decimal.js: sorted, one pass, cut to units; a baseline only. */
export function decimalProrate({ allocation, requested, weights }: DealColumns): Decimal[] {
  const people = Array.from(requested, (request, place) => ({
    place,
    request: new Exact(request),
    weight: new Exact(weights[place] ?? 0),
  })).filter(({ weight }) => weight.gt(0));
  let left = new Exact(allocation);
  let weight = people.reduce((sum, person) => sum.add(person.weight), new Exact(0));
  const rated = people.map((person) => ({ ...person, rate: person.request.div(person.weight) }));
  rated.sort((a, b) => a.rate.comparedTo(b.rate));
  const shares = Array.from(requested, () => new Exact(0));
  const open = rated.filter((person) => {
    if (person.request.mul(weight).gt(left.mul(person.weight))) return true;
    shares[person.place] = person.request;
    left = left.sub(person.request);
    weight = weight.sub(person.weight);
    return false;
  });
  const cut = open.map((person) => {
    const exact = left.mul(person.weight).div(weight);
    const share = exact.floor();
    shares[person.place] = share;
    return { place: person.place, rest: exact.sub(share) };
  });
  cut.sort((a, b) => b.rest.comparedTo(a.rest) || a.place - b.place);
  const units = cut
    .reduce((sum, { rest }) => sum.add(rest), new Exact(0))
    .round()
    .toNumber();
  for (const { place } of cut.slice(0, units)) shares[place] = (shares[place] ?? left).add(1);
  return shares;
}
