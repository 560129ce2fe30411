/** One piece of work in a process of its own, so that its time and memory are its own. */
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { recomputeShares } from '../../activities/recompute-shares';
import { scanDeals } from '../../activities/scan-deals';
import { postgresImpacts } from '../../adapters/postgres/impacts';
import { postgresImports } from '../../adapters/postgres/imports';
import { openPool } from '../../adapters/postgres/pool';
import { openDiagnosis } from '../../domain/diagnose';
import { divideDeal } from '../../domain/divided-deal';
import { diagnosable } from '../../domain/recorded-deal';
import { importFolder } from '../../scripts/import/import-folder';
import { copyRowsIn, copyRowsOut } from './bare-copy';
import { plainImport } from './plain-import';
import { plainScan } from './plain-scan';

/** What a task works on. */
export type TaskInput = {
  readonly adminUrl: string;
  readonly appUrl: string;
  readonly folder: string;
  readonly keyPath: string;
  readonly incidentId: string;
  readonly snapshotId: string;
};

/** What it took. */
export type Taken = { readonly ms: number; readonly peakMb: number };

const at = '2026-11-21T12:00:00.000Z';

/** Everything that is measured, by name. */
export const tasks = {
  'copy-in': ({ adminUrl, folder }) => copyRowsIn(adminUrl, folder),
  'copy-out': ({ adminUrl, snapshotId }) => copyRowsOut(adminUrl, snapshotId),
  'plain-import': ({ adminUrl, folder }) => plainImport(adminUrl, folder),
  import: async ({ appUrl: databaseUrl, folder, keyPath: instanceKeyPath }) => {
    const { kind } = await importFolder({ folder, databaseUrl, instanceKeyPath, at });
    if (kind !== 'imported') throw new Error(`expected the folder to be imported, it is ${kind}`);
  },
  'plain-scan': ({ adminUrl, snapshotId }) => plainScan(adminUrl, snapshotId),
  scan: async ({ appUrl, incidentId }) => {
    await withPorts(appUrl, async (ports) => {
      const input = { incidentId, at, dealsPerChunk: 200 };
      const mock = new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
      for (const page of [scanDeals(ports), recomputeShares(ports)]) {
        await mock.run<[object], unknown, never>(page as never, input);
      }
    });
  },
  'one-pass': ({ appUrl, snapshotId }) => {
    return withPorts(appUrl, async ({ imports }) => {
      const { people, deals } = await imports.openHistory(snapshotId);
      for await (const deal of deals()) divideDeal(deal, { averages: deal.averages, people });
    });
  },
  diagnose: ({ appUrl, snapshotId }) => {
    return withPorts(appUrl, async ({ imports }) => {
      const { people, deals } = await imports.openHistory(snapshotId);
      const diagnosis = openDiagnosis();
      for await (const deal of deals()) diagnosis.addColumns(diagnosable(deal, people));
      diagnosis.conclude();
    });
  },
} satisfies Record<string, (input: TaskInput) => Promise<void>>;

async function withPorts(
  databaseUrl: string,
  work: (ports: ReturnType<typeof portsOn>) => Promise<void>,
): Promise<void> {
  const pool = openPool(databaseUrl);
  await work(portsOn(pool));
  await pool.end();
}

function portsOn(pool: ReturnType<typeof openPool>) {
  return { imports: postgresImports(pool), impacts: postgresImpacts(pool) };
}

async function main(name: keyof typeof tasks, input: TaskInput): Promise<void> {
  const began = performance.now();
  await tasks[name](input);
  const ms = performance.now() - began;
  const taken: Taken = { ms, peakMb: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(`${JSON.stringify(taken)}\n`);
}

if (require.main === module) {
  const [name = '', input = '{}'] = process.argv.slice(2);
  void main(name as keyof typeof tasks, JSON.parse(input) as TaskInput);
}
