import { CancellationScope, continueAsNew, isCancellation } from '@temporalio/workflow';
import type { Waits } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { beside, listen, nudge, type Nudges } from './nudges';
import { worldOf, type World } from './world';

/** A gate and `subject`, the digest of exactly what is decided on. */
export type GateInput = { incidentId: string; gateId: string; subject: string; waits: Waits };
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
  const { incidentId, gateId, subject } = input;
  const world = worldOf(incidentId, nudges);
  const open = () => world.openGate({ gateId, subject });
  const gate = await CancellationScope.nonCancellable(open); // So that it can be withdrawn.
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
  const { incidentId, gateId, waits } = input;
  await nudge(workflowIds.incident(incidentId)); // Somebody is waited for: the board says so.

  const openedAt = Date.parse(gate.expiresAt) - waits.expireAfter * 1000;
  const ladder = rungs(waits);
  let climbed = ladder.filter((rung) => openedAt + rung.after * 1000 < Date.now()).length;
  let asked = climbed > 0;
  for (;;) {
    const mark = nudges.mark();
    const tally = await world.tallyGate({ gateId, opening: gate.opening });
    if (tally.state !== 'open') {
      const { state: kind, reason } = tally;
      return kind === 'passed' ? { kind } : { kind, ...(reason === undefined ? {} : { reason }) };
    }
    const { missing } = tally;
    const waitedFor = missing.join(', ') || 'the count';
    const remind = (rung: number, escalate: boolean) => {
      const reminder = { gateId, opening: gate.opening, missing, rung, escalate, expired: false };
      beside(world.remindGate(reminder, `${rung === 0 ? 'Ask' : 'Remind'} ${waitedFor}`));
    };
    if (!asked) remind(0, false); // Whoever decides hears of it now, not at the first rung.
    asked = true;
    const next = ladder[climbed];
    const due = next?.after ?? waits.expireAfter;
    const seconds = (openedAt + due * 1000 - Date.now()) / 1000;
    const summary = `${gateId} waits for ${waitedFor}`;
    if (await nudges.since(mark, { seconds, summary })) continue;
    if (next === undefined) break;
    climbed += 1;
    remind(climbed, next.escalate);
  }
  await expire(world, { gateId, opening: gate.opening });
  return continueAsNew<typeof passGate>(input);
}

async function expire(
  world: World,
  { gateId, opening }: { gateId: string; opening: number },
): Promise<void> {
  const { missing } = await world.tallyGate({ gateId, opening });
  await world.expireGate({ gateId, opening });
  const notice = { gateId, opening, rung: 0, missing, escalate: true, expired: true };
  await world.remindGate(notice, 'Tell management that a gate expired');
}

function rungs(waits: Waits): { after: number; escalate: boolean }[] {
  const reminders = waits.reminders.map((after) => ({ after, escalate: false }));
  return [...reminders, { after: waits.escalateAfter, escalate: true }]
    .filter(({ after }) => after < waits.expireAfter)
    .sort((a, b) => a.after - b.after);
}
