import type { RefusalCode } from '../../domain/command-refusal';
import { decodeCommand, type DecodedCommand } from '../../proof/command-jws';
import { signersOf, signingFacts, unsignedRefusal, type FactsRow } from './command-facts';
import { refusalEntry } from './command-inbox';
import { appendAllEvidence } from './evidence';
import { lockDecisions } from './incident-lock';
import type { Queryable } from './pool';
import { noteRefusals } from './refusal-series';

/** A row of the backlog; without a text it cannot have been a command. */
export type KeptCommand = { digest: string; jws: string | null; copies: number };
/** A row that nobody enrolled has signed. */
export type UnsignedCommand = {
  kept: KeptCommand;
  code: RefusalCode;
  decoded?: DecodedCommand | undefined;
};

/** Tells the rows apart that a known key has signed from those that anybody may have sent. */
export async function sift(
  db: Queryable,
  { rows, at }: { rows: KeptCommand[]; at: string },
): Promise<{ unsigned: UnsignedCommand[]; signed: KeptCommand[] }> {
  const unsigned: UnsignedCommand[] = [];
  const signed: KeptCommand[] = [];
  const read: { kept: KeptCommand; decoded: DecodedCommand }[] = [];
  for (const kept of rows) {
    const decoded = kept.jws === null ? undefined : decodeCommand(kept.jws);
    if (decoded !== undefined && 'envelope' in decoded) read.push({ kept, decoded });
    else unsigned.push({ kept, code: 'MALFORMED' });
  }
  const kids = new Set(read.map(({ decoded }) => decoded.header.kid));
  const { rows: facts } = await db.query<FactsRow>(
    'SELECT f.* FROM unnest($1::text[]) AS named (kid), command_facts(NULL, NULL, NULL, kid) AS f',
    [[...kids]],
  );
  const signers = await signersOf(db, facts);
  for (const { kept, decoded } of read) {
    const signer = signers.get(decoded.header.kid);
    const refusal = unsignedRefusal(signingFacts({ decoded, signer, at }));
    if (refusal === undefined) signed.push(kept);
    else unsigned.push({ kept, decoded, code: refusal.code });
  }
  return { unsigned, signed };
}

/**
 * Refuses what nobody enrolled has signed: an entry of evidence each, all in one transaction,
 * since there is nothing to decide about any of them.
 *
 * Retry: safe; a row that was taken is left alone.
 */
export async function refuseUnsigned(
  tx: Queryable,
  given: { incidentId: string; call: string; unsigned: UnsignedCommand[]; at: string },
): Promise<void> {
  const { incidentId, call, unsigned, at } = given;
  const { rows } = await tx.query<{ digest: string }>(
    `SELECT digest FROM command_inbox WHERE incident_id = $1 AND digest = ANY ($2)
       AND taken_at IS NULL ORDER BY position FOR UPDATE SKIP LOCKED`,
    [incidentId, unsigned.map(({ kept }) => kept.digest)],
  );
  const free = new Set(rows.map(({ digest }) => digest));
  const taken = unsigned.filter(({ kept }) => free.has(kept.digest));
  if (taken.length === 0) return;
  await lockDecisions(tx, incidentId);
  await tx.query(
    `UPDATE command_inbox AS kept SET taken_at = $2, taken_by = $3, code = came.code
     FROM unnest($4::text[], $5::text[]) AS came (digest, code)
     WHERE kept.incident_id = $1 AND kept.digest = came.digest`,
    [incidentId, at, call, taken.map(({ kept }) => kept.digest), taken.map(({ code }) => code)],
  );
  const byKey = new Map<string, { code: RefusalCode; count: number }>();
  for (const { kept, code, decoded } of taken) {
    if (decoded === undefined) continue;
    const { kid } = decoded.header;
    byKey.set(kid, { code, count: (byKey.get(kid)?.count ?? 0) + kept.copies });
  }
  for (const [kid, { code, count }] of [...byKey].sort()) {
    await noteRefusals(tx, { kid, chain: incidentId, at, code, count });
  }
  const entries = taken.map(({ kept: { digest, copies }, code, decoded }) =>
    refusalEntry({ at, code, digest, decoded, copies }),
  );
  await appendAllEvidence(tx, { chain: incidentId, entries });
}
