import { createHmac, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Payload } from '@temporalio/common';
import { z } from 'zod';
import { readCodecConfig } from '../../scripts/codec-server/codec-config';
import { CodecKeys } from '../../workers/temporal/codec-keys';
import { payloadCodec } from '../../workers/temporal/payload-codec';
import { sourceChild, type SourceChild } from './source-child';
import { removeTempFolders, tempFolder } from './temp-folder';

const folder = tempFolder('codec');
const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ui = 'http://127.0.0.1:8080';
const jwk = { ...issuer.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' };
const jwks = join(folder, 'jwks.json');
writeFileSync(jwks, JSON.stringify({ keys: [jwk] }));
const keysFile = join(folder, 'keys');
writeFileSync(keysFile, randomBytes(32).toString('base64'));
const env = {
  MAKEWHOLE_CODEC_KEYS: keysFile,
  MAKEWHOLE_CODEC_JWKS: jwks,
  MAKEWHOLE_CODEC_ISSUER: 'https://login.example',
  MAKEWHOLE_CODEC_AUDIENCE: 'temporal',
  MAKEWHOLE_CODEC_ROLES: 'write, Admin',
  MAKEWHOLE_CODEC_ORIGIN: `${ui}/namespaces`,
};

const seconds = (from: number) => Math.floor(Date.now() / 1000) + from;
const usual = {
  iss: 'https://login.example',
  aud: 'temporal',
  sub: 'lena',
  exp: seconds(600),
  permissions: ['default:write'],
};
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(claims: object, key: KeyObject = issuer.privateKey): string {
  const text = `${part({ alg: 'ES256', kid: 'k1' })}.${part({ ...usual, ...claims })}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}
const wire = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value).toString('base64'),
    ]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
const plain = (text: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});
const secret = plain('"INC-2026-0001 pays Wilhelmina"');
const seal = async (path: string, payload: Payload) =>
  wire((await payloadCodec(new CodecKeys(path)).encode([payload]))[0]!);

let server: SourceChild;
let url: string;
beforeAll(async () => {
  const program = `
    const io = { json: false, out: (line) => console.log(line), err: console.error };
    const { codecServer } = require('./scripts/commands/codec-server.ts');
    codecServer({ host: '127.0.0.1', port: '0' }, io).then((code) => process.exit(code));`;
  server = sourceChild(program, env);
  const { listening } = JSON.parse(await server.line()) as { listening: string };
  url = listening;
});
afterAll(async () => {
  await server.kill('SIGTERM');
  removeTempFolders();
});

const json = { 'content-type': 'application/json', 'x-namespace': 'default' };
const ask = async (given: { headers?: Record<string, string>; body?: unknown; path?: string }) => {
  const { headers = {}, body = { payloads: [await seal(keysFile, secret)] }, path } = given;
  const answer = await fetch(`${url}${path ?? '/decode'}`, {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
};
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const said = async () => z.record(z.string(), z.unknown()).parse(JSON.parse(await server.line()));

describe('the decode endpoint', () => {
  it('opens 1 of 3 payloads for whoever may, in order, and says who had it, not what', async () => {
    const other = join(folder, 'other-keys');
    writeFileSync(other, randomBytes(32).toString('base64'));
    const payloads = [wire(plain('1')), await seal(keysFile, secret), await seal(other, secret)];
    const { status, body } = await ask({ headers: bearer(token({})), body: { payloads } });
    expect([status, body]).toEqual([200, { payloads: [payloads[0], wire(secret), payloads[2]] }]);
    const line = await said();
    expect(line).toMatchObject({ who: 'lena', payloads: 3, opened: 1 });
    expect(JSON.stringify(line)).not.toContain('Wilhelmina');
  });

  const noned = `${part({ alg: 'none' })}.${part(usual)}.`;
  const shared = `${part({ alg: 'HS256', kid: 'k1' })}.${part(usual)}`;
  const hmac = createHmac('sha256', issuer.publicKey.export({ type: 'spki', format: 'pem' }));
  const confused = `${shared}.${hmac.update(shared).digest('base64url')}`;
  it.each([
    ['no token', undefined, 401, 'SIGNATURE_INVALID'],
    ['no signature at all', noned, 401, 'SIGNATURE_INVALID'],
    ['the public key taken for a shared secret', confused, 401, 'SIGNATURE_INVALID'],
    ['another key', token({}, stranger.privateKey), 401, 'SIGNATURE_INVALID'],
    ['another issuer', token({ iss: 'https://other.example' }), 401, 'SIGNATURE_INVALID'],
    ['another audience', token({ aud: 'wiki' }), 401, 'SIGNATURE_INVALID'],
    ['an end that has passed', token({ exp: seconds(-60) }), 401, 'EXPIRED'],
    ['no end', token({ exp: undefined }), 401, 'SIGNATURE_INVALID'],
    ['a beginning to come', token({ nbf: seconds(60) }), 401, 'SIGNATURE_INVALID'],
    ['nobody named', token({ sub: undefined }), 401, 'SIGNATURE_INVALID'],
    ['a role not on the list', token({ permissions: ['default:read'] }), 403, 'ROLE_MISSING'],
    [
      'a role on another namespace',
      token({ permissions: ['payments:write'] }),
      403,
      'ROLE_MISSING',
    ],
    ['permissions no list', token({ permissions: 'default:write' }), 403, 'ROLE_MISSING'],
  ])('refuses a token with %s', async (_what, given, status, code) => {
    const refused = await ask(given === undefined ? {} : { headers: bearer(given) });
    expect(refused.status).toBe(status);
    expect(JSON.stringify(refused.body)).not.toContain('Wilhelmina');
    expect(refused.body).toMatchObject({ error: { code, kind: 'refused' } });
    expect(await said()).toMatchObject({ refused: code });
  });

  it('refuses 1 good token that asks for another namespace, takes an admin of all', async () => {
    const other = await ask({ headers: { ...bearer(token({})), 'x-namespace': 'payments' } });
    expect(other.status).toBe(403);
    await said();
    const admin = await ask({ headers: bearer(token({ permissions: ['temporal-system:ADMIN'] })) });
    expect(admin.status).toBe(200);
    await said();
  });

  it('says 400 to 3 bodies that are no payloads, 404 to whoever wants to seal', async () => {
    const headers = bearer(token({}));
    for (const body of [{}, { payloads: [{ data: '%' }] }, { payloads: 'x' }]) {
      expect((await ask({ headers, body })).status).toBe(400);
    }
    expect((await ask({ headers, path: '/encode' })).status).toBe(404);
  });

  it('lets browsers ask from the pages of the UI and from no 2nd origin', async () => {
    const allowed = async (origin: string) => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const answer = await fetch(`${url}/decode`, { method: 'OPTIONS', headers });
      return answer.headers.get('access-control-allow-origin') === origin;
    };
    expect([await allowed(ui), await allowed('http://evil.example')]).toEqual([true, false]);
  });
});

describe('its configuration', () => {
  it('names all 5 variables that are missing at once', () => {
    const names = ['KEYS', 'JWKS', 'ISSUER', 'AUDIENCE', 'ORIGIN'];
    for (const name of names) {
      expect(() => readCodecConfig({})).toThrow(`MAKEWHOLE_CODEC_${name}`);
    }
  });

  it('takes no key set that holds 1 private key', () => {
    const own = join(folder, 'private.json');
    const pair = issuer.privateKey.export({ format: 'jwk' });
    writeFileSync(own, JSON.stringify({ keys: [pair] }));
    expect(() => readCodecConfig({ ...env, MAKEWHOLE_CODEC_JWKS: own })).toThrow('public keys');
  });
});
