import { firstRefusal, type Refusal } from '../../domain/command-refusal';
import { decodeCommand } from '../../proof/command-jws';
import { signingFacts, unsignedRefusal } from './command-facts';
import { incidentOf, lookFor, seenBy } from './command-looks';
import { onFile } from './command-turn';
import type { Queryable } from './pool';
import { Trips } from './trips';

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
  const { signer, incident } = await onFile(new Trips(tx), { desk, decoded });
  const signing = signingFacts({ decoded, signer, at });
  if (signer === undefined) return unsignedRefusal(signing);
  const facts = { ...signing, incident: incidentOf({ incident, decoded }) };
  const look = lookFor(decoded, given);
  return (
    firstRefusal(facts) ?? (await seenBy(tx, { decoded, desk, at, look, signer, facts })).refusal
  );
}
