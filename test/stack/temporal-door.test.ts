import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { parse } from 'yaml';
import { z } from 'zod';
import { readCodecConfig } from '../../scripts/codec-server/codec-config';
import { examineDoor } from '../../scripts/stack/examine-door';
import { addressesFromEnv } from '../../scripts/stack/read-stack';
import { withTemporal } from '../../scripts/temporal-client';
import { packageRoot } from '../../workers/package-root';
import { readDoor } from '../../workers/temporal/door';
import { removeTempFolders, tempFolder } from './temp-folder';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const withOpenssl = hasOpenssl ? it : it.skip;
const secrets = join(tempFolder('secrets'), 'secrets');
const makeSecrets = () =>
  spawnSync(process.execPath, [join(packageRoot(), 'scripts/temporal-keys.mjs'), secrets], {
    encoding: 'utf8',
  });
if (hasOpenssl) makeSecrets();
afterAll(removeTempFolders);

const service = z.looseObject({
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
});
const overlay = z
  .object({
    services: z.record(z.string(), service),
    secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
  })
  .parse(
    parse(readFileSync(join(packageRoot(), 'docker-compose.secured.yml'), 'utf8'), { merge: true }),
  );

/** A service's environment with its files where they lie here, when the host sets nothing. */
function environmentOf(name: string): Record<string, string> {
  const given = Object.entries(overlay.services[name]?.environment ?? {});
  const here = (value: string) =>
    value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace('/run/secrets', secrets);
  return Object.fromEntries(given.map(([key, value]) => [key, here(value)]));
}

describe('docker-compose.secured.yml', () => {
  withOpenssl('mounts 22 files that npm run temporal-keys makes, and no private key', () => {
    const files = Object.entries(overlay.secrets);
    expect(files).toHaveLength(22);
    for (const [name, { file }] of files) {
      expect(file).toBe(`./secrets/${name}`);
      expect(readFileSync(join(secrets, name)).length).toBeGreaterThan(40);
    }
  });

  it('gives each service what it names and no more, the admin’s to 2 that prepare', () => {
    for (const [name, { environment, secrets: mounted }] of Object.entries(overlay.services)) {
      const text = JSON.stringify([environment, overlay.services[name]]);
      const named = new Set(
        [...text.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, file]) => file),
      );
      expect([name, [...named].sort()]).toEqual([name, [...mounted].sort()]);
    }
    const admins = Object.entries(overlay.services).filter(([, each]) =>
      each.secrets.includes('admin.jwt'),
    );
    expect(admins.map(([name]) => name).sort()).toEqual(['prepare', 'temporal-namespace']);
  });

  withOpenssl('gets worker, commands and prepare in by 3 certificates, tokens and 1 seal', () => {
    const names = { worker: 'worker', makewhole: 'commands', prepare: 'admin' };
    for (const [name, who] of Object.entries(names)) {
      const env = { ...environmentOf(name), TEMPORAL_ADDRESS: 'temporal:7233' };
      const { temporalDoor = {} } = addressesFromEnv(env);
      const door = examineDoor(temporalDoor, new Date());
      expect(door).toMatchObject({ entry: 'TLS with a client certificate', warnings: [] });
      expect(door.sealing).toHaveLength(1);
      const papers = door.papers.map(({ what, of }) => `${what}: ${of.split(' ')[0] ?? ''}`);
      expect(papers.slice(1)).toEqual([`client certificate: ${who}`, `token: ${who}`]);
    }
  });

  withOpenssl('has a codec that starts, on loopback, with keys of its own 1 issuer', () => {
    const { trust, tls } = readCodecConfig(environmentOf('codec'));
    expect(tls).toBeDefined();
    expect(trust).toMatchObject({ namespace: 'default', jwks: { keys: [{ kid: trust.issuer }] } });
    const ports = Object.values(overlay.services).flatMap((each) => each.ports);
    expect(ports).toEqual(['127.0.0.1:${CODEC_PORT:-4030}:4030']);
  });

  withOpenssl('keeps 3 authorities and the seal when made again, and renews 7 certificates', () => {
    const kept = ['ca.pem', 'clients-ca.pem', 'nodes-ca.pem', 'codec-keys', 'jwks.json'];
    const leaves = ['frontend', 'codec', 'node', 'worker', 'commands', 'admin', 'ui'];
    const read = (names: string[]) =>
      names.map((name) => readFileSync(join(secrets, name), 'utf8'));
    const before = [read(kept), read(leaves.map((name) => `${name}.pem`))] as const;
    expect(makeSecrets().status).toBe(0);
    expect(read(kept)).toEqual(before[0]);
    const after = read(leaves.map((name) => `${name}.pem`));
    expect(after.filter((each, index) => each === before[1][index])).toEqual([]);
  });
});

describe('the door to Temporal', () => {
  it('takes no token from 2 places and no certificate without key, and names the variable', () => {
    const twice = { TEMPORAL_API_KEY: 'x', TEMPORAL_API_KEY_FILE: 'y' };
    expect(() => readDoor(twice)).toThrow('TEMPORAL_API_KEY');
    expect(() => readDoor({ TEMPORAL_TLS_CLIENT_CERT_PATH: 'x' })).toThrow('KEY_PATH');
    const absent = { MAKEWHOLE_CODEC_KEYS: join(secrets, 'nothing') };
    expect(() => readDoor(absent)).toThrow('names a file that cannot be read');
  });

  it('takes no line but 32 bytes in base64 for a key, and never repeats it', () => {
    const path = join(tempFolder('keys'), 'keys');
    for (const line of ['', '# none', 'c2hvcnQ=', `${'A'.repeat(42)}!`, 'A'.repeat(43)]) {
      writeFileSync(path, line);
      const read = () => readDoor({ MAKEWHOLE_CODEC_KEYS: path });
      expect(read).toThrow('has no usable keys');
      if (line.length > 6) expect(read).not.toThrow(line);
    }
  });

  it('sends no token in the open unless it is told to by 1 word', () => {
    expect(readDoor({ TEMPORAL_API_KEY: 'x' }).tls).toEqual({});
    expect(readDoor({ TEMPORAL_API_KEY: 'x', TEMPORAL_TLS: 'false' }).tls).toBeUndefined();
    expect(readDoor({}).tls).toBeUndefined();
  });

  it('counts beside TEMPORAL_ADDRESS alone: the embedded one is entered by 0 papers', () => {
    const tls = { TEMPORAL_TLS: 'true', TEMPORAL_API_KEY: 'x' };
    expect(addressesFromEnv(tls).temporalDoor).toBeUndefined();
    const own = addressesFromEnv({ ...tls, TEMPORAL_ADDRESS: 'temporal:7233' });
    expect(own.temporalDoor).toEqual(tls);
  });

  withOpenssl('warns of 1 token 14 days before it ends, and of all 3 papers after 11 years', () => {
    const settings = addressesFromEnv({ ...environmentOf('worker'), TEMPORAL_ADDRESS: 'x' });
    const in80 = new Date(Date.now() + 80 * 86_400_000);
    const { temporalDoor = {} } = settings;
    expect(examineDoor(temporalDoor, in80).warnings).toEqual([
      expect.stringMatching(/^The token of worker default:write expires in 9 days/),
    ]);
    const late = examineDoor(temporalDoor, new Date(Date.now() + 11 * 365 * 86_400_000));
    expect(late.warnings).toHaveLength(3);
    for (const each of late.warnings) expect(each).toContain('has expired');
  });
});

/** Who came to a server that wants certificates of clients: it says no word of gRPC itself. */
async function guard(): Promise<{ server: Server; address: string; came: string[] }> {
  const came: string[] = [];
  const read = (name: string) => readFileSync(join(secrets, name));
  const options = {
    ...{ cert: read('frontend.pem'), key: read('frontend.key.pem'), ca: read('clients-ca.pem') },
    ...{ requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
  };
  const server = createServer(options, (socket) => {
    came.push(socket.getPeerCertificate().subject.CN);
    socket.on('error', () => undefined).destroy();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return { server, address: `127.0.0.1:${String(port)}`, came };
}

describe('a command at a door that wants certificates', () => {
  withOpenssl('shows its own there, and without 1 is not let through the handshake', async () => {
    const { server, address, came } = await guard();
    const knock = (env: Record<string, string>) =>
      withTemporal(
        {
          ...{ temporalAddress: address, temporalNamespace: 'default', answerWithinMs: 1_000 },
          temporalDoor: addressesFromEnv({ ...env, TEMPORAL_ADDRESS: address }).temporalDoor,
        },
        async () => undefined,
      );
    const { TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca = '', ...rest } = environmentOf('makewhole');
    const down = { code: 'TEMPORAL_DOWN', kind: 'fault' };
    await expect(knock({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca })).rejects.toMatchObject(down);
    expect(came).toEqual([]);
    await expect(knock({ ...rest, TEMPORAL_TLS_SERVER_CA_CERT_PATH: ca })).rejects.toMatchObject(
      down,
    );
    expect(new Set(came)).toEqual(new Set(['commands']));
    await new Promise((done) => server.close(done));
  });
});
