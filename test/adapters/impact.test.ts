import { DefaultLogger } from '@temporalio/worker';
import { MockActivityEnvironment } from '@temporalio/testing';
import { findSnapshot } from '../../activities/find-snapshot';
import { planScan } from '../../activities/plan-scan';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { formatMinor } from '../../domain/money';
import { importFolder, type FolderImport } from '../../scripts/import/import-folder';
import { instanceKeys } from '../../scripts/stack/secrets';
import { twoDeals } from '../domain/platform-history';
import { allOf } from '../support/all-of';
import {
  historyFiles,
  historyFolder,
  removeHistoryFolders,
  type PlatformHistory,
} from '../support/history/history-folder';
import { plainImpact, type PlainLine } from '../support/history/plain-impact';
import { randomHistory } from '../support/history/random-history';
import { DecisionDesk, noon } from './decision-desk';
import { ImportDesk } from './import-desk';

let desk: DecisionDesk;
let incidentId: string;
let keys: string;
beforeEach(async () => {
  keys = historyFolder({});
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'engineering');
  incidentId = await desk.openIncident('oncall');
});
afterEach(async () => {
  await desk.close();
  removeHistoryFolders();
});

const load = (history: PlatformHistory, more: Partial<FolderImport> = {}) =>
  importFolder({
    folder: historyFolder(historyFiles(history)),
    databaseUrl: desk.database.appUrl,
    instanceKeyPath: instanceKeys(keys).privateKeyPath,
    at: noon,
    ...more,
  });

type Activity<Input, Output> = (input: Input) => Promise<Output>;
const quiet = { logger: new DefaultLogger('ERROR') };
const run = <Input, Output>(activity: Activity<Input, Output>, input: NoInfer<Input>) =>
  new MockActivityEnvironment({}, quiet).run<[Input], Output, typeof activity>(activity, input);

/** The activities as a worker runs them. */
function worker() {
  const ports = { imports: postgresImports(desk.pool), impacts: postgresImpacts(desk.pool) };
  const of = { incidentId, at: noon };
  return {
    ...ports,
    find: () => run(findSnapshot(ports), of),
    plan: (dealsPerChunk: number) => run(planScan(ports), { ...of, dealsPerChunk }),
    scan: (chunk: number, dealsPerChunk: number) =>
      run(scanDeals(ports), { ...of, chunk, dealsPerChunk }),
    recompute: () => run(recomputeShares(ports), of),
  };
}

async function scanAll(dealsPerChunk = 7) {
  const { find, plan, scan, ...more } = worker();
  await find();
  const { chunks } = await plan(dealsPerChunk);
  const done = [];
  for (let chunk = 0; chunk < chunks; chunk += 1) done.push(await scan(chunk, dealsPerChunk));
  return { ...more, scan, done };
}

const tables = ['impacts', 'findings', 'certificates', 'chunks', 'scans', 'evidence'];
const rowsOfAll = () => Promise.all(tables.map((table) => desk.count(`FROM ${table}`)));

const shown = ({ deals }: PlatformHistory) => {
  const currencies = new Map(deals.map(({ dealId, currency }) => [dealId, currency]));
  return ({ deal, investor, ...minor }: PlainLine) => {
    const currency = currencies.get(deal)!;
    const money = (amount: bigint) => formatMinor(amount, currency);
    const { recorded, asRecorded, asShouldHaveBeen } = minor;
    return {
      deal,
      investor,
      currency,
      recorded: money(recorded),
      shouldBe: { asRecorded: money(asRecorded), asShouldHaveBeen: money(asShouldHaveBeen) },
      delta: {
        asRecorded: money(recorded - asRecorded),
        asShouldHaveBeen: money(recorded - asShouldHaveBeen),
      },
    };
  };
};

describe('finding a history', () => {
  it('waits for an import by name, and binds the first one that comes for good', async () => {
    const { find } = worker();
    expect(await find()).toEqual({ snapshotId: null });
    expect(await find()).toEqual({ snapshotId: null });
    const waits = () => desk.count(`FROM waits WHERE waiting_for = 'import' AND over_at IS NULL`);
    expect(await waits()).toBe(1);
    await load(twoDeals());
    expect(await find()).toEqual({ snapshotId: '1' });
    expect(await waits()).toBe(0);
    await load(randomHistory(1), { supersede: 'test' });
    expect(await find()).toEqual({ snapshotId: '1' });
    const bound = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'imported');
    expect(bound).toMatchObject([{ body: { deals: 5, investors: 8, commitments: 16 } }]);
  });

  it('of an incident that is not on file is refused', async () => {
    const of = { incidentId: 'INC-2026-9999', at: noon };
    const finding = run(findSnapshot(worker()), of);
    await expect(finding).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' });
  });

  it('comes before 1 deal is scanned or recomputed', async () => {
    const { plan, scan, recompute } = worker();
    for (const early of [() => plan(7), () => scan(0, 7), recompute]) {
      await expect(early()).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
    }
  });
});

describe('the scan', () => {
  it('certifies 5 deals in chunks of 2 and finds the 2 wrong ones', async () => {
    await load(twoDeals());
    const { done } = await scanAll(2);
    expect(done).toEqual([
      { deals: 2, wrong: 1 },
      { deals: 2, wrong: 0 },
      { deals: 1, wrong: 1 },
    ]);
    const { rows } = await desk.pool.query<object>(
      `SELECT deal_id, investor_id, kind, detail FROM findings ORDER BY 1, 2`,
    );
    const wrong = (deal_id: string, investor_id: string) => ({ deal_id, investor_id });
    expect(rows).toMatchObject(
      ['FRESH', 'OLD'].flatMap((deal) => [wrong(deal, 'D'), wrong(deal, 'E')]),
    );
    expect(rows[0]).toMatchObject({
      kind: 'wrong-share',
      detail: { recorded: '132112.07', right: '128571.43' },
    });
  });

  it('tried again writes no row twice, seals 4 chunks once, answers the same', async () => {
    await load(randomHistory(3));
    const { done, scan } = await scanAll();
    const before = await rowsOfAll();
    const again = await Promise.all([0, 1, 2, 3].map((chunk) => scan(chunk, 7)));
    expect(again).toEqual(done);
    expect(await rowsOfAll()).toEqual(before);
  });

  it('of 1 chunk by 2 workers at once is stored once', async () => {
    await load(randomHistory(3));
    const { find, scan } = worker();
    await find();
    const [ours, theirs] = await Promise.all([scan(1, 7), scan(1, 7)]);
    expect(ours).toEqual(theirs);
    expect(await desk.count('FROM chunks')).toBe(1);
    const sealed = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'scanned');
    expect(sealed).toHaveLength(1);
  });
});

describe('the recomputation', () => {
  it.each([1, 2, 3, 4, 5, 6])(
    'equals a plain computation on history %i, to the unit on both bases, in 3 currencies',
    async (seed) => {
      const history = randomHistory(seed);
      const plain = plainImpact(history);
      await load(history);
      const { recompute, impacts } = await scanAll();
      const { dealsAffected, investorsAffected } = await recompute();
      const rows = await allOf(impacts.rows({ incidentId }));
      const key = (line: { deal: string; investor: string }) => `${line.deal} ${line.investor}`;
      const expected = plain.lines.map(shown(history)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
      expect([...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1))).toEqual(expected);
      const wrong = plain.lines.filter((line) => line.recorded !== line.asRecorded);
      const deals = [...new Set(wrong.map(({ deal }) => deal))].sort();
      const people = [...new Set(wrong.map(({ investor }) => investor))].sort();
      expect([dealsAffected, investorsAffected]).toEqual([deals.length, people.length]);
      expect(await impacts.affectedDeals(incidentId)).toEqual(deals);
      expect(await impacts.affectedInvestors(incidentId)).toEqual(people);
      const summary = (await impacts.summary(incidentId))!;
      expect(summary.findings['basis-mismatch']).toBe(plain.mismatches);
      expect(summary.commitments.scanned).toBe(
        history.deals.reduce((sum, deal) => sum + deal.commitments.length, 0),
      );
    },
  );

  it('of the two deals finds D and E 3,540.64 apart, the contamination beside', async () => {
    await load(twoDeals());
    const { recompute, impacts } = await scanAll();
    const recomputed = await recompute();
    expect(recomputed).toMatchObject({ dealsAffected: 2, investorsAffected: 2 });
    const fresh = await allOf(impacts.rows({ incidentId, deal: 'FRESH' }));
    expect(fresh.find(({ investor }) => investor === 'D')).toEqual({
      deal: 'FRESH',
      investor: 'D',
      currency: 'USD',
      recorded: '132112.07',
      shouldBe: { asRecorded: '128571.43', asShouldHaveBeen: '126295.30' },
      delta: { asRecorded: '3540.64', asShouldHaveBeen: '5816.77' },
    });
    const summary = (await impacts.summary(incidentId))!;
    expect(summary).toMatchObject({
      deals: { scanned: 5, affected: { asRecorded: 2, asShouldHaveBeen: 2 } },
      investors: { scanned: 8, affected: { asRecorded: 2 } },
      over: { asRecorded: { USD: '7081.28' } },
      under: { asRecorded: { USD: '7081.28' } },
      findings: { 'wrong-share': 4, 'basis-mismatch': 0 },
      diagnosis: [{ ruleVersion: 'v1', rule: 'drifting-weights', affected: 2, firstDeal: 'OLD' }],
    });
  });

  it('diagnoses 2 faults in turn, and the 2 clean versions around them', async () => {
    await load(randomHistory(2, { deals: 60, misremembering: false }));
    const { recompute, impacts } = await scanAll(20);
    await recompute();
    const { diagnosis } = (await impacts.summary(incidentId))!;
    expect(diagnosis.map(({ ruleVersion }) => ruleVersion)).toEqual(['v1', 'v2', 'v3', 'v4']);
    expect(diagnosis.map(({ affected }) => affected > 0)).toEqual([false, true, true, false]);
  });

  it('finished once answers the same again and writes nothing more', async () => {
    await load(randomHistory(5));
    const { recompute } = await scanAll();
    const first = await recompute();
    const before = await rowsOfAll();
    expect(await recompute()).toEqual(first);
    expect(await rowsOfAll()).toEqual(before);
  });

  it('by 2 workers at once is stored once; the other one is told to try again', async () => {
    await load(randomHistory(5));
    const { recompute } = await scanAll();
    const settled = await Promise.allSettled([recompute(), recompute()]);
    expect(settled.map(({ status }) => status)).toContain('fulfilled');
    const sealed = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'recomputed');
    expect(sealed).toHaveLength(1);
    await expect(recompute()).resolves.toBeDefined();
  });

  it('stores 2 certificates a deal beside the scan’s, and 48 of 48 hold', async () => {
    await load(randomHistory(6));
    const { recompute } = await scanAll();
    await recompute();
    expect(await desk.count('FROM certificates')).toBe(72);
    expect(await desk.count(`FROM certificates WHERE basis <> 'recorded' AND NOT holds`)).toBe(0);
  });

  it('is not believed when 1 deal of the scan was not certified, and leaves nothing', async () => {
    await load(twoDeals());
    const { find, scan, recompute } = worker();
    await find();
    await scan(0, 4);
    await expect(recompute()).rejects.toMatchObject({ code: 'RECOMPUTATION_DIFFERS' });
    expect(await desk.count('FROM impacts')).toBe(0);
    expect(await desk.count('FROM scans')).toBe(0);
  });

  it('gives the same digest for the same history, another for 1 cent more', async () => {
    const digestOf = async (history: PlatformHistory) => {
      incidentId = await desk.openIncident('oncall');
      await load(history, { supersede: 'another' });
      const { recompute } = await scanAll();
      return (await recompute()).impactDigest;
    };
    const history = twoDeals();
    const [first, second] = [await digestOf(history), await digestOf(history)];
    expect(first).toBe(second);
    const deals = history.deals.map((deal) => {
      return deal.dealId === 'FRESH' ? { ...deal, allocation: deal.allocation + 1n } : deal;
    });
    expect(await digestOf({ ...history, deals })).not.toBe(first);
  });

  it('stays provable: the chain of the incident holds, sealed chunk by chunk', async () => {
    await load(randomHistory(4));
    const { recompute } = await scanAll();
    await recompute();
    expect(await postgresEvidenceLog(desk.pool).verify(incidentId)).toMatchObject({ holds: true });
    const kinds = (await desk.evidence(incidentId)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'scanned')).toHaveLength(4);
    expect(kinds.at(-1)).toBe('recomputed');
  });

  it('is shown by the command: the summary, the lines of 1 deal, or all of them', async () => {
    const shell = await ImportDesk.open(desk.database);
    expect((await shell.run('impact', incidentId)).code).toBe(3);
    await load(twoDeals());
    const { recompute, impacts } = await scanAll();
    await recompute();
    const summary = await shell.run('--json', 'impact', incidentId);
    expect(JSON.parse(summary.out)).toEqual(await impacts.summary(incidentId));
    const rows = await allOf(impacts.rows({ incidentId }));
    const lines = await shell.run('impact', incidentId, '--lines');
    expect(lines.out).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const old = await shell.run('--json', 'impact', incidentId, '--deal', 'OLD');
    const ofOld = rows.filter(({ deal }) => deal === 'OLD');
    expect(JSON.parse(old.out)).toEqual({ incident: incidentId, deal: 'OLD', lines: ofOld });
    const text = (await shell.run('impact', incidentId, '--deal', 'OLD')).out;
    expect(text).toMatch(/OLD +│ E +│ USD │ 317887[.]93 │ 321428[.]57 │ -3540[.]64/);
    await shell.leave();
  });
});
