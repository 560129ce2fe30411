import type { CaseFile, PostMortemFacts } from '../../templates/case-file';
import { formatMinor } from '../../domain/money';
import type { Queryable } from './pool';

/** What a post-mortem says beyond the case: times, waits, sums, refusals, the fix. */
export async function postMortemFacts(db: Queryable, file: CaseFile): Promise<PostMortemFacts> {
  const { incidentId } = file.incident;
  const list = <R extends object>(sql: string) => listOf<R>(db, { sql, incidentId });
  return {
    ...file,
    stages: await list(stagesSql),
    waits: await list(waitsSql),
    paid: totals(await list(sumSql("payments WHERE incident_id = $1 AND state = 'settled'"))),
    received: totals(
      await list(sumSql('receipts WHERE incident_id = $1 AND invoice_key IS NOT NULL')),
    ),
    units: totals(await list(unitsSql)),
    letters: await list(lettersSql),
    refusals: await list(refusalsSql),
    lastRefusals: await list(lastRefusalsSql),
    gates: await list(gatesSql),
    fixes: await list(fixesSql),
    freeze: await list(freezeSql),
    liveChecks: (await list(`SELECT seq FROM evidence WHERE chain = $1 AND kind = 'live-check'`))
      .length,
    signedHead: await newestHead(db, incidentId),
  };
}

async function newestHead(db: Queryable, incidentId: string): Promise<string | null> {
  const { rows } = await db.query<{ jws: string }>(
    'SELECT jws FROM signed_heads WHERE chain = $1 ORDER BY seq DESC LIMIT 1',
    [incidentId],
  );
  return rows[0]?.jws ?? null;
}

async function listOf<R extends object>(
  db: Queryable,
  { sql, incidentId }: { sql: string; incidentId: string },
): Promise<R[]> {
  const { rows } = await db.query<Record<string, unknown>>(sql, [incidentId]);
  return rows.map((row) => {
    const entries = Object.entries(row).map(([name, value]) => {
      return [name, value instanceof Date ? value.toISOString() : value];
    });
    return Object.fromEntries(entries) as R;
  });
}

function totals(sums: { currency: string; minor: string }[]): Record<string, string> {
  return Object.fromEntries(
    sums.map(({ currency, minor }) => [currency, formatMinor(BigInt(minor), currency)]),
  );
}

const sumSql = (from: string) =>
  `SELECT currency, sum(amount_minor)::text AS minor FROM ${from} GROUP BY currency ORDER BY 1`;
const unitsSql = `SELECT currency, sum(units_minor)::text AS minor FROM unit_transfers
  WHERE incident_id = $1 AND state = 'confirmed' GROUP BY currency ORDER BY 1`;
const stagesSql = `SELECT stage, entered_at AS "enteredAt" FROM stages WHERE incident_id = $1
  ORDER BY entered_at, stage`;
// What the post-mortem itself waits for is not part of it: it would differ at every draft.
const waitsSql = `
  SELECT waiting_for AS for, wait_id AS id, role, since, over_at AS "overAt", question
  FROM waits WHERE incident_id = $1 AND NOT (waiting_for = 'gate' AND wait_id = 'close')
  ORDER BY since, waiting_for, wait_id`;
const lettersSql = `SELECT stage, state, count(*)::int AS count FROM letters WHERE incident_id = $1
  GROUP BY stage, state ORDER BY min(queued_at), stage, state`;
// Up to when it was laid before its gate: whoever is refused later changes no word of it.
const refusedBefore = `chain = $1 AND kind = 'refusal' AND seq < coalesce((SELECT min(seq)
  FROM evidence WHERE chain = $1 AND kind = 'gate-opened'
    AND entry::jsonb #>> '{body,gate}' = 'close'), 9223372036854775807)`;
const refusalsSql = `SELECT entry::jsonb #>> '{body,code}' AS code, count(*)::int AS count
  FROM evidence WHERE ${refusedBefore} GROUP BY 1 ORDER BY 1`;
const lastRefusalsSql = `SELECT at, entry::jsonb #>> '{body,code}' AS code,
    entry::jsonb #>> '{body,kind}' AS kind, entry::jsonb #>> '{body,person}' AS person
  FROM evidence WHERE ${refusedBefore} ORDER BY seq DESC LIMIT 10`;
const gatesSql = `SELECT gate_id AS gate, opening, state, (SELECT max(reason) FROM votes v
    WHERE v.incident_id = g.incident_id AND v.gate_id = g.gate_id AND v.opening = g.opening
      AND decision = 'reject') AS reason
  FROM gates g WHERE incident_id = $1 AND gate_id <> 'close' ORDER BY opened_at, gate_id, opening`;
const fixesSql = `SELECT attempt, rule, averages, state FROM fixes WHERE incident_id = $1
  ORDER BY attempt`;
const freezeSql = `SELECT state, asked_at AS "askedAt", lifted_at AS "liftedAt",
    lapsed_count AS lapses FROM holds WHERE incident_id = $1 AND kind = 'service'`;
