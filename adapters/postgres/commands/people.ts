import { createPublicKey } from 'node:crypto';
import {
  commandBodies,
  type CommandBody,
  type CommandKind,
  type PeopleKind,
} from '../../../contracts/command';
import type { CommandFacts } from '../../../domain/command-refusal';
import { misplaced } from '../../../policies/working-place';
import { isWeakKey } from '../../../proof/key-id';
import { registryWords } from '../../../proof/registry-words';
import { readRegistry } from '../registry';
import { peopleChanges } from './people-changes';
import { peopleObstacles } from './people-obstacles';
import { askSecondAdmin } from './second-admin';
import type { Effect, Look } from './verified-command';

function isSafe(publicKeyPem: string): boolean {
  if (!publicKeyPem.includes('BEGIN PUBLIC KEY')) return false;
  try {
    const key = createPublicKey(publicKeyPem);
    return key.asymmetricKeyType === 'ed25519' && !isWeakKey(key);
  } catch {
    return false;
  }
}

type Parts = { publicKey?: string; timeZone?: string | undefined; calendar?: string | undefined };

/** What no schema tells: a key that is none, a place that is nowhere. */
function flawOf({ publicKey, timeZone, calendar }: Parts): string | undefined {
  if (publicKey !== undefined && !isSafe(publicKey)) {
    return 'body.publicKey: expected an Ed25519 public key in SPKI PEM, of no small order';
  }
  const wrong = misplaced({ zone: timeZone, calendar });
  return wrong === undefined ? undefined : `body, ${wrong.part}: ${wrong.expected}`;
}

/** A change of the registry: carried out, or kept until a second admin signs the same. */
const look =
  <K extends PeopleKind>(kind: K, schema: { parse(given: unknown): CommandBody<K> }): Look =>
  async (tx, command) => {
    const body = schema.parse(command.body);
    const malformed = flawOf(body as Parts);
    if (malformed !== undefined) return { facts: { malformed } };
    const registry = await readRegistry(tx);
    const obstacle = await peopleObstacles[kind](tx, { body, registry });
    if (obstacle !== undefined) return { facts: { found: obstacle } };
    const said = registryWords(kind, body);
    const second = askSecondAdmin(registry, { command, said });
    if (second.kind === 'asked-before') return { facts: { found: second.found } };
    if (second.kind === 'waits') {
      const { note, result, body: asked } = second;
      const evidence = { kind: 'person', body: asked };
      return done({ evidence, note, result });
    }
    const confirmed = second.jti === undefined ? {} : { confirms: second.jti };
    return done({
      evidence: { kind: 'person', body: { ...said, ...confirmed } },
      result: { state: 'done', ...confirmed },
      write: (db) => peopleChanges[kind](db, { body, by: command.person.id, at: command.at }),
    });
  };

function done(effect: Effect): { facts: Partial<CommandFacts>; effect: Effect } {
  return { facts: {}, effect };
}

/** What the registry's own desk understands: commands about people, by admins. */
export const registryLooks: Readonly<Partial<Record<CommandKind, Look>>> = {
  'people-add': look('people-add', commandBodies['people-add']),
  'people-change': look('people-change', commandBodies['people-change']),
  'people-add-key': look('people-add-key', commandBodies['people-add-key']),
  'people-revoke-key': look('people-revoke-key', commandBodies['people-revoke-key']),
  'people-revoke': look('people-revoke', commandBodies['people-revoke']),
  'people-stand-in': look('people-stand-in', commandBodies['people-stand-in']),
};
