import { commandBodies } from '../../../contracts/command';
import type { OpenGate } from '../../../domain/command-refusal';
import type { GateRule } from '../../../domain/gate-rule';
import { tiedTo } from '../../../domain/stand-in-ties';
import { readGate, type GateRow } from '../gate-rows';
import { readRule } from '../gate-rules';
import { dealsOf, makersOf } from '../makers';
import type { Queryable } from '../pool';
import { standInsSince } from '../stand-ins';
import { standingVerdict } from '../standing-verdict';
import { voteStands } from '../standing-votes';
import { unseenHead } from './seen-head';
import type { Look, VerifiedCommand } from './verified-command';

/** A vote at a gate; what it comes to is counted elsewhere, from the signed texts. */
export const lookAtDecide: Look = async (tx, command) => {
  const { incidentId, person, jti, subject, at } = command;
  const body = commandBodies.decide.parse(command.body);
  const { gate: gateId, opening, decision, reason, evidenceHead: head } = body;
  const row = await readGate(tx, { incidentId, gateId });
  const rule = row && (await readRule(tx, { incidentId, gateId, ...row }))?.rule;
  const isOpen =
    row?.state === 'open' && !(await standingVerdict(tx, { incidentId, gateId, opening }));
  const open =
    isOpen && rule !== undefined
      ? await readOpenGate(tx, { command, gateId, row, rule })
      : undefined;
  const vote = { gate: gateId, opening, decision };
  const laid = { kind: 'gate-opened', body: { gate: gateId, opening } } as const;
  const found = open && (await unseenHead(tx, { incidentId, head, laid }));
  return {
    facts: { vote: { gateId, opening, open }, ...(found === undefined ? {} : { found }) },
    effect: {
      evidence: { kind: 'vote', body: { ...vote, subject, roles: person.roles } },
      result: vote,
      async write(db) {
        await db.query(
          `INSERT INTO votes (incident_id, gate_id, opening, person_id, jti, decision, reason,
             roles, accepted_at, round) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, count(*) + 1
           FROM votes WHERE incident_id = $1 AND gate_id = $2 AND opening = $3 AND person_id = $4`,
          [incidentId, gateId, opening, person.id, jti, decision, reason, person.roles, at],
        );
      },
    },
  };
};

async function readOpenGate(
  tx: Queryable,
  of: { command: VerifiedCommand; gateId: string; row: GateRow; rule: GateRule },
): Promise<OpenGate> {
  const { command, gateId, row, rule } = of;
  const { incidentId, person, at } = command;
  const { opening, subject } = row;
  const { rows } = await tx.query<{ person: string }>(
    // Whoever's key was revoked since has no vote any more, and may give it with another.
    `SELECT v.person_id AS person FROM votes v JOIN commands USING (jti)
       JOIN person_keys k USING (kid)
     WHERE k.revoked_at IS NULL AND v.incident_id = $1 AND gate_id = $2 AND opening = $3
       AND ${voteStands}`,
    [incidentId, gateId, opening],
  );
  const deals = await dealsOf(tx, { incidentId, gateId, subject });
  const makers = await makersOf(tx, { incidentId, gateId, subject });
  const standIns = await standInsSince(tx, row.openedAt);
  const openedAt = row.openedAt.toISOString();
  return {
    opening,
    subject,
    lapsed: row.expiresAt.getTime() <= Date.parse(at),
    rule,
    makers: [...row.makers, ...makers.map((maker) => maker.person)],
    voters: rows.map((voter) => voter.person),
    heldDeals: deals.filter((deal) => person.interests.includes(deal)),
    tied: tiedTo(standIns, { person: person.id, openedAt, at }),
  };
}
