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

    // Customers do not wait for the fix, and the service does not wait for the refunds.
    const [remedied] = await Promise.all([
      makeInvestorsWhole(board, the),
      service.bringBack(the),
      step.askTeams(the), // Silence is not "no impact": who did not answer is named.
    ]);

    await board.enter('reviewing'); // 10. Write it up while it is fresh; legal reads it first.
    await step.proveTerminal(the);
    if (remedied.planVersions > 0) await closing.lookAfterMoney(the); // It may come back.
    await service.awaitOnline(the); // A live allocation may have had it frozen again.
    const postMortem = await closing.publishPostMortem(the);

    await board.enter('closed'); // 11. Follow-ups live on; the desk closes.
    const outcome = await closing.close(the, { ...remedied, postMortem });
    await board.close();
    return outcome;
  });
}

type Remedied = Pick<IncidentOutcome, 'outcome' | 'planVersions'>;

/** Pages 3 to 9: who was hurt, what is right, and making it so. */
async function makeInvestorsWhole(board: Board, the: step.Case): Promise<Remedied> {
  await board.enter('gathering'); // 3. All deals, not just those reported.
  await step.findHistory(the);
  await step.scanDeals(the);

  await board.enter('recomputing'); // 4. Certified, on both bases; every affected deal is held.
  const impact = await step.recomputeShares(the);
  if (impact.investorsAffected === 0) return { outcome: 'no-impact', planVersions: 0 };

  await board.enter('acknowledging'); // 5. Beside the rest, blocking nothing.
  const letters = ['acknowledgement', 'call', 'advice', 'resolution'].map((stage) => {
    return step.deliver(the, stage); // Each stage behind its own gate; letters follow the money.
  });

  await board.enter('planning'); // 6. A deal with an unknown fact waits by name; the others go on.
  const versions = await step.approvedVersions(the); // Signed in an earlier run: goes on here.
  const settling = new Map(versions.map((version) => [version, step.settle(the, { version })]));
  for (
    let plan = await step.nextPlan(the), rejected;
    plan;
    plan = await step.nextPlan(the, rejected)
  ) {
    await board.enter('deciding'); // 7. Legal and finance sign exactly this, or it comes back.
    const verdict = await step.decidePlan(the, plan);
    rejected = verdict.kind === 'rejected' ? plan : undefined; // That one is not asked for again.
    if (verdict.kind !== 'passed' || !(await step.book(the, plan))) continue;

    await board.enter('settling'); // 8. One investor's trouble blocks no other.
    const { version } = plan;
    settling.set(version, step.settle(the, { version, before: settling.get(version) }));
  }
  await Promise.all(settling.values());

  await board.enter('reconciling'); // 9. Owed, booked, moved: equal to the unit.
  await step.reconcile(the, [...settling.keys()]);
  await Promise.all(letters);
  return { outcome: 'made-whole', planVersions: settling.size };
}
