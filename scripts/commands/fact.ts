import type { Command } from 'commander';
import type { CommandBody } from '../../contracts/command';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
Whoever gives a fact has a part in making the plan, and cannot approve it.

Example:
  ./makewhole fact set INC-2026-0042 --deal OLD --set mark=3.00 --source valuer --as eve`;

type Flags = SigningOptions & {
  readonly deal?: string;
  readonly investor?: string;
  readonly set: string;
  readonly source: string;
};

/** Adds `fact set`: a fact of a deal or an investor, given or corrected. */
export function registerFact(program: Command): void {
  const group = groupOf(program, 'fact');
  withSigning(group.command('set'))
    .description('give or correct a fact of a deal or an investor')
    .argument('<incident>')
    .option('--deal <deal>', 'the deal it is about')
    .option('--investor <investor>', 'the investor it is about')
    .requiredOption('--set <name=value>', 'the fact')
    .requiredOption('--source <text>', 'where the value comes from')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const body = readFact(options);
        const done = () => `${body.id}: ${body.name} is ${body.value}, by ${body.source}.`;
        const wish = { kind: 'correct-fact' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function readFact({ deal, investor, set, source }: Flags): CommandBody<'correct-fact'> {
  const sign = set.indexOf('=');
  if (sign < 1) throw rejected(`--set: expected name=value, found ${JSON.stringify(set)}`);
  const fact = { name: set.slice(0, sign), value: set.slice(sign + 1), source };
  if (deal !== undefined && investor === undefined) return { subject: 'deal', id: deal, ...fact };
  if (investor !== undefined && deal === undefined) {
    return { subject: 'investor', id: investor, ...fact };
  }
  throw rejected('expected either --deal or --investor, one of the two');
}
