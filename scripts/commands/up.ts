import type { Command } from 'commander';
import { action, asCommandError, CommandError, type CommandIo, show, tell } from '../command-io';
import { openRuns, resumeHint } from '../open-runs';
import { maskUrl } from '../stack/mask-url';
import { quoted } from '../printed-commands';
import { readStack } from '../stack/read-stack';
import { readStackFile, type StackAddresses } from '../stack/stack-file';
import { startDetached, tellStarter } from '../stack/start-detached';
import { startStack } from '../stack/start-stack';
import { supervisorOf } from '../stack/supervisor-lock';
import { textTable } from '../text-table';

/** The options of `up`. */
export interface UpOptions {
  readonly detach?: boolean;
}

function showAddresses(
  io: CommandIo,
  given: { addresses: StackAddresses; pid: number; headline: string; hint: string },
): void {
  const { addresses, pid, headline, hint } = given;
  const { databaseUrl, temporalAddress, temporalUiUrl, smtpUrl, inboxUrl } = addresses;
  const { allocatorUrl, bankUrl } = addresses;
  const printable = {
    temporal: { address: temporalAddress, ui: temporalUiUrl },
    database: { url: maskUrl(databaseUrl) },
    mail: { smtp: maskUrl(smtpUrl), inbox: inboxUrl },
    allocator: { url: allocatorUrl },
    bank: { url: bankUrl },
  };
  const rows = [
    ['inbox', inboxUrl ?? `your own (${printable.mail.smtp})`],
    ['runbook (Temporal)', temporalUiUrl ?? `your own (${temporalAddress})`],
    ['bank', bankUrl],
    ['allocator', allocatorUrl],
    ['Temporal', temporalAddress],
    ['SMTP', printable.mail.smtp],
    ['database', printable.database.url],
  ];
  const text = (): string => `${headline}\n${textTable(['part', 'address'], rows)}\n${hint}`;
  show({ io, value: { state: io.stateDir, pid, addresses: printable }, text });
}

async function inForeground(io: CommandIo): Promise<number> {
  const interrupt = new AbortController();
  const interrupted = new Promise<void>((settle) => {
    interrupt.signal.addEventListener('abort', () => settle(), { once: true });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interrupt.abort());
  }
  const onProgress = (line: string): void => {
    io.err(line);
    tellStarter({ kind: 'progress', line });
  };
  const { signal } = interrupt;
  const stack = await startStack({ stateDir: io.stateDir, onProgress, signal });
  showAddresses(io, {
    addresses: stack.addresses,
    pid: process.pid,
    headline: `Makewhole is up (state in ${io.stateDir}).`,
    hint: 'Ctrl-C stops it; its state stays.',
  });
  tellStarter({ kind: 'up' });
  await tellMissingRuns(io, stack.addresses);
  await interrupted;
  io.err('Stopping ...');
  await stack.stop();
  io.err('Stopped; the state stays.');
  return 0;
}

async function detached(io: CommandIo): Promise<number> {
  const onProgress = (line: string): void => io.err(line);
  const addresses = await startDetached({ stateDir: io.stateDir, onProgress });
  showAddresses(io, {
    addresses,
    pid: supervisorOf(io.stateDir)?.pid ?? 0,
    headline: `Makewhole is up (state in ${io.stateDir}).`,
    hint: `Stop it with: ./makewhole down --state ${quoted(io.stateDir)}`,
  });
  await tellMissingRuns(io, addresses);
  return 0;
}

/** Temporal's store can be lost while the database is not: its incidents are then to be rebuilt. */
async function tellMissingRuns(io: CommandIo, addresses: StackAddresses): Promise<void> {
  const open = await openRuns(addresses).catch(() => []); // `doctor` says what is wrong with it.
  for (const { incident, workflow } of open) {
    if (workflow === 'missing') tell(io, resumeHint(incident));
  }
}

/** Says where the stack that already runs is; refuses while it is on its way up or down. */
function alreadyUp(io: CommandIo, pid: number): number {
  const { phase } = readStackFile(io.stateDir);
  if (phase !== 'up') {
    const word = phase === 'stopping' ? 'stopping' : 'starting';
    const message =
      `Another makewhole (pid ${pid}) is ${word} the stack in ${io.stateDir}: ` +
      'wait for it, or choose another --state.';
    throw new CommandError({ code: 'STACK_BUSY', kind: 'refused', message });
  }
  showAddresses(io, {
    addresses: readStack(io.stateDir, {}),
    pid,
    headline: `Makewhole was already up (pid ${pid}, state in ${io.stateDir}).`,
    hint: `Stop it with: ./makewhole down --state ${quoted(io.stateDir)}`,
  });
  return 0;
}

/**
 * Starts the stack and keeps it up until it is interrupted, or detached from us.
 *
 * @throws STACK_BUSY (refused) when it is on its way up or down elsewhere
 */
export async function up(options: UpOptions, io: CommandIo): Promise<number> {
  const other = supervisorOf(io.stateDir);
  if (other !== undefined) return alreadyUp(io, other.pid);
  if (options.detach === true) return detached(io);
  try {
    return await inForeground(io);
  } catch (error) {
    const { code, kind, message } = asCommandError(error);
    tellStarter({ kind: 'failed', code, failureKind: kind, message });
    throw error;
  }
}

const example = `
Starts PostgreSQL, Temporal, a mail inbox, the sandbox bank, the allocator and the worker on free
ports of 127.0.0.1. DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, ALLOCATOR_URL and BANK_URL replace
one part each.

Examples:
  ./makewhole up                    in the foreground; Ctrl-C stops it, its state stays
  ./makewhole up --detach           returns when all is healthy; what stops it is down
  DATABASE_URL=postgres://me@db/mw ./makewhole up`;

/** Adds `up` to the program. */
export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start the stack, or go on where it was stopped')
    .option('--detach', 'return when all is healthy')
    .addHelpText('after', example)
    .action(action<UpOptions>((options, io) => up(options, io)));
}
