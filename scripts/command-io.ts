import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { FailureKind } from '../contracts/failures';
import { packageRoot } from '../workers/package-root';
import { pasteable, quoted, type Called } from './printed-commands';
import { toldFailure } from './told-failure';

/** What a command may know of the terminal it runs in; tests give their own. */
export interface CommandIo {
  /** Whether stdout carries one JSON document (or NDJSON) and nothing else. */
  readonly json: boolean;
  /** Whether the command must not ask anything. */
  readonly yes: boolean;
  /** The absolute folder that says where the running stack is. */
  readonly stateDir: string;
  /** How the command was called, for the commands that it prints. */
  readonly called: Called;
  /** Writes a result to stdout, with a newline at its end. */
  out(text: string): void;
  /** Writes people's text, progress and errors to stderr, with a newline at its end. */
  err(text: string): void;
}

/** A failure that a command foresaw: its kind decides the exit code, its message what to do. */
export class CommandError extends Error {
  readonly code: string;
  readonly kind: FailureKind;
  readonly path: string | undefined;

  constructor(given: {
    code: string;
    kind: FailureKind;
    message: string;
    path?: string | undefined;
    cause?: unknown;
  }) {
    super(given.message, { cause: given.cause });
    this.name = 'CommandError';
    this.code = given.code;
    this.kind = given.kind;
    this.path = given.path;
  }
}

const exitCodes: Record<FailureKind, number> = { rejected: 2, refused: 3, fault: 4, bug: 70 };

/** The exit code of a command that the person broke off. */
export const interruptedExitCode = 130;

/** The exit code for a kind of failure: rejected 2, refused 3, fault 4, bug 70. */
export function exitCodeOf(kind: FailureKind): number {
  return exitCodes[kind];
}

interface Foreseen {
  readonly code: string;
  readonly kind: FailureKind;
  readonly message: string;
  readonly path?: unknown;
}

function isForeseen(error: unknown): error is Foreseen {
  if (typeof error !== 'object' || error === null) return false;
  const { code, kind, message } = error as Partial<Record<keyof Foreseen, unknown>>;
  const known = typeof kind === 'string' && Object.hasOwn(exitCodes, kind);
  return known && typeof code === 'string' && typeof message === 'string';
}

function isAbort(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError'
  );
}

/**
 * Reads any thrown value as a failure of a known kind: errors that carry `code` and `kind` keep
 * them, a disk, service or database that does not serve is a fault, everything else is our bug.
 */
export function asCommandError(error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (isForeseen(error)) {
    const { code, kind, message } = error;
    const path = typeof error.path === 'string' ? error.path : undefined;
    return new CommandError({ code, kind, message, path, cause: error });
  }
  const told = toldFailure(error);
  if (told !== undefined) return new CommandError({ ...told, kind: 'fault', cause: error });
  const said = error instanceof Error && error.message !== '' ? error.message : String(error);
  return new CommandError({ code: 'UNEXPECTED', kind: 'bug', message: said, cause: error });
}

/** Writes a failure as the command promises: one JSON document under --json, else a sentence. */
export function reportError(error: CommandError, io: CommandIo): void {
  if (io.json) {
    const { code, kind, message, path } = error;
    io.out(
      JSON.stringify({ error: { code, kind, message, ...(path === undefined ? {} : { path }) } }),
    );
    if (kind !== 'bug') return;
  } else {
    const place = error.path === undefined ? '' : `${error.path}: `;
    tell(io, `${place}${error.message} (${error.code})`);
  }
  const { cause } = error;
  if (error.kind === 'bug') io.err(String(cause instanceof Error ? cause.stack : error.stack));
}

/**
 * Runs one command to its exit code; a throw becomes a report and the code of its kind, an abort
 * becomes 130. It never throws.
 */
export async function runCommand(run: () => Promise<number>, io: CommandIo): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (isAbort(error)) return interruptedExitCode;
    const failure = asCommandError(error);
    reportError(failure, io);
    return exitCodeOf(failure.kind);
  }
}

/**
 * Prints a result: the value as one JSON document under --json, else people's text. `asItIs` for
 * texts that somebody signs or has signed, of which no letter may change.
 */
export function show(given: {
  io: CommandIo;
  value: unknown;
  text: () => string;
  asItIs?: true;
}): void {
  const { io, value, text, asItIs } = given;
  if (io.json) io.out(JSON.stringify(value));
  else io.out(asItIs === true ? text() : pasteable(text(), io.called));
}

/** Tells people something beside the result, with the commands in it as they can be pasted. */
export function tell(io: CommandIo, text: string): void {
  io.err(pasteable(text, io.called));
}

function writer(stream: NodeJS.WritableStream): (text: string) => void {
  return (text) => {
    stream.write(text.endsWith('\n') ? text : `${text}\n`);
  };
}

/** Where a command writes and leaves its exit code when it is not the process's own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly exit: (code: number) => void;
}

const terminals = new AsyncLocalStorage<Terminal>();

/** Runs `run` with every command in it writing to `terminal` instead of the process's own. */
export function inTerminal<T>(terminal: Terminal, run: () => Promise<T>): Promise<T> {
  return terminals.run(terminal, run);
}

/** The real terminal, or the one this runs in, with the global options as they were given. */
export function terminalIo(options: {
  json?: boolean | undefined;
  yes?: boolean | undefined;
  state?: string | undefined;
}): CommandIo {
  const fromEnv = process.env['MAKEWHOLE_STATE'];
  const named = options.state ?? (fromEnv === '' ? undefined : fromEnv);
  return {
    json: options.json ?? false,
    yes: options.yes ?? false,
    stateDir: named === undefined ? resolve(packageRoot(), '.makewhole') : resolve(named),
    called: { program: programTyped(), state: options.state },
    out: terminals.getStore()?.out ?? writer(process.stdout),
    err: terminals.getStore()?.err ?? writer(process.stderr),
  };
}

/** The launcher says how it was called; without it this is read as from the checkout. */
function programTyped(): string {
  const typed = process.env['MAKEWHOLE_PROGRAM'] ?? '';
  return typed === '' ? './makewhole' : quoted(typed);
}

/** Leaves an exit code with whoever runs the command: the process, or another command. */
export function leaveExitCode(code: number): void {
  const terminal = terminals.getStore();
  if (terminal === undefined) process.exitCode = code;
  else terminal.exit(code);
}

/** A command: its options (the global ones among them), the terminal, its arguments; exit code. */
export type CommandRun<Options> = (
  options: Options,
  io: CommandIo,
  args: readonly string[],
) => Promise<number>;

interface GlobalOptions {
  json?: boolean;
  yes?: boolean;
  state?: string;
}

/**
 * Turns `(options, io, args) => exit code` into a commander action that obeys the error and exit
 * convention. `options` are the command's own, with the global ones among them.
 */
export function action<Options extends object>(
  run: CommandRun<Options>,
): (this: Command, ...given: unknown[]) => Promise<void> {
  return async function act(this: Command): Promise<void> {
    const options = this.optsWithGlobals<Options & GlobalOptions>();
    const io = terminalIo(options);
    leaveExitCode(await runCommand(() => run(options, io, this.args), io));
  };
}
