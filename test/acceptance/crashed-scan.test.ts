import { rmSync } from 'node:fs';
import { csvFolder } from '../../bench/impact/csv-folder';
import { untilWithin } from '../support/until';
import { RunningStack } from './running-stack';

/** `npm run crashed-scan` plays it with a million commitments. Units: deals of 100 commitments. */
const dealCount = Number(process.env['MAKEWHOLE_CRASHED_SCAN'] ?? '1000');
const limitMs = 60_000 + dealCount * 120;

let stack: RunningStack;
let folder: string;
beforeAll(async () => {
  [stack, folder] = await Promise.all([
    RunningStack.up(),
    csvFolder({ deals: dealCount, perDeal: 100 }),
  ]);
  const olga = ['olga', '--name', 'Olga', '--mail', 'olga@makewhole.example'];
  await stack.json(['people', 'add', ...olga, '--role', 'on-call']);
  await stack.json(['import', folder]);
}, limitMs);
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true });
}, 60_000);

async function open(): Promise<string> {
  const words = ['incident', 'open', '--drill', '--summary', 'Shares look wrong', '--as', 'olga'];
  return (await stack.json<{ incident: string }>(words)).incident;
}

/** While Postgres is down nothing can be counted: ask again. */
async function count(rows: string): Promise<number> {
  try {
    const [found] = await stack.sql<{ n: number }>(`SELECT count(*)::integer AS n FROM ${rows}`);
    return found?.n ?? 0;
  } catch {
    return 0;
  }
}

async function untilStored(what: string, given: { rows: string; least: number }): Promise<void> {
  const holds = async () => (await count(given.rows)) >= given.least;
  await untilWithin({ what, holds, seconds: limitMs / 1000 });
}

/** A digest of each table's rows of an incident, in their order. */
async function stored(incident: string): Promise<Record<string, string>> {
  const columns = {
    impacts: `deal_id, investor_id, recorded_minor, as_recorded_minor, as_should_have_been_minor,
      finding`,
    certificates: 'deal_id, basis, holds, certificate',
    basis_mismatches: 'deal_id, investor_id, average_following',
    chunks: 'work, chunk, row_count, root, tally',
    scans: 'impact_digest, summary',
  };
  const digests = Object.entries(columns).map(async ([table, named]) => {
    const [row] = await stack.sql<{ digest: string }>(
      `SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY t)), '')
         AS digest
       FROM (SELECT ROW (${named})::text AS t FROM ${table} WHERE incident_id = $1) AS t`,
      [incident],
    );
    return [table, row!.digest] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

it(
  `comes to the same, no row twice, though worker and Postgres are killed 4 times on the way`,
  async () => {
    const ofWork = (id: string, work: string) =>
      `chunks WHERE incident_id = '${id}' AND work = '${work}'`;
    const whole = await open();
    await untilStored('an undisturbed scan', {
      rows: `scans WHERE incident_id = '${whole}'`,
      least: 1,
    });
    const chunks = await count(ofWork(whole, 'recompute'));
    const crashed = await open();
    const stops = [
      { part: 'worker', work: 'check', least: 1 },
      { part: 'worker', work: 'recompute', least: Math.ceil(chunks / 4) },
      { part: 'postgres', work: 'recompute', least: Math.ceil(chunks / 2) },
      { part: 'worker', work: 'recompute', least: Math.ceil((chunks * 3) / 4) },
    ] as const;
    const done: number[] = [];
    for (const { part, work, least } of stops) {
      await untilStored(`chunk ${least} of ${work}`, { rows: ofWork(crashed, work), least });
      process.kill(stack.pidOf(part), 'SIGKILL');
      done.push(least);
    }
    await untilStored('the disturbed scan', {
      rows: `scans WHERE incident_id = '${crashed}'`,
      least: 1,
    });
    expect(await stored(crashed)).toEqual(await stored(whole));
    const { out } = await stack.temporal(['workflow', 'describe', '--workflow-id', crashed]);
    const events = Number(/"historyLength": *"?(\d+)/.exec(out)?.[1]);
    expect(events).toBeLessThanOrEqual(1_000);
    process.stderr.write(`${chunks} chunks; killed at ${done.join(', ')}; ${events} events\n`);
  },
  limitMs * 4,
);
