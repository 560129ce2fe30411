import { continueAsNew } from '@temporalio/workflow';
import type { OfRun, Waits } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge, type Nudges } from './nudges';
import { passGate } from './pass-gate';
import { stubbornly } from './stubbornly';
import { isUnapproved, worldOf, type World } from './world';

const looksPerRun = 200;

/** One stage of one incident's letters: acknowledgement, call, advice or resolution. */
export type LetterInput = OfRun & { stage: string; waits: Waits };

/**
 * Delivers one stage of letters: its text passes its gate, then each letter leaves as soon as every
 * sentence in it is true, and once.
 *
 * Ensures: a rejected text waits for a new one; nobody's letter waits for somebody else's money.
 */
export async function deliverLetters(input: LetterInput): Promise<void> {
  const { incidentId, stage, waits } = input;
  const nudges = listen();
  const world = worldOf(input, nudges);
  await agreeOnText(input, { world, nudges });
  for (let look = 0; look < looksPerRun; look += 1) {
    const mark = nudges.mark();
    try {
      const limit = waits.lettersPerChunk;
      const { sent, unknown, failed, left } = await world.sendDueLetters({ stage, limit });
      if (sent + unknown + failed > 0) await nudge(workflowIds.incident(incidentId));
      if (left === 0) return;
    } catch (error) {
      if (!isUnapproved(error)) throw error;
      await agreeOnText(input, { world, nudges }); // The votes are not there after all.
      continue;
    }
    await nudges.since(mark, { seconds: waits.pollBank, summary: `Until more ${stage} is true` });
  }
  await continueAsNew<typeof deliverLetters>(input);
}

/** Until some text of the stage has passed its gate; a rejected one is not asked for again. */
async function agreeOnText(
  { incidentId, run, stage, waits }: LetterInput,
  { world, nudges }: { world: World; nudges: Nudges },
): Promise<void> {
  const gateId = `letters/${stage}`;
  const workflowId = workflowIds.gate(incidentId, gateId);
  for (;;) {
    const mark = nudges.mark();
    const { digest, rejected } = await world.draftLetterText({ stage });
    if (!rejected) {
      const gate = { incidentId, run, gateId, subject: digest };
      const verdict = await stubbornly(passGate, { workflowId, input: gate });
      if (verdict.kind === 'passed') return;
      continue;
    }
    const summary = `A new text for ${stage}`;
    await nudges.since(mark, { summary, seconds: waits.formsRemindEvery });
  }
}
