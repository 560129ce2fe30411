import type { PlanVersion } from '../../activities/ports/plans';
import { formatMinor } from '../../domain/money';
import { compareLines, type PlanLine } from '../../domain/plan-line';
import type { Queryable } from './pool';

type LineRow = Omit<PlanLine, 'amount'> & { minor: string; leaf: string };

/** The stored lines of a plan, or of one deal in it, with their leaves. Order: of the leaves. */
export async function readPlanLines(
  db: Queryable,
  { incidentId, version, deal }: PlanVersion & { deal?: string },
): Promise<(PlanLine & { leaf: string })[]> {
  const { rows } = await db.query<LineRow>(
    `SELECT deal_id AS deal, investor_id AS investor, leg, branch AS "when", sequence,
       amount_minor AS minor, currency, payer, payee, computed, leaf
     FROM plan_lines
     WHERE incident_id = $1 AND version = $2 AND ($3::text IS NULL OR deal_id = $3)`,
    [incidentId, version, deal ?? null],
  );
  const lines = rows.map(({ minor, ...line }) => {
    return { ...line, amount: formatMinor(BigInt(minor), line.currency) };
  });
  return lines.sort(compareLines);
}
