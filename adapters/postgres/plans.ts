import type { Pool } from 'pg';
import type { Plans, PlanVersion, StoredPlan } from '../../activities/ports/plans';
import type { PlanLine } from '../../domain/plan-line';
import { planFaults, type PlanManifest } from '../../proof/plan-digest';
import { postgresApprovals } from './approvals';
import { readOptions } from './options';
import { savePlanDraft } from './plan-draft';
import { readPlanLines } from './plan-lines';
import { readPlanSources } from './plan-sources';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import { readWaitingDeals } from './waiting-deals';

/** The plans in Postgres. */
export function postgresPlans(pool: Pool): Plans {
  return {
    sources: (incidentId, but) => readPlanSources(pool, { incidentId, besides: but?.besides }),
    unsigned: (incidentId) => unsigned(pool, incidentId),
    changedSince: (of) => changedSince(pool, of),
    save: (drafting) => inTransaction(pool, (tx) => savePlanDraft(tx, drafting)),
    waitingDeals: (incidentId) => readWaitingDeals(pool, incidentId),
    readPlan: (of) => readPlan(pool, of),
    planLines: (of) => readPlanLines(pool, of),
    verifyPlan: (of) => verifyPlan(pool, of),
    options: (of) => readOptions(pool, of),
  };
}

type PlanRow = Omit<StoredPlan, 'draftedAt'> & { draftedAt: Date; manifestText: string };

async function readRow(
  db: Queryable,
  of: { incidentId: string; version?: number },
): Promise<PlanRow | undefined> {
  const { rows } = await db.query<PlanRow>(
    `SELECT version, digest, manifest, manifest_text AS "manifestText", makers,
       drafted_at AS "draftedAt"
     FROM plans WHERE incident_id = $1 AND version = coalesce($2, version)
     ORDER BY version DESC LIMIT 1`,
    [of.incidentId, of.version],
  );
  return rows[0];
}

async function readPlan(
  db: Queryable,
  of: { incidentId: string; version?: number },
): Promise<StoredPlan | null> {
  const row = await readRow(db, of);
  return row === undefined ? null : asStored(row);
}

function asStored({ version, digest, manifest, draftedAt, makers }: PlanRow): StoredPlan {
  return { version, digest, manifest, draftedAt: draftedAt.toISOString(), makers };
}

/** A key may turn out compromised after its vote has counted, and a row may say more than votes. */
async function unsigned(pool: Pool, incidentId: string): ReturnType<Plans['unsigned']> {
  const approvals = postgresApprovals(pool);
  const { rows } = await pool.query<{ version: number; digest: string }>(
    `SELECT version, digest FROM plans p WHERE incident_id = $1 AND EXISTS (SELECT FROM gates g
       WHERE g.incident_id = $1 AND gate_id = 'plan' AND subject = p.digest AND state = 'passed')
     ORDER BY version`,
    [incidentId],
  );
  for (const plan of rows) {
    const wanted = { incidentId, gateId: 'plan', subject: plan.digest };
    const standing = await approvals.standing(wanted);
    if (!standing.approved && !standing.rejected) return plan;
  }
  return null;
}

/** By the chain itself, whose order nobody can change afterwards. */
async function changedSince(db: Queryable, of: PlanVersion): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT FROM evidence WHERE chain = $1 AND kind IN ('fact', 'redraft')
       AND seq > (SELECT max(seq) FROM evidence WHERE chain = $1 AND kind = 'plan-drafted'
         AND (entry::jsonb #>> '{body,version}')::int = $2) LIMIT 1`,
    [of.incidentId, of.version],
  );
  return rowCount !== 0;
}

/** A stored version recomputed from its lines up, as the port promises. */
export async function verifyPlan(
  db: Queryable,
  of: PlanVersion,
): Promise<StoredPlan & { lines: PlanLine[] }> {
  const row = await readRow(db, of);
  const named = `plan ${String(of.version)} of ${of.incidentId}`;
  if (row === undefined) throw new Refused('PLAN_MISMATCH', `${named} is not on file`);
  const lines = await readPlanLines(db, of);
  const faults = [...headFaults(row.manifest, of), ...planFaults({ ...row, lines })];
  if (faults.length === 0) return { ...asStored(row), lines };
  const shown = faults.slice(0, 10).join('; ');
  throw new Refused(
    'PLAN_MISMATCH',
    `${named} is not what was signed, so nothing is done under it: ${shown}`,
  );
}

/** A plan of another incident or version, copied here whole, would hash as it should. */
function headFaults({ incident, version }: PlanManifest, of: PlanVersion): string[] {
  if (incident === of.incidentId && version === of.version) return [];
  return [`the manifest is of ${incident}, version ${String(version)}`];
}
