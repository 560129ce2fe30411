import type { Command } from 'commander';
import type { PaymentRow } from '../../activities/ports/payment-ledger';
import { readableMoney } from '../../domain/grouped';
import { formatMinor } from '../../domain/money';
import { action, show } from '../command-io';
import { groupOf } from '../signing-options';
import { textTable } from '../text-table';
import { withSettlement } from '../with-settlement';

/** A payment as other programs read it. */
function lineOf({ deal, investor, leg, amount, currency, ...row }: PaymentRow) {
  const { state, key, attempts, reference } = row;
  const money = formatMinor(amount, currency);
  return { deal, investor, leg, amount: money, currency, state, key, attempts, reference };
}

/** How many payments are in each state, and what has been paid per currency. */
function paymentCounts(rows: readonly PaymentRow[]) {
  const of = (...states: string[]) => rows.filter(({ state }) => states.includes(state));
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of of('settled')) {
    sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  }
  const totals = [...sums].map(
    ([currency, sum]) => [currency, formatMinor(sum, currency)] as const,
  );
  return {
    settled: of('settled').length,
    unknown: of('unknown').length,
    refused: of('refused').length,
    open: of('reserved', 'sending').length,
    total: Object.fromEntries(totals),
  };
}

function textOf(incident: string, rows: readonly PaymentRow[]): string {
  if (rows.length === 0)
    return `${incident} has no payments yet: they are booked once a plan passes.`;
  const head = ['deal', 'to', 'leg', 'amount', 'from', 'state', 'tries', 'reference'];
  const cells = rows.map((row) => {
    const { deal, investor, leg, currency, payer, state, attempts, reference } = row;
    const money = readableMoney(row.amount, currency);
    return [deal, investor, leg, money, payer, state, String(attempts), reference];
  });
  return textTable(head, cells);
}

const example = `
Example:
  ./makewhole payments INC-2026-0042 --lines`;

/** Adds `payments`: every payment of an incident and how far it has come. */
export function registerPayments(program: Command): void {
  groupOf(program, 'payments')
    .argument('<incident>', 'INC-2026-0042')
    .option('--lines', 'one JSON line a payment')
    .addHelpText('after', example)
    .action(
      action<{ lines?: boolean }>((options, io, [given]) =>
        withSettlement({ io, given }, async ({ payments }, incident) => {
          const rows = await payments.list(incident);
          if (options.lines === true) for (const row of rows) io.out(JSON.stringify(lineOf(row)));
          else {
            const value = { incident, ...paymentCounts(rows), payments: rows.map(lineOf) };
            show({ io, value, text: () => textOf(incident, rows) });
          }
          return 0;
        }),
      ),
    );
}
