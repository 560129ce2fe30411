import {
  cpSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import { clusterElsewhere } from '../../scripts/stack/postgres-cluster';
import { packagedServer, preparePostgresServer } from '../../scripts/stack/postgres-server';
import { postgresUser } from '../../scripts/stack/postgres-user';
import { type RunningPostgres, startPostgres } from '../../scripts/stack/postgres';
import { isRunning } from '../../scripts/stack/pid-record';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { sourceChild } from './source-child';
import { removeTempFolders, tempFolder } from './temp-folder';

const stateDir = tempFolder('postgres');
const running: RunningPostgres[] = [];

async function start(port?: number): Promise<RunningPostgres> {
  const found = await startPostgres({ stateDir, port });
  running.push(found);
  return found;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

/** Starts it in another process and kills that process, so that the server is left over. */
async function startAndDie(): Promise<{ pid: number; port: number }> {
  const child = sourceChild(`
    const { startPostgres } = require('./scripts/stack/postgres.ts');
    startPostgres({ stateDir: ${JSON.stringify(stateDir)} }).then(({ record, port }) => {
      console.log(JSON.stringify({ pid: record.pid, port }));
    });
    setInterval(() => undefined, 1e6);
  `);
  const found = JSON.parse(await child.line()) as { pid: number; port: number };
  await child.kill('SIGKILL');
  return found;
}

afterEach(async () => {
  for (const one of running.splice(0)) if (isRunning(one.record)) await one.stop();
});

afterAll(() => {
  removeStateDir(stateDir);
  removeTempFolders();
});

describe('the embedded Postgres', () => {
  it('listens on 127.0.0.1 alone, takes scram passwords only, speaks UTF-8', async () => {
    const { adminUrl } = await start();
    expect(await ask(adminUrl, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await ask(adminUrl, 'SHOW unix_socket_directories')).toEqual(['']);
    const methods = 'SELECT DISTINCT auth_method FROM pg_hba_file_rules';
    expect(await ask(adminUrl, methods)).toEqual(['scram-sha-256']);
    expect(await ask(adminUrl, 'SHOW server_encoding')).toEqual(['UTF8']);
    const collation = 'SELECT datcollate FROM pg_database WHERE datname = current_database()';
    expect(await ask(adminUrl, collation)).toEqual(['C']);
    const wrong = adminUrl.replace(/:[0-9a-f]+@/, ':wrong@');
    await expect(ask(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its password in a file that only its owner reads (0600 in 0700)', async () => {
    await start();
    expect(statSync(join(stateDir, 'keys')).mode & 0o777).toBe(0o700);
    expect(statSync(join(stateDir, 'keys', 'postgres-password')).mode & 0o777).toBe(0o600);
  });

  it('takes over a server whose starter was killed with kill -9, with port and rows', async () => {
    const left = await startAndDie();
    const found = await start(1);
    expect(found).toMatchObject({ adopted: true, port: left.port, record: { pid: left.pid } });
    await ask(found.adminUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    await found.stop();
    expect(await ask((await start()).adminUrl, 'SELECT n FROM kept')).toEqual([42]);
  });

  it('starts again after both its starter and the server were killed with kill -9', async () => {
    const left = await startAndDie();
    process.kill(left.pid, 'SIGKILL');
    const found = await start(left.port);
    expect(found.adopted).toBe(false);
    expect(await ask(found.adminUrl, 'SELECT 1')).toEqual([1]);
  });

  it('starts over a pid file that names a stranger with a recycled pid', async () => {
    const first = await start();
    await first.stop();
    const { dataFolder } = first;
    const pidFile = join(dataFolder, 'postmaster.pid');
    writeFileSync(pidFile, `${process.pid}\n${dataFolder}\n0\n1\n\n127.0.0.1\n\nready   \n`);
    expect((await start()).adopted).toBe(false);
  });

  it('moves to another port when a stranger listens on the one it had', async () => {
    const first = await start();
    await first.stop();
    const stranger = createServer().listen(first.port, '127.0.0.1');
    const second = await start(first.port);
    stranger.close();
    expect(second.port).not.toBe(first.port);
    expect(await ask(second.adminUrl, 'SELECT 1')).toEqual([1]);
  });

  it('takes no half-made cluster for a whole one after its creation was cut short', async () => {
    const other = tempFolder('cut-short');
    mkdirSync(join(other, 'postgres'));
    writeFileSync(join(other, 'postgres', 'postgresql.conf'), '');
    const found = await startPostgres({ stateDir: other });
    running.push(found);
    expect(await ask(found.adminUrl, 'SELECT current_database()')).toEqual(['makewhole']);
    await found.stop();
    removeStateDir(other);
  });
});

describe('the files of the embedded Postgres', () => {
  function copyOfPackage(): string {
    const folder = tempFolder('server');
    const serverFolder = join(folder, 'package', 'native');
    cpSync(packagedServer(), serverFolder, { recursive: true, verbatimSymlinks: true });
    const manifest = { version: `0.0.0-test.${process.pid}` };
    writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify(manifest));
    return serverFolder;
  }

  it('get back the 14 links between libraries that no install script made', async () => {
    const serverFolder = copyOfPackage();
    const list = JSON.parse(readFileSync(join(serverFolder, 'pg-symlinks.json'), 'utf8')) as {
      target: string;
    }[];
    for (const { target } of list) rmSync(join(serverFolder, '..', target), { force: true });
    const before = readdirSync(join(serverFolder, 'lib')).length;
    chmodSync(join(serverFolder, '..', '..'), 0o755);
    const server = await preparePostgresServer({ user: postgresUser(), serverFolder });
    expect(server.version).toMatch(/^\d+\.\d+$/);
    expect(readdirSync(join(serverFolder, 'lib')).length).toBe(before + list.length);
  });

  it('are run from a copy when the checkout is closed to the server’s user (0700)', async () => {
    const serverFolder = copyOfPackage();
    chmodSync(join(serverFolder, '..', '..'), 0o700);
    const server = await preparePostgresServer({ user: postgresUser(), serverFolder });
    // Only root switches to another user; everybody else can enter a folder of their own.
    const isCopied = process.getuid?.() === 0;
    expect(server.binFolder.startsWith(serverFolder)).toBe(!isCopied);
    expect(server.version).toMatch(/^\d+\.\d+$/);
    if (isCopied) rmSync(join(server.binFolder, '..', '..'), { recursive: true });
  });

  it('lie outside a state folder that the server’s user cannot enter, and go with it', async () => {
    const closed = tempFolder('closed');
    chmodSync(closed, 0o700);
    const inner = join(closed, 'state');
    const found = await startPostgres({ stateDir: inner });
    running.push(found);
    expect(await ask(found.adminUrl, 'SELECT 1')).toEqual([1]);
    await found.stop();
    const elsewhere = clusterElsewhere(inner);
    expect(elsewhere !== undefined).toBe(process.getuid?.() === 0);
    removeStateDir(inner);
    if (elsewhere !== undefined) expect(() => statSync(elsewhere)).toThrow(/ENOENT/);
  });
});
