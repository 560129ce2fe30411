import type { GateOpening } from '../../activities/ports/gates';
import type { GateRule } from '../../domain/gate-rule';
import { tally, type CountedReceipt, type CountedVote, type Tally } from '../../domain/gate-tally';
import { tiedTo, type StandIn } from '../../domain/stand-in-ties';
import { readRule } from './gate-rules';
import { makersOf } from './makers';
import type { Queryable } from './pool';
import { readSignedCommands, type FlawedCommand, type SignedCommand } from './signed-commands';
import { standInsSince } from './stand-ins';
import { readStandingVotes, type VoteRow } from './standing-votes';

/** How an opening stands by its signed votes alone. */
export type Recount = Tally & {
  votes: (CountedVote & { reason?: string })[];
  /** Stored votes that count for nothing, and why. */
  dropped: { person: string; flaw: string }[];
};

type Verdict = SignedCommand | FlawedCommand;
type Of = GateOpening & { subject: string };

/**
 * Counts the votes of one opening on one subject from their signed texts.
 *
 * Method: the rule comes from the code, the plan's own amounts and the policy in evidence; votes,
 * receipts and makers are read from commands and evidence. Stored states, counts and roles are not
 * believed. Ensures: passes nothing while a vote that evidence names is in no table.
 */
export async function recount(db: Queryable, of: Of): Promise<Recount> {
  const found = await readRule(db, of);
  if (found === undefined) {
    return { state: 'open', missing: [`a rule for gate ${of.gateId}`], votes: [], dropped: [] };
  }
  const { rule, flaw } = found;
  const { votes, dropped } = await verifiedVotes(db, of);
  const receipts = await verifiedReceipts(db, { incidentId: of.incidentId, rule });
  // Whoever was a maker when voting has been dropped; later makers leave earlier votes alone.
  const counted = tally({ rule, votes, receipts, makers: [] });
  const lost = (await lostVoters(db, of)).map((voter) => `the vote of ${voter}, which is gone`);
  const stops = flaw === undefined ? lost : [...lost, flaw];
  if (stops.length === 0) return { ...counted, votes, dropped };
  const state = counted.state === 'rejected' ? counted.state : 'open';
  return { state, missing: [...counted.missing, ...stops], votes, dropped };
}

async function verifiedVotes(db: Queryable, of: Of): Promise<Pick<Recount, 'votes' | 'dropped'>> {
  const { incidentId } = of;
  const rows = await readStandingVotes(db, of);
  const [first] = rows;
  if (first === undefined) return { votes: [], dropped: [] };
  const jtis = rows.map(({ jti }) => jti);
  const commands = await readSignedCommands(db, { incidentId, evidenceKind: 'vote', jtis });
  const revoked = [...commands.values()].some((each) => 'revokedAt' in each);
  const decidedAt = revoked ? await decisionTime(db, of) : undefined;
  const makers = new Map((await makersOf(db, of)).map(({ person, seq }) => [person, seq]));
  const standIns = await standInsSince(db, first.openedAt);
  const votes: Recount['votes'] = [];
  const dropped: Recount['dropped'] = [];
  for (const { openedAt, ...row } of rows) {
    const opened = { standIns, openedAt: openedAt.toISOString(), decidedAt };
    const command = commands.get(row.jti);
    const verdict = judge({ row, of, command, makers, earlier: votes, ...opened });
    if ('flaw' in verdict) dropped.push({ person: row.person, flaw: verdict.flaw });
    else votes.push(verdict);
  }
  return { votes, dropped };
}

type Judging = {
  row: Omit<VoteRow, 'openedAt'>;
  of: Of;
  command: Verdict | undefined;
  makers: ReadonlyMap<string, number>;
  standIns: readonly StandIn[];
  openedAt: string;
  decidedAt: string | undefined;
  earlier: readonly CountedVote[];
};

function judge(given: Judging): Recount['votes'][number] | FlawedCommand {
  const { row, of, command, decidedAt } = given;
  if (command === undefined) return { flaw: 'there is no signed command behind it' };
  if ('flaw' in command) return command;
  const { envelope, roles, revokedAt } = command;
  const body = envelope.body as Partial<Record<string, unknown>>;
  const { gate, opening, decision, reason } = body;
  const same =
    envelope.kind === 'decide' &&
    envelope.iss === row.person &&
    gate === of.gateId &&
    opening === of.opening &&
    decision === row.decision;
  if (!same) return { flaw: 'the row says something else than the signed text' };
  if (envelope.subject !== of.subject) return { flaw: 'signed on another digest' };
  if (revokedAt !== undefined && (decidedAt === undefined || revokedAt <= decidedAt)) {
    return { flaw: 'its key was revoked while the gate was open' };
  }
  const flaw = sideFlaw(given, command);
  if (flaw !== undefined) return { flaw };
  const said = typeof reason === 'string' ? { reason } : {};
  return { person: row.person, roles, decision: row.decision, ...said };
}

/** Nobody votes on what they made, nor for the 2nd time; who stands in for whom is one person. */
function sideFlaw(given: Judging, command: SignedCommand): string | undefined {
  const { row, makers, standIns, openedAt, earlier } = given;
  const { person } = row;
  const { seq, acceptedAt } = command;
  const tied = tiedTo(standIns, { person, openedAt, at: acceptedAt });
  const made = (maker: string) => (makers.get(maker) ?? Infinity) < seq;
  if (made(person)) return 'by somebody who made it';
  if (tied.some(made)) return 'by a stand-in of somebody who made it, or the other way round';
  const has = (voter: string) => earlier.some((vote) => vote.person === voter);
  return tied.some(has) ? 'the other side of a stand-in has voted before' : undefined;
}

/** Whose votes the chain has accepted for this opening and no table has any more. */
async function lostVoters(
  db: Queryable,
  { incidentId, gateId, opening }: GateOpening,
): Promise<string[]> {
  const { rows } = await db.query<{ person: string }>(
    `SELECT DISTINCT actor AS person FROM evidence e
     WHERE chain = $1 AND kind = 'vote' AND entry::jsonb #>> '{body,gate}' = $2
       AND (entry::jsonb #>> '{body,opening}')::int = $3 AND NOT EXISTS (SELECT FROM votes v
         WHERE v.incident_id = $1 AND v.jti = e.entry::jsonb #>> '{body,jti}')
     ORDER BY 1`,
    [incidentId, gateId, opening],
  );
  return rows.map(({ person }) => person);
}

/** When an opening was decided, by evidence; undefined while it is open. */
async function decisionTime(db: Queryable, of: Of): Promise<string | undefined> {
  const { incidentId, gateId, opening } = of;
  const { rows } = await db.query<{ at: Date }>(
    `SELECT at FROM evidence WHERE chain = $1 AND kind IN ('gate-passed', 'gate-rejected')
       AND entry::jsonb #>> '{body,gate}' = $2 AND entry::jsonb #>> '{body,opening}' = $3::text
     ORDER BY seq LIMIT 1`,
    [incidentId, gateId, opening],
  );
  return rows[0]?.at.toISOString();
}

async function verifiedReceipts(
  db: Queryable,
  { incidentId, rule }: { incidentId: string; rule: GateRule },
): Promise<CountedReceipt[]> {
  if (rule.receiptFrom === undefined) return [];
  const { rows } = await db.query<{ person: string; digest: string; jti: string }>(
    'SELECT person_id AS person, digest, jti FROM dossier_receipts WHERE incident_id = $1',
    [incidentId],
  );
  const jtis = rows.map(({ jti }) => jti);
  const commands = await readSignedCommands(db, { incidentId, evidenceKind: 'receipt', jtis });
  return rows.flatMap(({ person, digest, jti }) => {
    const command = commands.get(jti);
    if (command === undefined || 'flaw' in command) return [];
    const { envelope, roles } = command;
    const same =
      envelope.kind === 'receipt' && envelope.iss === person && envelope.subject === digest;
    return same ? [{ person, roles }] : [];
  });
}
