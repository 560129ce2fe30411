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
const lock = 7_081_28;
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

/** From now on nobody can book the outcome of a payment, until the connection given back ends. */
async function holdOutcomes(): Promise<Client> {
  await stack.sql(`
    CREATE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_advisory_xact_lock_shared(${String(lock)});
      RETURN NEW;
    END $$`);
  await stack.sql(`
    CREATE TRIGGER wait_for_the_test BEFORE UPDATE ON payments FOR EACH ROW
    WHEN (OLD.state = 'sending' AND NEW.state <> 'sending')
    EXECUTE FUNCTION wait_for_the_test()`);
  const gate = new Client({ connectionString: stack.addresses.adminDatabaseUrl });
  await gate.connect();
  await gate.query('SELECT pg_advisory_lock($1)', [lock]);
  return gate;
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
    [lock],
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
    const letters = await lettersOf(stack);
    expectOnlyOwnLetters(letters);
    await expectNoEarlyClaim(stack, letters);
  });

  it('ends closed, with evidence that holds', async () => {
    const status = await stack.json<{ stage: string }>(['incident', 'status', 'INC-2026-0001']);
    expect(status.stage).toBe('closed');
    const verdict = await stack.json(['evidence', 'verify', 'INC-2026-0001']);
    expect(verdict).toMatchObject({ holds: true });
  });
});
