import type { ImportFault } from '../../contracts/import-row';
import { importViews } from '../../scripts/import/import-views';
import { openSource } from '../../workers/wire-source';
import { allOf } from '../support/all-of';
import { historyFiles, type HistoryFiles } from '../support/history/history-folder';
import { randomHistory } from '../support/history/random-history';
import { ImportDesk, noon } from './import-desk';
import { PlatformViews } from './platform-views';

let desk: ImportDesk;
let platform: PlatformViews;
const details = `investor_id,payee,iban,bic,aba,account,verified_on
P1,"Zoë \\ Sons","DE89 3704 0044 0532 0130 00",COBADEFFXXX,,,2026-01-02
`;
const files: HistoryFiles = {
  ...historyFiles(randomHistory(5)),
  'payment-details.csv': details,
};
beforeAll(async () => {
  desk = await ImportDesk.open();
  platform = await PlatformViews.open(desk.database.adminUrl, files);
});
afterAll(async () => {
  await platform.close();
  await desk.close();
});

const load = (schema: string, more: { url?: string; dryRun?: boolean } = {}) =>
  importViews({
    url: platform.url,
    schema,
    databaseUrl: desk.database.appUrl,
    instanceKeyPath: desk.instanceKeyPath,
    at: noon,
    dryRun: true,
    ...more,
  });

async function faultsOf(other: Record<string, string | null>): Promise<readonly ImportFault[]> {
  const outcome = await load(await platform.schemaWith(other));
  if (outcome.kind !== 'invalid') throw new Error(`expected faults, found ${outcome.kind}`);
  expect(await desk.rows()).toEqual([0, 0, 0, 0, 0]);
  return outcome.faults;
}

/** Columns of a view but for one, which is something else. */
const but = (...[view, column, other]: [view: string, column: string, other: string]) => {
  const file = view === 'payment_details' ? 'payment-details.csv' : `${view}.csv`;
  const names = (files as Record<string, string>)[file]!.split('\n')[0]!.trim().split(',');
  const list = names.map((name) => (name === column ? `${other} AS ${name}` : name));
  return { [view]: `SELECT ${list.join(', ')} FROM platform.${view}` };
};

describe('the views of a platform', () => {
  it.each<[string, Record<string, string | null>, string, string, RegExp]>([
    ['a view missing', { investors: null }, 'investors', '', /no such view/],
    ['a column missing', { deals: 'SELECT 1 AS deal_id' }, 'deals', 'mark', /column is missing/],
    [
      'a column nobody knows',
      { deals: `SELECT *, 1 AS colour FROM platform.deals` },
      'deals',
      'colour',
      /unknown column/,
    ],
    [
      'floating point for money',
      but('commitments', 'requested', 'requested::double precision'),
      'commitments',
      'requested',
      /numeric.* found double precision/,
    ],
    [
      'a time for a date',
      but('deals', 'closed_on', 'closed_on::timestamptz'),
      'deals',
      'closed_on',
      /date, found timestamp with time zone/,
    ],
    [
      'JSON for a name',
      but('investors', 'name', 'to_json(name)'),
      'investors',
      'name',
      /text, found json/,
    ],
    [
      'an error of its own',
      but('commitments', 'allocated', 'allocated / 0'),
      'commitments',
      '',
      /division by zero/,
    ],
  ])('with %s are refused by name', async (_, other, view, column, reason) => {
    const faults = await faultsOf(other);
    expect(faults.find((fault) => fault.column === column)).toMatchObject({
      file: expect.stringMatching(`^other_\\d+\\.${view}$`) as string,
      line: 0,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it.each([
    ['NaN for an amount', but('deals', 'allocation', `'NaN'::numeric`), 'allocation', /decimal/],
    ['a day that never comes', but('deals', 'closed_on', `'infinity'::date`), 'closed_on', /date/],
    ['a line break in a name', but('deals', 'name', `E'a\\nb'`), 'name', /line breaks/],
    ['an amount of too many decimals', but('deals', 'allocation', '0.00001'), 'allocation', /most/],
    ['a currency that is NULL', but('deals', 'currency', 'NULL::text'), 'currency', /ISO 4217/],
  ])('with %s name the row by its key, 24 times', async (_, other, column, reason) => {
    const faults = await faultsOf(other);
    expect(faults).toHaveLength(24);
    expect(faults[2]).toMatchObject({ line: 3, column, key: 'deal_id "D002"' });
    expect(faults[2]?.reason).toMatch(reason);
  });

  it('with a row twice name both places, and the row by its 2 keys', async () => {
    const commitments = `SELECT * FROM platform.commitments
      UNION ALL (SELECT * FROM platform.commitments LIMIT 1)`;
    const [fault, ...others] = await faultsOf({ commitments });
    expect(others).toEqual([]);
    expect(fault?.key).toMatch(/^deal_id "D000", investor_id "P\d"$/);
    expect(fault?.reason).toMatch(/once, found "D000" and "P\d" again; it stands on row 1$/);
  });

  it('of 300,000 faults name 100, and nothing hangs that was not read to its end', async () => {
    const commitments = `SELECT 'D000' AS deal_id, 'P1' AS investor_id, -n AS requested,
      NULL AS average, repeat('x', 50) AS allocated FROM generate_series(1, 300000) n`;
    expect(await faultsOf({ commitments })).toHaveLength(100);
  });

  it('that a login may not read, or only in part, are refused and say who may not', async () => {
    const schema = await platform.schemaWith({});
    await platform.run(`REVOKE SELECT ON ${schema}.investors FROM ${platform.login}`);
    const hiding = await platform.schemaWith({ deals: null });
    await platform.run(`CREATE TABLE ${hiding}.deals AS SELECT * FROM platform.deals;
      ALTER TABLE ${hiding}.deals ENABLE ROW LEVEL SECURITY;
      CREATE POLICY dollars ON ${hiding}.deals USING (currency = 'USD');
      GRANT SELECT ON ${hiding}.deals TO ${platform.login}`);
    for (const [name, view] of [
      [schema, 'investors'],
      [hiding, 'deals'],
    ] as const) {
      const outcome = await load(name);
      expect(outcome).toMatchObject({ kind: 'invalid', faults: [{ file: `${name}.${view}` }] });
      expect(JSON.stringify(outcome)).toContain(`${platform.login} may not read all of it`);
    }
  });

  it('that would write are refused, and 0 rows are written', async () => {
    await platform.run(`CREATE TABLE platform.reads (at timestamptz);
      CREATE FUNCTION platform.noted(text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS
        $$ BEGIN INSERT INTO platform.reads VALUES (now()); RETURN $1; END $$`);
    const [fault] = await faultsOf(but('deals', 'name', 'platform.noted(name)'));
    expect(fault?.reason).toMatch(/would write, which is refused/);
    expect(await desk.count('platform.reads').catch(() => 'hidden')).toBe('hidden');
    await platform.run(`DO $$ BEGIN ASSERT (SELECT count(*) FROM platform.reads) = 0; END $$`);
  });

  it('of no schema, or without 1 deal, are refused', async () => {
    expect(await load('nowhere')).toMatchObject({
      faults: [{ file: 'nowhere.deals', line: 0, reason: 'there is no schema "nowhere"' }],
    });
    const [fault] = await faultsOf({
      deals: 'SELECT * FROM platform.deals LIMIT 0',
      commitments: 'SELECT * FROM platform.commitments LIMIT 0',
    });
    expect(fault?.reason).toMatch(/at least 1 deal/);
  });

  it('are of 1 moment: what is written between reading 2 of them is not seen', async () => {
    const source = await openSource({ url: platform.url, schema: 'platform' });
    const read = async (view: string) => {
      const blocks = await allOf(source.read({ view, columns: ['deal_id'] }));
      return Buffer.concat(blocks).toString().trim().split('\n').length;
    };
    expect(await read('deals')).toBe(24);
    const added = `SELECT 'D000', 'P' || n, 1, 1, 1 FROM generate_series(50, 59) n`;
    await platform.run(`INSERT INTO platform.commitments_kept
      (deal_id, investor_id, requested, average, allocated) ${added}`);
    const seen = await read('commitments');
    await source.close();
    await platform.run(`DELETE FROM platform.commitments_kept WHERE allocated = 1 AND requested = 1
      AND investor_id >= 'P50'`);
    expect(seen).toBe(files['commitments.csv'].trim().split('\n').length - 1);
  });
});
