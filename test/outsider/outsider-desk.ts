import { askSecondOpinion } from '../../activities/ask-second-opinion';
import { findSnapshot } from '../../activities/find-snapshot';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresSecondOpinions } from '../../adapters/postgres/second-opinion';
import { noon, type DecisionDesk } from '../adapters/decision-desk';
import { ActivityContext } from '../support/activity-context';

type Activity<Input, Output> = (input: Input) => Promise<Output>;
const run = <Input, Output>(activity: Activity<Input, Output>, input: NoInfer<Input>) =>
  new ActivityContext().run(activity, input);

/** Pages 3 and 4 of an incident, as a worker runs them, up to the stored results. */
export async function recompute(desk: DecisionDesk, incidentId: string) {
  const ports = { imports: postgresImports(desk.pool), impacts: postgresImpacts(desk.pool) };
  const of = { incidentId, at: noon };
  await run(findSnapshot(ports), of);
  const deals = { ...of, dealsPerChunk: 20 };
  await run(scanDeals(ports), deals);
  return run(recomputeShares(ports), deals);
}

/** Asks for the second opinion as a worker does. */
export function askSecond(desk: DecisionDesk, incidentId: string) {
  const ports = { secondOpinions: postgresSecondOpinions(desk.pool) };
  return run(askSecondOpinion(ports), { incidentId, at: noon });
}
