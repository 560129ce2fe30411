import type { OpeningPack } from '../../../activities/ports/command-inbox';
import { commandBodies, type CommandBody } from '../../../contracts/command';
import { appendEvidence } from '../evidence';
import type { Queryable } from '../pool';
import { beginRun } from '../runs';
import type { Look, VerifiedCommand } from './verified-command';

/**
 * The opening of an incident: its row with the pack as it stands now, and when it was first known.
 *
 * Order: the caller holds the registry's lock, so that no two openings take the same number.
 */
export const lookAtOpen =
  ({ pack, digest }: OpeningPack): Look =>
  async (tx, command) => {
    const body = commandBodies.open.parse(command.body);
    if (body.pack !== pack.name) {
      const message = `expected pack ${pack.name}, the command names ${body.pack}`;
      return { facts: { found: { code: 'NOT_FOUND', message } } };
    }
    const { rows } = await tx.query<{ number: number }>(
      'SELECT coalesce(max(number), 0)::int + 1 AS number FROM incidents',
    );
    const number = rows[0]?.number ?? 1;
    const year = command.at.slice(0, 4);
    const incident = `INC-${year}-${String(number).padStart(4, '0')}`;
    const { deals, drill } = body;
    return {
      facts: {},
      effect: {
        evidence: { kind: 'opened', body: { deals, drill, pack: body.pack, packDigest: digest } },
        result: { incident },
        async write(db) {
          await insertIncident(db, { command, body, incident, number, opening: { pack, digest } });
          const { jti, at } = command;
          await beginRun(db, { incidentId: incident, run: 1, jti, at });
          await witnessFirstKnown(db, { command, body, incident });
        },
      },
    };
  };

type Opened = { command: VerifiedCommand; body: CommandBody<'open'>; incident: string };

async function insertIncident(
  db: Queryable,
  given: Opened & { number: number; opening: OpeningPack },
): Promise<void> {
  const { command, body, incident, number, opening } = given;
  const { summary, deals, firstKnownAt, reportedBy, estimate, assumptions, drill } = body;
  await db.query(
    `INSERT INTO incidents (incident_id, number, summary, drill, pack, pack_digest, pack_snapshot,
       opened_by, opened_at, first_known_at, reported_by, reported_deals, estimate, assumptions,
       stage_since)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $9)`,
    [
      incident,
      number,
      summary,
      drill,
      body.pack,
      opening.digest,
      JSON.stringify(opening.pack),
      command.person.id,
      command.at,
      firstKnownAt,
      reportedBy,
      deals,
      JSON.stringify(estimate),
      assumptions,
    ],
  );
}

/** Through whom it became known can be a person's name: evidence says that it is on file. */
async function witnessFirstKnown(
  db: Queryable,
  { command, body, incident }: Opened,
): Promise<void> {
  const { firstKnownAt, reportedBy } = body;
  if (firstKnownAt === undefined && reportedBy === undefined) return;
  await appendEvidence(db, {
    chain: incident,
    at: command.at,
    actor: command.person.id,
    kind: 'first-known',
    body: {
      firstKnownAt: firstKnownAt ?? command.at,
      reporterOnFile: reportedBy !== undefined,
    },
  });
}
