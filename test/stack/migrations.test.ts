import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkMigrationSums } from '../../scripts/migration-sums';
import { type RunningPostgres, startPostgres } from '../../scripts/stack/postgres';
import { removeStateDir } from '../../scripts/stack/state-dir';
import { sourceChild } from './source-child';
import { removeTempFolders, tempFolder } from './temp-folder';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const first = '-- safe-while-running: yes, because it is new\nCREATE TABLE one (n int);\n';
const second = '-- safe-while-running: yes, because it is new\nINSERT INTO one VALUES (1);\n';

function folderOf(files: Record<string, string>, sums?: string): string {
  const folder = join(tempFolder('migrations'), 'sql');
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  if (sums !== undefined) writeFileSync(join(folder, 'CHECKSUMS'), sums);
  return folder;
}

afterAll(removeTempFolders);

describe('published migrations', () => {
  const files = { '0001-one.sql': first, '0002-two.sql': second };
  const sums = `${sha256(first)}  0001-one.sql\n${sha256(second)}  0002-two.sql\n`;

  it('pass as long as each has the SHA-256 of its line in CHECKSUMS', () => {
    expect(() => checkMigrationSums(folderOf(files, sums))).not.toThrow();
  });

  it('are refused by name when 1 byte of one was edited', () => {
    const edited = folderOf({ ...files, '0002-two.sql': `${second} ` }, sums);
    expect(() => checkMigrationSums(edited)).toThrow(/0002-two\.sql was edited/);
  });

  it('are refused when one is gone or one is not listed', () => {
    const gone = folderOf(files, sums);
    rmSync(join(gone, '0001-one.sql'));
    expect(() => checkMigrationSums(gone)).toThrow(/0001-one\.sql is gone/);
    const unlisted = folderOf({ ...files, '0003-three.sql': second }, sums);
    expect(() => checkMigrationSums(unlisted)).toThrow(/0003-three\.sql is not in CHECKSUMS/);
  });

  it('need no CHECKSUMS in a folder that has published none', () => {
    expect(() => checkMigrationSums(folderOf(files))).not.toThrow();
  });
});

describe('running migrations', () => {
  const stateDir = tempFolder('migrate');
  let postgres: RunningPostgres;

  beforeAll(async () => {
    postgres = await startPostgres({ stateDir });
  });

  afterAll(async () => {
    await postgres.stop();
    removeStateDir(stateDir);
  });

  /** The runner is an ES module, which Jest cannot load: it runs in a process of its own. */
  async function runIn(
    folder: string,
    { schema, times }: { schema: string; times: number },
  ): Promise<unknown> {
    const migrations = { folder, table: 'ran', schema };
    const child = sourceChild(`
      const { runMigrations } = require('./scripts/migrate.ts');
      const run = () => runMigrations('${postgres.adminUrl}', ${JSON.stringify(migrations)});
      Promise.all(Array.from({ length: ${times} }, run)).then(
        (ran) => console.log(JSON.stringify(ran)),
        ({ code, kind, message }) => console.log(JSON.stringify({ code, kind, message })),
      );
    `);
    const said: unknown = JSON.parse(await child.line());
    await child.ended;
    return said;
  }

  it('runs each migration once when 4 start at once, and none a second time', async () => {
    const folder = folderOf({ '0001-one.sql': first, '0002-two.sql': second });
    const ran = (await runIn(folder, { schema: 'four', times: 4 })) as string[][];
    expect(ran.map(({ length }) => length).sort()).toEqual([0, 0, 0, 2]);
    expect(await runIn(folder, { schema: 'four', times: 1 })).toEqual([[]]);
  });

  it('changes nothing when the second of 2 fails, and names it', async () => {
    const broken = { '0001-one.sql': first, '0002-two.sql': 'SELECT nonsense;' };
    const failure = await runIn(folderOf(broken), { schema: 'broken', times: 1 });
    expect(failure).toMatchObject({ kind: 'bug' });
    expect(JSON.stringify(failure)).toContain('0002-two');
    const whole = folderOf({ '0001-one.sql': first, '0002-two.sql': second });
    expect(await runIn(whole, { schema: 'broken', times: 1 })).toEqual([['0001-one', '0002-two']]);
  });
});
