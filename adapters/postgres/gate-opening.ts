import type { GateName } from '../../activities/ports/gates';
import { assert } from '../../domain/assert';
import { seatsOf } from '../../domain/gate-rule';
import { expiryOf } from '../../domain/reminder-ladder';
import { appendEvidence } from './evidence';
import { recount } from './gate-recount';
import { hoursOfRoles, nextReminder } from './gate-reminders';
import { readGate, readTimes } from './gate-rows';
import { readRule } from './gate-rules';
import { showGateWait } from './gate-waits';
import { makersOf } from './makers';
import type { Queryable } from './pool';
import { Refused } from './refused';
import { withTied } from './stand-ins';

type Wish = GateName & { subject: string; at: string };

/** Why the opening before this one is over, kept in the evidence of the new one. */
export type Before = {
  opening: number;
  ended: 'expired' | 'other-subject' | 'votes-void' | 'rejected' | 'void';
};

/**
 * Opens a gate: the row, who is waited for, and the evidence.
 *
 * Order: the caller holds the incident's lock and has ended the opening before.
 * @throws NOT_FOUND (refused) when there is no such gate or incident.
 */
export async function insertOpening(
  tx: Queryable,
  wish: Wish & { before?: Before },
): Promise<{ opening: number; expiresAt: string }> {
  const { incidentId, gateId, subject, at, before } = wish;
  const opening = (before?.opening ?? 0) + 1;
  const rule = (await readRule(tx, { ...wish, opening }))?.rule;
  const times = await readTimes(tx, incidentId);
  if (rule === undefined) throw new Refused('NOT_FOUND', `there is no gate ${gateId}`);
  if (times === undefined) throw new Refused('NOT_FOUND', `there is no incident ${incidentId}`);
  const openedAt = new Date(at);
  const makers = [...new Set((await makersOf(tx, wish)).map(({ person }) => person))].sort();
  const roles = seatsOf(rule).flatMap((each) => each.roles);
  const since = openedAt.toISOString();
  const barred = await withTied(tx, { people: makers, openedAt: since, at: since });
  const asked = await hoursOfRoles(tx, { roles, makers: barred, times });
  const lapses = expiryOf({ ladder: times.ladder, openedAt: since, asked });
  const expiresAt = new Date(lapses);
  await tx.query(
    `INSERT INTO gates (incident_id, gate_id, opening, subject, rule, makers, opened_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [incidentId, gateId, opening, subject, rule, makers, openedAt, expiresAt],
  );
  const { missing } = await recount(tx, { incidentId, gateId, opening, subject });
  const of = { incidentId, gateId, opening };
  const row = await readGate(tx, of);
  assert(row !== undefined, `expected opening ${String(opening)} of ${gateId} on file, found none`);
  const next = await nextReminder(tx, { ...of, missing, at, row, times });
  await showGateWait(tx, {
    incidentId,
    gateId,
    since: openedAt,
    next,
    deadline: expiresAt,
    missing,
  });
  await appendEvidence(tx, {
    chain: incidentId,
    at,
    actor: 'makewhole',
    kind: 'gate-opened',
    body: {
      gate: gateId,
      opening,
      subject,
      seats: rule.seats.map((seat) => seat.roles),
      ...(rule.further && { further: rule.further.map((set) => set.map((seat) => seat.roles)) }),
      ...(rule.receiptFrom && { receiptFrom: rule.receiptFrom }),
      makers,
      expiresAt: expiresAt.toISOString(),
      ...(before === undefined ? {} : { before }),
    },
  });
  return { opening, expiresAt: expiresAt.toISOString() };
}
