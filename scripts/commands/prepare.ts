import type { Command } from 'commander';
import { action, type CommandIo, show } from '../command-io';
import { prepareServices, type Prepared } from '../stack/prepare-services';

function sentence({ migrations, namespace, firstAdmin }: Prepared, stateDir: string): string {
  const count = migrations.length;
  const ran = count === 0 ? 'The database was up to date' : `${String(count)} migrations ran`;
  const admin = firstAdmin ? ` The first admin's key lies in ${stateDir}/keys.` : '';
  return `${ran}, namespace ${namespace} knows the search attributes.${admin}`;
}

/** Makes the services named in the environment ready; starts nothing. */
export async function prepare(io: CommandIo): Promise<number> {
  const { stateDir } = io;
  const prepared = await prepareServices({ stateDir, env: process.env });
  const { migrations, namespace, firstAdmin } = prepared;
  const value = { migrations, namespace, firstAdmin };
  show({ io, value, text: () => sentence(prepared, stateDir) });
  return 0;
}

const example = `
For services of your own whose workers run without ./makewhole up, as in docker-compose.yml:
migrates DATABASE_URL (and ALLOCATOR_DATABASE_URL), registers the search attributes with
TEMPORAL_ADDRESS, makes this installation's keys, enrols the first admin. Safe to repeat.

Example:
  DATABASE_URL=postgres://me@db/mw TEMPORAL_ADDRESS=temporal:7233 ./makewhole prepare`;

/** Adds `prepare` to the program. */
export function registerPrepare(program: Command): void {
  program
    .command('prepare')
    .description('make your own services ready; starts nothing')
    .addHelpText('after', example)
    .action(action((_options, io) => prepare(io)));
}
