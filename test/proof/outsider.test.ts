import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCommand, verifySignature } from '../../proof/command-jws';
import { genesis } from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';

const page = readFileSync(join(__dirname, '../../docs/evidence.md'), 'utf8');

/** The first block of the page in a language that holds a word, as a reader would copy it. */
function block(language: string, word: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))];
  const found = blocks.map(([, text]) => text ?? '').find((text) => text.includes(word));
  if (found === undefined) throw new Error(`docs/evidence.md has no ${language} with ${word}`);
  return found;
}

/** Whether a program of that name answers here: readers have it, a bare machine may not. */
const has = (program: string, flag: string): boolean =>
  spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;

const withOpenssl = has('openssl', 'version') ? it : it.skip;
const withPython = has('python3', '--version') ? it : it.skip;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'makewhole-outsider-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('somebody who has only docs/evidence.md', () => {
  withOpenssl('signs a command with openssl that we read and whose signature holds', () => {
    const script = block('sh', 'pkeyutl');
    const jws = execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' }).trim();
    const decoded = decodeCommand(jws);
    if ('malformed' in decoded) throw new Error(decoded.malformed);
    expect(decoded.envelope).toMatchObject({ iss: 'lea', kind: 'decide', body: { gate: 'plan' } });
    const publicPem = readFileSync(join(folder, 'lea.pub.pem'), 'utf8');
    expect(verifySignature(decoded, publicPem)).toBe(true);
  });

  withPython('recomputes 20 entries with Python, and finds the one that was edited', () => {
    const lines: string[] = [];
    let head = genesis;
    for (let index = 0; index < 20; index += 1) {
      const note = `ü 😀 "\\ \u007f ${index}`;
      const body = { note, keys: ['b', 'a'], count: index, ok: true };
      const at = '2026-11-21T12:00:00.000Z';
      const sealed = sealEntry(head, { at, actor: 'makewhole', kind: 'fact', body });
      const { seq, entry, prevHash, hash } = sealed;
      lines.push(JSON.stringify({ ...(JSON.parse(entry) as object), prevHash, hash }));
      head = { seq, hash };
    }
    const check = (input: string) =>
      spawnSync('python3', ['-c', block('python', 'sha256')], { input, encoding: 'utf8' });
    expect(check(`${lines.join('\n')}\n`).stdout).toBe(
      `the chain holds; its head is ${head.hash}\n`,
    );
    lines[6] = (lines[6] ?? '').replace('"ok":true', '"ok":false');
    expect(check(`${lines.join('\n')}\n`).stderr).toBe('the chain breaks at entry 7\n');
  });
});
