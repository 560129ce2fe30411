import { importFiles, type ImportFault, type ImportFile } from '../../contracts/import-row';
import {
  historyFiles,
  historyFolder,
  removeHistoryFolders,
} from '../support/history/history-folder';
import { randomHistory, seeded } from '../support/history/random-history';
import { CsvGrid, type Files, type Place } from '../support/malformed/csv-grid';
import { fieldFaults, wrongField } from '../support/malformed/field-mutations';
import { fileFaults, wrongFile } from '../support/malformed/file-mutations';
import { fuzzed } from '../support/malformed/fuzzed';
import { ImportDesk } from './import-desk';

/** `npm run import-fuzz` asks for all of the corpus and for many more seeds. */
const asked = Number(process.env['MAKEWHOLE_MALFORMED'] ?? 0);
const every = asked > 0 ? 1 : 16;
const seeds = asked > 0 ? asked : 20;

const base = historyFiles(randomHistory(11, { deals: 6 }));
const grid = new CsvGrid({
  ...base,
  'payment-details.csv': `investor_id,payee,iban,bic,aba,account,verified_on
P1,Dora Doe,DE89370400440532013000,,,,2026-01-02
P2,Emil Eng,,,021000021,123456789,2026-01-03
`,
});

let desk: ImportDesk;
let before: unknown;
beforeAll(async () => {
  desk = await ImportDesk.open();
  const imported = await desk.run('--json', 'import', historyFolder(grid.files));
  expect(imported).toMatchObject({ code: 0 });
  before = await stored();
});
afterEach(removeHistoryFolders);
afterAll(async () => {
  if (asked > 0) process.stderr.write(`${JSON.stringify(ends)}\n`);
  await desk.close();
});

/** How often each end came. */
const ends: Record<string, number> = {};

/** Every row an import could have touched. */
async function stored(): Promise<unknown> {
  const tables = ['snapshots', 'deals', 'investors', 'commitments', 'payment_details', 'evidence'];
  const digests = tables.map((table) => {
    return `(SELECT count(*) || md5(string_agg(t::text, '' ORDER BY t::text)) FROM ${table} t)`;
  });
  return (await desk.pool.query(`SELECT ARRAY[${digests.join(', ')}] AS all`)).rows;
}

const rehearsing = ['--supersede', '--reason', 'a test', '--dry-run'];

/** Imports as a person would: over a content that is there, or trying what would replace it. */
async function ended(files: Files, number: number) {
  const words = number % 2 === 0 ? [] : rehearsing;
  const said = await desk.run('--json', 'import', historyFolder(files), ...words);
  const { error } = JSON.parse(said.out) as { error?: { code: string; faults?: ImportFault[] } };
  const end = `${said.code} ${error?.code ?? 'sound'}`;
  ends[end] = (ends[end] ?? 0) + 1;
  return { end, faults: error?.faults ?? [] };
}

const isPlace = (fault: ImportFault, { file, line, column = fault.column }: Place) =>
  fault.file === file && fault.line === line && fault.column === column;

/** A place that is there, in words that help. */
function expectPlaces(faults: readonly ImportFault[], files: Files): void {
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.length).toBeLessThan(101);
  for (const { file, line, column, reason } of faults) {
    expect(Object.keys(importFiles)).toContain(file);
    const lines = (files[file] ?? Buffer.alloc(0)).toString('latin1').split('\n').length;
    expect(line).toBeLessThanOrEqual(lines);
    expect(line).toBeGreaterThanOrEqual(files[file] === undefined ? 0 : 1);
    expect(reason).toMatch(/expected|missing|unknown/);
    // A name that is none of ours is named as it stands.
    if (/^(unknown column|expected each column once)/.test(reason)) continue;
    const { required, optional } = importFiles[file as ImportFile];
    expect(['', ...required, ...optional]).toContain(column);
  }
}

const malformed = [
  ...fieldFaults.map((fault) => (seed: number) => wrongField(grid, fault, seeded(seed))),
  ...Object.keys(fileFaults).map((name) => (seed: number) => wrongFile(grid, name, seeded(seed))),
];

describe('an import of which 1 thing is wrong', () => {
  const chosen = malformed.map((make, seed) => make(seed)).filter((_, seed) => seed % every === 0);

  it.each(chosen)('is refused at its place and changes 0 rows: $name', async ({ files, place }) => {
    const { end, faults } = await ended(
      files,
      chosen.findIndex((one) => one.files === files),
    );
    expect(end).toBe('2 IMPORT_INVALID');
    expect(faults.filter((fault) => isPlace(fault, place)).length).toBeGreaterThan(0);
    expectPlaces(faults, files);
    expect(await stored()).toEqual(before);
  });
});

describe('an import that was damaged anyhow', () => {
  const cases = Array.from({ length: seeds }, (_, seed) => ({
    seed,
    ...fuzzed(grid, seeded(seed)),
  }));

  it.each(cases)('ends with 0, 2 or 3, never half: seed $seed, $name', async ({ seed, files }) => {
    const { end, faults } = await ended(files, seed);
    expect(['0 sound', '2 IMPORT_INVALID', '3 SNAPSHOT_CHANGED']).toContain(end);
    if (end === '2 IMPORT_INVALID') expectPlaces(faults, files);
    expect(await stored()).toEqual(before);
  });
});
