import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import { runWords } from '../../scripts/cli';
import { inTerminal, leaveExitCode, terminalIo } from '../../scripts/command-io';

const [patienceMs, pauseMs] = [45_000, 300];
const downExitCode = 4;

/** Runs a command line as people do: when something is down they give it again, for a while. */
export async function runPatiently(words: readonly string[]): Promise<number> {
  const outer = terminalIo({});
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const [out, err]: [string[], string[]] = [[], []];
    let code = 0;
    const terminal = {
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
      exit: (left: number) => void (code = left),
    };
    const returned = await inTerminal(terminal, () => runWords(words));
    if (code === 0) code = returned;
    if (code !== downExitCode || Date.now() > giveUpAt) {
      for (const text of out) outer.out(text);
      for (const text of err) outer.err(text);
      leaveExitCode(code);
      return code;
    }
    await wait(pauseMs);
  }
}

/** A letter of which no machine can say whether it left, and whether it lies in the inbox. */
export type UnknownLetter = {
  incident: string;
  row: string;
  messageId: string;
  delivered: boolean;
};

type Row = { incident_id: string; row: string; message_id: string };

/**
 * Does what customer success does about unknown letters, until `signal`: looks into the inbox and
 * says what it found.
 */
export async function settleUnknownLetters(given: {
  pool: Pool;
  stateDir: string;
  signal: AbortSignal;
}): Promise<UnknownLetter[]> {
  const { pool, stateDir, signal } = given;
  const settled = new Map<string, UnknownLetter>();
  while (!signal.aborted) {
    for (const { incident_id: incident, row, message_id: messageId } of await unknownRows(pool)) {
      const delivered = liesInInbox(stateDir, messageId);
      const word = delivered ? '--sent' : '--not-sent';
      const words = ['--state', stateDir, '--json', '--yes', 'letters', 'resolve', incident, row];
      const quiet = { out: () => undefined, err: () => undefined, exit: () => undefined };
      await inTerminal(quiet, () => runPatiently([...words, word, '--as', 'carla']));
      settled.set(`${row} ${String(settled.size)}`, { incident, row, messageId, delivered });
    }
    await wait(pauseMs);
  }
  return [...settled.values()];
}

async function unknownRows(pool: Pool): Promise<Row[]> {
  const found = await pool
    .query<Row>(
      `SELECT incident_id, stage || '/' || investor_id || '/' || revision AS row, message_id
       FROM letters WHERE state = 'unknown'`,
    )
    .catch(() => ({ rows: [] })); // The database is down: look again.
  return found.rows;
}

function liesInInbox(stateDir: string, messageId: string): boolean {
  const folder = join(stateDir, 'mail');
  const mails = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  return mails.some((name) => readFileSync(join(folder, name), 'utf8').includes(messageId));
}
