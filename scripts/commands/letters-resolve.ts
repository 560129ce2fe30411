import type { Command } from 'commander';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
A letter that is unknown, failed or held waits for a person. Look into the mail server's log for its
Message-ID first. With --sent it has reached its reader, by mail or another way. With --not-sent it
goes again, under the same Message-ID.

Example:
  ./makewhole letters resolve INC-2026-0042 advice/E/1 --not-sent --as carla`;

type Flags = SigningOptions & { readonly sent?: true; readonly notSent?: true };

/** Adds `letters resolve`: a person's word on a letter that waits for one. */
export function registerLettersResolve(program: Command): void {
  const group = groupOf(program, 'letters');
  withSigning(group.command('resolve'))
    .description('say what became of a letter that waits for a person')
    .argument('<incident>')
    .argument('<row>', 'stage/investor/revision as letters --lines has it, or its Message-ID')
    .option('--sent', 'it has reached them')
    .option('--not-sent', 'it has not; send it')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given, row]) => {
        const incident = incidentId(given);
        const body = { row: rowOf(row), sent: readWord(options) };
        const done = (result: Record<string, unknown>) =>
          `Letter ${String(result['row'])} ${body.sent ? 'counts as sent' : 'is sent again'}.`;
        const wish = { kind: 'resolve-letter' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function rowOf(given: string | undefined): string {
  if (given !== undefined && given !== '' && given.length <= 300) return given;
  throw rejected(`expected a row such as advice/E/1, found ${JSON.stringify(given)}`);
}

function readWord({ sent, notSent }: Flags): boolean {
  if ((sent === true) !== (notSent === true)) return sent === true;
  throw rejected('expected either --sent or --not-sent, one of the two');
}
