import { findSnapshot } from '../../activities/find-snapshot';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresStatus } from '../../adapters/postgres/status';
import { importFolder } from '../../scripts/import/import-folder';
import { instanceKeys } from '../../scripts/stack/secrets';
import { allOf } from '../support/all-of';
import {
  historyFiles,
  historyFolder,
  removeHistoryFolders,
  type PlatformHistory,
} from '../support/history/history-folder';
import { randomHistory } from '../support/history/random-history';
import { DecisionDesk, noon } from './decision-desk';
import { ActivityContext } from '../support/activity-context';

let desk: DecisionDesk;
let keys: string;
beforeAll(async () => {
  keys = instanceKeys(historyFolder({})).privateKeyPath;
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'engineering');
});
afterAll(async () => {
  await desk.close();
  removeHistoryFolders();
});

const load = (history: PlatformHistory, supersede?: string) =>
  importFolder({
    folder: historyFolder(historyFiles(history)),
    databaseUrl: desk.database.appUrl,
    instanceKeyPath: keys,
    at: noon,
    ...(supersede === undefined ? {} : { supersede }),
  });

type Activity<Input, Output> = (input: Input) => Promise<Output>;
const run = <Input, Output>(activity: Activity<Input, Output>, input: NoInfer<Input>) =>
  new ActivityContext().run(activity, input);

/** Scans and recomputes as a worker does; `between` happens when the one is done. */
async function scanned(
  incidentId: string,
  between: () => Promise<unknown> = () => Promise.resolve(),
) {
  const ports = { imports: postgresImports(desk.pool), impacts: postgresImpacts(desk.pool) };
  const of = { incidentId, at: noon };
  await run(findSnapshot(ports), of);
  await run(scanDeals(ports), { ...of, dealsPerChunk: 10 });
  await between();
  await run(recomputeShares(ports), { ...of, dealsPerChunk: 10 });
  return seen(incidentId);
}

/** What anybody sees of an incident: its snapshot, every wrong line, how it stands. */
async function seen(incidentId: string) {
  const imports = postgresImports(desk.pool);
  const { rows: lines } = await desk.pool.query<object>(
    `SELECT deal_id, investor_id, recorded_minor, as_recorded_minor, as_should_have_been_minor
     FROM impacts WHERE incident_id = $1 ORDER BY 1, 2`,
    [incidentId],
  );
  const snapshot = await imports.snapshotOf(incidentId);
  const deals = await allOf(imports.dealsInOrder(snapshot?.snapshotId ?? ''));
  return { snapshot, deals, lines, status: await postgresStatus(desk.pool).read(incidentId) };
}

describe('a history that is imported anew while an incident runs', () => {
  it('moves 0 of its lines and figures, in mid-scan or later; the next one has it', async () => {
    const [first, second, third] = [1, 2, 3].map((seed) => randomHistory(seed));
    await load(first!);
    const running = await desk.openIncident('oncall');
    const during = await scanned(running, () => load(second!, 'closing dates corrected'));
    expect(during.snapshot).toMatchObject({ snapshotId: '1', deals: 24 });
    expect(during.deals).toEqual(first!.deals);
    expect(during.lines.length).toBeGreaterThan(10);
    await load(third!, 'and once more');
    await postgresImports(desk.pool).bindSnapshot({ incidentId: running, at: noon });
    expect(await seen(running)).toEqual(during);
    const { snapshot, deals } = await scanned(await desk.openIncident('oncall'));
    expect(snapshot).toMatchObject({ snapshotId: '3' });
    expect(deals).toEqual(third!.deals);
  });
});
