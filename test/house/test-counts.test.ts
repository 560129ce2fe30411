import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly complaints: readonly string[];
}

describe('the last line of npm test', () => {
  it('adds up 2 runs of the runner', () => {
    const runs = [run(['passed', 'passed']), run(['passed', 'failed'])];
    expect(counts(runs)).toMatchObject({ passed: 3, failed: 1 });
  });

  it('counts 1 skipped test as failed, unless its reason is listed', () => {
    const runs = [run(['passed', 'pending'])];
    expect(counts(runs)).toMatchObject({ passed: 1, failed: 1 });
    expect(counts(runs, { 'title 1': 'needs a printer' })).toMatchObject({ passed: 1, failed: 0 });
  });

  it('counts 1 test that was only planned as failed', () => {
    expect(counts([run(['passed', 'todo'])])).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts 1 file that could not run as failed', () => {
    const broken = { ...suite([]), status: 'failed', message: '\n  SyntaxError: no' };
    const { failed, complaints } = counts([run(['passed']), report([broken])]);
    expect(failed).toBe(1);
    expect(complaints).toEqual([expect.stringContaining('SyntaxError: no')]);
  });

  it('counts 1 runner that died without a report as failed', () => {
    expect(counts([run(['passed']), { name: 'x', code: 134 }])).toMatchObject({ failed: 1 });
  });

  it('counts 1 runner that fails for a reason it does not report as failed', () => {
    expect(counts([{ ...run(['passed']), code: 1 }])).toMatchObject({ passed: 1, failed: 1 });
  });

  it('is red when 0 tests ran', () => {
    expect(counts([run([])])).toMatchObject({ passed: 0, failed: 1 });
  });
});

function suite(statuses: readonly string[]) {
  const status = statuses.includes('failed') ? 'failed' : 'passed';
  const assertionResults = statuses.map((each, index) => {
    return { status: each, fullName: `title ${index}` };
  });
  return { name: 'a.test.ts', message: '', status, assertionResults };
}

function report(testResults: readonly ReturnType<typeof suite>[]) {
  const statuses = testResults.flatMap((each) => each.assertionResults.map(({ status }) => status));
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length;
  const numbers = { numPassedTests: count('passed'), numFailedTests: count('failed') };
  const code = testResults.some(({ status }) => status === 'failed') ? 1 : 0;
  return { name: 'a run', code, report: { ...numbers, testResults } };
}

function run(statuses: readonly string[]) {
  return report([suite(statuses)]);
}

/** The counting is a module of the scripts that run before anything is built. */
function counts(runs: readonly object[], allowedSkips: object = {}): Counts {
  const path = join(__dirname, '../../scripts/test-counts.mjs');
  const code = `import { countsOf } from ${JSON.stringify(path)};
    console.log(JSON.stringify(countsOf(...JSON.parse(process.argv[1]))));`;
  const input = JSON.stringify([runs, allowedSkips]);
  const args = ['--input-type=module', '--eval', code, '--', input];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return JSON.parse(stdout) as Counts;
}
