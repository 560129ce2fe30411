import type { Command } from 'commander';
import type { CommandBody } from '../../contracts/command';
import { incidentFacts } from '../../domain/incident-facts';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const example = `
Whoever gives a fact that a plan is made from has a part in making it, and cannot approve it. Facts
of the incident itself (${Object.keys(incidentFacts).join(', ')}) are none of these.

Example:
  ./makewhole fact set INC-2026-0042 --deal OLD --set mark=3.00 --source valuer --as eve
  ./makewhole fact set INC-2026-0042 --set hours=120.5 --source timesheets --as omar`;

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
    .description('give or correct a fact of a deal, an investor or the incident itself')
    .argument('<incident>')
    .option('--deal <deal>', 'the deal it is about')
    .option('--investor <investor>', 'the investor it is about')
    .requiredOption('--set <name=value>', 'the fact')
    .requiredOption('--source <text>', 'where the value comes from')
    .addHelpText('after', example)
    .action(
      action<Flags>((options, io, [given]) => {
        const incident = incidentId(given);
        const body = readFact(incident, options);
        const done = () => `${body.id}: ${body.name} is ${body.value}, by ${body.source}.`;
        const wish = { kind: 'correct-fact' as const, incident, body, done };
        return withDecisions(io, (decisions) => signAndSend(wish, { io, options, decisions }));
      }),
    );
}

function readFact(
  incident: string,
  { deal, investor, set, source }: Flags,
): CommandBody<'correct-fact'> {
  const sign = set.indexOf('=');
  if (sign < 1) throw rejected(`--set: expected name=value, found ${JSON.stringify(set)}`);
  const fact = { name: set.slice(0, sign), value: set.slice(sign + 1), source };
  if (deal !== undefined && investor === undefined) return { subject: 'deal', id: deal, ...fact };
  if (investor !== undefined && deal === undefined) {
    return { subject: 'investor', id: investor, ...fact };
  }
  if (deal === undefined && investor === undefined) return ofIncident(incident, fact);
  throw rejected('expected --deal or --investor, or neither for the incident itself');
}

/** Nobody looks at what cannot be read: it is turned down before it is signed. */
function ofIncident(
  id: string,
  fact: { name: string; value: string; source: string },
): CommandBody<'correct-fact'> {
  const known = Object.hasOwn(incidentFacts, fact.name) ? incidentFacts[fact.name] : undefined;
  if (known === undefined) {
    const names = Object.keys(incidentFacts).join(', ');
    throw rejected(`--set: expected a fact of the incident (${names}), found ${fact.name}`);
  }
  if (!known.reads(fact.value)) throw rejected(`--set ${fact.name}=: ${known.asks}`);
  return { subject: 'incident', id, ...fact };
}
