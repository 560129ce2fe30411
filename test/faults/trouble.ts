import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { PartName } from '../../scripts/stack/stack-file';
import type { Stack } from '../../scripts/stack/start-stack';
import { withTemporal } from '../../scripts/temporal-client';
import { messages, workflowIds } from '../../contracts/workflow-ids';
import { named, programs, type Fault } from './fault';
import { loseWorkflows } from './lose-workflows';

/** From the kill until all that was killed answered again. Units: milliseconds since 1970. */
export type Outage = { fault: string; at: number; backAt: number };

type Trouble = { stack: Stack; stateDir: string; pool: Pool; signal: AbortSignal };
type ProgramFault = Extract<Fault, { kind: 'program' }>;
type Mishap = Extract<Fault, { kind: 'message' }>;

const [lookMs, silentMs] = [50, 12_000];

/**
 * Waits for each fault's page and lets it happen; deaths at boundaries are the worker's own affair.
 *
 * Order: by page; two faults of one page one after the other, the second once all is back.
 */
export async function causeTrouble(given: Trouble & { faults: Fault[] }): Promise<Outage[]> {
  const { faults, signal } = given;
  const open = faults.filter((fault) => 'page' in fault);
  const outages: Outage[] = [];
  while (open.length > 0 && !signal.aborted) {
    const turned = await turnedPages(given.pool);
    const next = open.findIndex(({ page }) => turned.has(page));
    const [fault] = next === -1 ? [] : open.splice(next, 1);
    if (fault?.kind === 'program') outages.push(await kill(fault, given));
    else if (fault?.kind === 'message') await mislead(fault, given);
    else if (fault?.kind === 'loss') outages.push(await lose(fault, given));
    else await wait(lookMs);
  }
  return outages;
}

async function turnedPages(pool: Pool): Promise<Set<string>> {
  const asked = pool.query<{ stage: string }>('SELECT DISTINCT stage FROM stages');
  const { rows } = await asked.catch(() => ({ rows: [] })); // It is down: look again.
  return new Set(rows.map(({ stage }) => stage));
}

async function kill(fault: ProgramFault, { stack, pool, signal }: Trouble): Promise<Outage> {
  const every = programs.filter((program) => program !== 'all');
  const parts: PartName[] = fault.program === 'all' ? [...every, 'worker'] : [fault.program];
  const before = new Map(parts.map((part) => [part, stack.pidOf(part)]));
  const at = Date.now();
  for (const pid of before.values()) if (pid !== undefined) process.kill(pid, 'SIGKILL');
  for (const part of parts) {
    const isBack = async () =>
      stack.pidOf(part) !== before.get(part) && (await answers(part, { stack, pool }));
    while (!signal.aborted && !(await isBack())) await wait(lookMs);
  }
  return { fault: named(fault), at, backAt: Date.now() };
}

async function answers(part: PartName, of: Pick<Trouble, 'stack' | 'pool'>): Promise<boolean> {
  const { addresses } = of.stack;
  const asked: Record<PartName, () => Promise<unknown>> = {
    postgres: () => of.pool.query('SELECT'),
    temporal: () => withTemporal(addresses, async (client) => client.workflow.count()),
    bank: () => fetch(new URL('/healthz', addresses.bankUrl)),
    allocator: () => fetch(new URL('/healthz', addresses.allocatorUrl)),
    mail: () => fetch(new URL('/api/healthz', addresses.inboxUrl ?? '')),
    worker: async () => undefined, // Its end is not an outage of something it asks.
  };
  return asked[part]().then(
    () => true,
    () => false,
  );
}

/** An incident without its workflows, until somebody has given the command that rebuilds it. */
async function lose(
  fault: Extract<Fault, { kind: 'loss' }>,
  { stack, stateDir, pool, signal }: Trouble,
): Promise<Outage> {
  const at = Date.now();
  if (fault.loss === 'store-lost') {
    const store = join(stateDir, 'temporal');
    const before = stack.pidOf('temporal');
    if (before !== undefined) process.kill(before, 'SIGKILL');
    for (const name of readdirSync(store)) rmSync(join(store, name), { force: true });
    const isBack = async () =>
      stack.pidOf('temporal') !== before && (await answers('temporal', { stack, pool }));
    while (!signal.aborted && !(await isBack())) await wait(lookMs);
  }
  await loseWorkflows({ addresses: stack.addresses, pool, stateDir });
  return { fault: named(fault), at, backAt: Date.now() };
}

async function mislead(fault: Mishap, trouble: Trouble): Promise<void> {
  if (fault.mishap === 'late') return keepSilent(trouble);
  const sent = await trouble.pool.query<{ incident_id: string; jws: string }>(
    `SELECT incident_id, jws FROM commands WHERE incident_id IS NOT NULL ORDER BY received_at`,
  );
  const again = fault.mishap === 'repeated' ? sent.rows : sent.rows.reverse();
  await withTemporal(trouble.stack.addresses, async (client) => {
    for (const { incident_id, jws } of again) {
      const desk = client.workflow.getHandle(workflowIds.desk(incident_id));
      await desk.signal(messages.command, jws);
    }
  });
}

/** No worker lives long enough to answer: what people send meanwhile is read late. */
async function keepSilent({ stack, signal }: Trouble): Promise<void> {
  const until = Date.now() + silentMs;
  for (let killed: number | undefined; Date.now() < until && !signal.aborted;) {
    const pid = stack.pidOf('worker');
    if (pid !== undefined && pid !== killed) {
      killed = pid;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was about to be started again.
      }
    }
    await wait(lookMs);
  }
}
