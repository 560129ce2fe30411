import type { GateName } from '../../activities/ports/gates';
import type { DecidedContent } from '../../domain/decided-content';
import type { PlanManifest } from '../../proof/plan-digest';
import type { Queryable } from './pool';

type Of = GateName & { subject: string };
type Reader = (db: Queryable, of: Of) => Promise<DecidedContent | undefined>;

/** What a gate decides on, read from the rows that its digest is said to be of. */
export function readContent(db: Queryable, of: Of): Promise<DecidedContent | undefined> {
  const { gateId } = of;
  if (gateId === 'plan') return planContent(db, of);
  if (gateId.startsWith('letters/')) return letterContent(db, of);
  return documentContent(db, of);
}

const planContent: Reader = async (db, { incidentId, subject }) => {
  const { rows } = await db.query<{ text: string }>(
    'SELECT manifest_text AS text FROM plans WHERE incident_id = $1 AND digest = $2',
    [incidentId, subject],
  );
  const [row] = rows;
  return row && { kind: 'plan', text: row.text, plan: JSON.parse(row.text) as PlanManifest };
};

const letterContent: Reader = async (db, { incidentId, gateId, subject }) => {
  const { rows } = await db.query<Extract<DecidedContent, { kind: 'letter' }>>(
    `SELECT 'letter' AS kind, stage, subject, body_text AS text, body_html AS html,
       submitted_by AS "submittedBy" FROM letter_texts
     WHERE incident_id = $1 AND stage = $2 AND digest = $3`,
    [incidentId, gateId.slice('letters/'.length), subject],
  );
  return rows[0];
};

/** A report or a post-mortem; where nobody was harmed, what the recomputation came to. */
const documentContent: Reader = async (db, { incidentId, gateId, subject }) => {
  const { rows: documents } = await db.query<{ title: string; body: Buffer }>(
    'SELECT kind AS title, body FROM documents WHERE incident_id = $1 AND digest = $2',
    [incidentId, subject],
  );
  const [document] = documents;
  if (document !== undefined) {
    return { kind: 'document', title: document.title, text: document.body.toString('utf8') };
  }
  if (gateId !== 'unfreeze') return undefined;
  const { rows } = await db.query<Extract<DecidedContent, { kind: 'scan' }>>(
    `SELECT 'scan' AS kind, b ->> 'snapshot' AS snapshot, b ->> 'rule' AS rule,
       (b ->> 'rows')::int AS rows, b ->> 'root' AS root
     FROM evidence e CROSS JOIN LATERAL (SELECT entry::jsonb -> 'body' AS b) body
     WHERE chain = $1 AND kind = 'recomputed' AND b ->> 'impactDigest' = $2 LIMIT 1`,
    [incidentId, subject],
  );
  return rows[0];
};
