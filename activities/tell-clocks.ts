import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { Role } from '../contracts/command';
import { clockMoments, type Telling } from '../domain/clock-moments';
import type { Clock } from '../domain/clocks';
import { fail, parseInput } from './fail';
import { tryToMail, type NoticePorts } from './mail-notice';
import type { Clocks } from './ports/clocks';
import type { PersonCalls, Recipient } from './ports/notices';

const listedMax = 50;
const hourMs = 3_600_000;

type Needs = NoticePorts & { calls: PersonCalls; clocks: Clocks };

/**
 * Mails what is to be said of the incident's clocks now, and says when to look again: the owners of
 * those that will soon be due, and management too where the day is over.
 *
 * Retry: safe; what was said of a clock and its day is not said again.
 * Ensures: one mail however many clocks; where none can leave that is shown on the incident, and it
 * is tried again within the hour; it is `over` when a closed incident has none left that
 * could still be due.
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export const tellClocks = (ports: Needs) =>
  async function tellClocks(input) {
    const { incidentId, at } = parseInput(ofIncident, input);
    const reading = await ports.clocks.read(incidentId);
    if (reading === null) throw fail('INCIDENT_UNKNOWN', `there is no incident ${incidentId}`);
    const { clocks, round, closed } = reading;
    await ports.clocks.note({ incidentId, at, clocks });
    const { due: said, nextAt } = clockMoments({ ...reading, at });
    if (said.length > 0) {
      const people = await ownersOf(ports, { said, at });
      const [subject, text] = [subjectOf(said), textOf(incidentId, said)];
      const notice = { incidentId, kind: 'clocks', round, at, people, subject, text };
      if ((await tryToMail(ports, notice)) === undefined) {
        return { nextAt: new Date(Date.parse(at) + hourMs).toISOString(), over: false };
      }
      await ports.clocks.keepTold({ incidentId, at, round, said });
    }
    return { nextAt, over: closed && nextAt === null };
  } satisfies Activities['tellClocks'];

async function ownersOf(
  { notices }: Needs,
  { said, at }: { said: readonly Said[]; at: string },
): Promise<Recipient[]> {
  const owners = await notices.recipients({ roles: rolesFor(said), standInsAt: at });
  return owners.length > 0 ? owners : notices.recipients({ roles: ['management', 'admin'] });
}

type Said = { clock: Clock; told: Telling };

function rolesFor(said: readonly Said[]): Role[] {
  const owners = said.map(({ clock }) => clock.owner);
  const passed = said.some(({ told }) => told === 'passed');
  return [...new Set<Role>([...owners, ...(passed ? (['management'] as const) : [])])];
}

function subjectOf(said: readonly Said[]): string {
  const passed = said.filter(({ told }) => told === 'passed').length;
  const soon = said.length - passed;
  const parts = [
    ...(passed === 0
      ? []
      : [`${String(passed)} ${passed === 1 ? 'deadline is' : 'deadlines are'} past`]),
    ...(soon === 0 ? [] : [`${String(soon)} will soon be due`]),
  ];
  return parts.join(', ');
}

function textOf(incidentId: string, said: readonly Said[]): string {
  const more = said.length - listedMax;
  return `
${said.slice(0, listedMax).map(lineOf).join('\n')}
${more > 0 ? `\nand ${String(more)} more: ./makewhole incident clocks ${incidentId}\n` : ''}
A day that rests on something nobody has said is the earliest it can be. Give what is known with
./makewhole fact set; what has been done, legal confirms:
  ./makewhole clock met ${incidentId} --clock CLOCK --deal DEAL --on DATE --source SHOWN --as YOU
All of them:
  ./makewhole incident clocks ${incidentId}
`;
}

function lineOf({ clock: each, told }: Said): string {
  const { clock, deal, name, does, owner, dueOn, assumed, why } = each;
  const whose = deal === null ? '' : ` of deal ${deal}`;
  const day = `${told === 'passed' ? 'WAS DUE' : 'is due'} on ${dueOn ?? ''}`;
  return [
    `- ${name}${whose} ${day} (${clock}, ${owner})`,
    `  ${does}`,
    ...(assumed ? [`  Assumed: ${why.join('; ')}.`] : []),
  ].join('\n');
}
