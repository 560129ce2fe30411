import type { Pool } from 'pg';
import type { Run, Runs } from '../../activities/ports/runs';
import { haltOf } from './halts';
import type { Queryable } from './pool';

type Row = Omit<Run, 'openedAt' | 'startedAt'> & { openedAt: Date; startedAt: Date };

/** The runs of incidents in Postgres. */
export function postgresRuns(pool: Pool): Runs {
  return {
    newest: (incidentId) => newestRun(pool, incidentId),
    halt: (incidentId) => haltOf(pool, incidentId),
    async live() {
      const { rows } = await pool.query<Row>(
        `SELECT incident_id AS "incidentId", opened_at AS "openedAt", runs.number AS run,
           workflow_run_id AS "workflowRunId", started_at AS "startedAt"
         FROM runs JOIN incidents USING (incident_id)
         WHERE ended_at IS NULL AND closed_at IS NULL ORDER BY incidents.number DESC`,
      );
      return rows.map((row) => ({
        ...row,
        openedAt: row.openedAt.toISOString(),
        startedAt: row.startedAt.toISOString(),
      }));
    },
    async closed() {
      const { rows } = await pool.query<Pick<Run, 'incidentId' | 'run'>>(
        `SELECT incident_id AS "incidentId", max(runs.number) AS run
         FROM runs JOIN incidents USING (incident_id) WHERE closed_at IS NOT NULL
         GROUP BY incident_id, incidents.number ORDER BY incidents.number DESC`,
      );
      return rows;
    },
    async noteStarted({ incidentId, run, workflowRunId }) {
      await pool.query(
        'UPDATE runs SET workflow_run_id = $3 WHERE incident_id = $1 AND number = $2',
        [incidentId, run, workflowRunId],
      );
    },
  };
}

/** The number of an incident's newest run; 0 where nothing is on file. */
export async function newestRun(db: Queryable, incidentId: string): Promise<number> {
  const { rows } = await db.query<{ run: number }>(
    'SELECT coalesce(max(number), 0) AS run FROM runs WHERE incident_id = $1',
    [incidentId],
  );
  return rows[0]?.run ?? 0;
}

/** The run that begins; whichever was live is over with it. */
export async function beginRun(
  tx: Queryable,
  begun: { incidentId: string; run: number; jti: string; at: string },
): Promise<void> {
  const { incidentId, run, jti, at } = begun;
  await endRun(tx, { incidentId, at });
  await tx.query(
    'INSERT INTO runs (incident_id, number, jti, started_at) VALUES ($1, $2, $3, $4)',
    [incidentId, run, jti, at],
  );
}

/** Ends the live run: a later one begins, or the incident is closed. */
export async function endRun(
  tx: Queryable,
  { incidentId, at }: { incidentId: string; at: string },
): Promise<void> {
  await tx.query('UPDATE runs SET ended_at = $2 WHERE incident_id = $1 AND ended_at IS NULL', [
    incidentId,
    at,
  ]);
}
