/**
 * A program of its own: what everybody should have got, from an import folder and from the
 * definitions of docs/allocation.md alone. It shares no line with the product, does nothing clever,
 * and works with whole numbers of any size.
 *
 *     node test/outsider/exact-impact.mjs FOLDER
 *
 * prints {"deals","commitments","lines":[…],"mismatches":[…]}: lines as `makewhole scan --lines`.
 */
import { argv, stdout } from 'node:process';
import { averageDecimals, averageOf, inClosingOrder } from './averages.mjs';
import { byId, exponentOf, readFolder, textOf, wholeOf } from './folder.mjs';

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0n);
const least = (a, b) => (a < b ? a : b);

/**
 * Everybody's share of `budget` within one tier, as the definition reads: somebody is capped when
 * at the rate that meets their request all requests together fit into the budget.
 */
function tierShares(budget, people) {
  const capped = people.map(({ asks, weight }) => {
    return (
      sum(people.map((other) => least(other.asks * weight, asks * other.weight))) <= budget * weight
    );
  });
  const open = people.filter((_, index) => !capped[index]);
  const left = budget - sum(people.filter((_, index) => capped[index]).map(({ asks }) => asks));
  const weights = sum(open.map(({ weight }) => weight));
  const parts = open.map(({ id, weight }) => ({
    id,
    floor: (left * weight) / weights,
    cut: (left * weight) % weights,
  }));
  const units = left - sum(parts.map(({ floor }) => floor));
  const goesBefore = (a, b) => a.cut > b.cut || (a.cut === b.cut && byId(a, b) < 0);
  const shares = new Map(people.map(({ id, asks }) => [id, asks]));
  for (const part of parts) {
    const before = BigInt(parts.filter((other) => goesBefore(other, part)).length);
    shares.set(part.id, part.floor + (before < units ? 1n : 0n));
  }
  return shares;
}

/** The right shares of a deal; `averages` by investor in units of 10^-20. */
export function rightShares(allocation, rows, averages) {
  const people = rows.map(({ investor, requested }) => {
    return { id: investor, asks: requested, weight: averages.get(investor) };
  });
  const known = people.filter(({ weight }) => weight > 0n);
  const newcomers = people
    .filter(({ weight }) => weight === 0n)
    .map((each) => ({ ...each, weight: 1n }));
  const wanted = sum(known.map(({ asks }) => asks));
  const first = tierShares(least(allocation, wanted), known);
  const left = allocation > wanted ? allocation - wanted : 0n;
  const second = tierShares(least(left, sum(newcomers.map(({ asks }) => asks))), newcomers);
  return new Map([...first, ...second]);
}

/** All that is wrong in a history: lines by deal and investor, and averages that do not follow. */
export function exactImpact({ deals, investors, commitments }) {
  const people = (histories) =>
    new Map(investors.map(({ id, opening }) => [id, { opening, past: histories.get(id) }]));
  const empty = () => new Map(investors.map(({ id }) => [id, []]));
  const [recorded, corrected] = [empty(), empty()];
  const [asItWas, asItShould] = [people(recorded), people(corrected)];
  const [lines, mismatches] = [[], []];
  for (const deal of inClosingOrder(deals)) {
    const rows = commitments.get(deal.id) ?? [];
    const averages = (read) => new Map(rows.map((row) => [row.investor, read(row)]));
    const onFile = averages(({ average }) =>
      wholeOf(average === '' ? '0' : average, averageDecimals),
    );
    const following = averages(({ investor }) => averageOf(asItWas.get(investor), deal));
    const should = averages(({ investor }) => averageOf(asItShould.get(investor), deal));
    const alone = rightShares(deal.allocation, rows, onFile);
    const whole = rightShares(deal.allocation, rows, should);
    for (const { investor, average, allocated } of rows) {
      const [on, currency] = [deal.closedOn, deal.currency];
      recorded.get(investor).push({ on, currency, got: allocated });
      corrected.get(investor).push({ on, currency, got: whole.get(investor) });
      if (onFile.get(investor) !== following.get(investor)) {
        const says = textOf(following.get(investor), averageDecimals).replace(/\.?0+$/, '');
        mismatches.push({ deal: deal.id, investor, recorded: average, following: says });
      }
      const right = { asRecorded: alone.get(investor), asShouldHaveBeen: whole.get(investor) };
      if (Object.values(right).every((share) => share === allocated)) continue;
      lines.push(lineOf({ deal, investor, allocated, right }));
    }
  }
  return {
    deals: deals.length,
    commitments: [...commitments.values()].flat().length,
    lines,
    mismatches,
  };
}

function lineOf({ deal, investor, allocated, right }) {
  const show = (minor) => textOf(minor, exponentOf(deal.currency));
  const both = (each) => ({
    asRecorded: show(each(right.asRecorded)),
    asShouldHaveBeen: show(each(right.asShouldHaveBeen)),
  });
  return {
    deal: deal.id,
    investor,
    currency: deal.currency,
    recorded: show(allocated),
    shouldBe: both((share) => share),
    delta: both((share) => allocated - share),
  };
}

if (import.meta.filename === argv[1])
  stdout.write(`${JSON.stringify(exactImpact(readFolder(argv[2])))}\n`);
