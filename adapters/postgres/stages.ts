import type { Pool } from 'pg';
import type { Stages } from '../../activities/ports/stages';
import type { BoardCounts } from '../../contracts/activities';
import { assert } from '../../domain/assert';
import { appendEvidence } from './evidence';
import { inTransaction } from './pool';
import { endRun } from './runs';
import { readStanding } from './status';

/** Pages and board counts from Postgres; no name or address leaves it. */
export function postgresStages(pool: Pool): Stages {
  return {
    async turn({ incidentId, stage, at }) {
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          `UPDATE incidents SET stage = $2, stage_since = $3 WHERE incident_id = $1 AND NOT
             (stage = $2 AND EXISTS (SELECT FROM stages WHERE incident_id = $1 AND stage = $2))`,
          [incidentId, stage, at],
        );
        if (rowCount === 0) return;
        await tx.query('INSERT INTO stages VALUES ($1, $2, $3)', [incidentId, stage, at]);
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'stage', body: { stage } };
        await appendEvidence(tx, entry);
      });
    },
    board: (incidentId) => readBoard(pool, incidentId),
    async close({ incidentId, at, ...body }) {
      await inTransaction(pool, async (tx) => {
        const { rowCount } = await tx.query(
          'UPDATE incidents SET closed_at = $2 WHERE incident_id = $1 AND closed_at IS NULL',
          [incidentId, at],
        );
        if (rowCount === 0) return;
        await tx.query('UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND over_at IS NULL', [
          incidentId,
          at,
        ]);
        await endRun(tx, { incidentId, at });
        const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'closed', body };
        await appendEvidence(tx, entry);
      });
    },
  };
}

const waitsShownMax = 50;

/** The same reading as `incident status`, less everything that says who a person is. */
async function readBoard(pool: Pool, incidentId: string): Promise<BoardCounts> {
  const status = await readStanding(pool, incidentId);
  assert(status !== undefined, `expected the incident ${incidentId} on file, found none`);
  const { counts, totals, fix, waitingFor } = status;
  return {
    severity: status.severity ?? 'not declared',
    taken: status.takenBy !== null,
    haltedAt: status.halt?.at ?? null,
    service: status.freeze.state,
    dealsHeld: counts.dealsHeld,
    fix: fix.rule === null ? 'none proposed' : `${fix.rule}, ${fix.state}`,
    dealsScanned: counts.dealsScanned,
    affectedDeals: counts.dealsAffected,
    affectedInvestors: counts.investorsAffected,
    over: totals.over,
    under: totals.under,
    planned: totals.planned,
    moved: { out: totals.moved.out, in: totals.moved.in },
    letters: byState(Object.values(counts.letters)),
    nextUpdate: status.nextUpdateDueAt,
    waitingFor: waitingFor.slice(0, waitsShownMax).map((wait) => ({
      for: wait.for,
      id: wait.id,
      role: wait.role,
      since: wait.since,
      next: wait.nextReminderAt ?? null,
      deadline: wait.deadlineAt,
    })),
  };
}

function byState(stages: Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [state, count] of stages.flatMap((states) => Object.entries(states))) {
    sums[state] = (sums[state] ?? 0) + count;
  }
  return sums;
}
