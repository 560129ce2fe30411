/** `npm run check`: every check of the house, on a fresh clone too; red when any of them is. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './set-up.mjs';

const modules = join(root, 'node_modules');
const cache = join(modules, '.cache/checks');
const baseline = 'scripts/checks/size-baseline.json';

/** Slowest first: two run at a time, one for each core that the smallest machine has. */
const checks = [
  {
    name: 'eslint',
    script: 'eslint/bin/eslint.js',
    args: ['.', '--max-warnings=0', `--suppressions-location=${baseline}`],
  },
  {
    name: 'prettier',
    script: 'prettier/bin/prettier.cjs',
    args: ['--check', '.', '--log-level=warn', '--cache', `--cache-location=${cache}/prettier`],
  },
  { name: 'knip', script: 'knip/bin/knip.js', args: ['--no-progress'] },
  {
    name: 'types',
    script: '@typescript/native/bin/tsc',
    args: ['--noEmit', '--pretty', 'false', '--tsBuildInfoFile', `${cache}/types.tsbuildinfo`],
  },
  { name: 'imports', script: '../scripts/checks/imports.mjs', args: [] },
  { name: 'house', script: '../scripts/checks/house.mjs', args: [] },
];

const started = Date.now();
const setUpWorked = setUp();
if (!existsSync(modules)) process.exit(1); // What went wrong was said by the set-up itself.

const waiting = [...checks];
const results = [{ name: 'set-up and build', ok: setUpWorked, seconds: secondsSince(started) }];
await Promise.all([drain(), drain()]);

for (const { name, output } of results.filter((result) => !result.ok && result.output)) {
  process.stdout.write(`\n── ${name} ${'─'.repeat(60)}\n${output.trimEnd()}\n`);
}
process.stdout.write('\n');
for (const { name, ok, seconds } of results) {
  const time = `${seconds.toFixed(1)} s`.padStart(8);
  process.stdout.write(`${ok ? '✔' : '✘'} ${name.padEnd(18)}${time}\n`);
}
const failed = results.filter((result) => !result.ok).length;
const total = secondsSince(started).toFixed(1);
const passed = results.length - failed;
mkdirSync(join(root, 'coverage'), { recursive: true });
writeFileSync(join(root, 'coverage/check-report.json'), JSON.stringify({ passed, failed }));
process.stdout.write(`${passed} checks passed, ${failed} failed in ${total} s\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function drain() {
  for (let check = waiting.shift(); check; check = waiting.shift()) results.push(await run(check));
}

function run({ name, script, args }) {
  const began = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(modules, script), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    }
    child.on('error', (error) => (output += `${error.message}\n`));
    child.on('close', (code) => {
      resolve({ name, ok: code === 0, seconds: secondsSince(began), output });
    });
  });
}

function secondsSince(then) {
  return (Date.now() - then) / 1000;
}
