import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = join(__dirname, '../..');
const baseline = 'scripts/checks/size-baseline.json';
const longFile = (count: number) => ({ 'domain/long.ts': { 'max-lines': { count } } });

describe('the size baseline, a ratchet', () => {
  let house: string;
  beforeEach(() => {
    house = mkdtempSync(join(tmpdir(), 'makewhole-house-'));
    git('init', '--quiet');
    for (const [name, value] of Object.entries({ name: 'A', email: 'a@example.org' })) {
      git('config', `user.${name}`, value);
    }
    write(longFile(2));
    commit();
  });
  afterEach(() => rmSync(house, { recursive: true }));

  it('lets 2 files pass that were too long when it was made', () => {
    expect(faults()).toEqual([]);
  });

  it('may shrink from 2 files to 1, and then not grow to 2 again', () => {
    write(longFile(1));
    expect(faults()).toEqual([]);
    commit();
    write(longFile(2));
    expect(faults()).toEqual([expect.stringContaining('max-lines grew from 1 to 2')]);
  });

  it('takes no 3rd file, whether that is committed or not', () => {
    write(longFile(3));
    const grown = [expect.stringContaining('max-lines grew from 2 to 3')];
    expect(faults()).toEqual(grown);
    commit();
    expect(faults()).toEqual(grown);
  });

  it('lets no other rule pass than the 2 of size', () => {
    write({ 'domain/money.ts': { '@typescript-eslint/no-explicit-any': { count: 1 } } });
    expect(faults()).toContainEqual(expect.stringContaining('never put on the baseline'));
  });

  function git(...args: readonly string[]): void {
    execFileSync('git', args, { cwd: house, stdio: 'ignore' });
  }

  function write(content: object): void {
    mkdirSync(dirname(join(house, baseline)), { recursive: true });
    writeFileSync(join(house, baseline), JSON.stringify(content));
  }

  function commit(): void {
    git('add', '.');
    git('commit', '--quiet', '--message', 'a version');
  }

  function faults(): string[] {
    const script = join(root, 'scripts/checks/house.mjs');
    const { stdout } = spawnSync(process.execPath, [script], { cwd: house, encoding: 'utf8' });
    expect(stdout).toContain('files seen');
    return stdout.split('\n').filter((line) => line.includes(' house/baseline: '));
  }
});

describe('a check that sees nothing', () => {
  it.each(['imports.mjs', 'house.mjs'])('is red: %s finds 0 files', (script) => {
    const empty = mkdtempSync(join(tmpdir(), 'makewhole-empty-'));
    const path = join(root, 'scripts/checks', script);
    const { status } = spawnSync(process.execPath, [path], { cwd: empty, encoding: 'utf8' });
    rmSync(empty, { recursive: true });
    expect(status).toBe(1);
  });
});
