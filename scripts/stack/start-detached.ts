import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../workers/package-root';
import { CommandError } from '../command-io';
import { lastLines } from './last-lines';
import { readStack } from './read-stack';
import type { StackAddresses } from './stack-file';
import { prepareStateDir } from './state-dir';

const noticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), line: z.string() }),
  z.object({ kind: z.literal('up') }),
  z.object({
    kind: z.literal('failed'),
    code: z.string(),
    failureKind: z.enum(['rejected', 'refused', 'fault', 'bug']),
    message: z.string(),
  }),
]);

/** What a detached supervisor tells the program that started it. */
export type Notice = z.infer<typeof noticeSchema>;

/** Tells the program that started us, while it still listens; nothing happens when nobody does. */
export function tellStarter(notice: Notice): void {
  if (process.connected) process.send?.(notice);
}

/** Where a detached supervisor writes what it would say in a terminal. */
export function supervisorLog(stateDir: string): string {
  return join(stateDir, 'log', 'up.log');
}

/**
 * Starts a supervisor that outlives us, and returns once its stack is healthy; what kept it from
 * starting is thrown as the supervisor itself told it.
 *
 * @throws STACK_DOWN (fault) when it ended without a word
 */
export async function startDetached(given: {
  stateDir: string;
  env?: NodeJS.ProcessEnv;
  onProgress?: (line: string) => void;
}): Promise<StackAddresses> {
  const stateDir = resolve(given.stateDir);
  prepareStateDir(stateDir);
  const env = given.env ?? process.env;
  const log = openSync(supervisorLog(stateDir), 'a', 0o600);
  const cli = join(packageRoot(), 'dist', 'scripts', 'cli.js');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', cli, 'up', '--state', stateDir],
    { detached: true, env, stdio: ['ignore', log, log, 'ipc'] },
  );
  closeSync(log);
  await new Promise<void>((settle, reject) => {
    child.on('message', (message) => {
      const notice = noticeSchema.parse(message);
      if (notice.kind === 'progress') given.onProgress?.(notice.line);
      else if (notice.kind === 'up') settle();
      else {
        const { code, failureKind: kind } = notice;
        reject(new CommandError({ code, kind, message: notice.message }));
      }
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const end = lastLines(supervisorLog(stateDir));
      const how = signal ?? `exit ${code ?? 'unknown'}`;
      const log = supervisorLog(stateDir);
      const message = `The stack did not start (${how}). ${log} ends:\n${end}`;
      const fail = (): void =>
        reject(new CommandError({ code: 'STACK_DOWN', kind: 'fault', message }));
      // What it told us last may still be on its way, and says more.
      if (child.connected) child.once('disconnect', fail);
      else fail();
    });
  });
  child.disconnect();
  child.unref();
  return readStack(stateDir, env);
}
