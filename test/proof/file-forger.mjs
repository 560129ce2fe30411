import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { readFileSync } from 'node:fs';

/** What a forger of files of evidence needs: written apart from the checker and from our code. */
export const sha256 = (content) => createHash('sha256').update(content).digest();
const sorted = (value) => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
};
/** Enough of RFC 8785 for files that hold whole numbers: written apart from the checker. */
export const canonical = (value) => JSON.stringify(sorted(value));

/** A generator of numbers below 1 that is the same for the same seed (mulberry32). */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By the key's last 32 bytes: Node 20 can hang for good where it writes many keys as JWK. */
export function keyOf(privateKey) {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const [crv, kty, x] = ['Ed25519', 'OKP', spki.subarray(-32).toString('base64url')];
  const kid = sha256(canonical({ crv, kty, x })).toString('base64url');
  return { privateKey, jwk: { crv, kty, x }, kid };
}

export const strangersKey = () => keyOf(generateKeyPairSync('ed25519').privateKey);
/** The key of the instance that sealed a sample: a drill's, which nobody uses any more. */
export const keyFrom = (path) =>
  keyOf(createPrivateKey({ key: JSON.parse(readFileSync(path, 'utf8')), format: 'jwk' }));

const encode = (value) => Buffer.from(canonical(value)).toString('base64url');
export function signed({ privateKey, kid }, { typ, payload }) {
  const input = `${encode({ alg: 'EdDSA', kid, typ })}.${encode(payload)}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}
export const payloadOf = (jws) =>
  JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());

/** The lines with a seal that fits them, by whoever has the instance's key. */
export function sealed(lines, key) {
  const body = lines.filter(({ type }) => type !== 'seal');
  const chains = {};
  for (const { type, chain, entry, hash } of body) {
    if (type === 'entry') chains[chain] = { seq: entry.seq, hash };
  }
  const text = body.map((line) => `${canonical(line)}\n`).join('');
  const { incident } = body[0];
  const sum = sha256(text).toString('hex');
  const payload = { chains, incident, lines: body.length, sha256: sum };
  const jws = signed(key, { typ: 'makewhole-export+jws', payload });
  return `${text}${canonical({ type: 'seal', jws })}\n`;
}

/** The lines of a file without its seal. */
export const linesOf = (text) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type !== 'seal');
