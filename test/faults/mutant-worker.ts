/** A worker with one protection taken away: `MAKEWHOLE_MUTANT` names it, as `name` or `+name`. */
import { createActivities } from '../../activities';
import { readConfig } from '../../workers/config';
import { runWorkers } from '../../workers/run-workers';
import { wire } from '../../workers/wiring';
import { deathOn, mutants } from './mutants';

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const wanted = process.env['MAKEWHOLE_MUTANT'] ?? '';
  const mutant = mutants[wanted.replace(/^[+]/, '')];
  if (mutant === undefined) throw new Error(`there is no mutant ${wanted}`);
  const wired = wire(config);
  const isWhole = wanted.startsWith('+');
  const spoilt = isWhole ? wired.ports : (mutant.ports?.(wired.ports) ?? wired.ports);
  const ports = mutant.fault?.(spoilt, deathOn(config.stateDir)) ?? spoilt;
  try {
    await runWorkers(config, createActivities(ports));
  } finally {
    await wired.close();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exitCode = 1;
});
