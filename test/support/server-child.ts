import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const root = join(__dirname, '..', '..');

/** What lets plain Node run TypeScript sources, so that no build has to come first. */
export const sourceHook = `
  const { transformFileSync } = require('@swc/core');
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' };
  require.extensions['.ts'] = (module, file) => {
    const { code } = transformFileSync(file, { jsc, module: { type: 'commonjs' }, swcrc: false });
    module._compile(code, file);
  };
`;

/** A server that stands in for somebody else's, in a process of its own on a free port. */
export async function serverChild(
  server: 'allocator' | 'bank',
  settings: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const program = `${sourceHook}\nrequire('./${server}/server.ts').main();`;
  const env = { ...process.env, PORT: '0', ...settings };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, ['-e', program], { cwd: root, env, stdio });
  const complaints = text(child.stderr);
  const exit = once(child, 'exit').then(async ([code]) => {
    throw new Error(`the ${server} ended with exit code ${String(code)}: ${await complaints}`);
  });
  exit.catch(() => undefined); // Once it listens, its end is the test's affair.
  const listening = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([listening, exit]);
  const url = /http:\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`expected the ${server}'s address, found: ${line}`);
  return { child, url };
}

/** Ends a server without warning, and waits until it is gone. */
export async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
