/**
 * The runbook for one allocation incident, from the freeze to the filed post-mortem.
 *
 * Read from top to bottom: each paragraph is one page of the runbook, in the order a person on call
 * would turn them. What to decide lives in domain/, what touches the world in activities/, retries,
 * timeouts and children in steps.ts and world.ts; this file only puts them in order.
 *
 * Carries ids, counts, totals and digests. Rows stay in Postgres, so history stays small; and each
 * step reads there where it stands, so that a lost run is started anew from the top, doing nothing
 * twice.
 * If a step fails for good the freeze stays on and the incident stays open, waiting for a person.
 */
import type { IncidentOutcome, IncidentStart } from '../contracts/incident';
import * as closing from './closing-steps';
import type { Board } from './incident-board';
import * as proof from './proof-steps';
import * as service from './service-steps';
import * as step from './steps';

/**
 * Takes one incident from the freeze to its filed post-mortem, waiting as long as people need.
 *
 * Ensures: ends when every affected investor is done, or nobody was affected; never by giving up.
 */
export async function remediateIncident(incident: IncidentStart): Promise<IncidentOutcome> {
  const { the, board } = step.take(incident); // The board is what people see of it.
  return step.toTheEnd(the, async () => {
    await step.startDesk(the); // The inbox: verifies every signed command, outlives this run.

    await board.enter('freezing'); // 1. Stop the harm before discussing it.
    await step.freezeAllocations(the);

    await board.enter('declaring'); // 2. How bad, since when, and who has it?
    await step.declareSeverity(the);
    await step.promiseUpdates(the); // Whoever was promised news hears them, until the end.
    await step.watchTheClocks(the);

    // Customers do not wait for the fix, and the service does not wait for the refunds.
    const others = Promise.all([
      service.bringBack(the),
      step.askTeams(the), // Silence is not "no impact": who did not answer is named.
    ]);
    for (let followed = false; ;) {
      const [harmed] = await Promise.all([makeInvestorsWhole(board, the), others]);

      await board.enter('reviewing'); // 10. Write it up while it is fresh; legal reads it first.
      if (harmed && !followed) await closing.lookAfterMoney(the); // It may come back.
      followed ||= harmed;
      if (!(await proof.isDone(the))) continue; // Or has, meanwhile.
      await service.awaitOnline(the); // A live allocation may have had it frozen again.
      const postMortem = await closing.publishPostMortem(the);
      if (postMortem === undefined) continue;

      await board.enter('closed'); // 11. Follow-ups live on; the desk closes.
      const outcome = await closing.close(the, { board, postMortem });
      if (outcome) return outcome; // Else something is not as it was said to be: once more.
    }
  });
}

/**
 * Pages 3 to 9: who was hurt, what is right, and making it so. False where nobody was.
 *
 * Retry: as often as it takes; each round reads anew where everybody stands.
 */
async function makeInvestorsWhole(board: Board, the: step.Case): Promise<boolean> {
  await board.enter('gathering'); // 3. All deals, not just those reported.
  await step.findHistory(the);
  await step.scanDeals(the);

  await board.enter('recomputing'); // 4. Certified, on both bases; every affected deal is held.
  const impact = await step.recomputeShares(the);
  if (impact.investorsAffected === 0 && (await proof.isDone(the))) return false;

  await board.enter('acknowledging'); // 5. Beside the rest, blocking nothing.
  const { letters, settling } = step.beginWork();
  for (let look = 0; ; look += 1) {
    step.deliver(the, letters); // Each stage behind its own gate; letters follow the money.

    await board.enter('planning'); // 6. A deal with an unknown fact waits by name; others go on.
    await step.settleSigned(the, settling); // Whatever was signed in an earlier run or round.
    for (let plan = await step.nextPlan(the); plan; plan = await step.nextPlan(the)) {
      await board.enter('deciding'); // 7. Legal and finance sign exactly this, or it comes back.
      const verdict = await step.decidePlan(the, plan);
      if (verdict.kind !== 'passed' || !(await step.book(the, plan))) continue;

      await board.enter('settling'); // 8. One investor's trouble blocks no other.
      step.settle(the, { plan, settling });
    }
    if (!(await proof.isCarriedOut(the, { work: settling, look }))) continue;

    await board.enter('reconciling'); // 9. Owed, booked, moved: equal to the unit.
    if (!(await proof.isReconciled(the, look))) continue;
    const told = await proof.isCarriedOut(the, { work: letters, look });
    if (told && (await proof.isDone(the, look))) return true;
    settling.lookAgain(); // It may have ended on somebody's word alone.
    if (told) letters.lookAgain();
  }
}
