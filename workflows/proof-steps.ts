/** What the runbook asks at the end of each round; what is not so yet is gone round again for. */
import { seldomer } from './nudges';
import { decideWhile, type Case } from './steps';
import type { Work } from './work';

/**
 * True once all of it is done; false where something has to be decided again, and after a while:
 * who waits may wait for what another round finds undone.
 */
export async function isCarriedOut(
  { incident }: Case,
  { work, look }: { work: Work; look: number },
): Promise<boolean> {
  const seconds = seldomer(incident.waits.pollBank, look);
  return work.isOver({ seconds, summary: 'Until all of it is carried out' });
}

/**
 * Page 9: false where an unexplained unit waited for an explanation, or for finance and operations
 * to sign that there is none; whoever asked looks again.
 */
export async function isReconciled(the: Case, look = 0): Promise<boolean> {
  const { incident, world, nudges } = the;
  const mark = nudges.mark();
  const { explained, differs } = await world.reconcilePlan();
  if (explained) return true;
  const every = (turn: number) => seldomer(incident.waits.pollBank, look + turn);
  if (differs !== undefined) {
    const question = { gateId: 'difference', subject: differs };
    const stands = async () => (await world.reconcilePlan()).differs === differs;
    if ((await decideWhile(the, { question, stands, every })).kind === 'passed') return false;
  }
  await nudges.since(mark, { seconds: every(0), summary: 'A difference waits to be explained' });
  return false;
}

/** Page 10, first half: nobody affected is left out without a name to it; false, after a while. */
export async function isDone({ incident, world, nudges }: Case, look = 0): Promise<boolean> {
  const mark = nudges.mark();
  const { open } = await world.proveTerminal();
  if (open === 0) return true;
  const summary = `${String(open)} people are not done yet`;
  await nudges.since(mark, { seconds: seldomer(incident.waits.pollBank, look), summary });
  return false;
}
