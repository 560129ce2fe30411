import { verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json';
import { decodeCommand, verifySignature } from './command-jws';
import { digestOf, sha256Hex } from './digest';
import { nextHead, readEntry, type EvidenceContent, type StoredEntry } from './evidence-chain';
import { readPublicKey } from './key-id';
import { activeAdmins, type Registry } from './registry';
import { applyWords } from './registry-effects';
import { isPeopleKind, wordsOfCommand, type RegistryWords } from './registry-words';

/** An entry of the registry's chain, with what stands behind it where it is about a person. */
export type RegistryEntry = StoredEntry & {
  kind: string;
  /** The signed command, and the public key it names. */
  jws: string | null;
  publicKey: string | null;
};

/**
 * Adds the next entry of the chain to a registry.
 *
 * Ensures: an entry changes people, keys or roles only where an admin's command, signed with a key
 * that the entries before it gave them, says just that, by two admins where there were two; or
 * where it is the first admin's, or signed by the installation's own key. Any other is named in
 * `flaws` and changes nothing: who can write to the database cannot make anybody.
 */
export function addEntry(registry: Registry, entry: RegistryEntry): void {
  if (registry.broken !== undefined) return;
  const next = nextHead(registry.head, entry);
  if ('what' in next) {
    registry.broken = next;
    return;
  }
  registry.head = next;
  if (entry.kind !== 'person') return;
  const content = readEntry(entry.entry);
  const flaw = typeof content === 'string' ? content : takeIn(registry, { entry, content });
  if (flaw !== undefined) registry.flaws.push({ seq: entry.seq, what: flaw });
}

type Told = { entry: RegistryEntry; content: EvidenceContent };

/** Carries out what an entry says, or says why it is not believed. */
function takeIn(registry: Registry, told: Told): string | undefined {
  const { content } = told;
  const { body, seq, at } = content;
  if (body['did'] === 'first-admin') {
    if (registry.people.size > 0) return 'a first admin is made only once';
  } else {
    const flaw =
      body['did'] === 'break-glass' ? breakGlassFlaw(registry, told) : commandFlaw(registry, told);
    if (flaw !== undefined) return flaw;
  }
  return applyWords(registry, { words: body, seq, at });
}

const seal = z.looseObject({ jti: z.string(), jwsDigest: z.string(), kid: z.string() });

/** Why an entry is not what somebody entitled signed; undefined where it is. */
function commandFlaw(registry: Registry, { entry, content }: Told): string | undefined {
  const sealed = seal.safeParse(content.body);
  if (!sealed.success || entry.jws === null) return 'there is no signed command behind it';
  const { jti, jwsDigest, kid, ...words } = sealed.data;
  const decoded = decodeCommand(entry.jws);
  if ('malformed' in decoded) return 'the command behind it cannot be read';
  const { envelope, header } = decoded;
  const same = sha256Hex(entry.jws) === jwsDigest && envelope.jti === jti && header.kid === kid;
  if (!same || envelope.iss !== content.actor) return 'the command behind it is another one';
  if (registry.used.has(jti)) return 'its command was carried out before';
  if (envelope.incident !== 'registry') return `it was signed for ${envelope.incident}`;
  const time = Date.parse(content.at) / 1000;
  if (envelope.exp <= time || envelope.iat > time + 60) return 'its command was not valid then';
  const pem = entry.publicKey;
  const entitled = signerFlaw(registry, { kid, person: envelope.iss });
  if (entitled !== undefined) return entitled;
  if (pem === null || readPublicKey(pem).kid !== kid) return 'its key is not on file';
  if (!verifySignature(decoded, pem)) return 'the signature behind it does not hold';
  if (!isPeopleKind(envelope.kind)) return 'the command behind it is not about people';
  const said = wordsOfCommand(envelope.kind, envelope.body);
  if (said === undefined) return 'the command behind it says nothing';
  const { kind, body } = envelope;
  const flaw = wordsFlaw(registry, {
    ...{ words, said, by: envelope.iss, jti, at: content.at },
    bodyDigest: digestOf({ kind, body }),
  });
  if (flaw === undefined) registry.used.add(jti);
  return flaw;
}

function signerFlaw(
  registry: Registry,
  { kid, person }: { kid: string; person: string },
): string | undefined {
  const key = registry.keys.get(kid);
  if (key?.person !== person) return `its key was not ${person}'s`;
  if (key.revokedAt !== undefined || key.endedAt !== undefined) return 'its key was over by then';
  return activeAdmins(registry).includes(person) ? undefined : `${person} was no admin`;
}

type Said = {
  /** What the entry says. */
  words: RegistryWords;
  /** What its command says. */
  said: RegistryWords;
  by: string;
  jti: string;
  at: string;
  bodyDigest: string;
};

/** Why the entry says something else than its command, or more than one admin may do. */
function wordsFlaw(registry: Registry, given: Said): string | undefined {
  const { words, said, by, jti, at, bodyDigest } = given;
  if (words['did'] === 'asked') {
    if (words['bodyDigest'] !== bodyDigest) return 'it asks for something else than was signed';
    const waitsUntil = String(words['waitsUntil']);
    registry.asked.set(jti, { person: by, bodyDigest, waitsUntil });
    return undefined;
  }
  const { confirms, ...rest } = words;
  if (canonicalJson(rest) !== canonicalJson(said)) return 'it says something else than was signed';
  if (!needsSecond(registry, { said, by })) return undefined;
  const asked = registry.asked.get(String(confirms));
  const first = asked !== undefined && asked.person !== by && asked.bodyDigest === bodyDigest;
  if (!first || Date.parse(asked.waitsUntil) <= Date.parse(at)) return 'one admin signed it alone';
  if (!activeAdmins(registry).includes(asked.person)) return 'its first admin is none any more';
  registry.asked.delete(String(confirms));
  return undefined;
}

/**
 * Whether a change takes two admins. Taking power away from somebody who is no admin takes one: it
 * must work at once.
 */
export function needsSecond(
  registry: Registry,
  { said, by }: { said: RegistryWords; by: string },
): boolean {
  const others = activeAdmins(registry).filter((admin) => admin !== by);
  if (others.length === 0) return false;
  const takesAway = said['did'] === 'revoked' || said['did'] === 'key-revoked';
  const isAdmin = registry.people.get(String(said['id']))?.roles.includes('admin') === true;
  return !takesAway || isAdmin;
}

const glass = z.looseObject({
  id: z.string(),
  key: z.string(),
  reasonDigest: z.string(),
  instrument: z.string(),
  signedBy: z.string(),
});

/** Why a break-glass is not believed: the installation's own key has not signed it for here. */
function breakGlassFlaw(registry: Registry, { entry, content }: Told): string | undefined {
  const parsed = glass.safeParse(content.body);
  if (!parsed.success) return 'nobody has signed it';
  const { id, key, reasonDigest, instrument, signedBy } = parsed.data;
  const [header = '', payload = '', signature = ''] = instrument.split('.');
  const signer = readPublicKey(signedBy);
  if (signer.kid !== registry.instanceKey) {
    return "it is not signed with this installation's key";
  }
  const input = Buffer.from(`${header}.${payload}`, 'ascii');
  const holds = verify(null, input, signer.key, Buffer.from(signature, 'base64url'));
  const wanted = breakGlassPayload({ id, key, reasonDigest, after: entry.prevHash });
  const same = Buffer.from(payload, 'base64url').toString('utf8') === canonicalJson(wanted);
  return holds && same ? undefined : 'the signature of the installation is not of this';
}

/** What the installation's key signs: who, with which key, and after which entry. */
export function breakGlassPayload(of: {
  id: string;
  key: string;
  reasonDigest: string;
  after: string;
}): Record<string, unknown> {
  return { act: 'break-glass', ...of };
}
