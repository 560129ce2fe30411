import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { registerVerify } from '../../scripts/commands/verify';
import { typed } from '../support/typed-command';

const registers = [registerVerify];
const root = join(__dirname, '../..');
/** An incident of two deals, as `evidence export` wrote it. */
const sample = join(__dirname, 'made-whole.evidence');
const instance = 'D51XRqBeJDKFLkiIcniARlN6P51Wkteenk6iqeQLnjg';

type Signers = { signers: Record<string, string[]> };

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

  it.each([
    ['no file'],
    ['a file that is not there', '/nowhere'],
    ['what it does not know', sample, '--instanz', instance],
  ])('ends with 2 when given %s', (_, ...words) =>
    expect(node('verify.mjs', ...words)).toMatchObject({ status: 2, stdout: '' }),
  );

  it.each([
    ['lena', 'lena', 0],
    ['the first admin', 'admin', 0],
    ['lena, but another one', `lena=${'A'.repeat(43)}`, 3],
    ['somebody who has signed nothing', `eve=${'A'.repeat(43)}`, 3],
    ['nobody', '=', 2],
  ])('told the key of %s (--key %s) ends with %i, by the command as well', async (_, of, code) => {
    const { signers } = JSON.parse(node('verify.mjs', sample, '--json').stdout) as Signers;
    const key = of.includes('=') ? of : `${of}=${String(signers[of]?.join())}`;
    expect(node('verify.mjs', sample, '--key', key)).toMatchObject({ status: code });
    const words = ['verify', sample, '--key', key];
    expect(await typed({ stateDir: '/nowhere', registers, words })).toMatchObject({ code });
  });

  it('ends with 2 and says so when given a file that is none of evidence', async () => {
    const [path, says] = [join(root, 'package.json'), 'is no file of evidence; expected'];
    const { status, stderr } = node('verify.mjs', path);
    expect([status, stderr]).toEqual([2, expect.stringContaining(says) as string]);
    const { code, err } = await typed({ stateDir: '/', registers, words: ['verify', path] });
    expect([code, err]).toEqual([2, expect.stringContaining(says) as string]);
  });

  it('finds each of 39 forgeries by whoever has all keys, and nothing where none is', () => {
    const { stdout } = node('test/proof/forge-evidence.mjs', sample);
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ unchanged: { holds: true }, played: 39, missed: [] },
    });
  });

  it('finds each of 100 random tamperings, also where the instance’s key sealed them anew', () => {
    const { stdout } = node('test/proof/tamper-evidence.mjs', sample, '100', '6');
    expect(JSON.parse(stdout)).toMatchObject({
      holds: { holds: true },
      played: 100,
      missed: [],
    });
  });
});
