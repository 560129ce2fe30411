import { setTimeout as wait } from 'node:timers/promises';
import { CommandError, inTerminal } from '../command-io';

/** What one command line came to. */
type Outcome = { code: number; out: string; err: string };

/** The hands of the drill's people: real command lines, signed with real keys, on one stack. */
export type Hands = {
  /**
   * Runs a command line under `--json`.
   *
   * @throws what the command said, when it did not end with 0.
   */
  run(words: readonly string[]): Promise<unknown>;
  /** As `run`, for commands that print a line a row. */
  lines(words: readonly string[]): Promise<Record<string, unknown>[]>;
};

/** Runs one command line to its exit code. */
export type RunWords = (words: readonly string[]) => Promise<number>;

/** Hands on the stack of a state folder. */
export function handsOn(given: { stateDir: string; runWords: RunWords }): Hands {
  const { stateDir, runWords } = given;
  const run = async (words: readonly string[]): Promise<string> => {
    const { code, out, err } = await capture(
      ['--state', stateDir, '--json', '--yes', ...words],
      runWords,
    );
    if (code === 0) return out;
    throw failed(words, { code, out, err });
  };
  return {
    async run(words) {
      const out = await run(words);
      return out.trim() === '' ? null : (JSON.parse(out) as unknown);
    },
    async lines(words) {
      const out = await run([...words, '--lines']);
      const rows = out.split('\n').filter((line) => line !== '');
      return rows.map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

async function capture(words: readonly string[], runWords: RunWords): Promise<Outcome> {
  const outcome: Outcome = { code: 0, out: '', err: '' };
  const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  const terminal = {
    out: (text: string) => void (outcome.out += line(text)),
    err: (text: string) => void (outcome.err += line(text)),
    exit: (code: number) => void (outcome.code = code),
  };
  const code = await inTerminal(terminal, () => runWords(words));
  if (outcome.code === 0) outcome.code = code; // A line that no command took was refused by itself.
  return outcome;
}

function failed(words: readonly string[], { out, err }: Outcome): CommandError {
  const said = readError(out);
  const message = `./makewhole ${words.join(' ')} said: ${said?.message ?? (err.trim() || out)}`;
  const { code = 'UNEXPECTED', kind = 'bug' } = said ?? {};
  return new CommandError({ code, kind, message });
}

function readError(
  out: string,
): { code: string; kind: CommandError['kind']; message: string } | null {
  try {
    return (
      JSON.parse(out) as { error: { code: string; kind: CommandError['kind']; message: string } }
    ).error;
  } catch {
    return null; // It did not come as far as saying why in JSON; people's text says it.
  }
}

/** A program that is started again takes its time, more so on a busy machine. */
const patienceMs = 180_000;

/**
 * Looks again until `holds`.
 *
 * @throws UNEXPECTED (bug) naming what was waited for, when it has not come to pass in time.
 */
export async function waitFor<T>(
  what: string,
  holds: () => Promise<T | undefined | null | false>,
): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const found = await holds();
    if (found !== undefined && found !== null && found !== false) return found;
    if (Date.now() > end) {
      const message = `Waited 3 minutes until ${what}; the worker's log may say why.`;
      throw new CommandError({ code: 'UNEXPECTED', kind: 'bug', message });
    }
    await wait(100);
  }
}
