import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Plays the drill on a stack of its own and stops at moments of it, each told by the command that
 * the drill is about to run. `open` gets the addresses and gives `{ look(name), close() }`; it
 * looks at each moment and, under the name `last`, at the end.
 *
 * Ensures: throws when a moment never came; the stack is stopped and removed in any case.
 */
export async function playPaused({ moments, last, open }) {
  const load = createRequire(import.meta.url);
  const { startStack } = load('../dist/scripts/stack/start-stack.js');
  const { removeStateDir } = load('../dist/scripts/stack/state-dir.js');
  const { playDrill } = load('../dist/scripts/demo/play.js');
  const { runWords } = load('../dist/scripts/cli.js');
  const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-paused-'));
  const stack = await startStack({ stateDir });
  let watcher;
  try {
    watcher = await open(stack.addresses);
    const seen = new Set();
    const pausing = async (words) => {
      const moment = moments.find(({ name, isNow }) => !seen.has(name) && isNow(words));
      if (moment !== undefined) {
        seen.add(moment.name);
        await watcher.look(moment.name);
      }
      return runWords(words);
    };
    const write = (line) => process.stdout.write(`${line}\n`);
    await playDrill({ stack: stack.addresses, stateDir, write, runWords: pausing });
    await watcher.look(last);
    const missed = moments.filter(({ name }) => !seen.has(name));
    if (missed.length > 0) throw new Error(`never seen: ${missed.map(({ name }) => name).join()}`);
  } finally {
    await watcher?.close();
    await stack.stop();
    removeStateDir(stateDir);
  }
}
