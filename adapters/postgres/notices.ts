import type { Pool } from 'pg';
import type { BookedNotice, Notice, Notices, Recipient } from '../../activities/ports/notices';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';

/** The notices to our own people in Postgres. */
export function postgresNotices(pool: Pool): Notices {
  return {
    async recipients({ roles, standInsAt }) {
      const { rows } = await pool.query<Recipient>(recipientsSql, [roles, standInsAt ?? null]);
      return rows;
    },
    async everybody() {
      const { rows } = await pool.query<Recipient>(
        `SELECT person_id AS id, name, email FROM people WHERE revoked_at IS NULL
         ORDER BY person_id COLLATE "C"`,
      );
      return rows;
    },
    async wasBegun({ incidentId, kind }) {
      const { rowCount } = await pool.query(
        `SELECT FROM notices WHERE incident_id = $1 AND kind = $2 AND state <> 'queued' LIMIT 1`,
        [incidentId, kind],
      );
      return rowCount !== 0;
    },
    claim: (notice) => inTransaction(pool, (tx) => claim(tx, notice)),
    record: (given) => inTransaction(pool, (tx) => record(tx, given)),
  };
}

const recipientsSql = `
  WITH holders AS (
    SELECT * FROM people WHERE revoked_at IS NULL AND roles && $1::text[]
  ), all_of_them AS (
    SELECT person_id FROM holders
    UNION SELECT s.stand_in_id FROM stand_ins s JOIN holders USING (person_id)
      WHERE $2::timestamptz >= s.valid_from AND $2 < s.valid_until)
  SELECT person_id AS id, name, email FROM people JOIN all_of_them USING (person_id)
  WHERE revoked_at IS NULL ORDER BY person_id COLLATE "C"`;

const messageIdOf = ({ incidentId, kind, round }: Notice, person: string): string =>
  `<${digestOf({ notice: [incidentId, kind, round, person] }).slice(0, 40)}@makewhole.invalid>`;

async function claim(tx: Queryable, notice: Notice): Promise<BookedNotice[]> {
  const { incidentId, kind, round, at } = notice;
  const booked: BookedNotice[] = [];
  for (const person of notice.people) {
    const messageId = messageIdOf(notice, person.id);
    // One that was being sent when somebody vanished may have left: the next round says it again.
    const { rowCount } = await tx.query(
      `INSERT INTO notices AS n (incident_id, kind, person_id, round, state, message_id, queued_at)
       VALUES ($1, $2, $3, $4, 'sending', $5, $6)
       ON CONFLICT (incident_id, kind, person_id, round) DO UPDATE SET state = 'sending'
         WHERE n.state = 'queued'`,
      [incidentId, kind, person.id, round, messageId, at],
    );
    if (rowCount === 1) booked.push({ person, messageId });
  }
  return booked;
}

async function record(
  tx: Queryable,
  { notice, outcomes }: Parameters<Notices['record']>[0],
): Promise<void> {
  const { incidentId, kind: what, round, at } = notice;
  for (const { person, state } of outcomes) {
    await tx.query(
      `UPDATE notices SET state = $5, sent_at = CASE WHEN $5 = 'sent' THEN $6::timestamptz END
       WHERE incident_id = $1 AND kind = $2 AND person_id = $3 AND round = $4
         AND state = 'sending'`,
      [incidentId, what, person, round, state, at],
    );
  }
  const to = (state: string) =>
    outcomes.filter((outcome) => outcome.state === state).map(({ person }) => person);
  const body = {
    notice: what,
    round,
    sent: to('sent'),
    failed: to('failed'),
    unknown: to('unknown'),
  };
  if (body.sent.length + body.failed.length + body.unknown.length === 0) return;
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'notice', body });
}
