import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const root = join(__dirname, '..', '..');

/** Runs TypeScript sources in plain Node, so that no build has to come first. */
const hook = `
  const { transformFileSync } = require('@swc/core');
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' };
  require.extensions['.ts'] = (module, file) => {
    const { code } = transformFileSync(file, { jsc, module: { type: 'commonjs' }, swcrc: false });
    module._compile(code, file);
  };
`;

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
  const args = ['--disable-warning=ExperimentalWarning', '-e', `${hook}\n${program}`];
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
