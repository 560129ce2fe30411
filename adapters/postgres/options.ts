import type { RemedyOption } from '../../domain/remedy';
import type { Queryable } from './pool';

/** The options of the newest draft that looked at each deal, or at `deal` alone. */
export async function readOptions(
  db: Queryable,
  { incidentId, deal }: { incidentId: string; deal?: string },
): Promise<RemedyOption[]> {
  const { rows } = await db.query<{ option: RemedyOption }>(
    `SELECT option FROM options o
     WHERE incident_id = $1 AND deal_id = coalesce($2, deal_id) AND version = (
       SELECT max(version) FROM options n WHERE n.incident_id = $1 AND n.deal_id = o.deal_id)
     ORDER BY deal_id, remedy`,
    [incidentId, deal],
  );
  return rows.map(({ option }) => option);
}
