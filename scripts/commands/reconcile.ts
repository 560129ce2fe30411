import { grouped } from '../../domain/grouped';
import type { Command } from 'commander';
import type { Figures } from '../../domain/reconcile';
import type { SettlementReading } from '../../workers/wire-settlement';
import { action, exitCodeOf, show } from '../command-io';
import { textTable } from '../text-table';
import { withSettlement } from '../with-settlement';

type Found = Awaited<ReturnType<SettlementReading['reconciliation']>>;

const cellsOf = ({ owed, booked, moved, difference }: Figures): string[] => {
  return [owed, booked, moved, difference].map(grouped);
};

const isSettled = ({ explained, difference }: Found): boolean =>
  explained || difference?.signedOff === true;

/** What becomes of what differs. */
function endOf(incident: string, { explained, difference }: Found): string {
  if (explained) return 'Every difference is explained.';
  if (difference?.signedOff === true) return 'Finance and operations have signed that it stays so.';
  return (
    `Look at the bank, and at ./makewhole payments ${incident}; ` +
    'gate difference is for what nobody can explain.'
  );
}

function textOf(incident: string, found: Found): string {
  const { perAccount, parked, differences } = found;
  const head = ['account', 'side', 'currency', 'owed', 'booked', 'moved', 'difference'];
  const accounts = perAccount.map((row) => {
    return [row.account, row.direction, row.currency, ...cellsOf(row)];
  });
  const totals = (['out', 'in'] as const).flatMap((side) =>
    Object.entries(found[side]).map(([currency, sum]) => [
      'total',
      side,
      currency,
      ...cellsOf(sum),
    ]),
  );
  return [
    textTable(head, [...accounts, ...totals]),
    ...parked.map(({ what, owner }) => `Open, with ${owner}: ${what}`),
    ...differences.map((difference) => `Unexplained: ${difference}`),
    endOf(incident, found),
  ].join('\n');
}

const example = `
Exit 3 when a difference is neither explained nor signed off.

Example:
  ./makewhole reconcile INC-2026-0042 --json`;

/** Adds `reconcile`: owed, booked and moved, out and in apart, per account. */
export function registerReconcile(program: Command): void {
  program
    .command('reconcile')
    .description('owed, booked and moved side by side, out and in apart, per account')
    .argument('<incident>', 'INC-2026-0042')
    .addHelpText('after', example)
    .action(
      action((_, io, [given]) =>
        withSettlement({ io, given }, async (reading, incident) => {
          const found = await reading.reconciliation(incident);
          show({ io, value: { incident, ...found }, text: () => textOf(incident, found) });
          return isSettled(found) ? 0 : exitCodeOf('refused');
        }),
      ),
    );
}
