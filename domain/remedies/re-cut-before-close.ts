import {
  canActGate,
  computedGate,
  factGate,
  openQuestion,
  overHolders,
  perHolder,
  underHolders,
} from '../gates';
import { formatMinor } from '../money';
import { escrowAccount, investorAccount, planLine, type PlanLine } from '../plan-line';
import type { DealCase, Gate, Remedy, Terms } from '../remedy';

/**
 * R1: before the closing, the shares are cut again: excess leaves escrow, the rest is called.
 *
 * Ensures: escrow ends with exactly what the right shares come to.
 * Source: docs/remedies.md, R1.
 */
export const reCutBeforeClose: Remedy = {
  id: 'R1',
  name: 're-cut before close',
  terms: ({ facts }) => (facts.stage.value === 'escrow' ? terms : { ...terms, risk: late }),
  gates,
  lines: (deal) => [...refunds(deal), ...calls(deal)],
};

const terms: Terms = {
  gets: {
    over: 'the excess back from escrow before the closing',
    under: 'the right share, by paying the rest into escrow',
  },
  cost: 0n,
  cashNeed: 0n,
  consents: ['each holder may opt out of the changed terms'],
  days: 10,
  risk: { level: 'low', reason: 'nothing has closed; the closing waits until both legs are in' },
  silenceMeans: 'the holder stays in at the right share',
};

/** Cutting again what has closed, or may have, would undo what everybody has signed. */
const late: Terms['risk'] = {
  level: 'high',
  reason: 'only while the money is held: after the closing the shares are owned',
};

function gates(deal: DealCase): Gate[] {
  return [
    factGate({
      gate: 'escrow',
      fact: deal.facts.stage,
      opens: 'R1',
      passes: (stage) => stage === 'escrow',
      pass: 'The money is still held.',
      fail: 'The deal has closed.',
    }),
    optOutGate(deal),
    closingGate(deal),
    ...perHolder({
      holders: deal.holders,
      gate: 'can-act',
      fact: 'status',
      pass: 'Everybody on either side can act.',
      test: (holder) => canActGate(holder, 'R1'),
    }),
  ];
}

/** An opt-out not offered yet is something to do, not a reason against: it never fails. */
function optOutGate({ facts }: DealCase): Gate {
  const { opt_out_offered: offered } = facts;
  if (offered.value !== 'yes') {
    return openQuestion({ gate: 'opt-out', fact: offered, opens: 'R1' });
  }
  const says = 'Every holder has been offered to opt out.';
  return computedGate({ gate: 'opt-out', fact: offered.name, found: 'yes', passes: true, says });
}

/** A hold that does not stand yet is asked for again, not held against the remedy. */
function closingGate({ held }: DealCase): Gate {
  const asks = 'The closing is not on hold: make the hold stand, so that nothing closes meanwhile.';
  const fact = { name: 'hold', found: '', source: 'computed', owner: 'operations', asks } as const;
  if (!held) return openQuestion({ gate: 'closing-held', fact, opens: 'R1' });
  const says = 'The closing is on hold until refunds are out and calls are in.';
  return computedGate({ gate: 'closing-held', fact: 'hold', found: 'held', passes: true, says });
}

function refunds(deal: DealCase): PlanLine[] {
  return overHolders(deal).map(({ investor, delta }) => {
    const accounts = { payer: escrowAccount(deal.deal), payee: investorAccount(investor) };
    const computed = `excess of ${formatMinor(delta, deal.currency)} over the right share`;
    return planLine({ deal, investor, leg: 'refund', amount: delta, ...accounts, computed });
  });
}

function calls(deal: DealCase): PlanLine[] {
  return underHolders(deal).map(({ investor, delta }) => {
    const accounts = { payer: investorAccount(investor), payee: escrowAccount(deal.deal) };
    const computed = `shortfall of ${formatMinor(-delta, deal.currency)} to the right share`;
    return planLine({ deal, investor, leg: 'call', amount: -delta, ...accounts, computed });
  });
}
