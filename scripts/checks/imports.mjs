/**
 * Runs dependency-cruiser over the folder it is called in, and fails when it saw fewer files than
 * stand there: a cruiser that finds no compiler reports zero modules and no violations.
 */
import { cruise } from 'dependency-cruiser';
import extractConfig from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { join } from 'node:path';
import { sourceFiles } from './files.mjs';
import { root } from './set-up.mjs';

const looksAt = /[.]ts$|^test\/.*[.]mjs$/;
const files = sourceFiles('.').filter((file) => looksAt.test(file));
const options = await extractConfig(join(root, '.dependency-cruiser.cjs'));
const tsConfig = extractTsConfig(join(root, 'tsconfig.json'));
const { output } = files.length === 0 ? { output: undefined } : await run();

async function run() {
  return cruise(files, options, undefined, { tsConfig });
}

const cruised = new Set(output?.modules.map((module) => module.source) ?? []);
const unseen = files.filter((file) => !cruised.has(file));
const faults = (output?.summary.violations ?? []).map(
  ({ from, to, rule, cycle }) =>
    `${from}: imports/${rule.name}: ${[to, ...(cycle ?? []).map((step) => step.name)].join(' → ')}`,
);
if (files.length === 0)
  faults.push('.: imports/saw-modules: expected TypeScript files, found none');
for (const file of unseen) faults.push(`${file}: imports/saw-modules: the cruiser did not see it`);

for (const fault of faults.sort()) console.log(fault);
console.log(`${cruised.size} modules seen, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
