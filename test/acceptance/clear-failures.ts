import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSigner } from '../../adapters/signing/person-signer';
import type { RunningStack, Said } from './running-stack';
import type { SecondIncident } from './second-incident';

const nobodyHome = 'postgres://makewhole@127.0.0.1:1/makewhole';
const unknown = 'INC-2019-9999';

/** A failure under --json: the document, and that nothing else was printed. */
function failureOf({ out }: Said): { code: string; kind: string; message: string } {
  return (JSON.parse(out) as { error: { code: string; kind: string; message: string } }).error;
}

/** What must not change when a command fails. */
async function recorded(stack: RunningStack): Promise<unknown> {
  const tables = ['incidents', 'snapshots', 'deals', 'commitments', 'votes', 'people'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
  return stack.sql(`SELECT ${counts.join(', ')}`);
}

type Failing = [what: string, words: string[], env: NodeJS.ProcessEnv, expected: Expected];
type Expected = { exit: number; code: string; says: RegExp };

const opening = ['incident', 'open', '--drill', '--summary', 'Nobody home', '--as', 'olga'];
const failing: Failing[] = [
  [
    'an incident that is not there',
    ['incident', 'status', unknown],
    {},
    { exit: 3, code: 'INCIDENT_UNKNOWN', says: /incident list/ },
  ],
  [
    'a decision on an incident that is not there',
    ['decide', unknown, '--gate', 'plan', '--digest', 'a'.repeat(64), '--approve', '--as', 'lena'],
    {},
    { exit: 3, code: 'INCIDENT_UNKNOWN', says: new RegExp(unknown) },
  ],
  [
    'evidence of an incident that is not there',
    ['evidence', 'verify', unknown],
    {},
    { exit: 3, code: 'INCIDENT_UNKNOWN', says: /incident list/ },
  ],
  [
    'an id that is none',
    ['incident', 'status', 'INC-42'],
    {},
    { exit: 2, code: 'INPUT_INVALID', says: /INC-2026-0042/ },
  ],
  [
    'a database that cannot be reached',
    ['incident', 'list'],
    { DATABASE_URL: nobodyHome },
    { exit: 4, code: 'SERVICE_UNREACHABLE', says: /doctor/ },
  ],
  [
    'a Temporal that cannot be reached',
    opening,
    { TEMPORAL_ADDRESS: '127.0.0.1:1' },
    { exit: 4, code: 'TEMPORAL_DOWN', says: /127\.0\.0\.1:1/ },
  ],
  [
    'a person without a key on this machine',
    [...opening.slice(0, -1), 'nobody'],
    {},
    { exit: 3, code: 'NOT_FOUND', says: /private key/ },
  ],
  [
    'a deal that has nothing wrong, or a misspelt one',
    ['impact', `INC-${String(new Date().getUTCFullYear())}-0001`, '--deal', 'HALDEN-a'],
    {},
    { exit: 3, code: 'NOT_FOUND', says: /HALDEN-A/ },
  ],
  [
    'a command signed about no incident',
    ['command', 'sign', 'take', '--as', 'olga'],
    {},
    { exit: 2, code: 'INPUT_INVALID', says: /command sign take INC-/ },
  ],
  [
    'a signed file that is not there',
    ['command', 'submit', join(tmpdir(), 'makewhole-no-such-file')],
    {},
    { exit: 4, code: 'FILE_UNUSABLE', says: /makewhole-no-such-file/ },
  ],
  [
    'a folder to import that is not there',
    ['import', join(tmpdir(), 'makewhole-no-such-folder')],
    {},
    { exit: 2, code: 'INPUT_INVALID', says: /makewhole-no-such-folder/ },
  ],
];

/** (e) What cannot be done is said in a sentence with its exit code, and nothing is half done. */
export function failsClearly(given: {
  stack: () => RunningStack;
  open: () => Promise<SecondIncident>;
  history: () => string;
}): void {
  describe('a command that cannot do what it was asked', () => {
    it.each(failing)('says so: %s', async (_, words, env, { exit, code, says }) => {
      const before = await recorded(given.stack());
      const said = await given.stack().makewhole(['--json', '--yes', ...words], env);
      expect(failureOf(said)).toMatchObject({
        code,
        message: expect.stringMatching(says) as unknown,
      });
      expect(said.code).toBe(exit);
      expect(await recorded(given.stack())).toEqual(before);
    });

    it('refuses a key nobody enrolled with KEY_UNKNOWN, exit 3, and nobody took it', async () => {
      const incident = await given.open();
      const known = await incident.refusals();
      makeSigner(given.stack().stateDir, 'mallory');
      const words = ['take', incident.id, '--as', 'mallory'];
      const said = await given.stack().makewhole(['--json', ...words]);
      expect([said.code, failureOf(said).code]).toEqual([3, 'KEY_UNKNOWN']);
      expect((await incident.status()).takenBy).toBeNull();
      expect(await incident.refusals()).toEqual([...known, 'KEY_UNKNOWN']);
    });

    it('imports nothing of a folder with 2 faults, naming file, line and column', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'makewhole-acceptance-import-'));
      cpSync(given.history(), folder, { recursive: true });
      spoil(join(folder, 'investors.csv'), { line: 3, from: /professional/, to: 'wizard' });
      spoil(join(folder, 'deals.csv'), { line: 2, from: /USD/, to: 'DOLLARS' });
      const before = await recorded(given.stack());
      const said = await given.stack().makewhole(['import', folder]);
      expect(said.code).toBe(2);
      const text = said.out + said.err;
      expect(text).toMatch(/investors\.csv:3:class: .*wizard/);
      expect(text).toMatch(/deals\.csv:2:currency: .*DOLLARS/);
      expect(await recorded(given.stack())).toEqual(before);
    });
  });
}

/** Changes one line of a file; the first line is 1. */
function spoil(path: string, given: { line: number; from: RegExp; to: string }): void {
  const lines = readFileSync(path, 'utf8').split('\n');
  const { line, from, to } = given;
  lines[line - 1] = (lines[line - 1] ?? '').replace(from, to);
  writeFileSync(path, lines.join('\n'));
}
