import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { sourceHook } from '../support/server-child';

const root = join(__dirname, '..', '..');

/** A program of ours in a process of its own, which can be killed. */
export interface SourceChild {
  readonly pid: number;
  /** Its next line on stdout; throws with its stderr when it ends instead. */
  line(): Promise<string>;
  send(line: string): void;
  kill(signal: NodeJS.Signals): Promise<void>;
  readonly ended: Promise<void>;
}

/** Starts a program given as JavaScript text; it may require our sources by their paths. */
export function sourceChild(program: string, env: NodeJS.ProcessEnv = {}): SourceChild {
  const args = ['--disable-warning=ExperimentalWarning', '-e', `${sourceHook}\n${program}`];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const complaints = text(child.stderr);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = new Promise<void>((settle) => {
    child.once('exit', () => settle());
  });
  return {
    pid: child.pid ?? 0,
    ended,
    send: (line) => void child.stdin.write(`${line}\n`),
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
    line: async () => {
      const next = await lines.next();
      if (next.done === true) throw new Error(`the child ended: ${await complaints}`);
      return next.value;
    },
  };
}
