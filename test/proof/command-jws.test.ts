import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import type { CommandEnvelope } from '../../contracts/command';
import { commandBytesMax } from '../../contracts/message-limits';
import { decodeCommand, signCommand, verifySignature } from '../../proof/command-jws';
import { kidOf } from '../../proof/key-id';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const kid = kidOf(publicKey);

const envelope: CommandEnvelope = {
  iss: 'ada',
  kind: 'decide',
  incident: 'INC-2026-0001',
  subject: 'ab'.repeat(32),
  body: {
    ...{ gate: 'plan', opening: 1, decision: 'approve' },
    evidenceHead: { seq: 44, hash: 'cd'.repeat(32) },
  },
  iat: 1_800_000_000,
  exp: 1_800_003_600,
  jti: 'q83vEjRWeJASNFZ4kBI0Vg',
};
const header = { alg: 'EdDSA', kid, typ: 'makewhole+jws' };

const encode = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** Signs any two texts as they stand: what a hostile hand would do. */
function signed(headerText: string | Buffer, payloadText: string | Buffer): string {
  const input = `${encode(headerText)}.${encode(payloadText)}`;
  return `${input}.${sign(null, Buffer.from(input), privateKey).toString('base64url')}`;
}

const payloadText = JSON.stringify(envelope);
const headerText = JSON.stringify(header);
const withPayload = (payload: unknown) => signed(headerText, JSON.stringify(payload));
const withText = (from: string, to: string) => signed(headerText, payloadText.replace(from, to));
const good = signed(headerText, payloadText);
const [h = '', p = '', s = ''] = good.split('.');

function flawOf(jws: string): string | undefined {
  const decoded = decodeCommand(jws);
  return 'malformed' in decoded ? decoded.malformed : undefined;
}

describe('a command as compact JWS', () => {
  it('is read back as it was signed, and its signature holds for that key only', () => {
    const decoded = decodeCommand(signCommand(envelope, privateKey));
    if ('malformed' in decoded) throw new Error(decoded.malformed);
    expect(decoded.envelope).toEqual(envelope);
    expect(decoded.header).toEqual(header);
    expect(verifySignature(decoded, publicPem)).toBe(true);
    const stranger = generateKeyPairSync('ed25519').publicKey;
    const strangerPem = stranger.export({ type: 'spki', format: 'pem' }).toString();
    expect(verifySignature(decoded, strangerPem)).toBe(false);
  });

  it('is read whatever the order of its members and its white space', () => {
    const turned = Object.fromEntries(Object.entries(envelope).reverse());
    const decoded = decodeCommand(signed(` ${headerText}\n`, JSON.stringify(turned, null, 4)));
    expect(decoded).toMatchObject({ envelope });
  });

  it.each([
    [
      'algorithm none',
      signed(JSON.stringify({ ...header, alg: 'none' }), payloadText),
      'header: alg',
    ],
    [
      'algorithm HS256',
      signed(JSON.stringify({ ...header, alg: 'HS256' }), payloadText),
      'header: alg',
    ],
    [
      'algorithm Ed25519',
      signed(JSON.stringify({ ...header, alg: 'Ed25519' }), payloadText),
      'header: alg',
    ],
    ['another type', signed(JSON.stringify({ ...header, typ: 'JWT' }), payloadText), 'header: typ'],
    ['no type', signed(JSON.stringify({ alg: 'EdDSA', kid }), payloadText), 'header: typ'],
    [
      'a key of its own',
      signed(JSON.stringify({ ...header, jwk: {} }), payloadText),
      'header: Unrecognized key: "jwk"',
    ],
    [
      'a critical extension',
      signed(JSON.stringify({ ...header, crit: ['b64'] }), payloadText),
      'header: Unrecognized',
    ],
    [
      'a repeated header member',
      signed(headerText.replace('{', '{"alg":"none",'), payloadText),
      'header: repeated member "alg"',
    ],
    ['a repeated member', withText('{', '{"iss":"eve",'), 'payload: repeated member "iss"'],
    [
      'a repeated member in disguise',
      withText('{', '{"\\u0069ss":"eve",'),
      'payload: repeated member "iss"',
    ],
    [
      'a repeated member deep inside',
      withText('"opening":1', '"opening":1,"opening":2'),
      'payload: repeated member "opening"',
    ],
    [
      'an unknown member',
      withPayload({ ...envelope, role: 'legal' }),
      'payload: Unrecognized key: "role"',
    ],
    [
      'an unknown member of the body',
      withPayload({ ...envelope, body: { ...(envelope.body as object), role: 'legal' } }),
      'payload: body: Unrecognized key: "role"',
    ],
    [
      'a member called __proto__',
      withText('{', '{"__proto__":{"iss":"eve"},'),
      'payload: a member of the name "__proto__"',
    ],
    ['a missing member', withPayload({ ...envelope, jti: undefined }), 'payload: jti'],
    ['an unknown kind', withPayload({ ...envelope, kind: 'pay' }), 'payload: kind'],
    [
      'the body of another kind',
      withPayload({ ...envelope, kind: 'take' }),
      'payload: body: Unrecognized keys',
    ],
    ['a fraction of a second', withPayload({ ...envelope, iat: 1.5 }), 'payload: iat'],
    ['a short jti', withPayload({ ...envelope, jti: 'abc' }), 'payload: jti'],
    [
      'a subject in capitals',
      withPayload({ ...envelope, subject: 'AB'.repeat(32) }),
      'payload: subject',
    ],
    ['half a surrogate pair', withText('"plan"', '"plan\\ud800"'), 'payload: $.body.gate'],
    ['U+0000', withText('"plan"', '"plan\\u0000"'), 'payload: $.body.gate'],
    [
      'a number beyond all numbers',
      withText('"opening":1', '"opening":1e999'),
      'payload: $.body.opening',
    ],
    ['a comment', withText('{', '{/* */'), 'payload: not JSON'],
    ['a byte order mark', signed(headerText, `\ufeff${payloadText}`), 'payload: not JSON'],
    [
      'broken UTF-8',
      signed(headerText, Buffer.from(payloadText.replace('ada', 'a\xff'), 'latin1')),
      'payload: not UTF-8',
    ],
    ['a list', withPayload([envelope]), 'payload: Invalid input'],
    ['null', withPayload(null), 'payload: Invalid input'],
    ['padding', `${h}.${p}.${s}==`, 'signature'],
    ['padding in the payload', `${h}.${p}=.${s}`, 'payload: not base64url'],
    ['plain base64', `${h}.${p}.${Buffer.from(s, 'base64url').toString('base64')}`, 'signature'],
    ['white space around it', ` ${good}\n`, 'header: not base64url'],
    ['a signature cut by a byte', `${h}.${p}.${s.slice(0, -2)}`, 'signature'],
    ['no signature', `${h}.${p}.`, 'signature'],
    ['two parts', `${h}.${p}`, 'expected a compact JWS of 3 parts, found 2'],
    ['four parts', `${good}.${s}`, 'expected a compact JWS of 3 parts, found 4'],
    ['nothing at all', '', 'expected a compact JWS of 3 parts, found 1'],
  ])('is malformed with %s', (_, jws, flaw) => {
    expect(flawOf(jws)).toContain(flaw);
  });

  it('is malformed when a bit beyond the last byte is set', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    // 64 bytes leave 4 idle bits in the last character: 16 spellings, one of them ours.
    const last = alphabet.indexOf(s.slice(-1));
    expect(flawOf(`${h}.${p}.${s.slice(0, -1)}${alphabet.charAt(last + 1)}`)).toContain(
      'signature',
    );
  });

  it('may weigh 16,384 bytes and not one more', () => {
    const padded = (length: number) => `${h}.${p}.${'A'.repeat(length - h.length - p.length - 2)}`;
    expect(flawOf(padded(commandBytesMax))).toContain('signature: expected 64 bytes');
    expect(flawOf(padded(commandBytesMax + 1))).toBe('expected at most 16384 bytes, found 16385');
  });

  it('does not hold over a single changed byte of header or payload', () => {
    const decoded = decodeCommand(good);
    if ('malformed' in decoded) throw new Error(decoded.malformed);
    for (let index = 0; index < decoded.signingInput.length; index += 1) {
      const { signingInput } = decoded;
      const other = signingInput[index] === 'A' ? 'B' : 'A';
      const mutated = signingInput.slice(0, index) + other + signingInput.slice(index + 1);
      expect(verifySignature({ ...decoded, signingInput: mutated }, publicPem)).toBe(false);
    }
  });

  it('holds for no key but an Ed25519 one', () => {
    const decoded = decodeCommand(good);
    if ('malformed' in decoded) throw new Error(decoded.malformed);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
    expect(verifySignature(decoded, rsa.export({ type: 'spki', format: 'pem' }).toString())).toBe(
      false,
    );
  });
});

describe('the id of a key', () => {
  it('is the thumbprint of RFC 8037 appendix A.3, from the private and the public half', () => {
    const x = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo';
    const d = 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A';
    const jwk = { kty: 'OKP', crv: 'Ed25519', x };

    const halves: KeyObject[] = [
      createPublicKey({ key: jwk, format: 'jwk' }),
      createPrivateKey({ key: { ...jwk, d }, format: 'jwk' }),
    ];
    expect(halves.map(kidOf)).toEqual(
      halves.map(() => 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'),
    );
  });
});
