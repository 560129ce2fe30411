/**
 * `npm run record-histories -- SHAPE`: plays the drill and keeps the histories of all its workflows
 * below test/replay/histories/SHAPE, half-way ones beside finished ones. A shape is kept as long as
 * an incident that began on it may still run.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import protoUtils from '@temporalio/common/lib/proto-utils.js';
import { root, setUp } from './checks/set-up.mjs';

const [shape] = process.argv.slice(2);
if (shape === undefined || !/^[a-z0-9.-]+$/.test(shape)) {
  process.stderr.write(
    'expected the name of a shape, such as 0.2: npm run record-histories -- 0.2\n',
  );
  process.exit(2);
}
if (!setUp()) process.exit(1);
const load = createRequire(import.meta.url);
const { startStack } = load('../dist/scripts/stack/start-stack.js');
const { removeStateDir } = load('../dist/scripts/stack/state-dir.js');
const { playDrill } = load('../dist/scripts/demo/play.js');
const { runWords } = load('../dist/scripts/cli.js');

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
const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-histories-'));
const stack = await startStack({ stateDir });
const connection = await Connection.connect({ address: stack.addresses.temporalAddress });
try {
  const client = new Client({ connection });
  const seen = new Set();
  const recording = async (words) => {
    const moment = moments.find(({ name, isNow }) => !seen.has(name) && isNow(words));
    if (moment !== undefined) {
      seen.add(moment.name);
      await keep(client, moment.name);
    }
    return runWords(words);
  };
  const write = (line) => process.stdout.write(`${line}\n`);
  await playDrill({ stack: stack.addresses, stateDir, write, runWords: recording });
  await keep(client, last);
} finally {
  await connection.close();
  await stack.stop();
  removeStateDir(stateDir);
}

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
