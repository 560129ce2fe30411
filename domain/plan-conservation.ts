import { assert } from './assert';
import { parseMinor } from './money';
import {
  escrowAccount,
  firm,
  investorAccount,
  spvAccount,
  type Leg,
  type PlanLine,
} from './plan-line';

/**
 * Asserts that a deal's lines move no unit and no money that does not come from where it should.
 *
 * Ensures: per transfer, units out = units in = money called = money refunded; the vehicle's legs
 * balance; escrow ends at the right shares; only the firm pays for the error, and nobody pays
 * what another owes.
 * @throws ASSERTION (bug) when a line or a sum is not so.
 */
export function assertConserved(
  deal: { readonly deal: string; readonly currency: string; readonly imbalance: bigint },
  lines: readonly PlanLine[],
): void {
  for (const line of lines) {
    assert(line.deal === deal.deal, `a line of deal ${line.deal} stands in deal ${deal.deal}`);
    assert(line.currency === deal.currency, `${line.leg} of ${deal.deal} is in ${line.currency}`);
    assert(
      parseMinor(line.amount, line.currency) > 0n,
      `${line.leg} of ${deal.deal} moves nothing`,
    );
    assert(accountsFit(line), `${line.leg} of ${deal.deal} runs ${line.payer} to ${line.payee}`);
  }
  const spv = spvAccount(deal.deal);
  assertTransfers(lines, spv);
  const escrow = escrowAccount(deal.deal);
  const flows =
    sum(lines, { leg: 'refund', account: escrow }) - sum(lines, { leg: 'call', account: escrow });
  const recut = lines.some(({ payer, payee }) => payer === escrow || payee === escrow);
  const expected = recut ? deal.imbalance : 0n;
  assert(flows === expected, `${escrow}: expected ${expected} to leave, found ${flows}`);
}

function assertTransfers(lines: readonly PlanLine[], spv: string): void {
  const bySequence = new Map<number, PlanLine[]>();
  for (const line of lines.filter(({ leg }) => movesUnits.has(leg))) {
    const same = bySequence.get(line.sequence);
    if (same === undefined) bySequence.set(line.sequence, [line]);
    else same.push(line);
  }
  for (const [sequence, same] of bySequence) {
    const [out, into] = [sum(same, { leg: 'transfer-out' }), sum(same, { leg: 'transfer-in' })];
    // Refunds and calls of a deal that has not closed pass by the vehicle: all four are 0.
    const paid = (['call', 'refund'] as const).map((leg) => sum(same, { leg, account: spv }));
    const equal = [into, ...paid].every((amount) => amount === out);
    assert(equal, `transfer ${sequence}: out ${out}, in ${into}, paid ${paid.join(' and ')}`);
  }
}

const movesUnits = new Set<Leg>(['transfer-out', 'transfer-in', 'call', 'refund']);

/** Adds up one leg, where an account is given only what that account pays or is paid. */
function sum(lines: readonly PlanLine[], { leg, account }: { leg: Leg; account?: string }): bigint {
  return lines
    .filter((line) => line.leg === leg)
    .filter(({ payer, payee }) => account === undefined || payer === account || payee === account)
    .reduce((total, { amount, currency }) => total + parseMinor(amount, currency), 0n);
}

function accountsFit({ deal, investor, leg, payer, payee }: PlanLine): boolean {
  const [vehicles, own] = [[spvAccount(deal), escrowAccount(deal)], investorAccount(investor)];
  switch (leg) {
    case 'compensation':
    case 'interest':
    case 'repurchase':
      return payer === firm && payee === own;
    case 'refund':
      return vehicles.includes(payer) && payee === own;
    case 'call':
      return payer === own && vehicles.includes(payee);
    case 'residue':
      return payer === firm && payee.startsWith('residue:') && payee !== 'residue:firm';
    case 'transfer-out':
    case 'transfer-in':
    case 'let-stand':
      return payer === '' && payee === '';
  }
}
