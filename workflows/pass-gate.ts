import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { ReminderCause } from '../contracts/activities';
import type { OfRun } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { beside, listen, nudge, type Nudges } from './nudges';
import { hasCome, secondsUntil } from './until-instant';
import { worldOf, type World } from './world';

/**
 * A gate and `subject`, the digest of exactly what is decided on. One that was rejected stays
 * rejected unless it is to be decided `anew`.
 */
export type GateInput = OfRun & { gateId: string; subject: string; anew?: true };
/** How it was decided; `void` when what it was about changed before anybody had decided. */
export type GateVerdict = { kind: 'passed' } | { kind: 'rejected' | 'void'; reason?: string };

/**
 * Holds one gate open until it is decided: counts verified votes, reminds, escalates, and at expiry
 * voids the votes and opens again.
 *
 * Ensures: nothing a signal says counts; a nudge only makes it read the verified votes again.
 */
export async function passGate(input: GateInput): Promise<GateVerdict> {
  const nudges = listen();
  const { gateId, subject, anew } = input;
  const world = worldOf(input, nudges);
  const open = () => world.openGate({ gateId, subject, ...(anew && { anew }) });
  const gate = await CancellationScope.nonCancellable(open); // So that it can be withdrawn.
  if (gate.state === 'void') return { kind: gate.state }; // Whoever asked looks at what stands.
  try {
    return await waitForVotes(world, { input, nudges, gate });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // What it is about has changed. A decision that came first stands, and whoever asked hears it.
    const { opening } = gate;
    const withdraw = () => world.withdrawGate({ gateId, opening });
    const { state } = await CancellationScope.nonCancellable(withdraw);
    return { kind: state === 'open' ? 'void' : state };
  }
}

type Gate = { opening: number; expiresAt: string };

async function waitForVotes(
  world: World,
  { input, nudges, gate }: { input: GateInput; nudges: Nudges; gate: Gate },
): Promise<GateVerdict> {
  const { incidentId, gateId } = input;
  const { opening, expiresAt } = gate;
  const tell = (because: ReminderCause, missing: string[]) => {
    const words = { opened: 'Ask', due: 'Remind', expired: 'Tell management of' }[because];
    const about = because === 'expired' ? 'a gate that expired' : namesOf(missing);
    return world.remindGate({ gateId, opening, missing, because }, `${words} ${about}`);
  };
  await nudge(workflowIds.incident(incidentId)); // Somebody is waited for: the board says so.

  for (let because: ReminderCause | undefined = 'opened'; ;) {
    const mark = nudges.mark();
    const tally = await world.tallyGate({ gateId, opening });
    const { state, missing, reason, nextReminderAt } = tally;
    // Nobody is waited for here any more: the board says so.
    if (state !== 'open') await nudge(workflowIds.incident(incidentId));
    if (state === 'passed') return { kind: state };
    if (state !== 'open') return { kind: state, ...(reason === undefined ? {} : { reason }) };
    if (hasCome(expiresAt)) {
      const after = await world.expireGate({ gateId, opening });
      if (after.opening === opening) continue; // Decided after the count, just before time.
      await tell('expired', missing);
      return continueAsNew<typeof passGate>(input);
    }
    // Whoever decides hears of it when it opens; nobody's mail holds up a count.
    if (because !== undefined) beside(tell(because, missing));

    const seconds = secondsUntil(nextReminderAt ?? expiresAt);
    await nudges.since(mark, { seconds, summary: `${gateId} waits for ${namesOf(missing)}` });
    because = nextReminderAt !== undefined && hasCome(nextReminderAt) ? 'due' : undefined;
  }
}

const namesOf = (missing: string[]) => missing.join(', ') || 'the count';
