import { z } from 'zod';
import { activeAdmins, type Registry, type RegistryPerson } from './registry';
import type { RegistryWords } from './registry-words';

type Told = { words: RegistryWords; seq: number; at: string };
type Apply = (registry: Registry, told: Told) => string | undefined;

/**
 * Carries out what a believed entry says. Gives why it cannot be, and then nothing has changed.
 */
export function applyWords(registry: Registry, told: Told): string | undefined {
  const apply = effects[String(told.words['did'])];
  if (apply === undefined) return `it says ${String(told.words['did'])}, which means nothing`;
  return apply(registry, told);
}

const person = z.looseObject({
  id: z.string(),
  roles: z.array(z.string()),
  interests: z.array(z.string()),
  key: z.string(),
  timeZone: z.string().optional(),
  calendar: z.string().optional(),
  instanceKey: z.string().optional(),
});

const enrol: Apply = (registry, { words, seq, at }) => {
  const read = person.safeParse(words);
  if (!read.success) return 'it does not say whom it enrols';
  const { id, roles, interests, key, timeZone = null, calendar = null } = read.data;
  const flaw = addKey(registry, { id, key, seq, at });
  if (flaw !== undefined) return flaw;
  const held = registry.people.get(id)?.held ?? [];
  registry.people.set(id, {
    ...{ roles, interests, timeZone, calendar, seq },
    held: [...held, { from: at, roles }],
  });
  return undefined;
};

function addKey(
  { keys }: Registry,
  { id, key, seq, at }: { id: string; key: string; seq: number; at: string },
): string | undefined {
  const known = keys.get(key);
  if (known === undefined) {
    keys.set(key, { person: id, validFrom: at, compromised: false, seq });
    return undefined;
  }
  return known.person === id ? undefined : `key ${key} is ${known.person}'s`;
}

const change: Apply = (registry, { words, seq, at }) => {
  const known = registry.people.get(String(words['id']));
  if (known === undefined) return `nobody is enrolled as ${String(words['id'])}`;
  const read = person.partial().safeParse(words);
  if (!read.success) return 'it does not say what changes';
  const { roles = known.roles, interests = known.interests } = read.data;
  const { timeZone = known.timeZone, calendar = known.calendar } = read.data;
  const held = roles === known.roles ? known.held : [...known.held, { from: at, roles }];
  const now: RegistryPerson = { ...known, roles, interests, timeZone, calendar, held, seq };
  registry.people.set(String(words['id']), now);
  return undefined;
};

const furtherKey: Apply = (registry, { words, seq, at }) => {
  const { id, key, ends } = words;
  const flaw = addKey(registry, { id: String(id), key: String(key), seq, at });
  if (flaw !== undefined) return flaw;
  const ended = registry.keys.get(String(ends));
  if (ended !== undefined && ended.person === id) ended.endedAt ??= at;
  return undefined;
};

const revokeKey: Apply = (registry, { words, seq, at }) => {
  const key = registry.keys.get(String(words['key']));
  if (key === undefined || key.person !== words['id']) {
    return `key ${String(words['key'])} is not theirs`;
  }
  const compromised = key.compromised || words['compromised'] === true;
  Object.assign(key, { revokedAt: key.revokedAt ?? at, compromised, seq });
  return undefined;
};

const revoke: Apply = (registry, { words, seq, at }) => {
  const id = String(words['id']);
  const known = registry.people.get(id);
  if (known === undefined) return `nobody is enrolled as ${id}`;
  registry.people.set(id, { ...known, revokedAt: known.revokedAt ?? at, seq });
  for (const [kid, key] of registry.keys) {
    if (key.person === id) revokeKey(registry, { words: { ...words, key: kid }, seq, at });
  }
  return undefined;
};

const standIn = z.looseObject({
  id: z.string(),
  standIn: z.string(),
  from: z.string(),
  until: z.string(),
});

const letStandIn: Apply = (registry, { words }) => {
  const read = standIn.safeParse(words);
  if (!read.success) return 'it does not say who stands in';
  const { id, standIn: by, from, until } = read.data;
  registry.standIns.push({ person: id, standIn: by, from, until });
  return undefined;
};

/** Whoever was an admin is none any more, and one is made: nobody is left who could object. */
const breakGlass: Apply = (registry, { words, seq, at }) => {
  const id = String(words['id']);
  for (const admin of activeAdmins(registry)) {
    if (admin !== id) revoke(registry, { words: { id: admin, compromised: false }, seq, at });
  }
  for (const [key, { person: owner }] of registry.keys) {
    if (owner === id) revokeKey(registry, { words: { id, key, compromised: false }, seq, at });
  }
  return enrol(registry, { words, seq, at });
};

const firstAdmin: Apply = (registry, told) => {
  const { instanceKey } = told.words;
  if (typeof instanceKey === 'string') registry.instanceKey = instanceKey;
  return enrol(registry, told);
};

const effects: Readonly<Record<string, Apply>> = {
  'first-admin': firstAdmin,
  'break-glass': breakGlass,
  enrolled: enrol,
  changed: change,
  'key-added': furtherKey,
  'key-revoked': revokeKey,
  revoked: revoke,
  'stand-in': letStandIn,
  // Nothing is done yet: the second admin's command does it.
  asked: () => undefined,
};
