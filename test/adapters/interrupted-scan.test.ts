import { findSnapshot } from '../../activities/find-snapshot';
import type { Impacts } from '../../activities/ports/impacts';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { importFolder } from '../../scripts/import/import-folder';
import { instanceKeys } from '../../scripts/stack/secrets';
import {
  historyFiles,
  historyFolder,
  removeHistoryFolders,
} from '../support/history/history-folder';
import { randomHistory } from '../support/history/random-history';
import { DecisionDesk, noon } from './decision-desk';
import { ActivityContext } from '../support/activity-context';

/** Deals of one day, three currencies, two faults; chunks end in the middle of days. */
const history = randomHistory(4);
const dealsPerChunk = 5;

let desk: DecisionDesk;
beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'engineering');
  await importFolder({
    folder: historyFolder(historyFiles(history)),
    databaseUrl: desk.database.appUrl,
    instanceKeyPath: instanceKeys(historyFolder({})).privateKeyPath,
    at: noon,
  });
});
afterAll(async () => {
  await desk.close();
  removeHistoryFolders();
});

type Change = (impacts: Impacts) => Partial<Impacts>;

/** Pages 3 and 4 as a worker runs them, with a port that somebody has changed. */
function pages(given: { incidentId: string; change?: Change; size?: number | undefined }) {
  const { incidentId, change = () => ({}), size = dealsPerChunk } = given;
  const impacts = postgresImpacts(desk.pool);
  const ports = {
    imports: postgresImports(desk.pool),
    impacts: { ...impacts, ...change(impacts) },
  };
  const input = { incidentId, at: noon, dealsPerChunk: size };
  const context = new ActivityContext();
  return {
    context,
    find: () => context.run(findSnapshot(ports), input),
    check: () => context.run(scanDeals(ports), input),
    recompute: () => context.run(recomputeShares(ports), input),
  };
}

/** Everything stored of an incident, but for whose it is. */
async function stored(incidentId: string) {
  const tables = {
    impacts: 'deal_id, investor_id',
    certificates: 'deal_id, basis',
    basis_mismatches: 'deal_id, investor_id',
    chunks: 'work, chunk',
    scans: '1',
  };
  const all = Object.entries(tables).map(async ([table, order]) => {
    const { rows } = await desk.pool.query<{ row: object }>(
      `SELECT to_jsonb(t) - 'incident_id' AS row FROM ${table} t WHERE incident_id = $1
       ORDER BY ${order}`,
      [incidentId],
    );
    return [table, rows.map(({ row }) => row)] as const;
  });
  const kinds = (await desk.evidence(incidentId)).map(({ kind, body }) => ({ kind, body }));
  const sealed = kinds.filter(({ kind }) => kind === 'scanned' || kind === 'recomputed');
  const rows = Object.fromEntries(await Promise.all(all)) as Record<keyof typeof tables, object[]>;
  return { ...rows, sealed };
}

async function opened(): Promise<string> {
  const incidentId = await desk.openIncident('oncall');
  await pages({ incidentId }).find();
  return incidentId;
}

async function undisturbed(size?: number) {
  const incidentId = await opened();
  const { check, recompute } = pages({ incidentId, size });
  await check();
  await recompute();
  return stored(incidentId);
}

type Break = (given: { save: () => Promise<void>; context: ActivityContext }) => Promise<void>;

/** The connection that books a chunk ends at its commit, when all of the chunk is written. */
const dyingConnection = `
  CREATE FUNCTION end_connection() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
  CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON chunks DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION end_connection()`;

/** Each way in which a try ends when a chunk is to be stored. */
const breaks: Record<string, Break> = {
  'the worker dies before it stores': () => Promise.reject(new Error('killed')),
  'the worker dies before it hears that it has stored': async ({ save }) => {
    await save();
    throw new Error('killed');
  },
  'the connection ends at the commit': async ({ save }) => {
    await desk.intruder.query(dyingConnection);
    try {
      await save();
    } finally {
      await desk.intruder.query('DROP TRIGGER ends ON chunks; DROP FUNCTION end_connection');
    }
  },
  'the server gives the try up': async ({ save, context }) => {
    context.cancel();
    await save();
    throw new Error('nobody hears of this one');
  },
};

type Checked = Parameters<Impacts['saveChecked']>[0];
type Recomputed = Parameters<Impacts['saveRecomputed']>[0];

const breakingAt =
  (at: number, of: { how: string; context: () => ActivityContext }): Change =>
  (impacts) => {
    const broken =
      <G extends { chunk: number }>(store: (given: G) => Promise<void>) =>
      (given: G) => {
        const save = () => store(given);
        return given.chunk === at ? breaks[of.how]!({ save, context: of.context() }) : save();
      };
    return {
      saveChecked: broken((given: Checked) => impacts.saveChecked(given)),
      saveRecomputed: broken((given: Recomputed) => impacts.saveRecomputed(given)),
    };
  };

describe('a scan of 24 deals in 5 chunks', () => {
  it.each(Object.keys(breaks))('is the same, no row twice, where %s: at 3 of 5', async (how) => {
    const whole = await undisturbed();
    for (const at of [0, 2, 4]) {
      const incidentId = await opened();
      for (const page of ['check', 'recompute'] as const) {
        const change = breakingAt(at, { how, context: () => cut.context });
        const cut = pages({ incidentId, change });
        await expect(cut[page]()).rejects.toBeDefined();
        expect(await desk.count(`FROM scans WHERE incident_id = '${incidentId}'`)).toBe(0);
        await pages({ incidentId })[page]();
      }
      expect(await stored(incidentId)).toEqual(whole);
    }
  });

  it('is the same after 24 tries that die after 1 deal each, within days too', async () => {
    const incidentId = await opened();
    const how = 'the worker dies before it hears that it has stored';
    await pages({ incidentId, size: 1 }).check();
    for (const at of history.deals.keys()) {
      const cut = pages({
        incidentId,
        size: 1,
        change: breakingAt(at, { how, context: () => cut.context }),
      });
      await expect(cut.recompute()).rejects.toThrow('killed');
    }
    await pages({ incidentId, size: 1 }).recompute();
    expect(await stored(incidentId)).toEqual(await undisturbed(1));
  });

  it('goes on after the chunks that are stored: 2 of 5 are worked out anew, not 5', async () => {
    const incidentId = await opened();
    await pages({ incidentId }).check();
    const how = 'the worker dies before it stores';
    const cut = pages({ incidentId, change: breakingAt(3, { how, context: () => cut.context }) });
    await expect(cut.recompute()).rejects.toBeDefined();
    const saved: number[] = [];
    const watching: Change = (impacts) => ({
      saveRecomputed: (given) => {
        saved.push(given.chunk);
        return impacts.saveRecomputed(given);
      },
    });
    await pages({ incidentId, change: watching }).recompute();
    expect(saved).toEqual([3, 4]);
  });

  it('finds the same whatever the size of its chunks: 1, 24 or 100 deals', async () => {
    const found = async (size: number) => {
      const { impacts, certificates, basis_mismatches: mismatches } = await undisturbed(size);
      return { impacts, certificates, mismatches };
    };
    const whole = await found(100);
    expect(whole.impacts.length).toBeGreaterThan(10);
    expect(await found(1)).toEqual(whole);
    expect(await found(24)).toEqual(whole);
  });
});
