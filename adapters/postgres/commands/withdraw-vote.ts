import { commandBodies } from '../../../contracts/command';
import type { Refusal } from '../../../domain/command-refusal';
import { digestOf } from '../../../proof/digest';
import { readGate, type GateRow } from '../gate-rows';
import type { Queryable } from '../pool';
import { standingVerdict } from '../standing-verdict';
import { voteStands } from '../standing-votes';
import { unseenHead } from './seen-head';
import type { Look, VerifiedCommand } from './verified-command';

/** "I take my vote back", until the gate has passed. The vote stays on file, and so does this. */
export const lookAtWithdrawVote: Look = async (tx, command) => {
  const { incidentId, person, at } = command;
  const body = commandBodies['withdraw-vote'].parse(command.body);
  const { gate, opening, reason, evidenceHead: head } = body;
  const row = await readGate(tx, { incidentId, gateId: gate });
  const verdict = await standingVerdict(tx, { incidentId, gateId: gate, opening });
  const closed = closure({ gate, opening, row, verdict, at });
  const vote = await standingVote(tx, { command, gate, opening });
  const laid = { kind: 'gate-opened', body: { gate, opening } } as const;
  const unseen = closed ?? (await unseenHead(tx, { incidentId, head, laid }));
  const found = unseen ?? lack(vote, command);
  const current = { what: `gate ${gate}`, digest: row?.subject };
  if (found !== undefined) return { facts: { current, found } };
  const { roles } = person;
  const seal = { gate, opening, vote, subject: command.subject, roles };
  return {
    facts: { current },
    effect: {
      // The chain alone takes a vote back, so that nobody undoes it.
      evidence: { kind: 'vote-withdrawn', body: { ...seal, reasonDigest: digestOf(reason) } },
      result: { gate, opening, vote },
    },
  };
};

function closure(given: {
  gate: string;
  opening: number;
  row: GateRow | undefined;
  verdict: 'passed' | 'rejected' | undefined;
  at: string;
}): Refusal | undefined {
  const { gate, opening, row, verdict, at } = given;
  const waits = row?.state === 'open' && verdict === undefined;
  const isOpen = waits && row.expiresAt.getTime() > Date.parse(at);
  if (isOpen && row.opening === opening) return undefined;
  const state = verdict ?? row?.state ?? '';
  const found = row === undefined ? 'never opened' : `at opening ${row.opening}, ${state}`;
  const message = `gate ${gate} is ${found}: a vote is taken back only while its opening waits`;
  return { code: 'GATE_CLOSED', message };
}

async function standingVote(
  tx: Queryable,
  of: { command: VerifiedCommand; gate: string; opening: number },
): Promise<string | undefined> {
  const { command, gate, opening } = of;
  const { rows } = await tx.query<{ jti: string }>(
    `SELECT jti FROM votes v WHERE incident_id = $1 AND gate_id = $2 AND opening = $3
       AND person_id = $4 AND ${voteStands}`,
    [command.incidentId, gate, opening, command.person.id],
  );
  return rows[0]?.jti;
}

function lack(vote: string | undefined, { person }: VerifiedCommand): Refusal | undefined {
  if (vote !== undefined) return undefined;
  return { code: 'NOT_FOUND', message: `${person.id} has no vote there that could be taken back` };
}
