import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresSecondOpinions } from '../../adapters/postgres/second-opinion';
import { postgresStatus } from '../../adapters/postgres/status';
import { importFolder } from '../../scripts/import/import-folder';
import { instanceKeys } from '../../scripts/stack/secrets';
import { packageRoot } from '../../workers/package-root';
import { DecisionDesk, noon } from '../adapters/decision-desk';
import { historyFolder, removeHistoryFolders } from '../support/history/history-folder';
import { askSecond, recompute } from './outsider-desk';
import { makeHistory, newFolder, removeMade } from './programs';

let desk: DecisionDesk;
let keys: string;
beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'on-call');
  keys = instanceKeys(newFolder()).privateKeyPath;
});
afterAll(async () => {
  await desk.close();
  removeMade();
  removeHistoryFolders();
});

async function load(folder: string): Promise<void> {
  const given = { folder, databaseUrl: desk.database.appUrl, instanceKeyPath: keys, at: noon };
  const outcome = await importFolder({ ...given, supersede: folder });
  expect(outcome).toMatchObject({ kind: 'imported' });
}

/** An incident on the history of a seed, recomputed. */
async function recomputed(seed: number): Promise<string> {
  await load((await makeHistory(seed)).folder);
  const incidentId = await desk.openIncident('oncall');
  await recompute(desk, incidentId);
  return incidentId;
}

const entries = async (incidentId: string) =>
  (await desk.evidence(incidentId)).filter(({ kind }) => kind === 'second-opinion');
const failure = (incidentId: string) =>
  askSecond(desk, incidentId).then(
    () => undefined,
    (error: unknown) => error,
  );
const differs = (incidentId: string) => postgresSecondOpinions(desk.pool).differs(incidentId);

describe('the second opinion', () => {
  it.each([3, 14])('agrees on 48 deals of 2 faults, and is asked once (seed %i)', async (seed) => {
    const incidentId = await recomputed(seed);
    const opinion = await askSecond(desk, incidentId);
    expect(opinion.affected + opinion.sampled).toBe(48);
    expect(opinion.affected).toBeGreaterThan(5);
    expect(await askSecond(desk, incidentId)).toEqual(opinion);
    expect(await differs(incidentId)).toBe(false);
    const { affected, sampled, commitments } = opinion;
    expect(await entries(incidentId)).toMatchObject([
      {
        body: {
          agrees: true,
          deals: { affected, sampled },
          compared: { shares: 2 * commitments, averages: commitments },
          differences: 0,
        },
      },
    ]);
  });

  it('stops over 1 unit in 1 share, shows both results, agrees once it is right', async () => {
    const incidentId = await recomputed(8);
    const { rows } = await desk.intruder.query<{ deal: string; investor: string; right: string }>(
      `UPDATE impacts w SET as_recorded_minor = as_recorded_minor + 1 WHERE (incident_id, deal_id,
         investor_id) = (SELECT incident_id, deal_id, investor_id FROM impacts i
           WHERE incident_id = $1 AND currency = 'JPY' ORDER BY deal_id, investor_id LIMIT 1)
       RETURNING deal_id AS deal, investor_id AS investor, (as_recorded_minor - 1)::text AS right`,
      [incidentId],
    );
    const [{ deal, investor, right } = { deal: '', investor: '', right: '' }] = rows;
    const ours = String(BigInt(right) + 1n);
    expect(await failure(incidentId)).toMatchObject({
      type: 'SECOND_OPINION_DIFFERS',
      nonRetryable: true,
      details: [{ differences: 1, deals: [deal] }],
    });
    await failure(incidentId); // A retry finds the same, and keeps it once.
    const [entry, ...more] = await entries(incidentId);
    const difference = { deal, investor, figure: 'asRecorded', ours, second: right };
    expect(entry).toMatchObject({ body: { agrees: false, differences: 1, first: [difference] } });
    expect(more).toEqual([]);
    const kept = 'FROM second_opinion_differences WHERE incident_id =';
    expect(await desk.count(`${kept} '${incidentId}'`)).toBe(1);
    expect(await differs(incidentId)).toBe(true);
    const asked = async () => {
      const status = await postgresStatus(desk.pool).read(incidentId);
      return status?.waitingFor.filter(({ for: kind }) => kind === 'person') ?? [];
    };
    expect(await asked()).toMatchObject([{ question: expect.stringContaining(ours) as string }]);
    expect((await asked())[0]?.question).toContain(right);

    await desk.intruder.query(
      `UPDATE impacts SET as_recorded_minor = as_recorded_minor - 1
       WHERE incident_id = $1 AND deal_id = $2 AND investor_id = $3`,
      [incidentId, deal, investor],
    );
    await askSecond(desk, incidentId);
    expect(await asked()).toEqual([]);
    expect(await differs(incidentId)).toBe(false);
    expect(await desk.count(`${kept} '${incidentId}'`)).toBe(1);
  });

  it('stops over 1 unit of corrected history, which moves every average after it', async () => {
    const incidentId = await recomputed(11);
    await desk.intruder.query(
      `UPDATE impacts SET as_should_have_been_minor = as_should_have_been_minor + 1
       WHERE incident_id = $1`,
      [incidentId],
    );
    await failure(incidentId);
    const found = `FROM second_opinion_differences WHERE incident_id = '${incidentId}'`;
    expect(await desk.count(`${found} AND figure = 'asShouldHaveBeen'`)).toBeGreaterThan(20);
    expect(await desk.count(`${found} AND figure <> 'asShouldHaveBeen'`)).toBe(0);
  });

  it('stops over a difference that is stored of 1 person who was given nothing', async () => {
    const incidentId = await recomputed(16);
    await desk.intruder.query(
      `INSERT INTO impacts (incident_id, deal_id, investor_id, currency, recorded_minor,
         as_recorded_minor, as_should_have_been_minor) VALUES ($1, 'none', 'none', 'USD', 1, 1, 2)`,
      [incidentId],
    );
    expect(await failure(incidentId)).toMatchObject({ details: [{ deals: ['none'] }] });
  });

  it('gives all published answers by itself, 40 shares of 8 cases', async () => {
    const cases = publishedCases();
    await load(folderOf(cases));
    const incidentId = await desk.openIncident('oncall');
    // Nothing of ours has computed anything: what is stored says that 0 was right for everybody.
    await desk.pool.query(
      `INSERT INTO scans (incident_id, snapshot_id, summary, impact_digest, finished_at)
       SELECT $1, max(snapshot_id), '{}', repeat('a', 64), $2 FROM snapshots`,
      [incidentId, noon],
    );
    await failure(incidentId);
    const { rows } = await desk.pool.query<{ deal: string; investor: string; second: string }>(
      `SELECT deal_id AS deal, investor_id AS investor, second FROM second_opinion_differences
       WHERE incident_id = $1 AND figure = 'asRecorded'`,
      [incidentId],
    );
    const found = rows.map(({ deal, investor, second }) => [deal, investor, Number(second)]);
    const expected = cases.flatMap(({ expected: shares }, index) =>
      Object.entries(shares).map(([who, share]) => [`D${String(index)}`, who, Number(share)]),
    );
    expect(found.sort()).toEqual(expected.sort());
  });
});

type Case = {
  rule?: string;
  allocation: string;
  investors: Record<string, [requested: string, average: string]>;
  expected: Record<string, string>;
};

function publishedCases(): Case[] {
  const path = join(packageRoot(), 'test/domain/allocation-cases.json');
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  return cases.filter(({ rule }) => rule === undefined);
}

function folderOf(cases: readonly Case[]): string {
  const deals = cases.map(({ allocation }, index) => {
    const [deal, day] = [`D${String(index)}`, `2026-01-0${String(index + 1)}`];
    return `${deal},${deal},${deal},${day},USD,${allocation},v1,closed,demo,,,`;
  });
  const people = new Set(cases.flatMap(({ investors }) => Object.keys(investors)));
  const rows = cases.flatMap(({ investors }, index) =>
    Object.entries(investors).map(([who, [requested, average]]) => {
      return `D${String(index)},${who},${requested},${average},0`;
    }),
  );
  const lines = (...all: string[]) => `${all.join('\n')}\n`;
  return historyFolder({
    'deals.csv': lines(
      'deal_id,name,company,closed_on,currency,allocation,' +
        'rule_version,stage,policy,agreement_on,error_clause,mark',
      ...deals,
    ),
    'investors.csv': lines(
      'investor_id,name,email,locale,class,status,history_total,history_count,history_currency',
      ...[...people].map((who) => `${who},${who},${who}@investor.example,en,retail,active,,,`),
    ),
    'commitments.csv': lines('deal_id,investor_id,requested,average,allocated', ...rows),
  });
}
