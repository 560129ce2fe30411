import type { GateOpening } from '../../activities/ports/gates';
import type { Queryable } from './pool';
import { readSignedCommands } from './signed-commands';

/** A vote as its row has it. */
export type VoteRow = {
  person: string;
  decision: 'approve' | 'reject';
  jti: string;
  openedAt: Date;
};

type Found = VoteRow & { withdrawn: boolean; withdrawals: string[] };

/**
 * SQL: whether vote `v` has not been withdrawn, by the chain alone, from which nobody takes an
 * entry away. A withdrawal that cannot be read counts too: it lets nothing pass.
 */
export const voteStands = `NOT EXISTS (SELECT FROM evidence withdrawn
  WHERE withdrawn.chain = v.incident_id AND withdrawn.kind = 'vote-withdrawn'
    AND withdrawn.entry::jsonb #>> '{body,vote}' = v.jti)`;

/**
 * The votes of an opening that stand, in the order of their acceptance.
 *
 * Method: whatever the chain calls a withdrawal takes an approval back. A rejection is taken back
 * only by a withdrawal that its voter has signed, with a key not known as compromised, for this
 * opening: so that no entry, and no stolen key, lets anything pass.
 */
export async function readStandingVotes(
  db: Queryable,
  { incidentId, gateId, opening }: GateOpening,
): Promise<VoteRow[]> {
  const { rows } = await db.query<Found>(
    `SELECT v.person_id AS person, v.decision, v.jti, g.opened_at AS "openedAt",
       NOT ${voteStands} AS withdrawn,
       ARRAY(SELECT w.body ->> 'jti' FROM (SELECT DISTINCT ON (entry::jsonb #> '{body,jti}')
           entry::jsonb -> 'body' AS body FROM evidence
           WHERE chain = v.incident_id AND kind = 'vote-withdrawn'
           ORDER BY entry::jsonb #> '{body,jti}', seq) w
         WHERE w.body ->> 'vote' = v.jti) AS withdrawals
     FROM votes v JOIN gates g USING (incident_id, gate_id, opening)
     WHERE v.incident_id = $1 AND v.gate_id = $2 AND v.opening = $3
     ORDER BY v.accepted_at, v.jti`,
    [incidentId, gateId, opening],
  );
  const jtis = rows.flatMap(({ decision, withdrawals }) =>
    decision === 'reject' ? withdrawals : [],
  );
  const evidenceKind = 'vote-withdrawn';
  const commands = await readSignedCommands(db, { incidentId, evidenceKind, jtis });
  const isSigned = (jti: string, voter: string): boolean => {
    const command = commands.get(jti);
    if (command === undefined || 'flaw' in command) return false;
    const { kind, iss, body } = command.envelope;
    const at = body as Partial<Record<string, unknown>>;
    const same = at['gate'] === gateId && at['opening'] === opening;
    return same && kind === 'withdraw-vote' && iss === voter;
  };
  return rows.filter(({ decision, person, withdrawn, withdrawals }) => {
    if (decision === 'approve') return !withdrawn;
    return !withdrawals.some((jti) => isSigned(jti, person));
  });
}
