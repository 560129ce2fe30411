import type { GateOpening } from '../../activities/ports/gates';
import { gateRuleFor, type GateRule } from '../../domain/gate-rule';
import { tally, type CountedReceipt, type CountedVote, type Tally } from '../../domain/gate-tally';
import { makersOf } from './makers';
import type { Queryable } from './pool';
import { readSignedCommands, type FlawedCommand, type SignedCommand } from './signed-commands';

/** How an opening stands by its signed votes alone. */
export type Recount = Tally & {
  votes: (CountedVote & { reason?: string })[];
  /** Stored votes that count for nothing, and why. */
  dropped: { person: string; flaw: string }[];
};

type VoteRow = { person: string; decision: 'approve' | 'reject'; jti: string };
type Verdict = SignedCommand | FlawedCommand;
type Of = GateOpening & { subject: string };

/**
 * Counts the votes of one opening on one subject from their signed texts.
 *
 * Method: the rule comes from the code; votes, receipts and makers are read from commands and
 * evidence. Stored states, counts and roles are not believed.
 */
export async function recount(db: Queryable, of: Of): Promise<Recount> {
  const rule = gateRuleFor(of.gateId);
  if (rule === undefined) {
    return { state: 'open', missing: [`a rule for gate ${of.gateId}`], votes: [], dropped: [] };
  }
  const { votes, dropped } = await verifiedVotes(db, of);
  const receipts = await verifiedReceipts(db, { incidentId: of.incidentId, rule });
  // Whoever was a maker when voting has been dropped; later makers leave earlier votes alone.
  const counted = tally({ rule, votes, receipts, makers: [] });
  return { ...counted, votes, dropped };
}

async function verifiedVotes(db: Queryable, of: Of): Promise<Pick<Recount, 'votes' | 'dropped'>> {
  const { incidentId, gateId, opening } = of;
  const { rows } = await db.query<VoteRow>(
    `SELECT person_id AS person, decision, jti FROM votes
     WHERE incident_id = $1 AND gate_id = $2 AND opening = $3 ORDER BY accepted_at, jti`,
    [incidentId, gateId, opening],
  );
  const jtis = rows.map(({ jti }) => jti);
  const commands = await readSignedCommands(db, { incidentId, evidenceKind: 'vote', jtis });
  const makers = new Map((await makersOf(db, of)).map(({ person, seq }) => [person, seq]));
  const votes: Recount['votes'] = [];
  const dropped: Recount['dropped'] = [];
  for (const row of rows) {
    const verdict = judge({
      row,
      of,
      command: commands.get(row.jti),
      madeSince: makers.get(row.person),
    });
    if ('flaw' in verdict) dropped.push({ person: row.person, flaw: verdict.flaw });
    else votes.push(verdict);
  }
  return { votes, dropped };
}

function judge(given: {
  row: VoteRow;
  of: Of;
  command: Verdict | undefined;
  madeSince: number | undefined;
}): Recount['votes'][number] | FlawedCommand {
  const { row, of, command, madeSince } = given;
  if (command === undefined) return { flaw: 'there is no signed command behind it' };
  if ('flaw' in command) return command;
  const { envelope, roles, seq } = command;
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
  if (madeSince !== undefined && madeSince < seq) return { flaw: 'by somebody who made it' };
  const said = typeof reason === 'string' ? { reason } : {};
  return { person: row.person, roles, decision: row.decision, ...said };
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
