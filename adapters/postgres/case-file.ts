import type { CaseFile } from '../../templates/case-file';
import type { ScanSummary } from '../../domain/scan-tally';
import type { PlanManifest } from '../../proof/plan-digest';
import { headOf } from './evidence';
import type { Queryable } from './pool';
import { Refused } from './refused';

type Incident = CaseFile['incident'];
type Row = Omit<Incident, 'openedAt' | 'firstKnownAt' | 'takenAt'> & {
  openedAt: Date;
  firstKnownAt: Date | null;
  takenAt: Date | null;
};

/**
 * Reads what every document about a case begins with.
 *
 * @throws INCIDENT_UNKNOWN (refused) when there is no such incident.
 */
export async function readCaseFile(db: Queryable, incidentId: string): Promise<CaseFile> {
  const { rows } = await db.query<Row>(
    `SELECT incident_id AS "incidentId", summary, drill, pack, opened_at AS "openedAt",
       opened_by AS "openedBy", first_known_at AS "firstKnownAt", reported_by AS "reportedBy",
       reported_deals AS "reportedDeals", severity, severity_reasons AS "severityReasons", basis,
       estimate, assumptions, taken_by AS "takenBy", taken_at AS "takenAt"
     FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  const [row] = rows;
  if (row === undefined) throw new Refused('INCIDENT_UNKNOWN', `there is no ${incidentId}`);
  const { openedAt, firstKnownAt, takenAt } = row;
  return {
    incident: {
      ...row,
      openedAt: openedAt.toISOString(),
      firstKnownAt: firstKnownAt?.toISOString() ?? null,
      takenAt: takenAt?.toISOString() ?? null,
    },
    scan: await readScan(db, incidentId),
    plan: await readPlan(db, incidentId),
    ...(await readForms(db, incidentId)),
    evidence: await headOf(db, incidentId),
  };
}

async function readScan(db: Queryable, incidentId: string): Promise<ScanSummary | null> {
  const { rows } = await db.query<{ summary: ScanSummary }>(
    'SELECT summary FROM scans WHERE incident_id = $1',
    [incidentId],
  );
  return rows[0]?.summary ?? null;
}

async function readPlan(db: Queryable, incidentId: string): Promise<CaseFile['plan']> {
  const { rows } = await db.query<{ version: number; digest: string; manifest: PlanManifest }>(
    `SELECT version, digest, manifest FROM plans WHERE incident_id = $1
     ORDER BY version DESC LIMIT 1`,
    [incidentId],
  );
  return rows[0] ?? null;
}

type Answer = { team: string; answeredAt: Date; late: boolean; body: Record<string, unknown> };

async function readForms(
  db: Queryable,
  incidentId: string,
): Promise<Pick<CaseFile, 'answers' | 'unanswered'>> {
  const { rows } = await db.query<Answer>(
    `SELECT team, answered_at AS "answeredAt", late, body FROM answers WHERE incident_id = $1
     ORDER BY answer_id`,
    [incidentId],
  );
  const { rows: open } = await db.query<{ team: string }>(
    `SELECT team FROM forms f WHERE incident_id = $1 AND NOT EXISTS (SELECT FROM answers a
       WHERE a.incident_id = f.incident_id AND a.team = f.team) ORDER BY team`,
    [incidentId],
  );
  return {
    answers: rows.map(({ team, answeredAt, late, body }) => {
      return { team, answeredAt: answeredAt.toISOString(), late, answers: body };
    }),
    unanswered: open.map(({ team }) => team),
  };
}
