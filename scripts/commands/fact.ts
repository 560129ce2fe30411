import type { Command } from 'commander';
import type { CommandBody } from '../../contracts/command';
import { factFlaw, incidentFacts, isPlanFact } from '../../domain/incident-facts';
import { factQuestions } from '../../domain/remedy-facts';
import type { Decisions } from '../../workers/wire-decisions';
import { action } from '../command-io';
import { signAndSend, withDecisions, type SigningOptions } from '../signed-command';
import { groupOf, incidentId, rejected, withSigning } from '../signing-options';

const namesOf = (subject: 'deal' | 'investor') => [...factQuestions(subject).keys()].join(', ');

const example = `
A plan is made from facts of deals and investors: whoever gives one has a part in making it, and
cannot approve it. Facts of the incident itself are no part of a plan. Nothing after the = takes a
fact back, so that it is asked for again.

Facts of a deal: ${namesOf('deal')}
Facts of an investor: ${namesOf('investor')}
Facts of the incident itself: ${Object.keys(incidentFacts).join(', ')}

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
        const said = `${body.id}: ${body.name} ${isOrWas(body)}, by ${body.source}.`;
        return withDecisions(io, (decisions) => {
          const follows = () => whatFollows(decisions, { incident, body, by: options.as });
          const done = async () => [said, ...(await follows())].join('\n');
          const wish = { kind: 'correct-fact' as const, incident, body, done };
          return signAndSend(wish, { io, options, decisions });
        });
      }),
    );
}

const isOrWas = ({ value }: CommandBody<'correct-fact'>) =>
  value === '' ? 'is taken back' : `is ${value}`;

/** What giving a fact brings with it; nobody should learn it from a gate that says no. */
async function whatFollows(
  decisions: Pick<Decisions, 'gates'>,
  given: { incident: string; body: CommandBody<'correct-fact'>; by: string },
): Promise<string[]> {
  const { incident, body, by } = given;
  if (!isPlanFact(body)) return [];
  const maker = `${by} now has a part in making the plan, and can vote on it no more.`;
  const gate = await decisions.gates.view({ incidentId: incident, gateId: 'plan' });
  if (gate?.state === 'passed') {
    return [maker, 'What is approved already stays as it is; what is not is planned with this.'];
  }
  if (gate?.state !== 'open') return [maker, 'The plan is made with this.'];
  const voters = gate.votes.map(({ person }) => person).join(', ');
  const votes =
    voters === ''
      ? 'Nobody has voted yet.'
      : `The votes on what it is now (${voters}) are void then.`;
  return [
    maker,
    `The plan is made anew with this. Where that changes it, it gets another digest. ${votes}`,
    `See what it is then: ./makewhole plan ${incident}`,
  ];
}

function readFact(
  incident: string,
  { deal, investor, set, source }: Flags,
): CommandBody<'correct-fact'> {
  const sign = set.indexOf('=');
  if (sign < 1) throw rejected(`--set: expected name=value, found ${JSON.stringify(set)}`);
  if (deal !== undefined && investor !== undefined) {
    throw rejected('expected --deal or --investor, or neither for the incident itself');
  }
  const [name, value] = [set.slice(0, sign).trim(), set.slice(sign + 1).trim()];
  const fact = { ...subjectOf(incident, { deal, investor }), name, value, source };
  const flaw = factFlaw(fact);
  if (flaw === undefined) return fact;
  const of = { deal: `--deal ${fact.id} `, investor: `--investor ${fact.id} `, incident: '' };
  throw rejected(`${of[fact.subject]}--set ${name}: ${flaw.says}. Nothing was signed`);
}

function subjectOf(
  incident: string,
  { deal, investor }: Record<'deal' | 'investor', string | undefined>,
): Pick<CommandBody<'correct-fact'>, 'subject' | 'id'> {
  if (deal !== undefined) return { subject: 'deal', id: deal };
  if (investor !== undefined) return { subject: 'investor', id: investor };
  return { subject: 'incident', id: incident };
}
