import { join } from 'node:path';
import { formatMinor } from '../../domain/money';
import { packageRoot } from '../../workers/package-root';
import { twoDeals } from '../domain/platform-history';
import { historyFiles, historyFolder } from '../support/history/history-folder';
import { plainImpact } from '../support/history/plain-impact';
import { randomHistory } from '../support/history/random-history';
import { ImportDesk } from './import-desk';

let desk: ImportDesk;
beforeEach(async () => {
  desk = await ImportDesk.open();
});
afterEach(() => desk.close());

const files = historyFiles(twoDeals());
const jsonOf = ({ out }: { out: string }) => JSON.parse(out) as Record<string, unknown>;
const linesOf = ({ out }: { out: string }) => {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
};

describe('import on the command line', () => {
  it('says what it did in 1 JSON document, and that doing it again changed nothing', async () => {
    const folder = historyFolder(files);
    const dry = await desk.run('--json', 'import', folder, '--dry-run');
    const first = await desk.run('--json', 'import', folder);
    const again = await desk.run('--json', 'import', folder);
    expect([dry.code, first.code, again.code]).toEqual([0, 0, 0]);
    expect(jsonOf(dry)).toMatchObject({ snapshot: null, changed: false, dryRun: true });
    expect(jsonOf(first)).toEqual({
      snapshot: '1',
      digest: jsonOf(dry)['digest'],
      changed: true,
      dryRun: false,
      deals: 5,
      investors: 8,
      commitments: 16,
      paymentDetails: 0,
    });
    expect(jsonOf(again)).toEqual({ ...jsonOf(first), changed: false });
    expect(first.err).toContain('commitments.csv: 16 rows');
  });

  it('takes the sample of the documentation, in which 2 of 15 deals are wrong', async () => {
    const sample = join(packageRoot(), 'docs/sample-history');
    const { code } = await desk.run('import', sample);
    const found = jsonOf(await desk.run('--json', 'scan'));
    expect(code).toBe(0);
    expect(found).toMatchObject({ deals: { scanned: 15, affected: { asRecorded: 2 } } });
  });

  it('ends with 2 on faults, each with file, line, column and reason', async () => {
    const bad = { ...files, 'deals.csv': files['deals.csv'].replace('2024-11-01', 'soon') };
    const asJson = await desk.run('--json', 'import', historyFolder(bad));
    expect(asJson.code).toBe(2);
    expect(jsonOf(asJson)).toEqual({
      error: {
        code: 'IMPORT_INVALID',
        kind: 'rejected',
        message: 'Nothing was imported: correct 1 fault and import again.',
        faults: [
          {
            file: 'deals.csv',
            line: 2,
            column: 'closed_on',
            reason: 'expected a date such as 2026-07-15, found "soon"',
          },
        ],
      },
    });
    const asText = await desk.run('import', historyFolder(bad));
    expect(asText.err).toContain('deals.csv:2:closed_on: expected a date');
    expect(asText).toMatchObject({ code: 2, out: '' });
  });

  it('ends with 3 on another content, and with 2 on a folder that is none', async () => {
    await desk.run('import', historyFolder(files));
    const other = historyFolder(historyFiles(randomHistory(1)));
    const changed = await desk.run('--json', 'import', other);
    expect(changed.code).toBe(3);
    expect(jsonOf(changed)).toMatchObject({ error: { code: 'SNAPSHOT_CHANGED', kind: 'refused' } });
    expect((await desk.run('import', '/nowhere')).code).toBe(2);
    expect((await desk.run('import', other, '--supersede')).code).toBe(2);
    const superseded = await desk.run('import', other, '--supersede', '--reason', 'exported anew');
    expect(superseded.out).toMatch(/^Imported as snapshot 2: 24 deals/);
  });
});

describe('scan and diagnose on the command line', () => {
  it('refuse with 3 while nothing is imported, and say how to import', async () => {
    for (const command of ['scan', 'diagnose']) {
      const refused = await desk.run(command);
      expect(refused).toMatchObject({ code: 3, out: '' });
      expect(refused.err).toMatch(/\.\/makewhole --state \S+ import DIR/);
    }
  });

  it('print every wrong commitment of a history of 24 deals as 1 line, none else', async () => {
    const history = randomHistory(11);
    await desk.run('import', historyFolder(historyFiles(history)));
    const before = await desk.rows();
    const scan = await desk.run('scan', '--lines');
    const currencies = new Map(history.deals.map(({ dealId, currency }) => [dealId, currency]));
    const expected = plainImpact(history).lines.map((line) => {
      const currency = currencies.get(line.deal)!;
      const recorded = formatMinor(line.recorded, currency);
      return `${line.deal} ${line.investor} ${currency} ${recorded}`;
    });
    const key = ({ deal, investor, currency, recorded }: Record<string, unknown>) =>
      [deal, investor, currency, recorded].join(' ');
    expect(linesOf(scan).map(key).sort()).toEqual(expected.sort());
    expect(await desk.rows()).toEqual(before);
  });

  it('print the summary and the diagnosis of the two deals', async () => {
    await desk.run('import', historyFolder(files));
    const diagnosis = [
      {
        ruleVersion: 'v1',
        rule: 'drifting-weights',
        deals: 5,
        explained: 5,
        affected: 2,
        firstDeal: 'OLD',
        firstClosedOn: '2024-11-01',
        lastRightDeal: null,
        lastRightClosedOn: null,
        candidates: [],
        periods: [],
        periodCount: 0,
      },
    ];
    expect(jsonOf(await desk.run('--json', 'scan'))).toMatchObject({
      deals: { scanned: 5, affected: { asRecorded: 2, asShouldHaveBeen: 2 } },
      commitments: { scanned: 16, affected: { asRecorded: 4 } },
      over: { asRecorded: { USD: '7081.28' } },
      findings: { 'basis-mismatch': 0, 'wrong-share': 4 },
      diagnosis,
    });
    expect(jsonOf(await desk.run('--json', 'diagnose'))).toEqual(diagnosis);
    const text = (await desk.run('scan')).out;
    expect(text).toMatch(/FRESH +│ D +│ USD │ 132,112[.]07 │ 128,571[.]43 │ \+3,540[.]64/);
    expect(text).toContain('drifting-weights');
  });
});

describe('impact on the command line', () => {
  it('refuses with 2 what is no incident, and with 3 an incident that is not on file', async () => {
    expect((await desk.run('impact', 'OLD')).code).toBe(2);
    const unknown = await desk.run('--json', 'impact', 'INC-2026-0001');
    expect(unknown.code).toBe(3);
    expect(jsonOf(unknown)).toMatchObject({ error: { code: 'INCIDENT_UNKNOWN' } });
  });
});
