import type { GateName, GateView } from '../../activities/ports/gates';
import type { Queryable } from './pool';

/** One opening as its row has it. */
export type GateRow = {
  opening: number;
  subject: string;
  makers: string[];
  content: GateView['content'];
  state: GateView['state'];
  openedAt: Date;
  expiresAt: Date;
};

const columns = `opening, subject, makers, content, state, opened_at AS "openedAt",
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

/** The waiting times of a gate, from the pack as it stood when the incident was opened. */
export type Ladder = { reminders: number[]; escalateAfter: number; expireAfter: number };

/** The incident's ladder. Units: seconds after the opening. */
export async function readLadder(db: Queryable, incidentId: string): Promise<Ladder | undefined> {
  const { rows } = await db.query<{ ladder: Ladder | null }>(
    `SELECT pack_snapshot #> '{ladder,value}' AS ladder FROM incidents WHERE incident_id = $1`,
    [incidentId],
  );
  return rows[0]?.ladder ?? undefined;
}

/** When those still missing are told next; undefined once the ladder has no further rung. */
export function nextReminder(given: {
  ladder: Ladder;
  openedAt: Date;
  at: string;
}): string | undefined {
  const { ladder, openedAt, at } = given;
  const rungs = [...ladder.reminders, ladder.escalateAfter].sort((a, b) => a - b);
  const next = rungs
    .map((seconds) => openedAt.getTime() + seconds * 1000)
    .find((rung) => rung > Date.parse(at));
  return next === undefined ? undefined : new Date(next).toISOString();
}
