import { historyFiles, type HistoryFiles } from '../support/history/history-folder';
import { randomHistory } from '../support/history/random-history';
import { ImportDesk } from './import-desk';
import { PlatformViews } from './platform-views';

let desk: ImportDesk;
let platform: PlatformViews;
const details = `investor_id,payee,iban,bic,aba,account,verified_on
P1,"Zoë \\ Sons",DE89370400440532013000,COBADEFFXXX,,,2026-01-02
`;
const plain = historyFiles(randomHistory(5));
const files: HistoryFiles = {
  ...plain,
  'deals.csv': plain['deals.csv'].replace('Deal D003', '=1+1'),
  'investors.csv': plain['investors.csv'].replace('Investor P2', '"A \\ B, \\N ""C"" Ünï 本"'),
  'payment-details.csv': details,
};
beforeEach(async () => {
  desk = await ImportDesk.open();
  platform = await PlatformViews.open(desk.database.adminUrl, files);
});
afterEach(async () => {
  await platform.close();
  await desk.close();
});

const importing = (schema: string, ...more: string[]) =>
  desk.run('--json', 'import', '--from-sql', platform.url, '--schema', schema, ...more);

describe('views and files of the same content', () => {
  it('have the same digest, in 3 currencies, however many zeros numeric columns add', async () => {
    const first = await importing('platform');
    expect(first).toMatchObject({ code: 0 });
    const imported = JSON.parse(first.out) as object;
    expect(imported).toMatchObject({ changed: true, deals: 24, paymentDetails: 1 });
    expect(first.err).toContain('platform.deals: 24 rows');
    expect(await desk.import(files)).toMatchObject({ kind: 'unchanged' });
    expect(JSON.parse((await importing('platform')).out)).toEqual({ ...imported, changed: false });
    const { rows } = await desk.pool.query<{ source: string; name: string }>(
      `SELECT source, (SELECT name FROM deals WHERE deal_id = 'D003') AS name FROM snapshots`,
    );
    const { host, pathname } = new URL(platform.url);
    const source = `postgresql ${host}${pathname}, schema platform`;
    expect(rows).toEqual([{ source, name: '=1+1' }]);
  });

  it('have it too when a column named position says the order of rows, from 1 up', async () => {
    await desk.import(files);
    const commitments = `SELECT k.deal_id, k.investor_id, requested, average, allocated,
      row_number() OVER (PARTITION BY deal_id ORDER BY at) AS position
      FROM platform.commitments_kept k ORDER BY md5(deal_id || investor_id)`;
    const payment_details = 'SELECT * FROM platform.payment_details';
    const sorted = await platform.schemaWith({ commitments, payment_details });
    expect(JSON.parse((await importing(sorted)).out)).toMatchObject({ changed: false });
    const shuffled = await platform.schemaWith({
      payment_details,
      commitments: 'SELECT * FROM platform.commitments ORDER BY md5(deal_id || investor_id)',
    });
    expect((await importing(shuffled)).out).toContain('SNAPSHOT_CHANGED');
  });
});

describe('import --from-sql', () => {
  it('ends with 4 where nobody answers or lets it in, with 2 where the URL is none', async () => {
    const at = (change: (url: URL) => unknown) => {
      const url = new URL(platform.url);
      change(url);
      return url.toString();
    };
    const urls = [
      [4, at((url) => (url.port = '1'))],
      [4, at((url) => (url.hostname = 'nowhere.invalid'))],
      [4, at((url) => (url.password = `${platform.password}x`))],
      [4, at((url) => (url.pathname = '/nothing'))],
      [2, platform.url.replace('postgres', 'mysql')],
      [2, `postgresql://reader:${platform.password}@[`],
    ] as const;
    for (const [code, url] of urls) {
      for (const words of [['--json'], []]) {
        const said = await desk.run(...words, 'import', '--from-sql', url);
        expect(said.code).toBe(code);
        expect(said.out + said.err).toMatch(/SOURCE_DOWN|INPUT_INVALID/);
        expect(said.out + said.err).not.toContain(platform.password);
      }
    }
  });

  it('prints and keeps 0 copies of the password, whether it worked or found faults', async () => {
    const odd = await platform.schemaWith({ deals: null });
    for (const schema of ['platform', odd, 'nowhere']) {
      const said = await desk.run('import', '--from-sql', platform.url, '--schema', schema);
      expect(said.out + said.err).not.toContain(platform.password);
      expect(said.out + said.err).not.toContain(platform.url);
    }
    const { rows } = await desk.pool.query<{ all: string }>(
      `SELECT (SELECT string_agg(s::text, '') FROM snapshots s) ||
         (SELECT string_agg(e::text, '') FROM evidence e) AS all`,
    );
    expect(rows[0]!.all).toContain('schema platform');
    expect(rows[0]!.all).not.toContain(platform.password);
  });

  it('shows a fault of row 3 with view, row, key and column, as text and as JSON', async () => {
    const deals = `SELECT deal_id, name, company, closed_on, lower(currency) AS currency,
      allocation, rule_version, stage, policy, agreement_on, error_clause, mark
      FROM platform.deals`;
    const schema = await platform.schemaWith({ deals });
    const text = await desk.run('import', '--from-sql', platform.url, '--schema', schema);
    expect(text.code).toBe(2);
    expect(text.err).toContain(
      `${schema}.deals: row 3 (deal_id "D002"), currency: expected an ISO 4217 currency`,
    );
    const { error } = JSON.parse((await importing(schema)).out) as { error: { faults: object[] } };
    const place = { file: `${schema}.deals`, line: 3, column: 'currency', key: 'deal_id "D002"' };
    expect(error.faults[2]).toMatchObject(place);
  });

  it('is refused together with a folder, and --schema without it: 2', async () => {
    const both = await desk.run('import', '.', '--from-sql', platform.url);
    const neither = await desk.run('import');
    const alone = await desk.run('import', '.', '--schema', 'x');
    expect([both.code, neither.code, alone.code]).toEqual([2, 2, 2]);
  });
});
