import type { Pool } from 'pg';
import type { CommandBacklog, WaitingCommands } from '../../activities/ports/command-backlog';
import { workflowIds } from '../../contracts/workflow-ids';
import { decodeCommand } from '../../proof/command-jws';
import { sha256Hex } from '../../proof/digest';
import { takeIn } from './command-inbox';
import { refuseUnsigned, sift, type KeptCommand } from './command-sieve';
import { nudgesFor } from './nudges';
import { inTransaction, type Queryable } from './pool';
import { inFewTrips, literals, type Trips } from './trips';

/** Commands that wait for their answer, in Postgres. */
export function postgresCommandBacklog(pool: Pool): CommandBacklog {
  return {
    keep: (given) => keep(pool, given),
    answerOldest: (given) => answerOldest(pool, given),
  };
}

type Call = Parameters<CommandBacklog['answerOldest']>[0];

/** What cannot be a command need not be kept, and much of it would not go into a text column. */
const looksSigned = /^[\w-]+\.[\w-]+\.[\w-]+$/;

async function keep(
  db: Queryable,
  { incidentId, batch, texts, at }: WaitingCommands,
): Promise<void> {
  const came = new Map<string, { jws: string | null; copies: number }>();
  for (const text of texts) {
    const digest = sha256Hex(text ?? `no text in ${batch}`);
    const jws = text !== null && looksSigned.test(text) ? text : null;
    came.set(digest, { jws, copies: (came.get(digest)?.copies ?? 0) + 1 });
  }
  const rows = [...came.values()];
  await db.query(
    `INSERT INTO command_inbox AS kept
       (incident_id, digest, jws, copies, last_batch, arrived_at)
     SELECT $1, digest, jws, copies, $2, $3
     FROM unnest($4::text[], $5::text[], $6::integer[]) WITH ORDINALITY
       AS came (digest, jws, copies, place) ORDER BY place
     ON CONFLICT (incident_id, digest) DO UPDATE
       SET copies = kept.copies + excluded.copies, last_batch = excluded.last_batch
       WHERE kept.last_batch <> excluded.last_batch`,
    [
      incidentId,
      batch,
      at,
      [...came.keys()],
      rows.map(({ jws }) => jws),
      rows.map(({ copies }) => copies),
    ],
  );
}

async function answerOldest(pool: Pool, call: Call): ReturnType<CommandBacklog['answerOldest']> {
  const { rows } = await pool.query<KeptCommand>(
    `SELECT position::integer, digest, jws, copies FROM command_inbox
     WHERE incident_id = $1 AND taken_at IS NULL ORDER BY position LIMIT $2`,
    [call.incidentId, call.limit],
  );
  const { unsigned, signed } = await sift(pool, { rows, at: call.at });
  if (unsigned.length > 0) {
    await inTransaction(pool, (tx) => refuseUnsigned(tx, { ...call, unsigned }));
  }
  const faults = await answerEach(pool, { call, signed });
  // One that cannot be answered holds up none that can, and is not forgotten either.
  if (faults.length > 0 && faults.length === rows.length) throw faults[0];
  const nudge = new Set(await nudgesOf(pool, call));
  if (call.afresh) for (const waiting of await whoWaits(pool, call)) nudge.add(waiting);
  return {
    answered: rows.length - faults.length,
    left: rows.length === call.limit || faults.length > 0,
    nudge: [...nudge],
  };
}

async function answerEach(
  pool: Pool,
  { call, signed }: { call: Call; signed: KeptCommand[] },
): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const kept of signed) {
    const answering = inFewTrips(pool, (trips) => answerOne(trips, { call, kept }));
    await answering.catch((error: unknown) => faults.push(error));
  }
  return faults;
}

async function answerOne(
  trips: Trips,
  { call, kept }: { call: Call; kept: KeptCommand },
): Promise<void> {
  const { incidentId, at } = call;
  const row = `(incident_id, digest) = ${literals([incidentId, kept.digest])}`;
  const [free] = await trips.ask(
    `SELECT digest FROM command_inbox WHERE ${row} AND taken_at IS NULL FOR UPDATE SKIP LOCKED`,
  );
  if (free?.length === 0 || kept.jws === null) return; // Another worker has it.
  const { answer } = await takeIn(trips, { desk: incidentId, jws: kept.jws, at });
  const taken = literals([at, call.call, answer.accepted ? null : answer.error.code]);
  trips.later(`UPDATE command_inbox SET (taken_at, taken_by, code) = ${taken} WHERE ${row}`);
}

/** Whom the commands accepted by this call concern, whichever try of it accepted them. */
async function nudgesOf(db: Queryable, { incidentId, call }: Call): Promise<string[]> {
  const { rows } = await db.query<{ jws: string }>(
    `SELECT jws FROM command_inbox
     WHERE incident_id = $1 AND taken_by = $2 AND code IS NULL AND jws IS NOT NULL`,
    [incidentId, call],
  );
  return rows.flatMap(({ jws }) => {
    const decoded = decodeCommand(jws);
    return 'envelope' in decoded ? nudgesFor(incidentId, decoded.envelope) : [];
  });
}

async function whoWaits(db: Queryable, { incidentId }: Call): Promise<string[]> {
  const { rows } = await db.query<{ gate: string }>(
    `SELECT gate_id AS gate FROM gates WHERE incident_id = $1 AND state = 'open' ORDER BY gate_id`,
    [incidentId],
  );
  const gates = rows.map(({ gate }) => workflowIds.gate(incidentId, gate));
  return [workflowIds.incident(incidentId), workflowIds.paging(incidentId), ...gates];
}
