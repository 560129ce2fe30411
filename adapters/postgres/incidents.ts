import type { Pool } from 'pg';
import type { Incidents, IncidentView } from '../../activities/ports/incidents';
import { policyPack } from '../../contracts/pack';
import type { Stage } from '../../contracts/workflow-ids';
import type { Queryable } from './pool';

type Row = Omit<IncidentView, 'pack' | 'openedAt' | 'firstKnownAt' | 'stageSince' | 'closedAt'> & {
  pack: unknown;
  openedAt: Date;
  firstKnownAt: Date | null;
  stageSince: Date;
  closedAt: Date | null;
};

const columns = `incident_id AS "incidentId", summary, drill, pack_snapshot AS pack,
  pack_digest AS "packDigest", opened_by AS "openedBy", opened_at AS "openedAt",
  first_known_at AS "firstKnownAt", reported_deals AS "reportedDeals", stage,
  stage_since AS "stageSince", severity, taken_by AS "takenBy", closed_at AS "closedAt"`;

/** The incidents in Postgres. */
export function postgresIncidents(db: Pool | Queryable): Incidents {
  return {
    async find(incidentId) {
      const { rows } = await db.query<Row>(
        `SELECT ${columns} FROM incidents WHERE incident_id = $1`,
        [incidentId],
      );
      return rows[0] === undefined ? undefined : asView(rows[0]);
    },
    async list() {
      const { rows } = await db.query<Row>(`SELECT ${columns} FROM incidents ORDER BY number DESC`);
      return rows.map(asView);
    },
    dossierOf: (incidentId) => currentDossier(db, incidentId),
    pages: (incidentId) => readPages(db, incidentId),
  };
}

async function readPages(db: Queryable, incidentId: string): ReturnType<Incidents['pages']> {
  const { rows } = await db.query<{ stage: Stage; at: Date }>(
    `SELECT stage, max(entered_at) AS at FROM stages WHERE incident_id = $1
     GROUP BY stage ORDER BY at`,
    [incidentId],
  );
  return rows.map(({ stage, at }) => ({ stage, at: at.toISOString() }));
}

/** The digest of the incident's newest dossier. */
export async function currentDossier(
  db: Queryable,
  incidentId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ digest: string }>(
    `SELECT digest FROM documents WHERE incident_id = $1 AND kind = 'dossier'
     ORDER BY drafted_at DESC, digest LIMIT 1`,
    [incidentId],
  );
  return rows[0]?.digest;
}

function asView(row: Row): IncidentView {
  return {
    ...row,
    pack: policyPack.parse(row.pack),
    openedAt: row.openedAt.toISOString(),
    firstKnownAt: row.firstKnownAt?.toISOString() ?? null,
    stageSince: row.stageSince.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
  };
}
