import { findSnapshot } from '../../activities/find-snapshot';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import type { Certificate } from '../../domain/certify';
import type { DividedDeal } from '../../domain/divided-deal';
import { formatMinor } from '../../domain/money';
import { openColumnReplay } from '../../domain/replay-columns';
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
import { inColumns } from '../support/history/recorded-deal';
import { randomHistory } from '../support/history/random-history';
import { DecisionDesk, noon } from './decision-desk';
import { ImportDesk } from './import-desk';
import { ActivityContext } from '../support/activity-context';

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
const run = <Input, Output>(activity: Activity<Input, Output>, input: NoInfer<Input>) =>
  new ActivityContext().run(activity, input);

/** The activities as a worker runs them. */
function worker(dealsPerChunk = 7) {
  const ports = { imports: postgresImports(desk.pool), impacts: postgresImpacts(desk.pool) };
  const of = { incidentId, at: noon };
  return {
    ...ports,
    find: () => run(findSnapshot(ports), of),
    scan: () => run(scanDeals(ports), { ...of, dealsPerChunk }),
    recompute: () => run(recomputeShares(ports), { ...of, dealsPerChunk }),
  };
}

async function scanAll(dealsPerChunk?: number) {
  const { find, scan, ...more } = worker(dealsPerChunk);
  await find();
  return { ...more, scan, done: await scan() };
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
    const { scan, recompute } = worker();
    for (const early of [scan, recompute]) {
      await expect(early()).rejects.toMatchObject({ type: 'NOT_FOUND', nonRetryable: true });
    }
  });
});

describe('the scan', () => {
  it('checks 5 deals in chunks of 2 and says of the 2 wrong ones why', async () => {
    await load(twoDeals());
    const { done } = await scanAll(2);
    expect(done).toEqual({ deals: 5, wrong: 2 });
    expect(await desk.count('FROM chunks')).toBe(3);
    const { rows } = await desk.pool.query<{ deal_id: string; certificate: Certificate }>(
      'SELECT deal_id, certificate FROM certificates ORDER BY 1',
    );
    expect(rows.map(({ deal_id }) => deal_id)).toEqual(['FRESH', 'OLD']);
    const [D, E] = rows[0]!.certificate.findings[0]!.people;
    expect(D).toEqual({ investorId: 'D', shareMinor: '13211207', rightMinor: '12857143' });
    expect(E?.investorId).toBe('E');
  });

  it('tried again writes no row twice, is sealed once, answers the same', async () => {
    await load(randomHistory(3));
    const { done, scan } = await scanAll();
    const before = await rowsOfAll();
    expect(await scan()).toEqual(done);
    expect(await rowsOfAll()).toEqual(before);
  });

  it('by 2 workers at once is stored once, whoever of them has to try again', async () => {
    await load(randomHistory(3));
    const { find, scan } = worker();
    await find();
    await Promise.allSettled([scan(), scan()]);
    expect(await scan()).toMatchObject({ deals: 24 });
    expect(await desk.count('FROM chunks')).toBe(4);
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

  it('by 2 workers at once is sealed once, its 4 chunks stored once', async () => {
    await load(randomHistory(5));
    const { recompute } = await scanAll();
    await Promise.allSettled([recompute(), recompute()]);
    await recompute();
    expect(await desk.count('FROM chunks')).toBe(8);
    const sealed = (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'recomputed');
    expect(sealed).toHaveLength(1);
  });

  it('keeps the rates of 24 deals as recorded, and others where averages are others', async () => {
    const history = randomHistory(6);
    await load(history);
    const { recompute } = await scanAll();
    await recompute();
    const { people, opening, deals } = inColumns(history);
    const replayDeal = openColumnReplay({ people, opening });
    const expected = deals.flatMap((deal) => {
      const { asRecorded, asShouldHaveBeen } = replayDeal(deal);
      const row = (basis: string, { tiers }: DividedDeal) => ({ deal: deal.dealId, basis, tiers });
      const first = row('asRecorded', asRecorded);
      if (asRecorded === asShouldHaveBeen) return [first];
      return [first, row('asShouldHaveBeen', asShouldHaveBeen)];
    });
    const { rows } = await desk.pool.query<object>(
      `SELECT deal_id AS deal, basis, certificate -> 'tiers' AS tiers FROM certificates
       WHERE basis <> 'recorded' AND holds ORDER BY deal_id, basis`,
    );
    expect(rows).toEqual(expected);
  });

  it('lists every finding: shares in minor units, contamination, averages', async () => {
    await load(twoDeals());
    const { recompute } = await scanAll();
    await recompute();
    const { rows } = await desk.pool.query<object>(
      `SELECT deal_id AS deal, investor_id AS investor, kind, found, expected FROM findings
       WHERE investor_id = 'D' ORDER BY deal_id, kind DESC`,
    );
    const of = (deal: string, kind: string) => ({ deal, investor: 'D', kind });
    expect(rows).toEqual([
      { ...of('FRESH', 'wrong-share'), found: '13211207', expected: '12857143' },
      { ...of('FRESH', 'contamination'), found: '12857143', expected: '12629530' },
      { ...of('OLD', 'wrong-share'), found: '13211207', expected: '12857143' },
    ]);
  });

  it('is not begun before all 5 deals are checked', async () => {
    await load(twoDeals());
    const { find, recompute } = worker();
    await find();
    await expect(recompute()).rejects.toMatchObject({ type: 'RECOMPUTATION_DIFFERS' });
    expect(await desk.count('FROM impacts')).toBe(0);
  });

  it('is not believed when the check has found 1 deal wrong that it finds right', async () => {
    await load(twoDeals());
    const { recompute } = await scanAll();
    await desk.intruder.query(
      `INSERT INTO certificates VALUES ($1, 'MID-1', 'recorded', false, '{}')`,
      [incidentId],
    );
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

  it('stays provable: the chain holds, 4 chunks are sealed by 1 entry each', async () => {
    await load(randomHistory(4));
    const { recompute } = await scanAll();
    await recompute();
    expect(await postgresEvidenceLog(desk.pool).verify(incidentId)).toMatchObject({ holds: true });
    const sealed = (await desk.evidence(incidentId)).slice(-2);
    expect(sealed).toMatchObject([
      { kind: 'scanned', body: { deals: 24, chunks: 4 } },
      { kind: 'recomputed', body: { deals: { scanned: 24 }, chunks: 4 } },
    ]);
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
    expect(text).toMatch(/OLD +│ E +│ USD │ 317,887[.]93 │ 321,428[.]57 │ -3,540[.]64/);
    await shell.leave();
  });
});
