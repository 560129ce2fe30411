import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
A payment that is unknown, refused or returned waits for finance. Ask the bank first. With --settled
its statement shows the payment: it counts once we have read it there. With --absent nothing is
with the payee: it is paid again, under another key, unless the bank says otherwise.

Example:
  ./makewhole payments resolve INC-2026-0042 --key 1a2b3c… --absent --as frank`;

type Flags = SigningOptions & {
  readonly key: string;
  readonly settled?: true;
  readonly absent?: true;
};

/** Adds `payments resolve`: a person's word on a payment that waits for one. */
export function registerPaymentsResolve(program: Command): void {
  const group = groupOf(program, 'payments');
  withSigning(group.command('resolve'))
    .description('say what the bank says of a payment that waits for a person')
    .argument('<incident>')
    .requiredOption('--key <key>', 'its key, as payments --lines has it')
    .option('--settled', 'the bank shows it on its statement')
    .option('--absent', 'nothing of it is with the payee; pay it again')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const body = { key: keyOf(options.key), state: readWord(options) };
        const done = () =>
          `Kept; held against the bank in the next round. See ./makewhole payments ${incident}.`;
        const wish = { kind: 'resolve-payment' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function keyOf(given: string): string {
  if (/^[0-9a-f]{64}$/.test(given)) return given;
  throw rejected(`--key: expected 64 digits of lower-case hex, found ${JSON.stringify(given)}`);
}

function readWord({ settled, absent }: Flags): 'settled' | 'absent' {
  if ((settled === true) === (absent === true)) {
    throw rejected('expected either --settled or --absent, one of the two');
  }
  return settled === true ? 'settled' : 'absent';
}
