import { computedGate } from '../gates';
import { lossAtMark, markOf } from '../mark';
import { formatMinor, parseMinor } from '../money';
import { firm, investorAccount, planLine, type PlanLine } from '../plan-line';
import type { DealCase, Gate, Holder, Remedy, Terms } from '../remedy';
import { standLine } from './compensate-in-cash';

/**
 * R9: differences below the floor stand, on record, and nothing of them stays with the firm.
 *
 * Method: what is owed is paid to whoever has payment details on file, the rest is one residue.
 * Ensures: the firm never keeps what it owes.
 * Source: docs/remedies.md, R9.
 */
export const letStand: Remedy = { id: 'R9', name: 'let stand', terms, gates, lines };

function terms(deal: DealCase): Terms {
  const cost = deal.holders.reduce((sum, holder) => sum + owedTo(deal, holder), 0n);
  return {
    gets: { over: 'keeps the units', under: 'what is owed, where it can be paid out' },
    cost,
    cashNeed: cost,
    consents: ['legal and customer success record the decision'],
    days: 5,
    risk: { level: 'low', reason: 'small by definition; the residue never stays with the firm' },
    silenceMeans: 'no answer is needed',
  };
}

/** Each difference and their sum, at cost or at what it has cost since, lie below the floor. */
function gates(deal: DealCase): Gate[] {
  const floor = floorOf(deal);
  const total = deal.holders.reduce((sum, holder) => sum + weightOf(deal, holder), 0n);
  const found = `${formatMinor(total, deal.currency)} in all`;
  const limit = `the floor of ${formatMinor(floor, deal.currency)} ${deal.currency}`;
  const passes = total < floor;
  const says = passes
    ? `All differences together stay below ${limit}.`
    : `Together they reach ${limit}; no holder has declined anything on record either.`;
  return [computedGate({ gate: 'below-floor', fact: 'differences', found, passes, says })];
}

function lines(deal: DealCase): PlanLine[] {
  const residue = deal.holders
    .filter(({ detailsOnFile }) => !detailsOnFile)
    .reduce((sum, holder) => sum + owedTo(deal, holder), 0n);
  const kept = deal.holders.flatMap((holder) => [standLine(deal, holder), ...paid(deal, holder)]);
  return residue === 0n ? kept : [...kept, residueLine(deal, residue)];
}

function paid(deal: DealCase, holder: Holder): PlanLine[] {
  const amount = owedTo(deal, holder);
  if (amount === 0n || !holder.detailsOnFile) return [];
  const { investor } = holder;
  const accounts = { payer: firm, payee: investorAccount(investor) };
  const computed = 'below the floor, and paid since payment details are on file';
  return [planLine({ deal, investor, leg: 'compensation', amount, ...accounts, computed })];
}

function residueLine(deal: DealCase, amount: bigint): PlanLine {
  const accounts = { payer: firm, payee: `residue:${deal.rules.residue}` };
  const computed = 'owed below the floor to investors without payment details on file';
  return planLine({ deal, investor: firm, leg: 'residue', amount, ...accounts, computed });
}

/** Without a mark the whole shortfall counts as owed, the reading that costs the firm more. */
function owedTo(deal: DealCase, { delta }: Holder): bigint {
  const mark = markOf(deal);
  if (mark !== 'unknown') return lossAtMark(delta, mark);
  return delta < 0n ? -delta : 0n;
}

function weightOf(deal: DealCase, holder: Holder): bigint {
  const [units, owed] = [holder.delta < 0n ? -holder.delta : holder.delta, owedTo(deal, holder)];
  return units > owed ? units : owed;
}

function floorOf({ rules, currency }: DealCase): bigint {
  const floor = Object.hasOwn(rules.floor, currency) ? rules.floor[currency] : undefined;
  return floor === undefined ? 0n : parseMinor(floor, currency);
}
