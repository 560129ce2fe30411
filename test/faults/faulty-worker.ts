/** The product's worker with every port decorated from outside: it dies where it is ordered to. */
import { createActivities } from '../../activities';
import { readConfig } from '../../workers/config';
import { runWorkers } from '../../workers/run-workers';
import { wire } from '../../workers/wiring';
import { decorated, dyingAt, watched } from './decorate';
import { readOrders } from './diary';
import { mutantNamed } from './mutants';
import { throughNet } from './net';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const { stateDir } = config;
  const { deaths, net, mutant } = readOrders(stateDir);
  const wired = wire(net === undefined ? config : throughNet(config, net));
  const spoilt = mutantNamed(mutant)?.ports?.(wired.ports) ?? wired.ports;
  const ports = decorated(spoilt, dyingAt(stateDir, deaths));
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
