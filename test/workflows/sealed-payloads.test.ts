import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { fail } from '../../activities/fail';
import type { Activities } from '../../contracts/activities';
import { taskQueues, workflowIds } from '../../contracts/workflow-ids';
import { headsOfRuns } from '../../scripts/heads-in-history';
import { startIncident } from '../../scripts/incident-start';
import { withTemporal } from '../../scripts/temporal-client';
import { runThere } from '../../workers/run-standing';
import { CodecKeys } from '../../workers/temporal/codec-keys';
import { bundleOf, converterOf } from '../../workers/temporal/door';
import { leavesOf } from '../support/history-leaves';
import { incidentStart, PlayedWorld } from '../support/played-world';
import { devServer, withWorker } from '../support/temporal';
import { until } from '../support/until';

const canary = 'Wilhelmina Featherstonehaugh';
const folder = mkdtempSync(join(tmpdir(), 'makewhole-sealed-'));
const newKey = () => randomBytes(32).toString('base64');
let env: TestWorkflowEnvironment;
beforeAll(async () => {
  env = await devServer();
});
afterAll(async () => {
  await env.teardown();
  rmSync(folder, { recursive: true });
});

let files = 0;
/** A file of keys of this test's own, and what a worker or client reads from it. */
function keysIn(...lines: string[]) {
  files += 1;
  const path = join(folder, `keys-${String(files)}`);
  const write = (...now: string[]) => writeFileSync(path, `# newest first\n${now.join('\n')}\n`);
  write(...lines);
  return { path, write, keys: new CodecKeys(path) };
}

function clientWith(keys: CodecKeys | undefined): Client {
  const { connection, namespace = 'default' } = env;
  return new Client({ connection, namespace, dataConverter: converterOf({ keys }) });
}

const gates = ['unfreeze', 'close', 'letters/acknowledgement', 'letters/call', 'letters/advice'];
const passing = () => {
  const world = new PlayedWorld();
  for (const gate of [...gates, 'letters/resolution']) world.gates[gate] = 'passed';
  return world;
};

/** Histories as Temporal keeps them, of an incident and all that its run started. */
async function histories(incidentId: string, keys: CodecKeys) {
  const ids = new Set([incidentId, workflowIds.gate(incidentId, 'plan')]);
  for await (const { workflowId } of clientWith(keys).workflow.list()) {
    if (workflowId.startsWith(incidentId)) ids.add(workflowId);
  }
  const fetched = [...ids].map(async (workflowId) => {
    const handle = env.client.workflow.getHandle(workflowId);
    return { workflowId, history: await handle.fetchHistory() };
  });
  return Promise.all(fetched);
}

const keyIdsIn = (value: unknown) =>
  new Set(
    leavesOf(value)
      .filter(({ path }) => path.endsWith('.encryption-key-id'))
      .map(({ text }) => text),
  );

describe('an incident whose keys are changed while it runs', () => {
  const [first, second] = [newKey(), newKey()];
  const incidentId = 'INC-2026-0001';
  const { path, write, keys } = keysIn(first);
  const ids = keys.ids();

  it('ends made whole and answers the CLI; 1 workflow of it fails', async () => {
    const world = passing();
    const drafted = world.activities();
    const letters = async () => {
      if (world.count('draftPlan') === 1) throw fail('SERVICE_UNREACHABLE', `tell ${canary}`);
      return { ...(await drafted.draftPlan({} as never)), heard: canary } as never;
    };
    const superseded = async () => {
      throw fail('RUN_SUPERSEDED', `tell ${canary}`);
    };
    const played = { draftPlan: letters, tellClocks: superseded };
    const activities: Activities = world.activities(played);
    const client = clientWith(keys);
    const run = async () => {
      const start = { ...incidentStart(incidentId), reportedDeals: ['OLD'], told: canary };
      await startIncident(client, start);
      const gate = client.workflow.getHandle(workflowIds.gate(incidentId, 'plan'));
      await until('the plan is being decided', async () =>
        gate.describe().then(
          () => true,
          (error: unknown) => {
            if (error instanceof WorkflowNotFoundError) return false;
            throw error;
          },
        ),
      );
      const { openedAt } = start;
      const there = await runThere(client.workflow, { incidentId, openedAt });
      expect(there).toMatchObject({ run: 1, running: true });
      write(second, first);
      expect(keys.ids()[1]).toBe(ids[0]);
      ids.unshift(keys.ids()[0] ?? '');
      world.gates['plan'] = 'passed';
      await gate.signal('nudge', canary);
      const done: unknown = await client.workflow.getHandle(incidentId).result();
      expect(done).toMatchObject({ outcome: 'made-whole', planVersions: 1 });
      const late = { incidentId, run: 0, told: canary };
      const clocks = { workflowId: `${incidentId}/late`, taskQueue: taskQueues.incidents };
      const failing = client.workflow.execute('watchClocks', { ...clocks, args: [late] });
      const cause = { message: expect.stringContaining('goes on in a later run') as string };
      await expect(failing).rejects.toMatchObject({ cause });
      const where = { temporalAddress: env.address, temporalNamespace: 'default' };
      const stack = { ...where, temporalDoor: { MAKEWHOLE_CODEC_KEYS: path } };
      const asked = withTemporal(stack, ({ workflow }) =>
        workflow.getHandle(incidentId).query('board'),
      );
      await expect(asked).resolves.toMatchObject({ stage: 'closed' });
    };
    await withWorker({ env, activities, keys, run });
  });

  it('leaves nothing to read but ids: every payload is under 1 of 2 keys', async () => {
    const kept = await histories(incidentId, keys);
    expect(kept.length).toBeGreaterThan(8);
    expect(keyIdsIn(kept)).toEqual(new Set(ids));
    const leaves = kept.flatMap(({ workflowId, history }) => leavesOf(history, workflowId));
    expect(leaves.filter(({ text }) => text.includes(canary))).toEqual([]);
    const open = leaves.filter(
      ({ path: at, text }) => at.endsWith('.metadata.encoding') && text !== 'binary/encrypted',
    );
    expect(open.filter(({ path: at }) => !at.includes('earchAttributes'))).toEqual([]);
    const told = leaves.filter(({ path: at }) => at.endsWith('ailure.message'));
    const ours = told.filter(({ text }) => text !== 'UnhandledCommand'); // The server's own.
    expect(new Set(ours.map(({ text }) => text))).toEqual(new Set(['Encoded failure']));
    expect(leaves.filter(({ path: at, text }) => at.endsWith('.stackTrace') && text)).toEqual([]);
  });

  it('replays from its sealed histories, and with a key less does not', async () => {
    const { history } = (await histories(incidentId, keys))[0]!;
    const replay = (given: CodecKeys) => {
      const worker = {
        workflowBundle: bundleOf({ keys: given }),
        dataConverter: converterOf({ keys: given }),
      };
      return Worker.runReplayHistory(worker, history, incidentId);
    };
    await expect(replay(keys)).resolves.toBeUndefined();
    await expect(replay(keysIn(second).keys)).rejects.toThrow('Replay failed');
  });

  it('tells a client without its key which of 2 is missing, as a fault', async () => {
    for (const given of [keysIn(second).keys, undefined]) {
      const { workflow } = clientWith(given);
      const asked = runThere(workflow, { incidentId, openedAt: '' });
      const missing = { code: 'PAYLOAD_SEALED', kind: 'fault' };
      await expect(asked).rejects.toMatchObject(missing);
      await expect(asked).rejects.toThrow(ids[1]);
    }
  });
});

describe('a worker that was not given the newest key', () => {
  it('loses no incident: the task is tried again until the key is there', async () => {
    const [older, newest] = [newKey(), newKey()];
    const behind = keysIn(older);
    const { keys } = keysIn(newest, older);
    const client = clientWith(keys);
    const incidentId = 'INC-2026-0002';
    const handle = await client.workflow.start('watchClocks', {
      workflowId: workflowIds.clocks(incidentId),
      taskQueue: taskQueues.incidents,
      workflowTaskTimeout: '1 second',
      args: [{ incidentId, run: 1 }],
    });
    const activities = new PlayedWorld().activities({
      tellClocks: async () => ({ nextAt: null, over: true }),
    });
    const run = async () => {
      await until('a task has failed', async () => {
        const { events } = await handle.fetchHistory();
        return (events ?? []).some((event) => event.workflowTaskFailedEventAttributes != null);
      });
      behind.write(older, newest);
      await handle.result();
    };
    await withWorker({ env, activities, keys: behind.keys, run });
  });

  it('is not stopped by bytes forged under 1 known key: they are read as nothing', async () => {
    const { keys } = keysIn(newKey());
    const { payloadCodecs = [] } = converterOf({ keys });
    const sealed = await payloadCodecs[0]!.encode([{ metadata: {}, data: Buffer.from('x') }]);
    for (const at of [0, 11, 12, -1]) {
      const [payload] = structuredClone(sealed);
      const data = payload!.data!;
      data[(at + data.length) % data.length]! ^= 1;
      expect(await payloadCodecs[0]!.decode([payload!])).toEqual([payload]);
    }
    for (const data of [new Uint8Array(), new Uint8Array(27)]) {
      const payload = { ...sealed[0], data };
      expect(await payloadCodecs[0]!.decode([payload])).toEqual([payload]);
    }
  });
});

describe('an incident that was resumed', () => {
  it('has the heads of its 2 runs read, and 0 of an incident that had its number', async () => {
    const start = incidentStart('INC-2026-0077');
    const seen = async () => {
      const heads = await headsOfRuns(env.client, start.incidentId);
      return [...new Set(heads.map(({ seq }) => seq))].sort().join();
    };
    const play = (given: { openedAt: string; number: number; until: string }) => {
      const { openedAt, number, until: wanted } = given;
      const evidenceHead = { seq: number, hash: 'c'.repeat(64), jws: 'a head' };
      const activities = passing().activities({ turnPage: async () => ({ evidenceHead }) });
      const run = async () => {
        const handle = await env.client.workflow.start('remediateIncident', {
          ...{ workflowId: start.incidentId, taskQueue: taskQueues.incidents },
          ...{ args: [{ ...start, openedAt }], memo: { run: number, openedAt } },
        });
        await until(`heads of ${wanted} are kept`, async () => (await seen()) === wanted);
        await handle.terminate('enough was seen');
      };
      return withWorker({ env, activities, run });
    };
    await play({ openedAt: '2020-01-01T00:00:00.000Z', number: 7, until: '7' });
    await play({ openedAt: start.openedAt, number: 1, until: '1' });
    await play({ openedAt: start.openedAt, number: 2, until: '1,2' });
  });
});
