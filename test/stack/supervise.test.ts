import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, isPortFree } from '../../scripts/stack/free-port';
import { answers, type Part, programPart } from '../../scripts/stack/part';
import { pidRecord } from '../../scripts/stack/pid-record';
import { supervise, type Supervised } from '../../scripts/stack/supervise';
import { until } from '../support/until';
import { removeTempFolders, tempFolder } from './temp-folder';

const service = `
  require('node:http').createServer((q, r) => r.end('ok')).listen(+process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));
`;

const told: string[] = [];
const pids: number[] = [];
const running: Supervised[] = [];
const events = {
  launched: (_part: Part, { pid }: { pid: number }) => pids.push(pid),
  restarting: () => told.push('restarting'),
  restarted: () => told.push('restarted'),
  restartFailed: () => told.push('failed'),
};

function isAlive(pid: number): boolean {
  return pidRecord(pid) !== undefined;
}

async function part(program: string): Promise<{ part: Part; port: number; folder: string }> {
  const folder = tempFolder('part');
  const entry = join(folder, 'program.js');
  writeFileSync(entry, program);
  const port = await freePort(undefined, new Set());
  const made = programPart({
    name: 'bank',
    logFile: join(folder, 'log', 'bank.log'),
    version: null,
    source: 'test',
    stopSteps: [
      { signal: 'SIGTERM', waitMs: 300 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ],
    healthWaitMs: 1_000,
    isHealthy: () => answers(`http://127.0.0.1:${port}/`),
    program: {
      command: process.execPath,
      args: [entry],
      env: { PORT: `${port}`, FOLDER: folder },
      cwd: folder,
    },
  });
  return { part: made, port, folder };
}

async function keep(made: { part: Part }): Promise<Supervised> {
  const supervised = await supervise({ part: made.part, events });
  running.push(supervised);
  return supervised;
}

beforeEach(() => {
  told.length = 0;
  pids.length = 0;
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

afterAll(removeTempFolders);

describe('supervising a part', () => {
  it('starts a part killed with kill -9 again, on the same port', async () => {
    const made = await part(service);
    await keep(made);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until('the part runs again', () => told.includes('restarted'));
    expect(pids).toHaveLength(2);
    expect(await answers(`http://127.0.0.1:${made.port}/`)).toBe(true);
  });

  it('does not start a part again once it was stopped', async () => {
    const made = await part(service);
    const supervised = await keep(made);
    await supervised.stop();
    expect(told).toEqual([]);
    expect(await isPortFree(made.port)).toBe(true);
  });

  it('stops a part for good while it waits to start it again', async () => {
    const made = await part(service);
    const supervised = await keep(made);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until('the part is started again', () => told.includes('restarting'));
    await supervised.stop();
    expect(pids.some(isAlive)).toBe(false);
  });

  it('tries again and again while restarts fail', async () => {
    const failing = `
      const fs = require('node:fs');
      const tries = process.env.FOLDER + '/tries';
      fs.appendFileSync(tries, 'x');
      const count = fs.readFileSync(tries, 'utf8').length;
      if (count === 2 || count === 3) process.exit(1);
      ${service}
    `;
    const made = await part(failing);
    await keep(made);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until('the part runs again', () => told.includes('restarted'));
    expect(told.filter((word) => word === 'failed')).toHaveLength(2);
    expect(readFileSync(join(made.folder, 'tries'), 'utf8')).toBe('xxxx');
  });

  it('says the last words of a part that ends before it is healthy', async () => {
    const made = await part(`console.error('no luck today'); process.exit(7)`);
    await expect(keep(made)).rejects.toThrow(/exit 7.*no luck today/s);
  });

  it('leaves nothing running when a part never gets healthy', async () => {
    const made = await part('setInterval(() => undefined, 1e6)');
    await expect(keep(made)).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE', kind: 'fault' });
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it('kills a part that ignores SIGTERM', async () => {
    const deaf = service.replace('process.exit(0)', 'undefined');
    const made = await part(deaf);
    const supervised = await keep(made);
    await supervised.stop();
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it('keeps what a part wrote before it died in one log', async () => {
    const made = await part(`console.log('started'); ${service}`);
    await keep(made);
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await until('the part runs again', () => told.includes('restarted'));
    const log = join(made.folder, 'log', 'bank.log');
    expect(existsSync(log)).toBe(true);
    expect(readFileSync(log, 'utf8')).toBe('started\nstarted\n');
  });
});
