import type { GateName, GateView } from '../../activities/ports/gates';
import type { PolicyPack } from '../../contracts/pack';
import type { Queryable } from './pool';

/** One opening as its row has it. */
export type GateRow = {
  opening: number;
  subject: string;
  makers: string[];
  state: GateView['state'];
  openedAt: Date;
  expiresAt: Date;
};

const columns = `opening, subject, makers, state, opened_at AS "openedAt",
  expires_at AS "expiresAt"`;

/** The newest opening of a gate, or the one asked for. */
export async function readGate(
  db: Queryable,
  of: GateName & { opening?: number },
): Promise<GateRow | undefined> {
  const { rows } = await db.query<GateRow>(
    `SELECT ${columns} FROM gates
     WHERE incident_id = $1 AND gate_id = $2 AND opening = coalesce($3::int, opening)
     ORDER BY opening DESC LIMIT 1`,
    [of.incidentId, of.gateId, of.opening],
  );
  return rows[0];
}

/** What the pack says of a gate's waiting, as it stood when the incident was opened. */
export type PackTimes = {
  ladder: PolicyPack['ladder']['value'];
  workingTime: NonNullable<PolicyPack['workingTime']>['value'];
};

/** The incident's ladder and when people work; undefined where there is no such incident. */
export async function readTimes(db: Queryable, incidentId: string): Promise<PackTimes | undefined> {
  const { rows } = await db.query<{ ladder: PackTimes['ladder'] } & Partial<PackTimes>>(
    `SELECT pack_snapshot #> '{ladder,value}' AS ladder,
       coalesce(pack_snapshot #> '{workingTime,value}', '"round-the-clock"') AS "workingTime"
     FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  const [row] = rows;
  return row && { ladder: row.ladder, workingTime: row.workingTime ?? 'round-the-clock' };
}
