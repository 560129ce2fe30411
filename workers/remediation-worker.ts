/** One process that works all task queues: workflows and the activities of every queue. */
import { createActivities } from '../activities';
import { readConfig } from './config';
import { runWorkers } from './run-workers';
import { wire } from './wiring';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const wired = wire(config);
  try {
    await runWorkers(config, createActivities(wired.ports));
  } finally {
    await wired.close();
  }
}

main().catch((error: unknown) => {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${told}\n`);
  process.exitCode = 1;
});
