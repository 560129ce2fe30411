import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { CaseError } from '../domain/allocation-case';
import { CommandError, type CommandIo } from './command-io';

/** Opens the FILE a command was given, or stdin for `-` or none. */
export function openInput(file: string | undefined, io: CommandIo): NodeJS.ReadableStream {
  if (file !== undefined && file !== '-') return createReadStream(file);
  if (process.stdin.isTTY) io.err('Reading from the terminal; end with Ctrl-D.');
  return process.stdin;
}

/** Reads the whole of the FILE a command was given, or of stdin, as bytes. */
export async function readInput(file: string | undefined, io: CommandIo): Promise<Uint8Array> {
  return buffer(openInput(file, io));
}

/**
 * Runs a command that reads a FILE, with refusals as the terminal shows them: under --json the path
 * is a field of its own, for people it stands in the message already.
 *
 * @throws INPUT_INVALID (rejected) when the input is no case or the file cannot be read.
 */
export async function withInputErrors(io: CommandIo, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof CaseError) {
      const { code, kind, message, path } = error;
      throw new CommandError({
        code,
        kind,
        message,
        path: io.json && path !== '' ? path : undefined,
      });
    }
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall !== 'open' && syscall !== 'read') throw error;
    const advice = `expected a file that can be read, or - for stdin: ${message}`;
    throw new CommandError({
      code: 'INPUT_INVALID',
      kind: 'rejected',
      message: advice,
      cause: error,
    });
  }
}
