import {
  commandBodies,
  peopleKinds,
  type CommandBody,
  type PeopleKind,
} from '../contracts/command';
import { readPublicKey } from './key-id';

/** What evidence says of a change of the registry: ids, roles and key ids, never a name. */
export type RegistryWords = Record<string, unknown>;

/** Whether a kind of command changes the registry of people. */
export const isPeopleKind = (kind: string): kind is PeopleKind =>
  peopleKinds.some((each) => each === kind);

/** Names, addresses and the key's text stay in the command: evidence says that they changed. */
const told = new Set(['roles', 'interests', 'timeZone', 'calendar']);

const words: { [K in PeopleKind]: (body: CommandBody<K>) => RegistryWords } = {
  'people-add': ({ id, roles, interests, publicKey, timeZone, calendar }) => ({
    ...{ did: 'enrolled', id, roles, key: keyIdOf(publicKey), interests },
    ...{ ...(timeZone && { timeZone }), ...(calendar && { calendar }) },
  }),
  'people-change': ({ id, ...changes }) => {
    const said = Object.entries(changes).filter(([name]) => told.has(name));
    return {
      did: 'changed',
      id,
      parts: Object.keys(changes).sort(),
      ...(Object.fromEntries(said) as object),
    };
  },
  'people-add-key': ({ id, publicKey, ends }) => ({
    ...{ did: 'key-added', id, key: keyIdOf(publicKey) },
    ...(ends === undefined ? {} : { ends }),
  }),
  'people-revoke-key': ({ id, key, compromised }) => ({ did: 'key-revoked', id, key, compromised }),
  'people-revoke': ({ id, compromised }) => ({ did: 'revoked', id, compromised }),
  'people-stand-in': ({ id, standIn, from, until }) => {
    return { did: 'stand-in', id, standIn, from, until };
  },
};

/**
 * What the entry of an accepted command about people says: a function of the signed text alone, so
 * that whoever reads the chain can tell an entry that says something else than was signed.
 */
export function registryWords<K extends PeopleKind>(
  kind: K,
  body: CommandBody<K>,
): RegistryWords & { id: string } {
  return { id: body.id, ...words[kind](body) };
}

/** As `registryWords`, of a body that nobody has read yet; undefined where it is none. */
export function wordsOfCommand(kind: PeopleKind, body: unknown): RegistryWords | undefined {
  const parsed = commandBodies[kind].safeParse(body);
  if (!parsed.success) return undefined;
  try {
    return registryWords<PeopleKind>(kind, parsed.data);
  } catch {
    return undefined; // What is named as a key is none.
  }
}

/** The id of a public key in SPKI PEM. */
export const keyIdOf = (publicKeyPem: string): string => readPublicKey(publicKeyPem).kid;
