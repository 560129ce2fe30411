import { firstRefusal, type Refusal } from '../../domain/command-refusal';
import { decodeCommand } from '../../proof/command-jws';
import { readSigners, signingFacts, unsignedRefusal } from './command-facts';
import { incidentOf, lookFor, seenBy } from './command-looks';
import type { Queryable } from './pool';

/**
 * Why a command would be refused, by what stands in the tables now.
 *
 * Ensures: nothing is kept of it; sent later, it is checked as if nobody had asked.
 */
export async function foresee(
  tx: Queryable,
  given: { desk: string; jws: string; at: string },
): Promise<Refusal | undefined> {
  const { desk, jws, at } = given;
  await tx.query('SET TRANSACTION READ ONLY');
  const decoded = decodeCommand(jws);
  if (!('envelope' in decoded)) return { code: 'MALFORMED', message: decoded.malformed };
  const { envelope, header } = decoded;
  const signer = (await readSigners(tx, [header.kid])).get(header.kid);
  const signing = signingFacts({ decoded, signer, at });
  if (signer === undefined) return unsignedRefusal(signing);
  const facts = { ...signing, incident: await incidentOf(tx, { envelope, desk }) };
  const look = lookFor(decoded, given);
  return (
    firstRefusal(facts) ?? (await seenBy(tx, { decoded, desk, at, look, signer, facts })).refusal
  );
}
