/**
 * `npm run temporal-keys -- FOLDER [HOST...]`: certificates, tokens and a seal's key for a Temporal
 * that lets nobody in without, as docker-compose.secured.yml mounts them. Three authorities: `ca`
 * signs for servers, `clients-ca` for clients, and `nodes-ca` for the server's own parts among each
 * other, so that no client gets in by the back. On a folder that was made before, authorities and
 * sealing key stay, and all that expires is made anew. Needs openssl.
 */
import { spawnSync } from 'node:child_process';
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const [given, ...hosts] = process.argv.slice(2);
if (given === undefined || given.startsWith('-')) {
  process.stderr.write('expected a folder: npm run temporal-keys -- secrets [HOST...]\n');
  process.exit(2);
}
const folder = resolve(given);
const [authorityDays, leafDays, tokenDays] = [3650, 365, 90];
const issuer = 'makewhole-temporal-keys';
const secret = { mode: 0o600 };
mkdirSync(join(folder, 'private'), { recursive: true, mode: 0o700 });

const file = (name) => join(folder, name);
const privateKey = (name) => join(folder, 'private', `${name}.key.pem`);
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(...args) {
  const { status, error, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl ${args[0]}: ${error?.message ?? stderr.trim()}`);
}

function authority(name, subject) {
  if (existsSync(privateKey(name))) return;
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  openssl(
    ...['req', '-x509', ...newKey, '-days', `${authorityDays}`, '-subj', `/CN=${subject}`],
    ...['-keyout', privateKey(name), '-out', file(`${name}.pem`)],
    ...extensions.flatMap((each) => ['-addext', each]),
  );
}

/** A certificate by an authority, with its key beside it, for the names a server listens under. */
function leaf(name, { by, names = [], usage }) {
  const request = file(`${name}.request`);
  const alternatives = names.map((each) => (/^[\d.]+$/.test(each) ? `IP:${each}` : `DNS:${each}`));
  const subject = alternatives.length === 0 ? [] : [`subjectAltName=${alternatives.join(',')}`];
  openssl(
    ...['req', ...newKey, '-subj', `/CN=${name}`, '-keyout', file(`${name}.key.pem`)],
    ...['-out', request, '-addext', `extendedKeyUsage=${usage}`],
    ...subject.flatMap((each) => ['-addext', each]),
  );
  openssl(
    ...['x509', '-req', '-in', request, '-CA', file(`${by}.pem`), '-CAkey', privateKey(by)],
    ...['-days', `${leafDays}`, '-copy_extensions', 'copy', '-out', file(`${name}.pem`)],
  );
  rmSync(request);
}

function signingKey() {
  const path = privateKey('issuer');
  if (!existsSync(path)) {
    const { privateKey: fresh } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(path, fresh.export({ type: 'pkcs8', format: 'pem' }), secret);
  }
  const key = createPrivateKey(readFileSync(path));
  const jwk = { ...createPublicKey(key).export({ format: 'jwk' }), kid: issuer, alg: 'ES256' };
  writeFileSync(file('jwks.json'), `${JSON.stringify({ keys: [jwk] })}\n`);
  return key;
}

/** What Temporal's claim mapper reads: who it is, and their role on which namespace. */
function token(name, permissions, key) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const exp = now + tokenDays * 86_400;
  const claims = { iss: issuer, aud: 'temporal', sub: name, iat: now, exp, permissions };
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid: issuer })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  writeFileSync(file(`${name}.jwt`), `${text}.${signature.toString('base64url')}\n`, secret);
}

authority('ca', 'Makewhole: servers');
authority('clients-ca', 'Makewhole: clients');
authority('nodes-ca', 'Makewhole: parts of the Temporal server');
const local = ['localhost', '127.0.0.1', ...hosts];
leaf('frontend', { by: 'ca', names: ['temporal', ...local], usage: 'serverAuth' });
leaf('codec', { by: 'ca', names: ['codec', ...local], usage: 'serverAuth' });
leaf('node', { by: 'nodes-ca', names: ['node'], usage: 'serverAuth,clientAuth' });
for (const name of ['worker', 'commands', 'admin', 'ui']) {
  leaf(name, { by: 'clients-ca', usage: 'clientAuth' });
}
const key = signingKey();
token('worker', ['default:write'], key);
token('commands', ['default:write'], key);
token('admin', ['temporal-system:admin'], key);
token('reader', ['default:read'], key);
const sealing = file('codec-keys');
if (!existsSync(sealing)) writeFileSync(sealing, `${randomBytes(32).toString('base64')}\n`, secret);
process.stdout.write(
  `${folder}: certificates for ${leafDays} days, tokens for ${tokenDays}. ` +
    `Whoever has ${join(folder, 'private')} lets in whomever they like: keep it elsewhere.\n`,
);
