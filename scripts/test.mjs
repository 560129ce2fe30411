/**
 * `npm test [-- RING... PATH...]`: sets itself up, runs every ring or those named, and ends with a
 * line of its own. Rings are the folders below test/; anything else is a pattern for file paths.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './checks/set-up.mjs';
import { countsOf } from './test-counts.mjs';

const reports = join(root, 'coverage/reports');
const total = join(root, 'coverage/test-report.json');

/** They play on whole stacks and mostly wait, so they go one after another beside the others. */
const playedRings = ['faults', 'acceptance'];

if (!setUp()) process.exit(1); // What went wrong was said by the set-up itself.
rmSync(reports, { recursive: true, force: true });
rmSync(total, { force: true });
mkdirSync(reports, { recursive: true });

const rings = readdirSync(join(root, 'test'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const words = process.argv.slice(2);
const named = words.filter((word) => rings.includes(word));
const others = words.filter((word) => !rings.includes(word));
const chosen = named.length === 0 ? rings : named;

const isPlayed = (ring) => playedRings.includes(ring);
const runs = await Promise.all(
  [
    { name: 'together', rings: chosen.filter((ring) => !isPlayed(ring)), options: [] },
    { name: 'played', rings: chosen.filter(isPlayed), options: ['--runInBand'] },
  ]
    .filter(({ rings }) => rings.length > 0)
    .map(jest),
);

const allowedSkips = JSON.parse(
  readFileSync(join(root, 'test/support/allowed-skips.json'), 'utf8'),
);
const { passed, failed, complaints } = countsOf(runs, allowedSkips);
for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
writeFileSync(total, `${JSON.stringify({ passed, failed, complaints }, undefined, 2)}\n`);
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

/** One run of Jest; its report is undefined when it broke before it could write one. */
async function jest({ name, rings: selected, options }) {
  const report = join(reports, `${name}.json`);
  const args = [
    ...['--passWithNoTests', '--selectProjects', ...selected],
    ...['--json', `--outputFile=${report}`, ...options],
    ...(others.length > 0 ? ['--testPathPatterns', ...others] : []),
  ];
  const code = await exitCodeOf(join(root, 'node_modules/jest/bin/jest.js'), args);
  return {
    name,
    code,
    report: existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined,
  };
}

/** Jest's own report goes to a file and its talk to stderr, so nothing stands after our line. */
function exitCodeOf(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}
