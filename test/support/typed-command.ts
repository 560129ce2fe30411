import { Command } from 'commander';
import { runWords } from '../../scripts/cli';
import { inTerminal } from '../../scripts/command-io';

/** What a command line came to, as whoever typed it saw it. */
export type Typed = { code: number; out: string; err: string };

type Line = {
  stateDir: string;
  /** The commands there are; all of them where nothing is said. */
  registers?: readonly ((program: Command) => void)[];
  words: readonly string[];
};

/** Types a command line as a person would, in a terminal of its own. */
export async function typed({ stateDir, registers, words }: Line): Promise<Typed> {
  const seen: Typed = { code: 0, out: '', err: '' };
  const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  const terminal = {
    out: (text: string) => void (seen.out += line(text)),
    err: (text: string) => void (seen.err += line(text)),
    exit: (code: number) => void (seen.code = code),
  };
  const all = ['--state', stateDir, ...words];
  const run = () => (registers === undefined ? runWords(all) : runSome(all, registers));
  const code = await inTerminal(terminal, run);
  if (seen.code === 0) seen.code = code; // A line that no command took was refused by itself.
  return seen;
}

async function runSome(
  words: readonly string[],
  registers: NonNullable<Line['registers']>,
): Promise<number> {
  const program = new Command('makewhole').exitOverride();
  for (const option of ['--state <dir>', '--json', '--yes']) program.option(option);
  for (const register of registers) register(program);
  await program.parseAsync(words, { from: 'user' });
  return 0;
}
