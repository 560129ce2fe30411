import { canActGate, computedGate, factGate, perHolder } from '../gates';
import { exposureAt, interestFor, lossAtMark, lossText, markOf } from '../mark';
import { formatMinor, parseScaled, type Scaled } from '../money';
import { firm, investorAccount, planLine, type PlanLine } from '../plan-line';
import type { Assumption, DealCase, Gate, Holder, Remedy, Terms } from '../remedy';

/**
 * R8: positions stand, and the firm pays in cash for what the wrong number of units has cost.
 *
 * Ensures: nothing is ever collected from anybody; interest runs on the compensation only.
 * Source: docs/remedies.md, R8: mark 3.00 and a shortfall of 3,540.64 are 7,081.28.
 */
export const compensateInCash: Remedy = {
  id: 'R8',
  name: 'cash compensation, positions stand',
  terms,
  gates,
  lines,
  assumptions,
};

function terms(deal: DealCase): Terms {
  const mark = markOf(deal);
  const cost = mark === 'unknown' ? null : totalDue(deal, mark);
  return {
    gets: {
      over: 'keeps the units; below cost, the loss on the excess in cash',
      under: 'the gain missed on the shortfall in cash; nothing below cost',
    },
    cost,
    cashNeed: cost,
    consents: [],
    days: 5,
    risk: { level: 'low', reason: 'rests on the mark; nobody is asked to give up or pay anything' },
    silenceMeans: 'no answer is needed',
    exposure: exposureOf(deal),
  };
}

/** How the cost would move with the mark, which is what a dispute about the mark is about. */
function exposureOf({ holders, currency }: DealCase): { mark: string; cost: string }[] {
  const deltas = holders.map(({ delta }) => delta);
  return ['0.20', '0.50', '1.00', '2.00', '3.00'].map((mark) => {
    return { mark, cost: formatMinor(exposureAt(deltas, parseScaled(mark)), currency) };
  });
}

function gates(deal: DealCase): Gate[] {
  const { mark, mark_source: source, mark_accepted: accepted } = deal.facts;
  const known = factGate({
    gate: 'mark-known',
    fact: mark,
    opens: 'R8',
    passes: () => true,
    pass: 'What the position is worth is known.',
    fail: '',
  });
  const sourced = factGate({
    gate: 'mark-sourced',
    fact: source,
    opens: 'R8',
    passes: () => true,
    pass: 'The mark has a source.',
    fail: '',
  });
  const byFirm = source.value === 'firm';
  const acceptance = factGate({
    gate: 'mark-accepted',
    fact: accepted,
    opens: 'R8',
    passes: (value) => value === 'yes',
    pass: 'Legal accepts the firm’s own mark.',
    fail: 'Legal does not accept the firm’s own mark: an independent one is needed.',
  });
  return [known, sourced, ...(byFirm ? [acceptance] : []), ...payable(deal)];
}

/** Those who are owed something must be able to take it; the others' positions just stand. */
function payable(deal: DealCase): Gate[] {
  const mark = markOf(deal);
  if (mark === 'unknown') return [];
  const owed = deal.holders.filter(({ delta }) => lossAtMark(delta, mark) > 0n);
  if (owed.length === 0) {
    const says = 'At this mark nobody has lost anything, so nothing is owed.';
    return [computedGate({ gate: 'can-act', fact: 'status', found: '', passes: true, says })];
  }
  return perHolder({
    holders: owed,
    gate: 'can-act',
    fact: 'status',
    pass: 'Everybody who is owed something can take it.',
    test: (holder) => canActGate(holder, 'R8'),
  }).map((gate) => (gate.result === 'pass' ? gate : { ...gate, rowOnly: true }));
}

function lines(deal: DealCase): PlanLine[] {
  const mark = markOf(deal);
  return mark === 'unknown'
    ? []
    : deal.holders.flatMap((holder) => linesFor(deal, { ...holder, mark }));
}

function linesFor(deal: DealCase, holder: Holder & { mark: Scaled }): PlanLine[] {
  const { investor, delta, mark } = holder;
  const loss = lossAtMark(delta, mark);
  if (loss === 0n) return [standLine(deal, holder)];
  const paid = { deal, investor, payer: firm, payee: investorAccount(investor) };
  const computed = lossText({ holder, mark, currency: deal.currency });
  const compensation = planLine({ ...paid, leg: 'compensation', amount: loss, computed });
  const interest = interestFor(deal, { principal: loss, from: interestFrom(deal) });
  if (interest.amount === 0n) return [compensation];
  return [compensation, planLine({ ...paid, leg: 'interest', ...interest })];
}

/** The line of a position that stays as it is: nothing moves, and that is on record. */
export function standLine(deal: DealCase, { investor, delta }: Holder): PlanLine {
  const units = formatMinor(delta < 0n ? -delta : delta, deal.currency);
  const computed = delta > 0n ? `keeps the excess of ${units}` : `shortfall of ${units} stands`;
  const amount = delta < 0n ? -delta : delta;
  return planLine({ deal, investor, leg: 'let-stand', amount, payer: '', payee: '', computed });
}

function totalDue(deal: DealCase, mark: Scaled): bigint {
  return deal.holders.reduce((sum, { delta }) => {
    const principal = lossAtMark(delta, mark);
    return sum + principal + interestFor(deal, { principal, from: interestFrom(deal) }).amount;
  }, 0n);
}

/** Without a date of the mark, interest runs from the earliest day it can be of: the closing. */
function interestFrom({ facts, closedOn }: DealCase): string {
  return facts.mark_on.value === 'unknown' ? closedOn : facts.mark_on.value;
}

function assumptions(deal: DealCase): Assumption[] {
  const mark = markOf(deal);
  if (mark === 'unknown' || deal.facts.mark_on.value !== 'unknown') return [];
  if (deal.holders.every(({ delta }) => lossAtMark(delta, mark) === 0n)) return [];
  const because = 'interest runs from the earliest day the mark can be of';
  const assumed = deal.closedOn;
  return [{ deal: deal.deal, fact: 'mark_on', assumed, effect: 'beneficial', because }];
}
