import { readFileSync } from 'node:fs';
import { openPaymentSeal } from '../../adapters/postgres/payment-seal';
import { openPool } from '../../adapters/postgres/pool';
import { postgresImports } from '../../adapters/postgres/imports';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { wireHistory } from '../../workers/wire-history';
import { csvFolder } from '../../scripts/import/csv-folder';
import { Faults } from '../../scripts/import/faults';
import { historyRows } from '../../scripts/import/history-rows';
import { twoDeals } from '../domain/platform-history';
import { historyFiles, historyFolder } from '../support/history/history-folder';
import { inColumns } from '../support/history/recorded-deal';
import { randomHistory } from '../support/history/random-history';
import { allOf } from '../support/all-of';
import { ImportDesk, noon } from './import-desk';

let desk: ImportDesk;
beforeEach(async () => {
  desk = await ImportDesk.open();
});
afterEach(() => desk.close());

const history = twoDeals();
const files = historyFiles(history);
const details = `investor_id,payee,iban,bic,aba,account,verified_on
D,Dora Doe,DE89 3704 0044 0532 0130 00,COBADEFFXXX,,,2026-01-02
E,Emil Eng,,,021000021,123456789,
`;

describe('an import', () => {
  it('keeps every deal, row and opening history, rows in the order of the file', async () => {
    const outcome = await desk.import(files);
    expect(outcome).toMatchObject({ kind: 'imported', counts: { deals: 5, commitments: 16 } });
    const imports = postgresImports(desk.pool);
    const snapshot = await imports.latestSnapshot();
    expect(snapshot).toMatchObject({ deals: 5, investors: 8, commitments: 16, importedAt: noon });
    const read = await allOf(imports.dealsInOrder(snapshot!.snapshotId));
    expect(read).toEqual(history.deals);
    const { opening } = await imports.openHistory(snapshot!.snapshotId);
    expect(opening).toEqual(history.start);
  });

  it('reads 230 deals in columns as they are, all of them or those after the 110th', async () => {
    const made = randomHistory(7, { deals: 230 });
    // Rows in no order of their ids, and here and there an average that no exact float holds.
    const history = {
      ...made,
      deals: made.deals.map((deal, at) => {
        const rows = deal.commitments.toReversed();
        const long = { average: '123456789.0123456789' };
        const isLong = (row: number) => row === 0 && at % 10 === 0;
        return {
          ...deal,
          commitments: rows.map((each, row) => ({ ...each, ...(isLong(row) ? long : {}) })),
        };
      }),
    };
    await desk.import(historyFiles(history));
    const imports = postgresImports(desk.pool);
    const { snapshotId } = (await imports.latestSnapshot())!;
    expect(await allOf(imports.dealsInOrder(snapshotId))).toEqual(history.deals);
    const { people, deals } = await imports.openHistory(snapshotId);
    const expected = inColumns(history);
    expect(people).toEqual(expected.people);
    const read = await allOf(deals());
    expect(read).toEqual(expected.deals);
    expect(await allOf(deals(read[109]))).toEqual(expected.deals.slice(110));
  });

  it.each([
    ['a deal', `'nowhere', investor_id`, /of a deal that is not on file/],
    ['an investor', `deal_id, 'nobody'`, /of nobody on file/],
  ])(
    'refuses 16 rows from anywhere when 1 leads to %s that is not on file',
    async (_, ids, reason) => {
      await desk.import(files);
      // As they are, under another snapshot, but for 1 of them.
      await desk.pool.query(`
      INSERT INTO snapshots (digest, source, imported_at, deal_count, investor_count,
        commitment_count) VALUES (repeat('0', 64), 'by hand', now(), 5, 8, 16);
      INSERT INTO deals SELECT 2, deal_id, name, company, closed_on, currency, allocation_minor,
        rule_version FROM deals;
      INSERT INTO investors SELECT 2, investor_id, name, email, locale FROM investors`);
      const write = (keys: string) =>
        desk.pool.query(`INSERT INTO commitments
        SELECT 2, ${keys}, row_number, requested_minor, average, allocated_minor FROM commitments`);
      const last = `(deal_id, row_number) = (SELECT max(deal_id), 1 FROM deals)`;
      const [deal = '', investor = ''] = ids.split(', ');
      const wrong = (key: string, right: string) =>
        `CASE WHEN ${last} THEN ${key} ELSE ${right} END`;
      const keys = `${wrong(deal, 'deal_id')}, ${wrong(investor, 'investor_id')}`;
      await expect(write(keys)).rejects.toThrow(reason);
      await expect(write('deal_id, investor_id')).resolves.toMatchObject({ rowCount: 16 });
    },
  );

  it('of the same content changes 0 rows, however columns, quotes, line ends look', async () => {
    const first = await desk.import({ ...files, 'payment-details.csv': details });
    const before = await desk.rows();
    const [head = '', ...rest] = files['commitments.csv'].trim().split('\n');
    const swap = (line: string) => {
      const [deal, investor, ...amounts] = line.split(',');
      return [`"${investor}"`, ...amounts, deal].join(',');
    };
    const swapped = [swap(head), ...rest.map(swap)].join('\r\n');
    const [names = '', ...deals] = files['deals.csv'].trim().split('\n');
    const again = await desk.import({
      ...files,
      'payment-details.csv': details.replaceAll(' 3704 0044 0532 0130 00', '370400440532013000'),
      'commitments.csv': Buffer.from(`\ufeff${swapped.replaceAll('.00,', ',')}`),
      'deals.csv': [names, ...deals.reverse()].join('\n\n'),
    });
    expect(again).toEqual({ ...first, kind: 'unchanged' });
    expect(await desk.rows()).toEqual(before);
  });

  it('of the same content with 1 row twice is at fault, not the same: 3 files', async () => {
    const all = { ...files, 'payment-details.csv': details };
    await desk.import(all);
    for (const file of ['deals.csv', 'investors.csv', 'payment-details.csv'] as const) {
      const [head = '', first = '', ...rest] = all[file].split('\n');
      const outcome = await desk.import({
        ...all,
        [file]: [head, first, first, ...rest].join('\n'),
      });
      expect(outcome).toMatchObject({ kind: 'invalid', faults: [{ file, line: 3 }] });
    }
  });

  it('of 2 rows of a deal swapped is another content, since rules may go by order', async () => {
    await desk.import(files);
    const [head, first, second, ...rest] = files['commitments.csv'].split('\n');
    const swapped = [head, second, first, ...rest].join('\n');
    await expect(desk.import({ ...files, 'commitments.csv': swapped })).rejects.toMatchObject({
      code: 'SNAPSHOT_CHANGED',
      kind: 'refused',
    });
    expect(await desk.count('snapshots')).toBe(1);
  });

  it('of another content is refused unless it supersedes; then 2 are on file', async () => {
    await desk.import(files);
    const changed = { ...files, 'deals.csv': files['deals.csv'].replace('1.00', '3.00') };
    await expect(desk.import(changed)).rejects.toThrow(/--supersede --reason/);
    await expect(desk.import(changed, { dryRun: true })).rejects.toThrow(/--supersede/);
    const superseding = await desk.import(changed, { supersede: 'the mark was wrong' });
    expect(superseding).toMatchObject({ kind: 'imported' });
    expect(await desk.count('snapshots')).toBe(2);
    expect(await desk.import(changed)).toMatchObject({ kind: 'unchanged' });
    await expect(desk.import(files, { supersede: 'back' })).rejects.toThrow(/superseded since/);
  });

  it('that is dry keeps 0 rows and finds nothing wrong', async () => {
    const outcome = await desk.import(files, { dryRun: true });
    expect(outcome).toMatchObject({ kind: 'imported', snapshotId: null });
    expect(await desk.rows()).toEqual([0, 0, 0, 0, 0]);
  });

  it('stands in the evidence of the registry with digest and counts, 1 entry', async () => {
    const { digest } = (await desk.import(files)) as { digest: string };
    await desk.import(files);
    const log = postgresEvidenceLog(desk.pool);
    const { rows } = await desk.pool.query<{ entry: string }>(
      `SELECT entry FROM evidence WHERE chain = 'registry'`,
    );
    expect(rows.map(({ entry }) => JSON.parse(entry) as unknown)).toMatchObject([
      { kind: 'imported', body: { snapshot: digest, deals: 5, commitments: 16 } },
    ]);
    expect(await log.verify('registry')).toMatchObject({ holds: true, entries: 1 });
  });

  it('done by 2 at once leaves 1 snapshot, and both know which', async () => {
    const outcomes = await Promise.all([desk.import(files), desk.import(files)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['imported', 'unchanged']);
    expect(await desk.rows()).toEqual([1, 5, 8, 16, 0]);
  });

  it('of 2 contents at once keeps 1 whole and refuses the other', async () => {
    const other = { ...files, 'deals.csv': files['deals.csv'].replace('1.00', '3.00') };
    const settled = await Promise.allSettled([desk.import(files), desk.import(other)]);
    const refused = settled.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'SNAPSHOT_CHANGED' } }]);
    expect(await desk.rows()).toEqual([1, 5, 8, 16, 0]);
  });
});

describe('an import that is cut off', () => {
  it('after 3 of 16 commitments leaves nothing, and is done whole the next time', async () => {
    const access = wireHistory(desk.database.appUrl);
    const server = openPool(desk.database.adminUrl);
    const faults = new Faults();
    const source = csvFolder(historyFolder(files), faults);
    const rows = historyRows({ source, faults, progress: () => undefined });
    const cut = async function* () {
      for await (const block of rows.commitments) {
        for (const [index, row] of block.entries()) {
          yield [row];
          if (index !== 2) continue;
          await server.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()
               AND query LIKE 'COPY staged_commitments%'`,
          );
        }
      }
    };
    const importing = access.importHistory({
      rows: { ...rows, commitments: cut() },
      instanceKeyPath: desk.instanceKeyPath,
      source: 'test',
      at: noon,
      dryRun: false,
    });
    await expect(importing).rejects.toThrow(/terminat/);
    await Promise.all([access.close(), server.end()]);
    expect(await desk.rows()).toEqual([0, 0, 0, 0, 0]);
    expect(await desk.import(files)).toMatchObject({ kind: 'imported' });
  });
});

describe('payment details', () => {
  const sealed = async () => {
    const { rows } = await desk.pool.query<{ id: string; sealed: Buffer; on: string | null }>(
      'SELECT investor_id AS id, sealed, verified_on AS on FROM payment_details ORDER BY 1',
    );
    return rows;
  };

  it('open with the key of the instance only, for 1 investor only', async () => {
    await desk.import({ ...files, 'payment-details.csv': details });
    const seal = openPaymentSeal(readFileSync(desk.instanceKeyPath, 'utf8'));
    const [dora, emil] = await sealed();
    expect(dora?.sealed.includes('370400440532013000')).toBe(false);
    expect(JSON.parse(seal.open('D', dora!.sealed))).toEqual({
      payee: 'Dora Doe',
      iban: 'DE89370400440532013000',
      bic: 'COBADEFFXXX',
      aba: '',
      account: '',
    });
    expect([dora?.on, emil?.on]).toEqual(['2026-01-02', null]);
    expect(() => seal.open('D', emil!.sealed)).toThrow();
    const changed = Buffer.from(emil!.sealed);
    changed[20]! ^= 1;
    expect(() => seal.open('E', changed)).toThrow();
  });

  it('are in no column and no evidence as text, not even 1 digit run of an account', async () => {
    await desk.import({ ...files, 'payment-details.csv': details });
    const { rows } = await desk.pool.query<{ all: string }>(
      `SELECT (SELECT string_agg(p::text, '') FROM payment_details p) ||
         (SELECT string_agg(e::text, '') FROM evidence e) AS all`,
    );
    for (const secret of ['Dora', 'DE8937', '0044053201', '021000021', '123456789']) {
      expect(rows[0]!.all).not.toContain(secret);
      expect(rows[0]!.all).not.toContain(Buffer.from(secret).toString('hex'));
    }
  });
});
