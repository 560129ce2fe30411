import type { EvidenceContent } from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';
import { wireRegistry } from '../../workers/wire-registry';
import type { RunningStack } from './running-stack';

type Row = {
  chain: string;
  seq: string;
  at: Date;
  actor: string;
  kind: string;
  entry: string;
  prev_hash: string;
  hash: string;
};

/** One way to change a chain behind everybody's back: the rows as the intruder leaves them. */
type Tampering = [what: string, change: (rows: Row[], middle: number) => Row[]];

const numbered = (rows: readonly Row[]) =>
  rows.map((row, index) => ({ ...row, seq: String(index + 1) }));

const tamperings: Tampering[] = [
  ['an edited entry', (rows, middle) => rows.with(middle, edited(rows, middle))],
  [
    'an edited entry whose own hash was made to fit',
    (rows, middle) =>
      sealedAnew(rows.with(middle, edited(rows, middle)), { from: middle, count: 1 }),
  ],
  [
    'an edited entry with the whole rest of the chain sealed anew',
    (rows, middle) =>
      sealedAnew(rows.with(middle, edited(rows, middle)), { from: middle, count: rows.length }),
  ],
  [
    'an inserted entry',
    (rows, middle) => {
      const inserted = sealedAnew(rows.with(middle, edited(rows, middle)), {
        from: middle,
        count: 1,
      });
      return numbered(rows.toSpliced(middle, 0, ...inserted.slice(middle, middle + 1)));
    },
  ],
  [
    'two entries in the other order',
    (rows, middle) => {
      const [one, other] = rows.slice(middle, middle + 2);
      return one && other ? numbered(rows.toSpliced(middle, 2, other, one)) : rows;
    },
  ],
  ['an entry dropped inwardly', (rows, middle) => rows.toSpliced(middle, 1)],
  [
    'an entry dropped inwardly with the numbers closed up',
    (rows, middle) => numbered(rows.toSpliced(middle, 1)),
  ],
];

/** One way to change a table that the chain tells of, and what is said of it. */
type Edit = [what: string, table: string, sql: string, says: RegExp];

const edits: Edit[] = [
  [
    'a sealed row',
    'sealed_rows',
    `UPDATE sealed_rows SET leaves[1] = leaves[1] || '.'`,
    /are others/,
  ],
  ['sealed rows taken out', 'sealed_rows', 'DELETE FROM sealed_rows', /are gone/],
  [
    'the bank’s id of payments',
    'payments',
    `UPDATE payments SET rail_id = 'BANK-0' WHERE state = 'settled'`,
    /payment \w+ is not as it was told/,
  ],
  [
    'the register’s word on units',
    'unit_transfers',
    `UPDATE unit_transfers SET reference = 'REG-0'`,
    /unit transfer \w+ is not as it was told/,
  ],
  [
    'an invoice by 1 cent',
    'invoices',
    'UPDATE invoices SET amount_minor = amount_minor + 1',
    /invoice \w+ is not as it was told/,
  ],
  [
    'the words of letters that left',
    'letters',
    `UPDATE letters SET body_digest = repeat('a', 64)`,
    /letter \S+ is not as it was told/,
  ],
  [
    'a certificate',
    'certificates',
    `UPDATE certificates SET certificate = '{"tiers":[]}' WHERE basis = 'asRecorded'`,
    /stored of deal \S+ is not what it seals/,
  ],
  [
    'a certificate turned round',
    'certificates',
    `UPDATE certificates SET holds = true WHERE basis = 'recorded'`,
    /stored of deal \S+ is not what it seals/,
  ],
  ['certificates taken out', 'certificates', 'DELETE FROM certificates', /is not what it seals/],
  [
    'a certificate of no deal',
    'certificates',
    `INSERT INTO certificates SELECT incident_id, 'NOWHERE', basis, holds, certificate
     FROM certificates LIMIT 1`,
    /deal NOWHERE, of which something is stored, is not in it/,
  ],
  [
    'a share by 1 cent',
    'impacts',
    'UPDATE impacts SET as_recorded_minor = as_recorded_minor + 1',
    /stored of deal \S+ is not what it seals/,
  ],
  ['a share taken out', 'impacts', 'DELETE FROM impacts', /is not what it seals/],
  [
    'a sizing',
    'sizings',
    `UPDATE sizings SET stage = 'closing'`,
    /sizing 1 is told so in no entry/,
  ],
  ['a sizing taken out', 'sizings', 'DELETE FROM sizings', /the sizing that it tells of/],
  [
    'a second opinion on other figures',
    'second_opinions',
    `INSERT INTO second_opinions SELECT incident_id, repeat('a', 64), deals_affected, deals_sampled,
       commitment_count, agreed_at FROM second_opinions LIMIT 1`,
    /the second opinion on a{64} is told so in no entry/,
  ],
  [
    'the severity',
    'incidents',
    `UPDATE incidents SET severity = 'Sev 3', severity_reasons = '[]'`,
    /the severity of the incident is Sev 3/,
  ],
  [
    'the number of imported deals',
    'snapshots',
    'UPDATE snapshots SET deal_count = deal_count + 1',
    /the import of snapshot \w+ is told so in no entry/,
  ],
];

/** The row with another actor, in the column and in the text that was hashed. */
function edited(rows: readonly Row[], index: number): Row {
  const row = rows[index];
  if (row === undefined) throw new Error(`there is no entry ${String(index)}`);
  const entry = row.entry.replace(`"actor":"${row.actor}"`, '"actor":"nobody"');
  return { ...row, actor: 'nobody', entry };
}

function sealedAnew(rows: Row[], { from, count }: { from: number; count: number }): Row[] {
  const sealed = rows.slice(0, from);
  for (const row of rows.slice(from, from + count)) {
    const before = sealed.at(-1);
    const head = { seq: sealed.length, hash: before?.hash ?? '0'.repeat(64) };
    const { entry, prevHash, hash } = sealEntry(head, JSON.parse(row.entry) as EvidenceContent);
    sealed.push({ ...row, entry, prev_hash: prevHash, hash });
  }
  return [...sealed, ...rows.slice(sealed.length)];
}

/** Changes a table that was kept aside first. */
function alter(stack: RunningStack, { table, sql }: { table: string; sql: string }): Promise<void> {
  return stack.behindTriggers([
    [`CREATE TABLE kept_rows AS TABLE ${table}`, []],
    [sql, []],
  ]);
}

const putBack = (table: string): [string, unknown[]][] => [
  [`DELETE FROM ${table}`, []],
  [`INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE kept_rows`, []],
  ['DROP TABLE kept_rows', []],
];

/** (d) Whoever owns the database can switch its triggers off; the chain tells what they did. */
export function findsTampering(given: { stack: () => RunningStack; incident: string }): void {
  const { incident } = given;
  const rowsOf = () =>
    given.stack().sql<Row>('SELECT * FROM evidence WHERE chain = $1 ORDER BY seq', [incident]);
  const verify = async () => {
    const registry = wireRegistry(given.stack().addresses.databaseUrl);
    try {
      return await registry.evidence.verify(incident);
    } finally {
      await registry.close();
    }
  };
  const replace = (rows: readonly Row[]) =>
    given.stack().behindTriggers([
      ['DELETE FROM evidence WHERE chain = $1', [incident]],
      [
        'INSERT INTO evidence SELECT * FROM jsonb_populate_recordset(NULL::evidence, $1)',
        [JSON.stringify(rows)],
      ],
    ]);

  describe('evidence verify on a finished incident', () => {
    it('holds from the first entry to the last, and says so with exit 0', async () => {
      const { code, out } = await given
        .stack()
        .makewhole(['--json', 'evidence', 'verify', incident]);
      expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ holds: true })]);
    });

    it.each(tamperings)('finds %s', async (_, change) => {
      const kept = await rowsOf();
      await replace(change(kept, Math.floor(kept.length / 2)));
      try {
        expect(await verify()).toMatchObject({ holds: false });
      } finally {
        await replace(kept);
      }
    });

    it.each(edits)('names %s, of table %s', async (_, table, sql, says) => {
      await alter(given.stack(), { table, sql });
      try {
        expect(await verify()).toMatchObject({
          ...{ holds: false, firstBreak: { what: expect.stringMatching(says) as string } },
        });
      } finally {
        await given.stack().behindTriggers(putBack(table));
      }
    });

    it('ends with exit 3 and the first break, and holds again once all is as it was', async () => {
      const kept = await rowsOf();
      await replace(kept.toSpliced(1, 1));
      const { code, out } = await given
        .stack()
        .makewhole(['--json', 'evidence', 'verify', incident]);
      await replace(kept);
      expect(code).toBe(3);
      expect(JSON.parse(out)).toMatchObject({
        holds: false,
        firstBreak: { seq: 2 },
        error: { code: 'EVIDENCE_BROKEN', kind: 'refused' },
      });
      expect(await verify()).toMatchObject({ holds: true });
    });
  });
}
