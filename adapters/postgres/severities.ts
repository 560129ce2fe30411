import type { Pool } from 'pg';
import type { Severities, SeverityRise, StandingSeverity } from '../../activities/ports/severities';
import { policyPack } from '../../contracts/pack';
import {
  isSeverity,
  type Lowering,
  type Severity,
  type SeverityReason,
} from '../../domain/severity';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { readSeverityFacts } from './severity-facts';

/** The severities in Postgres, beside the incident they belong to. */
export function postgresSeverities(pool: Pool): Severities {
  return {
    weigh: (given) => inTransaction(pool, (tx) => weigh(tx, given)),
    lastRise: (incidentId) => lastRise(pool, incidentId),
    standing: async (incidentId) => {
      const row = await readRow(pool, { incidentId });
      return row === undefined ? null : standingOf(row);
    },
  };
}

type Row = { pack: unknown; severity: string | null; reasons: SeverityReason[] };

async function readRow(
  db: Queryable,
  { incidentId, lock = false }: { incidentId: string; lock?: boolean },
): Promise<Row | undefined> {
  const { rows } = await db.query<Row>(
    `SELECT pack_snapshot AS pack, severity, severity_reasons AS reasons FROM incidents
     WHERE incident_id = $1 ${lock ? 'FOR UPDATE' : ''}`,
    [incidentId],
  );
  return rows[0];
}

/** The level that stands, locked so that nobody weighs the incident until the transaction ends. */
export async function lockedSeverity(tx: Queryable, incidentId: string): Promise<StandingSeverity> {
  const row = await readRow(tx, { incidentId, lock: true });
  return standingOf(row ?? { severity: null, reasons: [] });
}

function standingOf({ severity: text, reasons }: Omit<Row, 'pack'>): StandingSeverity {
  const severity = asSeverity(text);
  return { severity, reasons, digest: digestOf({ severity, reasons }) };
}

/** Makes a level with its reasons the one that stands. */
export async function writeSeverity(
  tx: Queryable,
  given: { incidentId: string; severity: Severity; reasons: readonly SeverityReason[] },
): Promise<void> {
  await tx.query(
    'UPDATE incidents SET severity = $2, severity_reasons = $3 WHERE incident_id = $1',
    [given.incidentId, given.severity, JSON.stringify(given.reasons)],
  );
}

async function weigh(
  tx: Queryable,
  { incidentId, at, phase, decide }: Parameters<Severities['weigh']>[0],
): ReturnType<Severities['weigh']> {
  // Locked before the facts are read: a command that comes first is among them.
  const row = await readRow(tx, { incidentId, lock: true });
  if (row === undefined) return null;
  const before = standingOf(row);
  const { severity, reasons } = decide({
    pack: policyPack.parse(row.pack),
    standing: before.severity,
    facts: await readSeverityFacts(tx, incidentId),
    lowering: await lastLowering(tx, incidentId),
  });
  const rose = before.severity !== severity;
  if (digestOf({ severity, reasons }) === before.digest) return { severity, rose };
  await writeSeverity(tx, { incidentId, severity, reasons });
  const body = { phase, severity, decidedBy: 'rule', before: before.severity, reasons };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'severity', body });
  return { severity, rose };
}

async function lastRise(db: Queryable, incidentId: string): Promise<SeverityRise | null> {
  const { rows } = await db.query<SeverityRise>(
    `SELECT seq::int, said #>> '{before}' AS from, said #>> '{severity}' AS severity,
       said -> 'reasons' AS reasons
     FROM evidence, LATERAL (SELECT entry::jsonb -> 'body' AS said) AS body
     WHERE chain = $1 AND kind = 'severity'
       AND said #>> '{before}' <> said #>> '{severity}' ORDER BY evidence.seq DESC LIMIT 1`,
    [incidentId],
  );
  return rows[0] ?? null;
}

/** Who lowered the severity of `i.incident_id` last, and why, as JSON. */
export const loweredSql = `
  SELECT json_build_object('from', from_severity, 'to', to_severity, 'by', person_id,
    'at', to_char(given_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'reason', reason)
  FROM severity_lowerings l WHERE l.incident_id = i.incident_id
  ORDER BY given_at DESC, jti LIMIT 1`;

async function lastLowering(tx: Queryable, incidentId: string): Promise<Lowering | undefined> {
  const { rows } = await tx.query<Lowering>(
    `SELECT to_severity AS to, reasons FROM severity_lowerings WHERE incident_id = $1
     ORDER BY given_at DESC, jti LIMIT 1`,
    [incidentId],
  );
  return rows[0];
}

const asSeverity = (text: string | null): Severity | null =>
  text !== null && isSeverity(text) ? text : null;
