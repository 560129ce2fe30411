/** What the runbook asks at the end of each round; what is not so yet is gone round again for. */
import { seldomer } from './nudges';
import type { Case } from './steps';
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

/** Page 9: false, after a while, where an unexplained unit waits for somebody to explain it. */
export async function isReconciled({ incident, world, nudges }: Case, look = 0): Promise<boolean> {
  const mark = nudges.mark();
  if ((await world.reconcilePlan()).explained) return true;
  const seconds = seldomer(incident.waits.pollBank, look);
  await nudges.since(mark, { seconds, summary: 'A difference waits for its explanation' });
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
