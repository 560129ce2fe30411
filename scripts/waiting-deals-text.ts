import type { AskedFact, WaitingDeal } from '../activities/ports/plans';
import { factQuestions } from '../domain/remedy-facts';
import { quoted } from './printed-commands';
import { grouped } from '../domain/grouped';

/** How many deals, and facts of one deal, a screen names; the rest is counted. */
const namedMax = 12;

/**
 * The deals that a plan leaves out, in lines: what each waits for, whom to ask, the command that
 * gives it. None where it leaves out nobody.
 */
export function waitingDealsLines(incident: string, deals: readonly WaitingDeal[]): string[] {
  if (deals.length === 0) return [];
  const left = deals.length - namedMax;
  const count = deals.length === 1 ? '1 deal' : `${grouped(String(deals.length))} deals`;
  const all = `./makewhole plan ${incident} --waiting`;
  return [
    `NOT IN THIS PLAN, whole or in part: ${count}`,
    ...(left > 0 ? [`  They wait for: ${factCounts(deals)}`] : []),
    ...deals.slice(0, namedMax).flatMap((deal) => dealLines(incident, deal)),
    ...(left > 0 ? [`  And ${grouped(String(left))} more. All of them: ${all}`] : []),
  ];
}

/** How many facts of each name are missing, the most wanted first. */
function factCounts(deals: readonly WaitingDeal[]): string {
  const ids = new Map<string, Set<string>>();
  for (const { fact, role, id } of deals.flatMap(({ asks }) => asks)) {
    const of = ids.get(`${fact} from ${role}`) ?? new Set();
    ids.set(`${fact} from ${role}`, of.add(id));
  }
  const sorted = [...ids].sort(([, a], [, b]) => b.size - a.size);
  const said = sorted.map(([what, of]) => `${what} (${grouped(String(of.size))})`);
  return said.join(', ') || 'no fact: no remedy can go ahead';
}

function dealLines(incident: string, { deal, partly, asks }: WaitingDeal): string[] {
  const left = asks.length - namedMax;
  if (asks.length === 0) {
    return [
      `  ${deal}: no remedy can go ahead now. Why: ./makewhole options ${incident} --deal ${deal}`,
    ];
  }
  const what = partly ? 'in it, but for' : 'waits for';
  return asks.slice(0, namedMax).flatMap((asked, at) => {
    const { id, fact, role, question } = asked;
    const whose = id === deal ? fact : `${fact} of ${id}`;
    const rest = at === namedMax - 1 && left > 0 ? [`    and ${String(left)} more facts`] : [];
    const command = factCommand(incident, asked);
    return [
      `  ${deal}: ${what} ${whose}, from ${role}`,
      `    ${question}`,
      ...(command === undefined ? [] : [`    ${command}`]),
      ...rest,
    ];
  });
}

/** The command that gives a fact; undefined where it is none that a person gives. */
export function factCommand(
  incident: string,
  { subject, id, fact }: Pick<AskedFact, 'subject' | 'id' | 'fact'>,
): string | undefined {
  if (!factQuestions(subject).has(fact)) return undefined;
  const given = `--set ${fact}=VALUE --source WHERE --as YOU`;
  return `./makewhole fact set ${incident} --${subject} ${quoted(id)} ${given}`;
}

/** The fact that a wait of an incident is about; investors have facts of other names than deals. */
export function askedFact(waitId: string): Pick<AskedFact, 'subject' | 'id' | 'fact'> {
  const at = waitId.lastIndexOf('/');
  const [id, fact] = [waitId.slice(0, at), waitId.slice(at + 1)];
  const subject = factQuestions('investor').has(fact) ? 'investor' : 'deal';
  return { subject, id, fact };
}
