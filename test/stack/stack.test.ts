import { createServer } from 'node:net';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning, pidRecord } from '../../scripts/stack/pid-record';
import { addressesFromEnv, readStack } from '../../scripts/stack/read-stack';
import { readStackFile, type StackFile, writeStackFile } from '../../scripts/stack/stack-file';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { stopStack } from '../../scripts/stack/stop-stack';
import { sourceChild, type SourceChild } from './source-child';
import { removeTempFolders, tempFolder } from './temp-folder';

// The real Postgres, Temporal, inbox and bank; stand-ins where our own services are built.
const service = `
  require('node:http').createServer((q, r) => r.end('ok')).listen(+process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
`;
const worker = `
  const ready = process.env.MAKEWHOLE_STATE + '/run/worker.ready';
  require('node:fs').writeFileSync(ready, String(process.pid));
  setInterval(() => undefined, 1e6);
  process.on('SIGTERM', () => process.exit(0));
`;

const stateDir = tempFolder('whole');
const entries = { bank: '', allocator: '', worker: '' };

function supervise(env: NodeJS.ProcessEnv = {}): SourceChild {
  const options = JSON.stringify({ stateDir, entries });
  return sourceChild(
    `
    const { startStack } = require('./scripts/stack/start-stack.ts');
    const say = (line) => console.log(JSON.stringify(line));
    startStack(${options}).then(
      (stack) => {
        say({ up: stack.addresses });
        process.stdin.once('data', () => stack.stop().then(() => process.exit(0)));
      },
      ({ code, kind, message }) => { say({ code, kind, message }); process.exit(1); },
    );
    `,
    env,
  );
}

async function answer(child: SourceChild): Promise<Record<string, unknown>> {
  return JSON.parse(await child.line()) as Record<string, unknown>;
}

function alive({ parts }: StackFile): string[] {
  return Object.entries(parts)
    .filter(([, { record }]) => record !== null && isRunning(record))
    .map(([name]) => name)
    .sort();
}

const all = ['allocator', 'bank', 'mail', 'postgres', 'temporal', 'worker'];
let killed: StackFile;

beforeAll(() => {
  for (const name of ['bank', 'allocator', 'worker'] as const) {
    entries[name] = join(tempFolder('entry'), `${name}.js`);
    writeFileSync(entries[name], name === 'worker' ? worker : service);
  }
});

afterAll(async () => {
  await stopStack(stateDir);
  removeStateDir(stateDir);
  removeTempFolders();
});

// One story, told in order: each start costs seconds.
describe('the whole stack', () => {
  it('is up with its 6 parts and refuses a second supervisor on the same folder', async () => {
    const first = supervise();
    expect(await answer(first)).toHaveProperty('up.temporalAddress');
    const second = supervise();
    expect(await answer(second)).toMatchObject({ code: 'STACK_BUSY', kind: 'refused' });
    killed = readStackFile(stateDir);
    expect(alive(killed)).toEqual(all);
    expect(readStack(stateDir, {}).databaseUrl).toContain('makewhole_app:');
    expect(statSync(join(stateDir, 'stack.json')).mode & 0o777).toBe(0o600);
    await first.kill('SIGKILL');
  });

  it('counts as down once its supervisor was killed with kill -9, though parts still run', () => {
    expect(alive(killed)).toEqual(all);
    let failure: unknown;
    try {
      readStack(stateDir, {});
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'STACK_DOWN', kind: 'fault' });
    expect(String(failure)).toContain('makewhole up');
  });

  it('goes on: takes over Postgres, starts the other 5 anew, keeps all 7 ports', async () => {
    const next = supervise();
    expect(await answer(next)).toHaveProperty('up');
    const now = readStackFile(stateDir);
    expect(now.ports).toEqual(killed.ports);
    expect(now.parts.postgres?.record).toEqual(killed.parts.postgres?.record);
    expect(alive(killed)).toEqual(['postgres']);
    expect(alive(now)).toEqual(all);
    next.send('stop');
    await next.ended;
    expect(alive(now)).toEqual([]);
    expect(readStackFile(stateDir)).toMatchObject({ phase: 'down', supervisor: null });
  });

  it('takes another port for the bank alone when a stranger sits on it', async () => {
    const port = killed.ports.bank ?? 0;
    const stranger = createServer().listen(port, '127.0.0.1');
    const next = supervise();
    expect(await answer(next)).toHaveProperty('up');
    stranger.close();
    const { ports } = readStackFile(stateDir);
    expect(ports).toEqual({ ...killed.ports, bank: ports.bank });
    expect(ports.bank).not.toBe(port);
    await next.kill('SIGKILL');
    const stopped = await stopStack(stateDir);
    expect([...stopped.leftovers].sort()).toEqual(all);
    expect(await stopStack(stateDir)).toEqual({ supervisorPid: null, leftovers: [] });
  });

  it('leaves no part running when DATABASE_URL cannot be reached (exit 4)', async () => {
    const next = supervise({ DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/mw' });
    const failure = await answer(next);
    expect(failure).toMatchObject({ code: 'DATABASE_DOWN', kind: 'fault' });
    expect(failure['message']).toContain('127.0.0.1:1/mw');
    expect(failure['message']).not.toContain('secret');
    await next.ended;
    expect(alive(readStackFile(stateDir))).toEqual([]);
  });

  it('puts what the environment names in the place of the addresses it has', () => {
    const stopped = readStackFile(stateDir);
    const supervisor = pidRecord(process.pid) ?? null;
    const addresses = {
      ...{ databaseUrl: 'postgres://a', adminDatabaseUrl: 'postgres://b' },
      ...{ temporalAddress: 't', temporalNamespace: 'n', temporalUiUrl: null },
      ...{ smtpUrl: 'smtp://s', inboxUrl: 'i', allocatorUrl: 'al', bankUrl: 'b' },
      ...{ instanceKeyPath: 'k', instancePublicKeyPath: 'p' },
    };
    writeStackFile(stateDir, { ...stopped, phase: 'up', supervisor, addresses });
    const env = { DATABASE_URL: 'postgres://me@h/db?options=-c%20x%3D1', SMTP_URL: 'smtp://mine' };
    const found = readStack(stateDir, env);
    expect(found).toMatchObject({ smtpUrl: 'smtp://mine', inboxUrl: null, bankUrl: 'b' });
    const options = new URL(found.databaseUrl).searchParams.get('options');
    expect(options).toBe('-c x=1 -c role=makewhole_app');
    writeStackFile(stateDir, stopped);
  });

  it.each(['DATABASE_URL', 'SMTP_URL', 'ALLOCATOR_URL', 'BANK_URL'])(
    'rejects a %s that is no URL without repeating its value (exit 2)',
    (name) => {
      let failure: unknown;
      try {
        addressesFromEnv({ [name]: 'hunter2' });
      } catch (error) {
        failure = error;
      }
      expect(failure).toMatchObject({ code: 'INPUT_INVALID', kind: 'rejected', path: name });
      expect(String(failure)).not.toContain('hunter2');
    },
  );
});
