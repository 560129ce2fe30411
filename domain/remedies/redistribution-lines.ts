import { assert } from '../assert';
import { overHolders, underHolders } from '../gates';
import { interestFor, lossAtMark, markOf, markText } from '../mark';
import { formatMinor } from '../money';
import { firm, investorAccount, planLine, spvAccount, type PlanLine } from '../plan-line';
import type { DealCase, Holder } from '../remedy';

type Pair = { readonly over: Holder; readonly under: Holder; readonly units: bigint };

/** Matches excess to shortfall, both sides by investor id, until one side is used up. */
function pairsOf(deal: DealCase): Pair[] {
  const pairs: Pair[] = [];
  const queue = underHolders(deal).map((holder) => ({ holder, left: -holder.delta }));
  const short = queue.reverse(); // The next one is taken off the end.
  for (const over of overHolders(deal)) {
    for (let left = over.delta; left > 0n;) {
      const next = short.at(-1);
      assert(next !== undefined, 'excess and shortfall are the same sum');
      const units = left < next.left ? left : next.left;
      pairs.push({ over, under: next.holder, units });
      left -= units;
      next.left -= units;
      if (next.left === 0n) short.pop();
    }
  }
  return pairs;
}

/**
 * Writes the lines of a redistribution: per transfer units out and in, call and refund under one
 * sequence, then per holder what the firm adds.
 *
 * Order: transfers are numbered by over-holder, then under-holder, both by code point.
 * Ensures: none where excess and shortfall are not the same sum.
 */
export function redistributionLines(deal: DealCase): PlanLine[] {
  if (deal.imbalance !== 0n) return [];
  const moved = pairsOf(deal).flatMap((pair, index) =>
    pairLines(deal, { ...pair, sequence: index + 1 }),
  );
  return [...moved, ...deal.holders.flatMap((holder) => firmLines(deal, holder))];
}

function pairLines(deal: DealCase, pair: Pair & { sequence: number }): PlanLine[] {
  const { sequence } = pair;
  const [from, to] = [pair.over.investor, pair.under.investor];
  const spv = spvAccount(deal.deal);
  const text = (amount: bigint) => formatMinor(amount, deal.currency);
  const units = text(pair.units);
  const share = { deal, amount: pair.units, sequence };
  const nobody = { payer: '', payee: '' };
  const paid = `${units} of units at cost, transfer ${sequence} of this deal`;
  return [
    planLine({
      ...share,
      ...nobody,
      investor: from,
      leg: 'transfer-out',
      computed: `gives ${units} of the excess of ${text(pair.over.delta)}`,
    }),
    planLine({
      ...share,
      ...nobody,
      investor: to,
      leg: 'transfer-in',
      computed: `gets ${units} of the shortfall of ${text(-pair.under.delta)}`,
    }),
    planLine({
      ...share,
      investor: to,
      leg: 'call',
      payer: investorAccount(to),
      payee: spv,
      computed: paid,
    }),
    planLine({
      ...share,
      investor: from,
      leg: 'refund',
      payer: spv,
      payee: investorAccount(from),
      computed: paid,
    }),
  ];
}

function firmLines(deal: DealCase, holder: Holder): PlanLine[] {
  const { investor, delta } = holder;
  const paid = { deal, investor, payer: firm, payee: investorAccount(investor) };
  const made: PlanLine[] = [];
  const difference = differenceFor(deal, holder);
  if (difference > 0n) {
    const computed = `units move at cost, mark ${markOfText(deal)}: the firm pays the difference`;
    made.push(planLine({ ...paid, leg: 'compensation', amount: difference, computed }));
  }
  const capital = { principal: delta > 0n ? delta : 0n, from: deal.closedOn };
  const interest = interestFor(deal, capital);
  if (interest.amount > 0n) made.push(planLine({ ...paid, leg: 'interest', ...interest }));
  return made;
}

/**
 * What moving units at cost would take from a holder, for the firm to pay: it turns the sides
 * round, above cost the giver loses, below it the taker.
 */
export function differenceFor(deal: DealCase, { delta }: Holder): bigint {
  const mark = markOf(deal);
  return mark === 'unknown' ? 0n : lossAtMark(-delta, mark);
}

function markOfText(deal: DealCase): string {
  const mark = markOf(deal);
  assert(mark !== 'unknown', 'a difference needs a mark');
  return markText(mark);
}
