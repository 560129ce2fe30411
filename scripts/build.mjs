// Builds dist/: JavaScript by tsc, the workflow bundle by Temporal's bundler. Incremental. Types
// are judged by `npm run check`; here they are only stripped, so that starting stays quick.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const require = createRequire(import.meta.url);
const say = (text) => process.stderr.write(`${text}\n`);

function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Output whose source was deleted or renamed must not be found any more. */
function prune() {
  for (const path of filesBelow(dist, '.js')) {
    const inside = relative(dist, path);
    if (!inside.includes('/')) continue;
    if (existsSync(join(root, inside.replace(/\.js$/, '.ts')))) continue;
    rmSync(path);
    rmSync(`${path}.map`, { force: true });
  }
}

function compile() {
  // A build record without its output (somebody emptied dist by halves) would emit nothing.
  if (!existsSync(join(dist, 'scripts/cli.js')))
    rmSync(join(dist, 'tsconfig.tsbuildinfo'), { force: true });
  const tsc = join(dirname(require.resolve('@typescript/native/package.json')), 'bin/tsc');
  const args = [tsc, '--noCheck', '-p', join(root, 'tsconfig.json')];
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (error) throw error;
  if (status !== 0) throw new Error('tsc could not read the sources; its findings are above.');
}

function digestOfBundleInputs(entry) {
  const hash = createHash('sha256');
  hash.update(readFileSync(require.resolve('@temporalio/worker/package.json')));
  for (const folder of ['workflows', 'domain', 'contracts', 'activities', 'proof']) {
    for (const path of filesBelow(join(dist, folder), '.js')) {
      hash.update(relative(dist, path)).update('\0').update(readFileSync(path)).update('\0');
    }
  }
  return hash.update(entry).digest('hex');
}

function replaceFile(path, text) {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}

/** Two forms: as everybody may read failures, and with failures sealed like all else. */
async function bundleBoth() {
  await bundle('workflow-bundle.js', {});
  const failureConverterPath = join(dist, 'workflows/sealed-failures.js');
  await bundle('workflow-bundle-sealed.js', { failureConverterPath });
}

async function bundle(name, converters) {
  const entry = join(dist, 'workflows/index.js');
  const output = join(dist, name);
  const record = `${output}.inputs`;
  if (!existsSync(entry)) return;
  const inputs = digestOfBundleInputs(entry);
  if (existsSync(output) && existsSync(record) && readFileSync(record, 'utf8') === inputs) return;
  say(`Bundling the workflows (${name}) ...`);
  const { bundleWorkflowCode } = require('@temporalio/worker');
  const quiet = () => undefined;
  const tell = (message, meta) => say(`${message}${meta ? ` ${JSON.stringify(meta)}` : ''}`);
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: tell, error: tell };
  const payloadConverterPath = join(dist, 'workflows/forgiving-payloads.js');
  const given = { workflowsPath: entry, payloadConverterPath, ...converters, logger };
  const { code } = await bundleWorkflowCode(given);
  replaceFile(output, code);
  replaceFile(record, inputs);
}

async function build() {
  const started = Date.now();
  mkdirSync(dist, { recursive: true });
  // The stamp is made before the sources are read: what changes meanwhile is newer than it.
  const stamp = join(dist, `.built.${process.pid}`);
  closeSync(openSync(stamp, 'w'));
  say('Building ...');
  try {
    compile();
    prune();
    await bundleBoth();
    renameSync(stamp, join(dist, '.built'));
  } finally {
    rmSync(stamp, { force: true });
  }
  say(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}

build().catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
