import { Command } from 'commander';
import { inTerminal } from '../../scripts/command-io';

/** What a command line came to, as whoever typed it saw it. */
export type Typed = { code: number; out: string; err: string };

type Line = {
  stateDir: string;
  registers: readonly ((program: Command) => void)[];
  words: readonly string[];
};

/** Types a command line as a person would, in a terminal of its own. */
export async function typed({ stateDir, registers, words }: Line): Promise<Typed> {
  const program = new Command('makewhole').exitOverride();
  for (const option of ['--state <dir>', '--json', '--yes']) program.option(option);
  for (const register of registers) register(program);
  const seen: Typed = { code: 0, out: '', err: '' };
  const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  const terminal = {
    out: (text: string) => void (seen.out += line(text)),
    err: (text: string) => void (seen.err += line(text)),
    exit: (code: number) => void (seen.code = code),
  };
  await inTerminal(terminal, () =>
    program.parseAsync(['--state', stateDir, ...words], { from: 'user' }),
  );
  return seen;
}
