import { continueAsNew } from '@temporalio/workflow';
import type { OfRun, Waits } from '../contracts/incident';
import { workflowIds } from '../contracts/workflow-ids';
import { listen, nudge, type Nudges } from './nudges';
import { isUnapproved, worldOf, type World } from './world';

const roundsPerRun = 100;

/** `unsigned`: the votes for what is left are not there, and nothing more is begun. */
export type Settled = 'settled' | 'unsigned';

/** The approved version of the plan whose rows are settled. */
export type SettlementInput = OfRun & { version: number; waits: Waits };

/**
 * Moves what one approved plan says, row by row as each row allows: books, invoices, pays, matches
 * what came in, has units transferred, lifts the holds of deals that are done.
 *
 * Order: within a deal, call → units → refund; between rows of different people, none.
 * Ensures: ends when every row is terminal, or its votes count no longer; a refused or unknown row
 * waits for a person alone.
 */
export async function settlePlan(input: SettlementInput): Promise<Settled> {
  const nudges = listen();
  const { incidentId, version, waits } = input;
  const world = worldOf(input, nudges);
  const rounds = async (): Promise<Settled> => {
    const { payers, calls, outdated } = await world.prepareSettlement({ version });
    if (outdated) return 'unsigned'; // Its gate is void: another version is drafted.
    if (calls > 0) await world.issueInvoices({ version });
    for (let round = 0; round < roundsPerRun; round += 1) {
      const mark = nudges.mark();
      const moved = await settleOnce(world, { version, payers, limit: waits.paymentsPerChunk });
      const state = await world.settlementState({ version });
      if (moved > 0) {
        await world.liftDealHolds();
        await tellTheOthers(incidentId);
      }
      if (state.terminal) {
        await world.liftDealHolds(); // Also where nothing moved: some plans only let stand.
        return 'settled';
      }
      if (moved > 0) continue; // What just settled may have made another row due.
      await waitForTheBank(nudges, { mark, waits, open: state.open.invoices });
    }
    return continueAsNew<typeof settlePlan>(input);
  };
  const settled = await rounds().catch((error: unknown) => {
    if (isUnapproved(error)) return 'unsigned' as const;
    throw error;
  });
  if (settled === 'unsigned') await nudge(workflowIds.incident(incidentId)); // It asks again.
  return settled;
}

async function settleOnce(
  world: World,
  batch: { version: number; payers: string[]; limit: number },
): Promise<number> {
  const { version, payers, limit } = batch;
  const pay = async (payer: string) => {
    const { settled, refused, unknown } = await world.payChunk({ version, payer, limit });
    return settled + refused + unknown;
  };
  const match = async () => (await world.matchReceipts({ version })).matched;
  const moving = [match(), ...payers.map(pay)];
  await Promise.allSettled(moving); // What stops one account cuts off no other's.
  const moved = await Promise.all(moving);
  const units = await world.transferUnits({ version });
  return moved.reduce((sum, count) => sum + count, units.confirmed);
}

async function waitForTheBank(
  nudges: Nudges,
  wait: { mark: number; waits: Waits; open: number },
): Promise<void> {
  const { mark, waits, open } = wait;
  const summary = open > 0 ? `${String(open)} invoices are unpaid` : 'Until the bank has booked';
  await nudges.since(mark, { seconds: waits.pollBank, summary });
}

/** Money moved: letters may have become true, and the board shows it. */
async function tellTheOthers(incidentId: string): Promise<void> {
  const letters = ['call', 'advice', 'resolution'].map((stage) => {
    return workflowIds.letters(incidentId, stage);
  });
  await Promise.all([...letters, workflowIds.incident(incidentId)].map(nudge));
}
