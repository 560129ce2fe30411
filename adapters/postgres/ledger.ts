import type { Pool } from 'pg';
import type { Ledger } from '../../activities/ports/ledger';
import type { Entry } from '../../domain/posting-rules';
import { canonicalJson } from '../../proof/canonical-json';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';

const entriesPerStatement = 2_000;

/**
 * Posts entries in the caller's transaction; one whose key is posted already is left as it is.
 *
 * Ensures: the database refuses an entry that does not balance when the transaction commits.
 */
export async function postEntries(
  tx: Queryable,
  posted: { incidentId: string; at: string; entries: readonly Entry[] },
): Promise<void> {
  const { incidentId, at, entries } = posted;
  for (let first = 0; first < entries.length; first += entriesPerStatement) {
    const part = entries.slice(first, first + entriesPerStatement).map((entry) => {
      const postings = entry.postings.map(({ account, amount, currency }, line) => {
        return { line: line + 1, account, amount: amount.toString(), currency };
      });
      return { ...entry, postings };
    });
    await tx.query(postSql, [incidentId, at, JSON.stringify(part)]);
  }
}

const postSql = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($3::jsonb) AS r (key text, rule text, postings jsonb)),
  fresh AS (
    INSERT INTO entries (entry_key, incident_id, posting_rule, booked_at)
    SELECT key, $1, rule, $2 FROM given ON CONFLICT (entry_key) DO NOTHING
    RETURNING entry_id, entry_key)
  INSERT INTO postings (entry_id, line, account, amount_minor, currency)
  SELECT f.entry_id, p.line, p.account, p.amount, p.currency
  FROM fresh f JOIN given g ON g.key = f.entry_key,
    jsonb_to_recordset(g.postings) AS p (line int, account text, amount bigint, currency text)`;

/** The ledger in Postgres. */
export function postgresLedger(pool: Pool): Ledger {
  return {
    async bankMovements(incidentId) {
      const { rows } = await pool.query<Record<'account' | 'currency' | 'out' | 'in', string>>(
        `SELECT substr(account, 6) AS account, currency,
           sum(greatest(-amount_minor, 0))::text AS "out",
           sum(greatest(amount_minor, 0))::text AS "in"
         FROM postings JOIN entries USING (entry_id)
         WHERE incident_id = $1 AND account LIKE 'bank:%'
         GROUP BY account, currency ORDER BY account COLLATE "C", currency`,
        [incidentId],
      );
      return rows.map((row) => ({ ...row, out: BigInt(row.out), in: BigInt(row.in) }));
    },
    async balances(incidentId) {
      const { rows } = await pool.query<Record<'account' | 'currency' | 'balance', string>>(
        `SELECT account, currency, sum(amount_minor)::text AS balance
         FROM postings JOIN entries USING (entry_id) WHERE incident_id = $1
         GROUP BY account, currency ORDER BY account COLLATE "C", currency`,
        [incidentId],
      );
      return rows.map((row) => ({ ...row, balance: BigInt(row.balance) }));
    },
    noteReconciliation: (given) => inTransaction(pool, (tx) => noteReconciliation(tx, given)),
  };
}

async function noteReconciliation(
  tx: Queryable,
  { incidentId, at, result }: Parameters<Ledger['noteReconciliation']>[0],
): Promise<void> {
  const { rows } = await tx.query<{ entry: string }>(
    `SELECT entry FROM evidence WHERE chain = $1 AND kind = 'reconciled' ORDER BY seq DESC LIMIT 1`,
    [incidentId],
  );
  const last = rows[0] === undefined ? null : (JSON.parse(rows[0].entry) as { body: unknown }).body;
  if (canonicalJson(last) === canonicalJson(result)) return;
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'reconciled', body: result };
  await appendEvidence(tx, entry);
}
