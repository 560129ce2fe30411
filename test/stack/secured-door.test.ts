import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { prepareOwnTemporal } from '../../scripts/stack/own-temporal';
import { withTemporal } from '../../scripts/temporal-client';
import { clientConnectionOf, readDoor, workerConnectionOf } from '../../workers/temporal/door';
import { removeTempFolders, tempFolder } from './temp-folder';

// On a real server alone, with the environment of compose: npm run real-cluster -- --secured
const secrets = process.env['MAKEWHOLE_TEST_DOOR'] ?? '';
const frontend = process.env['MAKEWHOLE_TEST_TEMPORAL_ADDRESS'] ?? '';
const internal = process.env['MAKEWHOLE_TEST_INTERNAL'] ?? '';
const namespace = 'default';
const folder = tempFolder('door');
const secret = (name: string) => join(secrets, name);
const token = (name: string) => secret(`${name}.jwt`);

/** The environment of somebody with the certificate of one and the token of another, or none. */
const as = (certificate: string | undefined, tokenFile: string | undefined) => ({
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: secret('ca.pem'),
  ...(certificate && {
    TEMPORAL_TLS_CLIENT_CERT_PATH: secret(`${certificate}.pem`),
    TEMPORAL_TLS_CLIENT_KEY_PATH: secret(`${certificate}.key.pem`),
  }),
  ...(tokenFile && { TEMPORAL_API_KEY_FILE: tokenFile }),
});
const commands = () => as('commands', token('commands'));

type Asked = (client: Client) => Promise<unknown>;
const poll: Asked = ({ workflowService }) =>
  workflowService.pollActivityTaskQueue({ namespace, taskQueue: { name: 'door' } });
const look: Asked = ({ workflowService }) => workflowService.describeNamespace({ namespace });
const start: Asked = async ({ workflow }) => {
  const ids = { workflowId: 'the-door', taskQueue: 'nobody' };
  const policy = { workflowIdConflictPolicy: 'TERMINATE_EXISTING' } as const;
  await workflow.start('nobody', { ...ids, ...policy });
};
const makeNamespace: Asked = ({ workflowService }) =>
  workflowService.registerNamespace({
    namespace: `door-${String(process.pid)}`,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });

/** How far somebody comes: not through the handshake, past it but refused, or in. */
async function comes(
  env: NodeJS.ProcessEnv,
  { work = look, at = frontend }: { work?: Asked; at?: string } = {},
): Promise<'turned away' | 'refused' | 'in'> {
  const how = { ...clientConnectionOf(readDoor(env)), connectTimeout: 3_000 };
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address: at, ...how });
    await work(new Client({ connection, namespace }));
    return 'in';
  } catch (error) {
    const inner = isGrpcServiceError(error) ? error : (error as Error).cause;
    if (isGrpcServiceError(inner) && inner.details.includes('unauthorized')) return 'refused';
    if (connection === undefined) return 'turned away';
    throw error;
  } finally {
    await connection?.close();
  }
}

/** A token that is right but for what is said, in a file. */
function forged(claims: object, key?: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 600;
  const head = { alg: 'ES256', kid: 'makewhole-temporal-keys' };
  const body = { sub: 'mallory', exp, permissions: ['default:write'], ...claims };
  const text = `${part(head)}.${part(body)}`;
  const signer = key ?? createPrivateKey(readFileSync(secret('private/issuer.key.pem')));
  const signature = sign('sha256', Buffer.from(text), { key: signer, dsaEncoding: 'ieee-p1363' });
  const path = join(folder, `${String(Math.random())}.jwt`);
  writeFileSync(path, `${text}.${signature.toString('base64url')}`);
  return path;
}

afterAll(removeTempFolders);

describe('the secured server', () => {
  it('lets 1 command in, whose token may start a workflow and make no namespace', async () => {
    expect(await comes(commands())).toBe('in');
    expect(await comes(commands(), { work: start })).toBe('in');
    expect(await comes(commands(), { work: makeNamespace })).toBe('refused');
    expect(await comes(as('admin', token('admin')), { work: makeNamespace })).toBe('in');
  });

  it('lets 1 reader look, and neither start a workflow nor poll for tasks', async () => {
    expect(await comes(as('ui', token('reader')))).toBe('in');
    expect(await comes(as('ui', token('reader')), { work: start })).toBe('refused');
    expect(await comes(as('ui', token('reader')), { work: poll })).toBe('refused');
  });

  it('turns away at the handshake 3 who have no certificate of a client, or no TLS', async () => {
    expect(await comes(as(undefined, token('admin')))).toBe('turned away');
    expect(await comes(as('node', token('admin')))).toBe('turned away');
    expect(await comes({ ...commands(), TEMPORAL_TLS: 'false' })).toBe('turned away');
  });

  it('refuses 5 tokens that are missing, late, forged or for another, though known', async () => {
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const late = forged({ exp: 1_700_000_000 });
    const other = forged({ permissions: ['payments:write'] });
    const none = forged({ permissions: [] });
    for (const each of [undefined, late, other, none, forged({}, stranger)]) {
      expect(await comes(as('commands', each))).toBe('refused');
    }
    expect(await comes(as('commands', forged({})))).toBe('in');
  });

  it('lets no client in by the back: 2 of its parts want a certificate that none has', async () => {
    const back = { at: internal };
    expect(await comes(as('admin', token('admin')), back)).toBe('turned away');
    expect(await comes({}, back)).toBe('turned away');
  });

  it('lets 1 worker of the SDK in by its own certificate and token', async () => {
    const how = workerConnectionOf(readDoor(as('worker', token('worker'))));
    const connection = await NativeConnection.connect({ address: frontend, ...how });
    const seen = connection.workflowService.describeNamespace({ namespace });
    await expect(seen.finally(() => connection.close())).resolves.toBeDefined();
  });
});

describe('a command of ours', () => {
  const outside = (temporalDoor: Record<string, string>) =>
    withTemporal({ temporalAddress: frontend, temporalNamespace: namespace, temporalDoor }, start);

  it('says TEMPORAL_REFUSED for 2 wrong tokens, TEMPORAL_DOWN without certificate', async () => {
    for (const each of [token('reader'), forged({ exp: 1_700_000_000 })]) {
      const refused = outside(as('commands', each));
      await expect(refused).rejects.toMatchObject({ code: 'TEMPORAL_REFUSED', kind: 'refused' });
    }
    const down = outside(as(undefined, token('commands')));
    await expect(down).rejects.toMatchObject({ code: 'TEMPORAL_DOWN', kind: 'fault' });
    await expect(outside(commands())).resolves.toBeUndefined();
  });

  it('prepares the namespace as admin; 1 that is not there is TEMPORAL_DOWN', async () => {
    const door = readDoor(as('admin', token('admin')));
    const own = { address: frontend, namespace, door };
    await expect(prepareOwnTemporal(own)).resolves.toBeUndefined();
    const other = prepareOwnTemporal({ ...own, namespace: 'payments' });
    await expect(other).rejects.toMatchObject({ code: 'TEMPORAL_DOWN' });
  });
});
