import { existsSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporalLimits } from '../../contracts/message-limits';
import { packageRoot } from '../../workers/package-root';
import { CommandError } from '../command-io';
import type { ChosenPorts } from './choose-ports';
import { answers, type Part, programPart } from './part';
import type { StopStep } from './pid-record';
import { startPostgres } from './postgres';
import type { PartName } from './stack-file';
import type { FoundBinary } from './temporal-binaries';

/** Our own programs, from the root of the package; tests put others in their place. */
export interface Entries {
  readonly bank: string;
  readonly allocator: string;
  readonly worker: string;
}

/** Where our own programs are after a build. */
export const builtEntries: Entries = {
  bank: 'dist/bank/server.js',
  allocator: 'dist/allocator/server.js',
  worker: 'dist/workers/remediation-worker.js',
};

/** What every part may need to know of the stack it belongs to. */
export interface PartPlace {
  readonly stateDir: string;
  readonly ports: ChosenPorts;
  readonly env: NodeJS.ProcessEnv;
}

/** The search attributes by which incidents are found, with their Temporal types. */
export const searchAttributes = {
  MakewholeStage: 'Keyword',
  MakewholeSeverity: 'Keyword',
  MakewholeWaitingFor: 'Keyword',
  MakewholeDeals: 'KeywordList',
  MakewholeDrill: 'Bool',
} as const;

const gently: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

// Its own patience with activities under way is 20 s.
const patiently: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 25_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

// Its mails are on disk before it says so; it waits for idle web connections when asked gently.
const briefly: readonly StopStep[] = [
  { signal: 'SIGTERM', waitMs: 500 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

function logOf(stateDir: string, name: PartName): string {
  return join(stateDir, 'log', `${name}.log`);
}

function entryPath(entry: string): string {
  const path = entry.startsWith('/') ? entry : join(packageRoot(), entry);
  if (existsSync(path)) return path;
  const message = `${path} is missing: build it with npm run build, then run this again.`;
  throw new CommandError({ code: 'STACK_DOWN', kind: 'fault', message });
}

/** The dev server of Temporal with its web pages, its history in one database file. */
export function temporalPart(place: PartPlace, found: FoundBinary): Part {
  const { stateDir, ports, env } = place;
  const attributes = Object.entries(searchAttributes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const limits = Object.entries(temporalLimits).flatMap(([name, value]) => [
    '--dynamic-config-value',
    `${name}=${value}`,
  ]);
  const namespace = `http://127.0.0.1:${ports.temporalUi}/api/v1/namespaces/default`;
  return programPart({
    name: 'temporal',
    logFile: logOf(stateDir, 'temporal'),
    version: found.version,
    source: found.detail,
    stopSteps: gently,
    isHealthy: () => answers(namespace),
    program: {
      command: found.path,
      args: [
        ...['server', 'start-dev', '--db-filename', join(stateDir, 'temporal', 'history.db')],
        ...['--sqlite-pragma', 'journal_mode=wal'], // Half the work of the journal it has else.
        ...['--ip', '127.0.0.1', '--port', `${ports.temporal}`],
        ...['--ui-ip', '127.0.0.1', '--ui-port', `${ports.temporalUi}`, '--ui-disable-news-fetch'],
        ...['--log-level', 'warn', ...attributes, ...limits],
      ],
      env,
      cwd: join(stateDir, 'temporal'),
    },
  });
}

/** The inbox: takes every mail by SMTP, keeps it as a file, shows it on a web page. */
export function mailPart({ stateDir, ports, env }: PartPlace): Part {
  const folder = join(packageRoot(), 'node_modules', 'maildev');
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : null;
  return programPart({
    name: 'mail',
    logFile: logOf(stateDir, 'mail'),
    version,
    source: 'maildev',
    stopSteps: briefly,
    isHealthy: () => answers(`http://127.0.0.1:${ports.inbox}/api/healthz`),
    program: {
      command: process.execPath,
      args: [
        join(folder, 'dist', 'bin', 'maildev.js'),
        ...['--ip', '127.0.0.1', '--smtp', `${ports.smtp}`],
        ...['--web-ip', '127.0.0.1', '--web', `${ports.inbox}`],
        ...['--mail-directory', join(stateDir, 'mail')],
      ],
      env,
      cwd: join(stateDir, 'mail'),
    },
  });
}

/** The sandbox bank, with its own store and no knowledge of the rest. */
export function bankPart(place: PartPlace, entry: string): Part {
  const { stateDir, ports, env } = place;
  return programPart({
    name: 'bank',
    logFile: logOf(stateDir, 'bank'),
    version: null,
    source: 'makewhole',
    stopSteps: gently,
    isHealthy: () => answers(`http://127.0.0.1:${ports.bank}/healthz`),
    program: {
      command: process.execPath,
      args: [entryPath(entry)],
      env: {
        ...env,
        PORT: `${ports.bank}`,
        BANK_STORE: join(stateDir, 'bank', 'journal.ndjson'),
      },
      cwd: stateDir,
    },
  });
}

/** The reference allocation service. */
export function allocatorPart(place: PartPlace, entry: string): Part {
  const { stateDir, ports, env } = place;
  return programPart({
    name: 'allocator',
    logFile: logOf(stateDir, 'allocator'),
    version: null,
    source: 'makewhole',
    stopSteps: gently,
    isHealthy: () => answers(`http://127.0.0.1:${ports.allocator}/healthz`),
    program: {
      command: process.execPath,
      args: [entryPath(entry)],
      env: { ...env, PORT: `${ports.allocator}` },
      cwd: stateDir,
    },
  });
}

/** The worker for all task queues: healthy once it has written its pid to `run/worker.ready`. */
export function workerPart(place: PartPlace, entry: string): Part {
  const { stateDir, env } = place;
  const readyFile = join(stateDir, 'run', 'worker.ready');
  return programPart({
    name: 'worker',
    logFile: logOf(stateDir, 'worker'),
    version: null,
    source: 'makewhole',
    stopSteps: patiently,
    beforeStart: () => rmSync(readyFile, { force: true }),
    isHealthy: async ({ pid }) => (await readFile(readyFile, 'utf8')).trim() === String(pid),
    program: {
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', entryPath(entry)],
      env,
      cwd: stateDir,
    },
  });
}

/** The embedded Postgres; `ready` is told the address whenever it has started. */
export function postgresPart(given: {
  stateDir: string;
  port: number;
  onProgress: (line: string) => void;
  ready: (running: { adminUrl: string; port: number; version: string; source: string }) => void;
}): Part {
  const { stateDir, onProgress } = given;
  let port = given.port;
  return {
    name: 'postgres',
    logFile: logOf(stateDir, 'postgres'),
    version: null,
    source: 'embedded',
    start: async ({ launched }) => {
      const running = await startPostgres({ stateDir, port, onProgress });
      port = running.port;
      launched(running.record);
      given.ready(running);
      return running;
    },
  };
}
