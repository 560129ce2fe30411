import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from 'pg';
import { packageRoot } from '../../workers/package-root';
import { until } from '../support/until';
import {
  expectBalancedBooks,
  expectNoEarlyClaim,
  expectOnlyOwnLetters,
  expectUnitsAndService,
  expectWorkedMoney,
  lettersOf,
} from './played-drill';
import { RunningStack } from './running-stack';

// The bank's answer to D's refund is lost; the worker is killed between paying E and knowing it.
const [outcomes, letters] = [708_128, 708_129]; // Advisory locks of this test.
let stack: RunningStack;
let killed: number;

beforeAll(async () => {
  stack = await RunningStack.up();
  await loseReply('investor:D');
  const gate = await holdOutcomes();
  const drill = playDrill();
  try {
    await Promise.race([drill, inTheMiddle(gate)]);
    killed = stack.pidOf('worker');
    process.kill(killed, 'SIGKILL');
    await forgetTheDead();
  } finally {
    await gate.end(); // Whoever comes next may book outcomes.
  }
  await drill;
}, 240_000);
afterAll(() => stack.stop(), 60_000);

/** The next payment to this payee is booked, and the connection cut before the bank answers. */
async function loseReply(payee: string): Promise<void> {
  const fault = { kind: 'lose-reply', count: 1, match: { to: payee } };
  const answer = await fetch(new URL('/faults', stack.addresses.bankUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fault),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/**
 * From now on nobody can book the outcome of a payment, until the connection given back ends. A
 * mail cut off while it is handed over would wait for a person, so none starts in the meantime.
 */
async function holdOutcomes(): Promise<Client> {
  await holdBack({
    table: 'payments',
    when: `OLD.state = 'sending' AND NEW.state <> 'sending'`,
    lock: outcomes,
  });
  await holdBack({
    table: 'letters',
    when: `NEW.state = 'sending' AND NEW.stage <> 'acknowledgement'`,
    lock: letters,
  });
  const gate = new Client({ connectionString: stack.addresses.adminDatabaseUrl });
  await gate.connect();
  await gate.query('SELECT pg_advisory_lock($1), pg_advisory_lock($2)', [outcomes, letters]);
  return gate;
}

/** Makes certain changes of a table's rows wait for a lock. */
async function holdBack(given: { table: string; when: string; lock: number }): Promise<void> {
  const { table, when, lock } = given;
  await stack.sql(`
    CREATE FUNCTION hold_${table}() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${String(lock)});
      RETURN NEW;
    END $$`);
  await stack.sql(`
    CREATE TRIGGER hold_${table} BEFORE UPDATE ON ${table} FOR EACH ROW
    WHEN (${when}) EXECUTE FUNCTION hold_${table}()`);
}

/** What the dead worker had asked for and waits for a lock would be done when the lock is free. */
async function forgetTheDead(): Promise<void> {
  await stack.sql(
    `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
  );
}

/** Ends when somebody has been paid and nothing of it stands in the books yet. */
async function inTheMiddle(gate: Client): Promise<void> {
  const there = (table: string) => async () => (await stack.sql(`SELECT FROM ${table}`)).length > 0;
  await until('an incident is open', there('incidents'));
  await until('every share is recomputed', there('impacts'));
  await until('a plan is drafted', there('plans'));
  await until('a payment is made whose outcome is not booked yet', () => isHeld(gate));
}

/** Somebody has paid and waits to write down what came of it. */
async function isHeld(gate: Client): Promise<boolean> {
  const { rowCount } = await gate.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted`,
    [outcomes],
  );
  return (rowCount ?? 0) > 0;
}

/** The whole drill, by its own people, in a program of its own. */
async function playDrill(): Promise<void> {
  const dist = join(packageRoot(), 'dist/scripts');
  const program = `
    const { playDrill } = require(${JSON.stringify(join(dist, 'demo/play.js'))});
    const { readStack } = require(${JSON.stringify(join(dist, 'stack/read-stack.js'))});
    const { runWords } = require(${JSON.stringify(join(dist, 'cli.js'))});
    const stateDir = ${JSON.stringify(stack.stateDir)};
    const write = (line) => console.error(line);
    playDrill({ stack: readStack(stateDir, {}), stateDir, write, runWords }).then(
      () => process.exit(0),
      (error) => { console.error(error); process.exit(1); },
    );`;
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, code] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.once('close', resolve)),
  ]);
  if (code !== 0) throw new Error(`the drill broke off: ${said}`);
}

describe('a worker killed with kill -9 in the middle of settling', () => {
  it('is started again by the supervisor, under another pid', () => {
    expect(stack.pidOf('worker')).not.toBe(killed);
  });

  it('has made every payment once, also the one whose reply the bank lost', async () => {
    await expectWorkedMoney(stack);
    const answer = await fetch(new URL('/faults', stack.addresses.bankUrl));
    expect(await answer.json()).toEqual({ faults: [] }); // It was played.
  });

  it('leaves balanced books, the units where they belong, the service unfrozen', async () => {
    await expectBalancedBooks(stack);
    await expectUnitsAndService(stack);
  });

  it('has sent each of the 7 letters once, none before its money', async () => {
    const sent = await lettersOf(stack);
    expectOnlyOwnLetters(sent);
    await expectNoEarlyClaim(stack, sent);
  });

  it('ends closed, with evidence that holds', async () => {
    const status = await stack.json<{ stage: string }>(['incident', 'status', 'INC-2026-0001']);
    expect(status.stage).toBe('closed');
    const verdict = await stack.json(['evidence', 'verify', 'INC-2026-0001']);
    expect(verdict).toMatchObject({ holds: true });
  });
});
