import type { Pool } from 'pg';
import type { PersonCalls } from '../../activities/ports/notices';
import { assert } from '../../domain/assert';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { endWaits, want } from './waits';

/** Persons wanted for steps that cannot go on, in Postgres. */
export function postgresPersonCalls(pool: Pool): PersonCalls {
  return {
    call: (given) => inTransaction(pool, (tx) => call(tx, given)),
    particulars: (of) => particularsOf(pool, of),
    async end({ incidentId, at, step }) {
      await endWaits(pool, { incidentId, waitingFor: 'person', at, ids: [step] });
    },
    async escalated({ incidentId, at, to, round }) {
      const body = { paging: true, to, round };
      const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'escalated', body };
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          `SELECT FROM evidence WHERE chain = $1 AND kind = 'escalated'
             AND entry::jsonb @> '{"body": {"paging": true}}' LIMIT 1`,
          [incidentId],
        );
        if (rowCount === 0) await appendEvidence(tx, entry);
      });
    },
    async nameOpen({ incidentId, at, open }) {
      const wanted = open.map(({ id, question }) => {
        return { id: `terminal/${id}`, role: 'operations', question };
      });
      const ids = wanted.map(({ id }) => id);
      await inTransaction(pool, async (tx) => {
        await tx.query(
          `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'person'
             AND wait_id LIKE 'terminal/%' AND over_at IS NULL AND NOT wait_id = ANY ($3::text[])`,
          [incidentId, at, ids],
        );
        await want(tx, { incidentId, waitingFor: 'person', at, wanted });
      });
    },
  };
}

type Call = Parameters<PersonCalls['call']>[0];

async function call(tx: Queryable, given: Call): Promise<number> {
  const { incidentId, at, step, code } = given;
  const { rowCount } = await tx.query(
    `INSERT INTO waits AS w (incident_id, waiting_for, wait_id, role, since, question)
     VALUES ($1, 'person', $2, 'on-call', $3, $4)
     ON CONFLICT (incident_id, waiting_for, wait_id) DO UPDATE
       SET question = excluded.question, over_at = NULL,
         since = CASE WHEN w.over_at IS NULL THEN w.since ELSE excluded.since END
       WHERE w.over_at IS NOT NULL OR w.question <> excluded.question`,
    [incidentId, step, at, code],
  );
  const round = await roundToTell(tx, given);
  if (rowCount === 0) return round;
  const body = { step, code, round };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'escalated', body });
  return round;
}

/** Counted on from what was told of troubles before this one, by the time this one lasts. */
async function roundToTell(db: Queryable, given: Call): Promise<number> {
  const { incidentId, at, step, every } = given;
  const { rows } = await db.query<{ round: number }>(
    `SELECT (1 + greatest(0, floor(extract(epoch FROM $3::timestamptz - since) / $4))
       + (SELECT coalesce(max(round), 0) FROM notices n WHERE n.incident_id = w.incident_id
           AND n.kind = 'person/' || wait_id AND n.queued_at < since))::int AS round
     FROM waits w WHERE incident_id = $1 AND waiting_for = 'person' AND wait_id = $2`,
    [incidentId, step, at, every],
  );
  assert(rows[0] !== undefined, `expected the wait for a person at ${step}, found none`);
  return rows[0].round;
}

async function particularsOf(
  db: Queryable,
  { incidentId, step }: { incidentId: string; step: string },
): Promise<string[]> {
  const { rows } = await db.query<{ question: string }>(
    `SELECT question FROM waits WHERE incident_id = $1 AND waiting_for = 'person'
       AND wait_id LIKE $2 || '/%' AND over_at IS NULL ORDER BY wait_id COLLATE "C"`,
    [incidentId, step],
  );
  return rows.map(({ question }) => question);
}
