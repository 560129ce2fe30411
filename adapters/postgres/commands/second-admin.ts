import type { Refusal } from '../../../domain/command-refusal';
import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import { activeAdmins } from './people-obstacles';
import type { VerifiedCommand } from './verified-command';

/** How long the first admin's command waits for the second one. */
const waitHours = 24;

/** Whether a change of the registry may be carried out, and on whose earlier command. */
export type SecondAdmin =
  | { kind: 'enough'; jti?: string }
  | { kind: 'asked-before'; found: Refusal }
  | {
      kind: 'waits';
      note: string;
      result: Record<string, unknown>;
      body: Record<string, unknown>;
    };

type Waiting = { jti: string; person: string };

/** Commands of present admins that ask for exactly this and were not yet confirmed. */
async function findWaiting(
  tx: Queryable,
  given: { kind: string; bodyDigest: string; at: string },
): Promise<Waiting[]> {
  const { rows } = await tx.query<Waiting>(
    `SELECT c.jti, c.person_id AS person FROM commands c JOIN people p USING (person_id)
     WHERE c.incident_id IS NULL AND c.kind = $1 AND c.accepted
       AND 'admin' = ANY (p.roles) AND p.revoked_at IS NULL
       AND c.answer #>> '{result,bodyDigest}' = $2
       AND (c.answer #>> '{result,waitsUntil}')::timestamptz > $3
       AND NOT EXISTS (SELECT FROM commands d WHERE d.incident_id IS NULL AND d.accepted
                         AND d.answer #>> '{result,confirms}' = c.jti)
     ORDER BY c.received_at, c.jti`,
    [given.kind, given.bodyDigest, given.at],
  );
  return rows;
}

/** Finds whether this command is enough: the only admin's is, else two admins sign the same. */
export async function askSecondAdmin(
  tx: Queryable,
  { kind, body, person, at }: VerifiedCommand,
): Promise<SecondAdmin> {
  const others = (await activeAdmins(tx)).filter((admin) => admin !== person.id);
  if (others.length === 0) return { kind: 'enough' };
  const bodyDigest = digestOf({ kind, body });
  const waiting = await findWaiting(tx, { kind, bodyDigest, at });
  const partner = waiting.find((earlier) => earlier.person !== person.id);
  if (partner !== undefined) return { kind: 'enough', jti: partner.jti };
  const second = others.join(' or ');
  if (waiting.length > 0) {
    const message = `${person.id} has asked for this; it waits until ${second} signs the same`;
    return { kind: 'asked-before', found: { code: 'ALREADY_DONE', message } };
  }
  const waitsUntil = new Date(Date.parse(at) + waitHours * 3_600_000).toISOString();
  return {
    kind: 'waits',
    note: `waits for a second admin: ${second} signs the same command before ${waitsUntil}`,
    result: { state: 'waiting', bodyDigest, waitsUntil },
    body: { did: 'asked', command: kind, bodyDigest, waitsUntil },
  };
}
