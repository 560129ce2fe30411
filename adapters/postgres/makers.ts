import { clockFacts } from '../../domain/incident-facts';
import type { Queryable } from './pool';

/** Somebody who had a part in making a subject; `seq`: from which entry of evidence on. */
export type Maker = { person: string; seq: number };

/** A fact without evidence makes its author a maker from the very beginning. */
const factAuthors = `
  SELECT f.person_id AS person, min(coalesce(e.seq, 0))::int AS seq
  FROM facts f LEFT JOIN evidence e
    ON e.chain = f.incident_id AND e.kind = 'fact' AND e.entry::jsonb #>> '{body,jti}' = f.jti
  WHERE f.incident_id = $1 AND f.subject_kind <> 'incident' AND NOT f.name = ANY ($2)
  GROUP BY f.person_id`;

/**
 * Who made what a gate decides on, from the tables of the deeds themselves.
 *
 * Method: of a plan, whoever opened the incident and everybody who has given a fact that plans are
 * made from; of a letter's
 * text, who submitted it; of a fix, who proposed it. Choosing among computed options is not making.
 */
export async function makersOf(
  db: Queryable,
  of: { incidentId: string; gateId: string; subject: string },
): Promise<Maker[]> {
  const { incidentId, gateId, subject } = of;
  if (gateId === 'plan' || gateId.startsWith('let-stand/')) return planMakers(db, incidentId);
  if (gateId.startsWith('letters/')) {
    return read(db, {
      sql: `SELECT submitted_by AS person, 0 AS seq FROM letter_texts
        WHERE incident_id = $1 AND stage = $2 AND digest = $3 AND submitted_by IS NOT NULL`,
      values: [incidentId, gateId.slice('letters/'.length), subject],
    });
  }
  if (gateId !== 'unfreeze') return [];
  return read(db, {
    sql: `SELECT DISTINCT person_id AS person, 0 AS seq FROM fixes
      WHERE incident_id = $1 AND report_digest = $2`,
    values: [incidentId, subject],
  });
}

async function planMakers(db: Queryable, incidentId: string): Promise<Maker[]> {
  const opener = await read(db, {
    sql: 'SELECT opened_by AS person, 0 AS seq FROM incidents WHERE incident_id = $1',
    values: [incidentId],
  });
  return [...opener, ...(await read(db, { sql: factAuthors, values: [incidentId, clockFacts] }))];
}

async function read(
  db: Queryable,
  { sql, values }: { sql: string; values: unknown[] },
): Promise<Maker[]> {
  return (await db.query<Maker>(sql, values)).rows;
}

/** The deals a gate decides on, so that nobody votes on one they hold. */
export async function dealsOf(
  db: Queryable,
  of: { incidentId: string; gateId: string; subject: string },
): Promise<string[]> {
  const { incidentId, gateId, subject } = of;
  if (gateId.startsWith('let-stand/')) return [gateId.slice('let-stand/'.length)];
  if (gateId !== 'plan') return [];
  const { rows } = await db.query<{ deal: string }>(
    `SELECT DISTINCT l.deal_id AS deal FROM plans p JOIN plan_lines l USING (incident_id, version)
     WHERE p.incident_id = $1 AND p.digest = $2 ORDER BY deal`,
    [incidentId, subject],
  );
  return rows.map(({ deal }) => deal);
}
