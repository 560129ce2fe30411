/** The checks of this house that read lines, not syntax; they run in the folder they start in. */
import { readFileSync } from 'node:fs';
import { failureTableFaults, unknownCodeFaults } from './failure-table.mjs';
import { sourceFiles } from './files.mjs';
import { suppressionFaults } from './suppressions.mjs';

const columnsMax = 100;
const written = /(\.(ts|mjs|cjs|js|sql|sh)|^makewhole|^\.ci\/run)$/;
const migration = /\/migrations\/[^/]+$/;
const migrationName = /\/\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.sql$/;
const firstLine = /^-- safe-while-running: (yes|no), because \S.*\S$/;

const files = sourceFiles('.');
const faults = [
  ...files.filter((file) => written.test(file)).flatMap(columnFaults),
  ...files.filter((file) => migration.test(file)).flatMap(migrationFaults),
  ...failureTableFaults('.'),
  ...unknownCodeFaults('.', files),
  ...suppressionFaults('.'),
];
if (files.length === 0) faults.push('.:1 house/saw-files: expected files to check, found none');

for (const fault of faults) console.log(fault);
console.log(`${files.length} files seen, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Addresses cannot be broken, everything else can. */
function columnFaults(file) {
  return linesOf(file).flatMap((line, index) => {
    const columns = [...line].length;
    if (columns <= columnsMax || /https?:\/\//.test(line)) return [];
    return [`${file}:${index + 1} house/columns: ${columns} columns, ${columnsMax} are the most`];
  });
}

function migrationFaults(file) {
  if (file.endsWith('/CHECKSUMS')) return [];
  const faults = [];
  if (!migrationName.test(`/${file}`)) {
    faults.push(`${file}:1 house/migration-name: a migration is named like 0001-what-it-adds.sql`);
  }
  if (!firstLine.test(linesOf(file)[0] ?? '')) {
    faults.push(
      `${file}:1 house/migration-first-line: expected "-- safe-while-running: yes|no, because ..."`,
    );
  }
  return faults;
}

function linesOf(file) {
  return readFileSync(file, 'utf8').split('\n');
}
