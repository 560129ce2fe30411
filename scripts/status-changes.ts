import type { IncidentStatus, Waiting } from '../activities/ports/status';
import { waitTask } from '../domain/wait-words';
import { money } from './status-text';

/** What of an incident is worth a line of its own when it changes, by what it is about. */
function factsOf(status: IncidentStatus): Map<string, string> {
  const { stage, severity, takenBy, freeze, fix, plan, counts, totals, waitingFor } = status;
  const facts = new Map<string, string>([
    ['stage', `page ${stage}`],
    ['severity', severity ?? 'severity not declared'],
    ['taken', takenBy === null ? 'nobody has taken it' : `${takenBy} has it`],
    ['freeze', `service ${freeze.state}, ${String(counts.dealsHeld)} deals held`],
    ['fix', fix.rule === null ? 'no fix proposed' : `fix ${fix.rule} ${fix.state}`],
    ['plan', plan.version === null ? 'no plan yet' : `plan version ${String(plan.version)}`],
    ['affected', `${String(counts.investorsAffected)} investors affected`],
    ['moved', `moved out ${money(totals.moved.out)}, in ${money(totals.moved.in)}`],
    ['contradictions', `${String(counts.contradictions.open)} contradictions stand open`],
    ['refusals', `${String(counts.refusals)} commands refused`],
  ]);
  for (const [letter, states] of Object.entries(counts.letters)) {
    const said = Object.entries(states).map(([state, count]) => `${String(count)} ${state}`);
    facts.set(`letter/${letter}`, `letters ${letter}: ${said.join(', ')}`);
  }
  for (const wait of waitingFor) {
    facts.set(`wait/${wait.for}/${wait.id}`, `waits for ${whoOf(wait)}`);
  }
  return facts;
}

const whoOf = (wait: Waiting) => `${wait.role ?? 'makewhole'}: ${waitTask(wait)}`;

/** What changed between two looks, a sentence each; at the first look, how everything stands. */
export function changesBetween(before: IncidentStatus | undefined, now: IncidentStatus): string[] {
  const [old, facts] = [
    before === undefined ? new Map<string, string>() : factsOf(before),
    factsOf(now),
  ];
  const changed = [...facts].filter(([about, says]) => old.get(about) !== says);
  const over = [...old].filter(([about]) => about.startsWith('wait/') && !facts.has(about));
  return [
    ...over.map(([, says]) => says.replace(/^waits for/, 'no longer waits for')),
    ...changed.map(([, says]) => says),
  ];
}
