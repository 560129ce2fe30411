import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { packageRoot } from '../../workers/package-root';
import { removeTempFolders, tempFolder, writeProgram } from './temp-folder';

/** A clone with stand-ins for node and npm that note when they are called. */
interface Clone {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly calls: () => string[];
}

const node = (version: string): string => `#!/bin/sh
case "$1" in
  --version) echo ${version} ;;
  scripts/build.mjs) echo build >>"$CALLS"; echo building; : >dist/.built ;;
  *) shift 2; echo "cli $*" ;;
esac
`;

const npm = `#!/bin/sh
echo "npm $1" >>"$CALLS"
echo installing
mkdir -p node_modules
sleep 0.3
`;

function clone(version = 'v22.11.0'): Clone {
  const root = join(tempFolder('launcher'), 'a clone');
  const bin = join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(root, 'scripts'));
  cpSync(join(packageRoot(), 'makewhole'), join(root, 'makewhole'));
  for (const name of ['package.json', 'package-lock.json', 'scripts/cli.ts']) {
    writeFileSync(join(root, name), '{}');
  }
  writeProgram(join(bin, 'node'), node(version));
  writeProgram(join(bin, 'npm'), npm);
  const log = join(root, 'calls');
  const calls = (): string[] =>
    existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
  return { root, env: { PATH: `${bin}:/usr/bin:/bin`, CALLS: log }, calls };
}

function run({ root, env }: Clone, args: readonly string[]) {
  return spawnSync(join(root, 'makewhole'), args, { cwd: '/', env, encoding: 'utf8' });
}

/** Makes a file newer than the last build, whatever the clock's grain. */
function touch(path: string): void {
  const soon = Date.now() / 1000 + 5;
  utimesSync(path, soon, soon);
}

afterAll(removeTempFolders);

describe('the launcher', () => {
  it('installs and builds a fresh clone once, saying so on stderr alone', () => {
    const fresh = clone();
    const first = run(fresh, ['allocate', 'a b']);
    expect(first.stdout).toBe('cli allocate a b\n');
    expect(first.stderr).toContain('installing');
    expect(run(fresh, ['doctor']).stderr).toBe('');
    expect(fresh.calls()).toEqual(['npm ci', 'build']);
  });

  it('installs once when 2 are started at once on a fresh clone', async () => {
    const fresh = clone();
    const ends = [1, 2].map(async () => {
      const child = spawn(join(fresh.root, 'makewhole'), ['up'], { env: fresh.env });
      const [said] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      return said;
    });
    expect(await Promise.all(ends)).toEqual(['cli up\n', 'cli up\n']);
    expect(fresh.calls()).toEqual(['npm ci', 'build']);
  });

  it('takes over the lock of a set-up that was killed', () => {
    const fresh = clone();
    mkdirSync(join(fresh.root, 'dist'));
    const dead = spawnSync('/bin/sh', ['-c', 'echo $$'], { encoding: 'utf8' }).stdout.trim();
    const lock = join(fresh.root, 'dist', '.set-up-lock');
    symlinkSync(dead, lock);
    expect(run(fresh, ['up']).stdout).toBe('cli up\n');
    expect(() => readlinkSync(lock)).toThrow(/ENOENT/);
  });

  it('takes over the lock whose pid was given to a stranger', () => {
    const fresh = clone();
    mkdirSync(join(fresh.root, 'dist'));
    const stranger = spawn('sleep', ['60']);
    symlinkSync(`${stranger.pid ?? 0}`, join(fresh.root, 'dist', '.set-up-lock'));
    const { stdout } = run(fresh, ['up']);
    stranger.kill();
    expect(stdout).toBe('cli up\n');
  });

  it('installs again when the lock file changed, and only then', () => {
    const grown = clone();
    run(grown, ['set-up']);
    writeFileSync(join(grown.root, 'package-lock.json'), '{"changed":true}');
    run(grown, ['set-up']);
    run(grown, ['set-up']);
    expect(grown.calls().filter((call) => call === 'npm ci')).toHaveLength(2);
  });

  it('leaves packages alone that somebody installed by hand after the lock file was made', () => {
    const byHand = clone();
    mkdirSync(join(byHand.root, 'node_modules'));
    const note = join(byHand.root, 'node_modules', '.package-lock.json');
    writeFileSync(note, '{}');
    touch(note);
    run(byHand, ['set-up']);
    expect(byHand.calls()).toEqual(['build']);
  });

  it('builds again when a source is newer than the build', () => {
    const edited = clone();
    run(edited, ['set-up']);
    touch(join(edited.root, 'scripts', 'cli.ts'));
    run(edited, ['set-up']);
    expect(edited.calls()).toEqual(['npm ci', 'build', 'build']);
  });

  it('runs through a symbolic link from any folder', () => {
    const linked = clone();
    const link = join(tempFolder('link'), 'mw');
    symlinkSync(join(linked.root, 'makewhole'), link);
    const { env } = linked;
    expect(spawnSync(link, ['down'], { cwd: '/', env, encoding: 'utf8' }).stdout).toBe(
      'cli down\n',
    );
  });

  it.each(['v18.20.8', 'v20.18.1'])('refuses Node %s with exit 4, naming 20.19', (version) => {
    const old = clone(version);
    const { status, stderr, stdout } = run(old, ['up']);
    expect({ status, stdout, calls: old.calls() }).toEqual({ status: 4, stdout: '', calls: [] });
    expect(stderr).toContain('20.19');
    expect(stderr).toContain(version);
  });

  it('says what is missing when there is no Node at all', () => {
    const bare = clone();
    rmSync(join(bare.root, 'bin', 'node'));
    const env = { ...bare.env, PATH: join(bare.root, 'bin') };
    for (const tool of ['dirname', 'readlink', 'sh']) {
      symlinkSync(`/usr/bin/${tool}`, join(bare.root, 'bin', tool));
    }
    const { status, stderr } = run({ ...bare, env }, ['up']);
    expect(status).toBe(4);
    expect(stderr).toContain('none was found on PATH');
  });

  it('stops with exit 4 and without a stamp when the installation fails', () => {
    const broken = clone();
    writeProgram(join(broken.root, 'bin', 'npm'), '#!/bin/sh\nmkdir -p node_modules; exit 1\n');
    expect(run(broken, ['up']).status).toBe(4);
    expect(existsSync(join(broken.root, 'node_modules', '.makewhole-installed'))).toBe(false);
    expect(existsSync(join(broken.root, 'dist', '.set-up-lock'))).toBe(false);
  });
});
