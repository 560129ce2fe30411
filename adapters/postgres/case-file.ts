import type { CaseFile } from '../../templates/case-file';
import type { ScanSummary } from '../../domain/scan-tally';
import type { PlanManifest } from '../../proof/plan-digest';
import { readClocks } from './clocks';
import { headOf } from './evidence';
import { readFormsStanding } from './form-standing';
import type { Queryable } from './pool';
import { Refused } from './refused';
import { loweredSql } from './severities';
import { readSizing } from './sizings';

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
       assumptions, (${loweredSql}) AS "severityLowered",
       taken_by AS "takenBy", taken_at AS "takenAt"
     FROM incidents i WHERE incident_id = $1`,
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
    sizing: await readSizing(db, incidentId),
    clocks: await readClocks(db, incidentId),
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

async function readForms(
  db: Queryable,
  incidentId: string,
): Promise<Pick<CaseFile, 'answers' | 'unanswered' | 'contradictions'>> {
  const { forms, contradictions } = await readFormsStanding(db, incidentId);
  const silent = forms.filter(({ answers }) => answers.length === 0);
  return {
    answers: forms.flatMap(({ team, answers }) => answers.map((answer) => ({ team, ...answer }))),
    unanswered: silent.map(({ answers: _, ...form }) => form),
    contradictions: contradictions.map(({ digest: _, ...each }) => each),
  };
}
