import type { GateName, GateView } from '../../activities/ports/gates';
import { seatsOf, type Seat } from '../../domain/gate-rule';
import { recount, type Recount } from './gate-recount';
import { nextReminder } from './gate-reminders';
import { readGate, readTimes, type GateRow } from './gate-rows';
import { readRule } from './gate-rules';
import type { Queryable } from './pool';

/** The newest opening of a gate as people read it, its votes verified. */
export async function readGateView(db: Queryable, of: GateName): Promise<GateView | undefined> {
  const row = await readGate(db, of);
  if (row === undefined) return undefined;
  const counted = await recount(db, { ...of, ...row });
  const found = await readRule(db, { ...of, ...row });
  const seats = found === undefined ? [] : seatsOf(found.rule);
  const missing = row.state === 'open' ? [...counted.missing] : [];
  const next = row.state === 'open' ? await upcoming(db, { of, row, missing }) : undefined;
  return {
    incidentId: of.incidentId,
    gateId: of.gateId,
    opening: row.opening,
    subject: row.subject,
    state: row.state,
    makers: row.makers,
    openedAt: row.openedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    votes: counted.votes.map((vote) => withSeat(seats, vote)),
    missing,
    ...(next === undefined ? {} : { nextReminderAt: next }),
  };
}

async function upcoming(
  db: Queryable,
  { of, row, missing }: { of: GateName; row: GateRow; missing: readonly string[] },
): Promise<string | undefined> {
  const times = await readTimes(db, of.incidentId);
  if (times === undefined) return undefined;
  // Read from outside, where no workflow's time is at hand.
  const at = new Date().toISOString();
  return nextReminder(db, { ...of, opening: row.opening, missing, at, row, times });
}

/** A voter is shown under the role that has a seat, whatever else they hold. */
function withSeat(
  seats: readonly Seat[],
  vote: Recount['votes'][number],
): GateView['votes'][number] {
  const roles = seats.flatMap((seat) => seat.roles);
  const role = vote.roles.find((held) => roles.some((seated) => seated === held)) ?? '';
  const { person, decision, reason } = vote;
  return { person, role, decision, ...(reason === undefined ? {} : { reason }) };
}

/** The newest opening of every gate of the incident, by gate id. */
export async function readGateViews(db: Queryable, incidentId: string): Promise<GateView[]> {
  const { rows } = await db.query<{ gateId: string }>(
    `SELECT DISTINCT gate_id AS "gateId" FROM gates WHERE incident_id = $1 ORDER BY 1`,
    [incidentId],
  );
  const views: GateView[] = [];
  for (const { gateId } of rows) {
    const view = await readGateView(db, { incidentId, gateId });
    if (view !== undefined) views.push(view);
  }
  return views;
}
