import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../..');
/** An incident of two deals, as `evidence export` wrote it. */
const sample = join(__dirname, 'made-whole.evidence');
const instance = 'D51XRqBeJDKFLkiIcniARlN6P51Wkteenk6iqeQLnjg';

function node(script: string, ...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, script), ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('verify.mjs, which needs nothing but Node', () => {
  it('finds 10632.78 USD paid once under 7 gates in a file written by version 1', () => {
    const { status, stdout } = node('verify.mjs', sample, '--json', '--instance', instance);
    expect([status, JSON.parse(stdout)]).toEqual([
      0,
      expect.objectContaining({ holds: true, gatesPassed: 7, settled: { USD: '10632.78' } }),
    ]);
  });

  it('ends with 3 and names the last line when another instance should have sealed it', () => {
    const { status, stderr } = node('verify.mjs', sample, '--instance', 'A'.repeat(43));
    expect([status, stderr]).toEqual([
      3,
      expect.stringContaining('sealed by another instance') as string,
    ]);
  });

  it.each([['no file'], ['a file that is not there', '/nowhere']])(
    'ends with 2 when given %s',
    (_, ...words) => expect(node('verify.mjs', ...words)).toMatchObject({ status: 2, stdout: '' }),
  );

  it('finds each of 100 random tamperings, also where the instance’s key sealed them anew', () => {
    const { stdout } = node('test/proof/tamper-evidence.mjs', sample, '100', '6');
    expect(JSON.parse(stdout)).toMatchObject({
      holds: { holds: true },
      played: 100,
      missed: [],
    });
  });
});
