import type { Pool } from 'pg';
import type { GateName, GateOpening, Gates, GateStanding } from '../../activities/ports/gates';
import { isAskedAgain } from './asked-again';
import { readContent } from './decided-content';
import { readChanges } from './decided-difference';
import { appendEvidence } from './evidence';
import { insertOpening, type Before } from './gate-opening';
import { recount, type Recount } from './gate-recount';
import { nextReminder, readAwaited } from './gate-reminders';
import { readGate, readTimes, type GateRow } from './gate-rows';
import { readGateView, readGateViews } from './gate-view';
import { showGateWait } from './gate-waits';
import { lockDecisions } from './incident-lock';
import { inTransaction, type Queryable } from './pool';
import { Refused } from './refused';
import { standingVerdict } from './standing-verdict';
import { endWaits } from './waits';

type Timed = GateOpening & { at: string };
type Wish = Parameters<Gates['open']>[0];

/** The gates in Postgres. */
export function postgresGates(pool: Pool): Gates {
  const locked = <T>(incidentId: string, work: (tx: Queryable) => Promise<T>): Promise<T> =>
    inTransaction(pool, async (tx) => {
      await lockDecisions(tx, incidentId);
      return work(tx);
    });
  return {
    content: (of) => readContent(pool, of),
    changes: (of) => changesOf(pool, of),
    open: (wish) => locked(wish.incidentId, (tx) => openGate(tx, wish)),
    tally: (of) => locked(of.incidentId, (tx) => tallyGate(tx, of)),
    expire: (of) => locked(of.incidentId, (tx) => expireGate(tx, of)),
    withdraw: (of) => locked(of.incidentId, (tx) => withdrawGate(tx, of)),
    awaited: (of) => readAwaited(pool, of),
    view: (of) => readGateView(pool, of),
    views: (incidentId) => readGateViews(pool, incidentId),
  };
}

async function changesOf(db: Queryable, of: GateName): ReturnType<Gates['changes']> {
  const row = await readGate(db, of);
  return row && readChanges(db, { ...of, row });
}

async function openGate(tx: Queryable, wish: Wish): ReturnType<Gates['open']> {
  const last = await readGate(tx, wish);
  if (last === undefined) return { ...(await insertOpening(tx, wish)), state: 'open' };
  const same = last.subject === wish.subject;
  if (same && last.state === 'open') return standing(last, 'open');
  if (same && last.state === 'passed') {
    // Votes can lose their worth after the gate has passed: a key turns out compromised.
    const { state } = await recount(tx, { ...wish, ...last });
    if (state === 'passed') return standing(last, 'passed');
  }
  if (same && last.state === 'rejected' && !(await isToBeAsked(tx, { ...wish, ...last }))) {
    return standing(last, 'rejected');
  }
  if (last.state === 'open') await setState(tx, { ...wish, opening: last.opening, state: 'void' });
  const before: Before = { opening: last.opening, ended: endedBy(last, same) };
  return { ...(await insertOpening(tx, { ...wish, before })), state: 'open' };
}

/** By whoever opens it, or by a person who has signed so. */
const isToBeAsked = async (tx: Queryable, last: Wish & { opening: number }): Promise<boolean> =>
  last.anew === true || isAskedAgain(tx, last);

function endedBy(last: GateRow, same: boolean): Before['ended'] {
  if (last.state === 'expired' || last.state === 'rejected' || last.state === 'void') {
    return last.state;
  }
  return same ? 'votes-void' : 'other-subject';
}

const standing = (row: GateRow, state: GateStanding) => ({
  opening: row.opening,
  expiresAt: row.expiresAt.toISOString(),
  state,
});

async function tallyGate(tx: Queryable, of: Timed): ReturnType<Gates['tally']> {
  const row = await readGate(tx, of);
  if (row === undefined) return { state: 'void', missing: [] };
  if (row.state === 'void' || row.state === 'expired') return { state: 'void', missing: [] };
  const counted = await recount(tx, { ...of, subject: row.subject });
  await record(tx, { of, row, counted });
  const missing = [...counted.missing];
  const times = await readTimes(tx, of.incidentId);
  const next =
    times === undefined || counted.state !== 'open'
      ? undefined
      : await nextReminder(tx, { ...of, missing, row, times });
  if (counted.state === 'open') {
    const wait = { since: row.openedAt, next, deadline: row.expiresAt, missing };
    await showGateWait(tx, { incidentId: of.incidentId, gateId: of.gateId, ...wait });
  }
  const reason = counted.votes.find(({ decision }) => decision === 'reject')?.reason;
  return {
    state: counted.state,
    missing,
    ...(reason === undefined ? {} : { reason }),
    ...(next === undefined ? {} : { nextReminderAt: next }),
  };
}

/** Writes down what the votes came to, once; a row that says more than its votes is put right. */
async function record(
  tx: Queryable,
  { of, row, counted }: { of: Timed; row: GateRow; counted: Recount },
): Promise<void> {
  const { state } = counted;
  if (state === row.state) return;
  const { incidentId, gateId, opening, at } = of;
  await setState(tx, { ...of, state });
  const entry = { chain: incidentId, at, actor: 'makewhole' };
  const body = { gate: gateId, opening, subject: row.subject };
  if (state === 'open') {
    const because = `recorded as ${row.state} without the votes for it`;
    await appendEvidence(tx, { ...entry, kind: 'gate-opened', body: { ...body, because } });
    return;
  }
  await endWaits(tx, { incidentId, waitingFor: 'gate', at, ids: [gateId] });
  if ((await standingVerdict(tx, of)) === state) return;
  const votes = counted.votes.map(({ person, decision }) => ({ person, decision }));
  await appendEvidence(tx, { ...entry, kind: `gate-${state}`, body: { ...body, votes } });
}

async function setState(
  tx: Queryable,
  change: Timed & { state: 'open' | 'passed' | 'rejected' | 'expired' | 'void' },
): Promise<void> {
  await tx.query(
    `UPDATE gates SET state = $4,
       decided_at = CASE WHEN $4 = 'open' THEN NULL ELSE $5::timestamptz END
     WHERE incident_id = $1 AND gate_id = $2 AND opening = $3`,
    [change.incidentId, change.gateId, change.opening, change.state, change.at],
  );
}

async function expireGate(tx: Queryable, of: Timed): ReturnType<Gates['expire']> {
  const row = await readGate(tx, of);
  const last = await readGate(tx, { incidentId: of.incidentId, gateId: of.gateId });
  if (row === undefined || last === undefined) {
    throw new Refused('NOT_FOUND', `gate ${of.gateId} was never opened`);
  }
  const over = Date.parse(of.at) >= row.expiresAt.getTime();
  if (last.opening !== row.opening || row.state !== 'open' || !over) return standing(last, 'open');
  const counted = await recount(tx, { ...of, subject: row.subject });
  if (counted.state !== 'open') {
    await record(tx, { of, row, counted }); // The last vote came in just before time.
    return standing(row, 'open');
  }
  await setState(tx, { ...of, state: 'expired' });
  const { incidentId, gateId, opening, at } = of;
  const body = { gate: gateId, opening, subject: row.subject, votesVoid: counted.votes.length };
  await appendEvidence(tx, {
    chain: incidentId,
    at,
    actor: 'makewhole',
    kind: 'gate-expired',
    body,
  });
  const before: Before = { opening, ended: 'expired' };
  return insertOpening(tx, { incidentId, gateId, subject: row.subject, at, before });
}

async function withdrawGate(tx: Queryable, of: Timed): ReturnType<Gates['withdraw']> {
  const counted = await tallyGate(tx, of);
  if (counted.state !== 'open') return { state: counted.state };
  await setState(tx, { ...of, state: 'void' });
  const { incidentId, gateId, opening, at } = of;
  await endWaits(tx, { incidentId, waitingFor: 'gate', at, ids: [gateId] });
  const subject = (await readGate(tx, of))?.subject;
  const body = { gate: gateId, opening, subject };
  const entry = { chain: incidentId, at, actor: 'makewhole', kind: 'gate-withdrawn', body };
  await appendEvidence(tx, entry);
  return { state: 'void' };
}
