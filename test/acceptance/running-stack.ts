import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { Pool, type QueryResultRow } from 'pg';
import { readStackFile, type PartName, type StackAddresses } from '../../scripts/stack/stack-file';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { findTemporal } from '../../scripts/stack/temporal-binaries';
import { packageRoot } from '../../workers/package-root';
import { until } from '../support/until';

/** What a program said and how it ended. */
export type Said = { code: number; out: string; err: string };

/** Parts named in the environment would take the place of the stack's own. */
const replacements = [
  ...['DATABASE_URL', 'APP_DATABASE_URL', 'ALLOCATOR_DATABASE_URL', 'TEMPORAL_ADDRESS'],
  ...['TEMPORAL_NAMESPACE', 'SMTP_URL', 'ALLOCATOR_URL', 'BANK_URL', 'MAKEWHOLE_STATE'],
];

function ownEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !replacements.includes(name));
  return { ...Object.fromEntries(kept), ...more };
}

/** Runs a program to its end. */
async function run(given: {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
}): Promise<Said> {
  const { command, args, env } = given;
  const child = spawn(command, args, { cwd: packageRoot(), env: ownEnv(env) });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  child.stdin.end();
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, out, err };
}

/** Where Temporal is, when it is not to be the stack's own: see `npm run real-cluster`. */
const givenTemporal = process.env['MAKEWHOLE_TEST_TEMPORAL_ADDRESS'];

/** A namespace of this stack's own in the Temporal that is given, once it can be used. */
async function namespaceIn(address: string): Promise<string> {
  const namespace = `acceptance-${randomBytes(4).toString('hex')}`;
  const { path } = await findTemporal({ program: 'cli', mayFetch: false });
  const operator = async (words: readonly string[]) =>
    run({
      command: path,
      args: ['operator', ...words, '--address', address, '--namespace', namespace],
    });
  const created = await operator(['namespace', 'create']);
  if (created.code !== 0) throw new Error(created.err);
  await until('every part of the cluster knows the namespace', async () => {
    return (await operator(['search-attribute', 'list'])).code === 0;
  });
  return namespace;
}

/** The whole stack as `makewhole` itself started it, in processes of its own. */
export class RunningStack {
  readonly #program: ChildProcess;
  readonly #folder: string;
  readonly #pool: Pool;
  readonly stateDir: string;

  private constructor(given: { program: ChildProcess; folder: string; stateDir: string }) {
    this.#program = given.program;
    this.#folder = given.folder;
    this.stateDir = given.stateDir;
    this.#pool = new Pool({ connectionString: this.addresses.adminDatabaseUrl, max: 2 });
    this.#pool.on('error', () => undefined); // It ends with the stack.
  }

  /** `makewhole up`, until it is up. */
  static async up(): Promise<RunningStack> {
    const folder = openFolder();
    const stateDir = join(folder, 'state');
    const { program, result } = start(['--json', '--state', stateDir, 'up'], {
      TMPDIR: folder,
      ...(givenTemporal && {
        TEMPORAL_ADDRESS: givenTemporal,
        TEMPORAL_NAMESPACE: await namespaceIn(givenTemporal),
      }),
    });
    await result;
    return new RunningStack({ program, folder, stateDir });
  }

  /** `makewhole demo --keep --json`, until it has printed what it came to. */
  static async demo(): Promise<{ stack: RunningStack; printed: unknown }> {
    const folder = openFolder();
    const where = givenTemporal
      ? ['--temporal', givenTemporal, '--namespace', await namespaceIn(givenTemporal)]
      : [];
    // A database that is named in the environment is somebody's real one: never the demo's.
    const { program, result } = start(['demo', '--keep', '--json', ...where], {
      TMPDIR: folder,
      DATABASE_URL: 'postgres://not.mine.invalid/real',
    });
    const line = await result;
    const printed = JSON.parse(line) as object;
    if ('error' in printed) throw new Error(`makewhole demo: ${line}`);
    const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('makewhole-demo-'));
    const stack = new RunningStack({ program, folder, stateDir: join(folder, name) });
    return { stack, printed };
  }

  get addresses(): StackAddresses {
    const { addresses } = readStackFile(this.stateDir);
    if (addresses === null) throw new Error(`no stack is up in ${this.stateDir}`);
    return addresses;
  }

  pidOf(part: PartName): number {
    const pid = readStackFile(this.stateDir).parts[part]?.record?.pid;
    if (pid === undefined) throw new Error(`${part} does not run`);
    return pid;
  }

  /** A command line of ours on this stack. */
  makewhole(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Said> {
    const cli = join(packageRoot(), 'dist/scripts/cli.js');
    const quiet = '--disable-warning=ExperimentalWarning';
    const args = [quiet, cli, '--state', this.stateDir, ...words];
    return run({ command: process.execPath, args, env });
  }

  /** The JSON a command printed; it must have ended with 0. */
  async json<T>(words: readonly string[]): Promise<T> {
    const { code, out, err } = await this.makewhole(['--json', '--yes', ...words]);
    if (code !== 0) throw new Error(`makewhole ${words.join(' ')}: exit ${code}: ${out}${err}`);
    return JSON.parse(out) as T;
  }

  /** Temporal's own command line, which anybody with the address can run. */
  async temporal(words: readonly string[]): Promise<Said> {
    const { path } = await findTemporal({ program: 'cli', mayFetch: false });
    const { temporalAddress, temporalNamespace } = this.addresses;
    const where = ['--address', temporalAddress, '--namespace', temporalNamespace];
    return run({ command: path, args: [...words, ...where, '--output', 'json'] });
  }

  /** As the owner of the database, whom no grant and no trigger need stop. */
  async sql<R extends QueryResultRow>(statement: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#pool.query<R>(statement, values)).rows;
  }

  /** Changes tables with every trigger switched off, as who owns the database can. */
  async behindTriggers(statements: readonly [sql: string, values: unknown[]][]): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query("BEGIN; SET LOCAL session_replication_role = 'replica'");
      for (const [statement, values] of statements) await client.query(statement, values);
      await client.query('COMMIT');
    } finally {
      client.release(true); // Whatever went wrong ends with this connection.
    }
  }

  async stop(): Promise<void> {
    await this.#pool.end();
    const ended = new Promise((resolve) => {
      this.#program.once('close', resolve);
    });
    this.#program.kill('SIGINT');
    await ended;
    if (this.stateDir.startsWith(this.#folder)) removeStateDir(this.stateDir);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** A folder that the database's own user may enter, too. */
function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'makewhole-acceptance-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Starts a program that stays; `result` is the first line of its stdout. */
function start(words: readonly string[], env: NodeJS.ProcessEnv) {
  const program = spawn(join(packageRoot(), 'makewhole'), words, {
    cwd: packageRoot(),
    env: ownEnv(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints = text(program.stderr);
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]();
  const result = lines.next().then(async ({ done, value }) => {
    if (done === true) throw new Error(`it ended: ${await complaints}`);
    return value;
  });
  return { program, result };
}
