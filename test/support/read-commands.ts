import { join } from 'node:path';
import { CommanderError, type Command } from 'commander';
import type { allCommands as ofSource } from '../../scripts/cli';

/** As it was built: the command loads its words as compiled files. */
const built = join(__dirname, '../../dist/scripts/cli.js');

async function allCommands(): Promise<Command> {
  const { allCommands: all } = (await import(built)) as { allCommands: typeof ofSource };
  return all();
}

/** The words of a command line as a shell splits them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, bare]) => {
    return double ?? single ?? bare ?? '';
  });
}

/** Makes every command of a program read its line and do nothing. */
function readingOnly(program: Command): Command {
  for (const command of program.commands) readingOnly(command);
  const silent = { writeErr: () => undefined, writeOut: () => undefined };
  return program
    .exitOverride()
    .configureOutput(silent)
    .action(() => undefined);
}

/** Whether the words only name a command, as a sentence may. */
function namesCommand([word, ...rest]: readonly string[], program: Command): boolean {
  if (word === undefined) return program.parent !== null;
  const next = program.commands.find((each) => each.name() === word);
  return next !== undefined && namesCommand(rest, next);
}

async function flawOf(line: string, program: Command): Promise<string | null> {
  const words = wordsOf(line);
  if (namesCommand(words, program)) return null;
  try {
    await program.parseAsync(words, { from: 'user' });
    return null;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null; // Help.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Reads command lines, a JSON array, and says what is wrong with each; null where nothing. */
async function main(): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const lines = JSON.parse(Buffer.concat(chunks).toString('utf8')) as string[];
  const flaws: (string | null)[] = [];
  const program = readingOnly(await allCommands());
  for (const line of lines) flaws.push(await flawOf(line, program));
  process.stdout.write(JSON.stringify(flaws));
}

void main();
