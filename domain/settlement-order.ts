import { assert } from './assert';
import { parseMinor } from './money';
import type { PlanLine } from './plan-line';

/** Units of a deal that go from one holder to another. Units: `amount` is minor units at cost. */
export type Transfer = {
  readonly deal: string;
  readonly from: string;
  readonly to: string;
  readonly sequence: number;
  readonly amount: bigint;
  readonly currency: string;
};

/** What a plan's lines ask for: money out, money in, and units from holder to holder. */
export type Settlement = {
  readonly payments: readonly PlanLine[];
  readonly calls: readonly PlanLine[];
  readonly transfers: readonly Transfer[];
};

/**
 * Sorts a plan's lines into what is to be paid, called in and transferred.
 *
 * Order: as the lines. Lines of a branch of an election are not due by themselves and stay out.
 * @throws ASSERTION (bug) when an investor is to pay for anything but a call, or when units out
 * and units in of one transfer are not the same.
 */
export function settlementOf(lines: readonly PlanLine[]): Settlement {
  const due = lines.filter((line) => line.when === 'always');
  const calls = due.filter(({ leg }) => leg === 'call');
  const payments = due.filter(({ leg, payer }) => leg !== 'call' && payer !== '');
  for (const { payer, leg, deal } of payments) {
    assert(!payer.startsWith('investor:'), `${leg} of ${deal} would be paid by ${payer}`);
  }
  return { payments, calls, transfers: transfersOf(due) };
}

function transfersOf(lines: readonly PlanLine[]): Transfer[] {
  const ins = new Map<string, PlanLine>();
  for (const line of lines.filter(({ leg }) => leg === 'transfer-in')) {
    assert(!ins.has(transferOf(line)), `${transferOf(line)} goes to two holders`);
    ins.set(transferOf(line), line);
  }
  const outs = lines.filter(({ leg }) => leg === 'transfer-out');
  assert(outs.length === ins.size, `${outs.length} transfers go out, ${ins.size} come in`);
  return outs.map((out) => {
    const into = ins.get(transferOf(out));
    const same = into?.amount === out.amount && into.currency === out.currency;
    assert(into !== undefined && same, `${transferOf(out)}: units out are not units in`);
    const { deal, sequence, currency } = out;
    const amount = parseMinor(out.amount, currency);
    return { deal, from: out.investor, to: into.investor, sequence, amount, currency };
  });
}

const transferOf = ({ deal, sequence }: { deal: string; sequence: number }): string =>
  `transfer ${sequence} of ${deal}`;

/** How the transfer of a refund's deal and sequence stands; `none` where the plan has none. */
export type TransferStanding = 'none' | 'open' | 'confirmed';

/**
 * Why a payment may not go out yet, or nothing when it may.
 *
 * Ensures: a vehicle returns capital only for units that the register has confirmed to have moved;
 * escrow, where nothing has closed, and the firm, which pays for its error, wait for nobody.
 */
export function whyPaymentWaits(
  { leg, payer, sequence }: Pick<PlanLine, 'leg' | 'payer' | 'sequence'>,
  transfer: TransferStanding,
): string | undefined {
  if (leg !== 'refund' || !payer.startsWith('spv:')) return undefined;
  if (transfer === 'confirmed') return undefined;
  if (transfer === 'open') return `the register has not confirmed transfer ${sequence} yet`;
  return 'nobody replaces the capital: the plan has no transfer for this refund';
}
