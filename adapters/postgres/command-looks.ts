import type { OpeningPack } from '../../activities/ports/command-inbox';
import { firstRefusal, type CommandFacts } from '../../domain/command-refusal';
import { outlivesClosing, rolesFor } from '../../domain/command-roles';
import type { DecodedCommand } from '../../proof/command-jws';
import type { Signer } from './command-facts';
import type { Turn } from './command-turn';
import { elsewhere, looks } from './commands/known-kinds';
import { lookAtOpen } from './commands/open';
import { registryLooks } from './commands/people';
import { lookAtResume } from './commands/resume';
import type { Look } from './commands/verified-command';
import type { Queryable } from './pool';

const registry = 'registry';

/** The desk a command came to, and by which door. */
export type Entrance = { desk: string; opening?: OpeningPack; resuming?: true };

/** What looks at a command: the registry's desk understands `open` and what is about people. */
export function lookFor({ envelope }: DecodedCommand, { desk, opening, resuming }: Entrance): Look {
  if (resuming) return envelope.kind === 'resume' ? lookAtResume : elsewhere;
  if (desk !== registry) return looks[envelope.kind];
  if (envelope.kind === 'open' && opening !== undefined) return lookAtOpen(opening);
  return registryLooks[envelope.kind] ?? elsewhere;
}

/** The incident a command names; to one that outlives its closing it is not closed. */
export function incidentOf(of: Pick<Turn, 'incident'> & { decoded: DecodedCommand }) {
  const { incident, decoded } = of;
  return { ...incident, closed: incident.closed && !outlivesClosing(decoded.envelope.kind) };
}

type Looking = {
  decoded: DecodedCommand;
  desk: string;
  at: string;
  look: Look;
  signer: Signer;
  facts: CommandFacts;
};

/** What the kind itself finds: why the command is refused, or the effect it would have. */
export async function seenBy(tx: Queryable, { decoded, desk, at, look, signer, facts }: Looking) {
  const { kind, jti, subject, body } = decoded.envelope;
  const command = { incidentId: desk, kind, person: signer.person, jti, subject, body, at };
  const rolesAllowed = rolesFor(kind);
  const seen = await look(tx, command);
  const all = { ...facts, ...(rolesAllowed === undefined ? {} : { rolesAllowed }), ...seen.facts };
  return { command, effect: seen.effect, refusal: firstRefusal(all) };
}
