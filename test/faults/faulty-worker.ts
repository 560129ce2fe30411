/** The product's worker with every port decorated from outside: it dies where it is ordered to. */
import { createActivities } from '../../activities';
import { readConfig } from '../../workers/config';
import { runWorkers } from '../../workers/run-workers';
import { wire } from '../../workers/wiring';
import { decorated, dyingAt, watched } from './decorate';
import { readOrders } from './diary';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { stateDir } = config;
  const { deaths, addresses } = readOrders(stateDir);
  const wired = wire({ ...config, ...addresses });
  const ports = decorated(wired.ports, dyingAt(stateDir, deaths));
  try {
    await runWorkers(config, watched(createActivities(ports), stateDir));
  } finally {
    await wired.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exitCode = 1;
});
