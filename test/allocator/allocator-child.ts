import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const root = path.join(__dirname, '../..');

/** The service's own program from its sources, so that no build has to come first. */
const program = `
  const { transformFileSync } = require('@swc/core');
  const jsc = { parser: { syntax: 'typescript' }, target: 'es2022' };
  require.extensions['.ts'] = (module, file) => {
    const { code } = transformFileSync(file, { jsc, module: { type: 'commonjs' }, swcrc: false });
    module._compile(code, file);
  };
  require('./allocator/server.ts').main();
`;

/** The service in a process of its own, listening on a free port. */
export async function allocatorChild(
  settings: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const env = { ...process.env, PORT: '0', ...settings };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, ['-e', program], { cwd: root, env, stdio });
  const complaints = text(child.stderr);
  const exit = once(child, 'exit').then(async ([code]) => {
    throw new Error(`ended with exit code ${String(code)}: ${await complaints}`);
  });
  exit.catch(() => undefined); // Once it listens, its end is the test's affair.
  const listening = once(createInterface(child.stdout), 'line') as Promise<[string]>;
  const [line] = await Promise.race([listening, exit]);
  const url = /http:\S+/.exec(line)?.[0];
  if (url === undefined) throw new Error(`expected the service's address, found: ${line}`);
  return { child, url };
}

/** Ends the service, without warning unless told otherwise, and waits until it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}
