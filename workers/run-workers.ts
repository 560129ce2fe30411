import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import type { Activities } from '../contracts/activities';
import { taskQueues } from '../contracts/workflow-ids';
import type { WorkerConfig } from './config';
import { bundleOf, converterOf, workerConnectionOf, type Door } from './temporal/door';

const renewEveryMs = 60_000;

/**
 * How our workers end and are replaced: told to end, an activity has 10 s to finish what it does; a
 * dead worker's workflows are elsewhere after 2 s. A workflow task that outlasts its time is cut
 * short in a way that can end the process, so it is cut long after Temporal has given it up.
 */
export const workerOptions = {
  shutdownGraceTime: '10 seconds',
  shutdownForceTime: '20 seconds',
  stickyQueueScheduleToStartTimeout: '2 seconds',
  isolateExecutionTimeout: '60 seconds', // The SDK takes it, its types do not name it.
} as const satisfies Partial<WorkerOptions> & { isolateExecutionTimeout: string };

/**
 * Works all task queues in this process, workflows and the activities of every queue, until it is
 * told to end; says that it is ready once it polls.
 */
export async function runWorkers(config: WorkerConfig, activities: Activities): Promise<void> {
  const { address, namespace, door } = config.temporal;
  const connection = await NativeConnection.connect({ address, ...workerConnectionOf(door) });
  const shared = { connection, namespace, activities, dataConverter: converterOf(door) };
  const workflowBundle = bundleOf(door);
  const workers = await Promise.all(
    Object.values(taskQueues).map((taskQueue) => {
      // Workflows live on one queue; a flood of letters on another never delays a freeze.
      const workflows = taskQueue === taskQueues.incidents ? { workflowBundle } : {};
      return Worker.create({ ...workerOptions, ...shared, ...workflows, taskQueue });
    }),
  );
  const ready = tellReady(config.stateDir);
  const renewing = setInterval(() => renewToken(connection, door), renewEveryMs);
  try {
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    clearInterval(renewing);
    rmSync(ready, { force: true });
    await connection.close();
  }
}

/** A token is renewed in its file by whoever issues it; one that cannot be read stays in use. */
function renewToken(connection: NativeConnection, { token }: Door): void {
  if (token === undefined) return;
  try {
    void connection.setApiKey(token.read());
  } catch (error) {
    process.stderr.write(`goes on with the token of before: ${String(error)}\n`);
  }
}

/** A file with our pid: whoever started us reads from it that we poll. */
function tellReady(stateDir: string): string {
  const folder = join(stateDir, 'run');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'worker.ready');
  writeFileSync(path, String(process.pid));
  process.stdout.write('{"ready":true}\n');
  return path;
}
