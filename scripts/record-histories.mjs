/**
 * `npm run record-histories -- SHAPE`: plays the drill and keeps the histories of all its workflows
 * below test/replay/histories/SHAPE, half-way ones beside finished ones. A shape is kept as long as
 * an incident that began on it may still run.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import protoUtils from '@temporalio/common/lib/proto-utils.js';
import { root, setUp } from './checks/set-up.mjs';
import { playPaused } from './paused-drill.mjs';

const [shape] = process.argv.slice(2);
if (shape === undefined || !/^[a-z0-9.-]+$/.test(shape)) {
  process.stderr.write(
    'expected the name of a shape, such as 0.2: npm run record-histories -- 0.2\n',
  );
  process.exit(2);
}
if (!setUp()) process.exit(1);

/** Half-way, told by the command that the drill is about to run. */
const moments = [
  { name: 'taken', isNow: (words) => words.includes('take') },
  { name: 'plan-waits', isNow: (words) => words.includes('decide') && words.includes('plan') },
  { name: 'fix-waits', isNow: (words) => words.includes('decide') && words.includes('unfreeze') },
  { name: 'closing', isNow: (words) => words.includes('decide') && words.includes('close') },
];

const last = 'finished';

const folder = join(root, 'test/replay/histories', shape);
rmSync(folder, { recursive: true, force: true });
await playPaused({
  moments,
  last,
  open: async ({ temporalAddress }) => {
    const connection = await Connection.connect({ address: temporalAddress });
    const client = new Client({ connection });
    return { look: (moment) => keep(client, moment), close: () => connection.close() };
  },
});

/** Half-way what still runs, in the end everything; of a chain that continued as new, every run. */
async function keep(client, moment) {
  const into = join(folder, moment);
  mkdirSync(into, { recursive: true });
  const query = moment === last ? undefined : 'ExecutionStatus = "Running"';
  const taken = new Map();
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const name = workflowId.replace(/^INC-[0-9-]+\/?/, '').replaceAll('/', '-') || 'incident';
    const run = (taken.get(name) ?? 0) + 1;
    taken.set(name, run);
    const file = run === 1 ? `${name}.json` : `${name}.run-${run}.json`;
    writeFileSync(join(into, file), `${withoutIdentities(protoUtils.historyToJSON(history))}\n`);
    process.stdout.write(`   ${moment}/${file}: ${history.events.length} events\n`);
  }
}

/** Which process on which machine did it is nobody's business, and differs each time. */
function withoutIdentities(json) {
  return JSON.stringify(JSON.parse(json), (key, value) => (key === 'identity' ? 'worker' : value));
}
