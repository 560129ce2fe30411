/** One process that works all task queues: workflows and the activities of every queue. */
import { Connection, WorkflowClient } from '@temporalio/client';
import { createActivities } from '../activities';
import { readConfig } from './config';
import { runWorkers } from './run-workers';
import { clientConnectionOf, converterOf } from './temporal/door';
import { watchRuns } from './watch-runs';
import { wire } from './wiring';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { address, namespace, door } = config.temporal;
  const wired = wire(config);
  const connection = Connection.lazy({ address, ...clientConnectionOf(door) });
  const over = new AbortController();
  try {
    const dataConverter = converterOf(door);
    const client = new WorkflowClient({ connection, namespace, dataConverter });
    const watching = watchRuns({ ...wired, client }, over.signal);
    await runWorkers(config, createActivities(wired.ports)).finally(() => over.abort());
    await watching;
  } finally {
    await connection.close();
    await wired.close();
  }
}

main().catch((error: unknown) => {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${told}\n`);
  process.exitCode = 1;
});
