import { clockFacts } from '../../domain/incident-facts';
import type { Queryable } from './pool';

/** Somebody who had a part in making a subject; `seq`: from which entry of evidence on. */
export type Maker = { person: string; seq: number };

/** A fact without evidence makes its author a maker from the very beginning. */
const planMakers = `
  SELECT person, min(seq)::int AS seq FROM (
    SELECT f.person_id AS person, coalesce(e.seq, 0) AS seq
    FROM facts f LEFT JOIN evidence e
      ON e.chain = f.incident_id AND e.kind = 'fact' AND e.entry::jsonb #>> '{body,jti}' = f.jti
    WHERE f.incident_id = $1 AND f.subject_kind <> 'incident' AND NOT f.name = ANY ($2)
    UNION ALL SELECT actor, seq FROM evidence WHERE chain = $1 AND kind = 'fact'
    UNION ALL SELECT actor, 0 FROM evidence WHERE chain = $1 AND kind = 'opened'
    UNION ALL SELECT opened_by, 0 FROM incidents WHERE incident_id = $1) made
  GROUP BY person`;

const letterMakers = `
  SELECT submitted_by AS person, 0 AS seq FROM letter_texts
  WHERE incident_id = $1 AND stage = $2 AND digest = $3 AND submitted_by IS NOT NULL
  UNION SELECT actor, 0 FROM evidence WHERE chain = $1 AND kind = 'letter-text'
    AND entry::jsonb @> jsonb_build_object('body',
      jsonb_build_object('stage', $2::text, 'digest', $3::text)) AND actor <> 'makewhole'`;

const fixMakers = `
  SELECT person_id AS person, 0 AS seq FROM fixes
  WHERE incident_id = $1 AND report_digest = $2
  UNION SELECT proposed.actor, 0 FROM evidence verified JOIN evidence proposed USING (chain)
  WHERE chain = $1 AND verified.kind = 'fix-verified' AND proposed.kind = 'fix-proposed'
    AND verified.entry::jsonb #>> '{body,reportDigest}' = $2
    AND verified.entry::jsonb #> '{body,attempt}' = proposed.entry::jsonb #> '{body,attempt}'`;

/**
 * Who made what a gate decides on, from the tables of the deeds themselves and from the chain: it
 * is enough that one of them names somebody.
 *
 * Method: of a plan, whoever opened the incident and everybody who has given a fact that plans are
 * made from; of a letter's text, who submitted it; of a fix, who proposed it. Choosing among
 * computed options is not making.
 */
export async function makersOf(
  db: Queryable,
  of: { incidentId: string; gateId: string; subject: string },
): Promise<Maker[]> {
  const { incidentId, gateId, subject } = of;
  const read = async (sql: string, values: unknown[]) =>
    (await db.query<Maker>(sql, [incidentId, ...values])).rows;
  if (gateId === 'plan') return read(planMakers, [clockFacts]);
  if (gateId.startsWith('letters/')) {
    return read(letterMakers, [gateId.slice('letters/'.length), subject]);
  }
  return gateId === 'unfreeze' ? read(fixMakers, [subject]) : [];
}

/** The deals a gate decides on, so that nobody votes on one they hold. */
export async function dealsOf(
  db: Queryable,
  of: { incidentId: string; gateId: string; subject: string },
): Promise<string[]> {
  const { incidentId, gateId, subject } = of;
  if (gateId !== 'plan') return [];
  const { rows } = await db.query<{ deal: string }>(
    `SELECT DISTINCT l.deal_id AS deal FROM plans p JOIN plan_lines l USING (incident_id, version)
     WHERE p.incident_id = $1 AND p.digest = $2 ORDER BY deal`,
    [incidentId, subject],
  );
  return rows.map(({ deal }) => deal);
}
