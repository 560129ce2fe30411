import type { GateLine, GateName } from '../../activities/ports/gates';
import { formatMinor } from '../../domain/money';
import type { Queryable } from './pool';

type Of = GateName & { subject: string };
type Reader = (db: Queryable, of: Of) => Promise<GateLine[]>;

/**
 * What a signer is shown of the subject, in plain words, read from the rows the digest is of.
 *
 * Ensures: never empty; content nobody can find says so, since a signer must not guess.
 */
export async function gateContent(db: Queryable, of: Of): Promise<GateLine[]> {
  const lines = await readerFor(of.gateId)(db, of);
  if (lines.length > 0) return lines;
  return [{ label: 'Content', value: `nothing is on file under digest ${of.subject}` }];
}

/** Whether a gate can be about this at all: a draft, a text, a report that is on file. */
export async function isOnFile(db: Queryable, of: Of): Promise<boolean> {
  if ((await readerFor(of.gateId)(db, of)).length > 0) return true;
  const { rowCount } = await db.query(
    `SELECT FROM plans WHERE $3 = 'plan' AND incident_id = $1 AND digest = $2
     UNION ALL
     SELECT FROM scans WHERE $3 = 'unfreeze' AND incident_id = $1 AND impact_digest = $2`,
    [of.incidentId, of.subject, of.gateId],
  );
  return rowCount !== 0;
}

function readerFor(gateId: string): Reader {
  if (gateId === 'plan') return planContent;
  if (gateId.startsWith('letters/')) return letterContent;
  if (gateId.startsWith('let-stand/')) {
    return async () => [{ label: 'Let stand', value: `deal ${gateId.slice('let-stand/'.length)}` }];
  }
  return documentContent;
}

const letterContent: Reader = async (db, { incidentId, gateId, subject }) => {
  const { rows } = await db.query<{ subject: string; text: string; by: string | null }>(
    `SELECT subject, body_text AS text, submitted_by AS by FROM letter_texts
     WHERE incident_id = $1 AND stage = $2 AND digest = $3`,
    [incidentId, gateId.slice('letters/'.length), subject],
  );
  return rows.flatMap((letter) => [
    { label: 'Subject line', value: letter.subject },
    { label: 'Text', value: letter.text },
    { label: 'Submitted by', value: letter.by ?? 'nobody: it is the standard text' },
  ]);
};

type Total = {
  version: number;
  leg: string;
  payer: string;
  payee: string;
  currency: string;
  minor: string;
  lines: number;
};

/** Each investor has an account of their own; what a signer needs is which side is theirs. */
const totalsSql = `
  SELECT p.version, l.leg, l.currency,
    CASE WHEN l.payer LIKE 'investor:%' THEN 'investors' ELSE l.payer END AS payer,
    CASE WHEN l.payee LIKE 'investor:%' THEN 'investors' ELSE l.payee END AS payee,
    sum(l.amount_minor)::text AS minor, count(*)::int AS lines
  FROM plans p JOIN plan_lines l USING (incident_id, version)
  WHERE p.incident_id = $1 AND p.digest = $2
  GROUP BY 1, 2, 3, 4, 5 ORDER BY leg, payer, payee, currency`;

const planContent: Reader = async (db, { incidentId, subject }) => {
  const { rows: totals } = await db.query<Total>(totalsSql, [incidentId, subject]);
  const { rows: deals } = await db.query<{ deal: string; remedy: string | null }>(
    `SELECT d ->> 'deal' AS deal, d ->> 'remedy' AS remedy
     FROM plans, jsonb_path_query(manifest, '$.deals[*]') AS d
     WHERE incident_id = $1 AND digest = $2 ORDER BY 1`,
    [incidentId, subject],
  );
  const [first] = totals;
  if (first === undefined) return [];
  return [
    { label: 'Plan', value: `version ${String(first.version)}` },
    ...deals.map(({ deal, remedy }) => ({ label: `Deal ${deal}`, value: remedy ?? 'no remedy' })),
    ...totals.map(inWords),
  ];
};

function inWords({ leg, payer, payee, currency, minor, lines }: Total): GateLine {
  const amount = `${formatMinor(BigInt(minor), currency)} ${currency}`;
  const route = payer === '' && payee === '' ? '' : ` from ${payer} to ${payee}`;
  const count = `${String(lines)} ${lines === 1 ? 'line' : 'lines'}`;
  return { label: leg, value: `${amount}${route}, ${count}` };
}

const documentContent: Reader = async (db, { incidentId, gateId, subject }) => {
  const { rows: documents } = await db.query<{ kind: string; type: string; text: string }>(
    `SELECT kind, media_type AS type, CASE WHEN media_type LIKE 'text/%'
       THEN convert_from(body, 'UTF8') ELSE '' END AS text
     FROM documents WHERE incident_id = $1 AND digest = $2`,
    [incidentId, subject],
  );
  const { rows: fixes } = await db.query<{ rule: string; averages: string; by: string }>(
    `SELECT rule, averages, person_id AS by FROM fixes
     WHERE incident_id = $1 AND report_digest = $2 ORDER BY attempt DESC LIMIT 1`,
    [incidentId, subject],
  );
  return [
    ...(gateId === 'unfreeze' && documents.length > 0
      ? [{ label: 'Effect', value: 'the allocation service goes online again' }]
      : []),
    ...fixes.flatMap(({ rule, averages, by }) => [
      { label: 'Rule from then on', value: rule },
      { label: 'Averages', value: averages },
      { label: 'Proposed by', value: by },
    ]),
    ...documents.map(({ kind, type, text }) => ({
      label: kind,
      value: text === '' ? `${type}, digest ${subject}` : text,
    })),
  ];
};
