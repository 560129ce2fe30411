import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool } from '../../adapters/postgres/pool';
import { registerEvidence } from '../../scripts/commands/evidence';
import { registerPeople } from '../../scripts/commands/people';
import { registerPeopleLeave } from '../../scripts/commands/people-leave';
import { writeDatabaseStack } from '../support/database-stack';
import { makeFirstAdmin } from '../../workers/wire-registry';
import { createDatabase, type TestDatabase } from '../support/database';
import { typed, type Typed } from '../support/typed-command';

let database: TestDatabase;
let stateDir: string;

beforeEach(async () => {
  database = await createDatabase();
  stateDir = mkdtempSync(join(tmpdir(), 'makewhole-people-'));
  writeDatabaseStack(stateDir, {
    database,
    there: {
      instanceKeyPath: join(stateDir, 'keys/instance-key.pem'),
      instancePublicKeyPath: join(stateDir, 'keys/instance-key.pub.pem'),
    },
  });
  await makeFirstAdmin({ databaseUrl: database.appUrl, stateDir, at: new Date().toISOString() });
});
afterEach(async () => {
  await database.drop();
  rmSync(stateDir, { recursive: true });
});

const run = (...words: string[]) =>
  typed({ stateDir, registers: [registerPeople, registerPeopleLeave, registerEvidence], words });

const json = (ran: Typed) => JSON.parse(ran.out) as Record<string, unknown>;
const addLea = (...more: string[]) =>
  run('people', 'add', 'lea', '--name', 'Lea Lang', '--mail', 'lea@example.com', '--role', ...more);

describe('people on the command line', () => {
  it('makes the first admin of a database once, with a key of mode 600', async () => {
    const path = join(stateDir, 'keys/admin.pem');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = mkdtempSync(join(tmpdir(), 'makewhole-people-'));
    const given = { databaseUrl: database.appUrl, stateDir: again, at: new Date().toISOString() };
    expect(await makeFirstAdmin(given)).toBe(false);
    expect(existsSync(join(again, 'keys'))).toBe(false);
    rmSync(again, { recursive: true });
  });

  it('enrols as admin by default and keeps the new key where only its owner reads it', async () => {
    const { code, out, err } = await addLea('legal', 'finance');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      'lea is enrolled as legal, finance. ' +
        `The private key lies in ${join(stateDir, 'keys/lea.pem')}: keep it secret.\n`,
    );
    expect((await run('people', 'list')).out).toContain('lea@example.com');
    const listed = JSON.parse((await run('people', 'list', '--json')).out) as {
      people: { id: string }[];
    };
    expect(listed.people.map(({ id }) => id)).toEqual(['admin', 'lea']);
  });

  it('enrols a key that was made elsewhere, and writes no private key', async () => {
    const own = join(stateDir, 'own.pem');
    const pub = join(stateDir, 'own.pub.pem');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(own, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(pub, publicKey.export({ type: 'spki', format: 'pem' }));
    expect((await addLea('legal', '--key', pub)).code).toBe(0);
    expect(existsSync(join(stateDir, 'keys/lea.pem'))).toBe(false);
    const { people } = JSON.parse((await run('people', 'list', '--json')).out) as {
      people: { keys: object[] }[];
    };
    expect(people[1]?.keys).toHaveLength(1);
    const refused = await addLea('legal', '--key', own, '--json');
    expect(refused.code).toBe(2);
    expect(json(refused)).toMatchObject({ error: { code: 'INPUT_INVALID', path: own } });
  });

  it('rejects an unknown role, a bad address and a bad id with exit 2, making no key', async () => {
    const told = [
      await addLea('lawyer'),
      await run('people', 'add', 'lea', '--name', 'L', '--mail', 'lea', '--role', 'legal'),
      await run(
        'people',
        'add',
        '../lea',
        '--name',
        'L',
        '--mail',
        'l@example.com',
        '--role',
        'legal',
      ),
    ];
    expect(told.map(({ code, out }) => [code, out])).toEqual(told.map(() => [2, '']));
    expect(told[0]?.err).toContain('there is no role lawyer; roles are on-call,');
    expect(told[1]?.err).toContain('email: ');
    expect(told[2]?.err).toContain('id: ');
    expect(existsSync(join(stateDir, 'keys/lea.pem'))).toBe(false);
  });

  it('refuses with exit 3 what a person without the role admin signs', async () => {
    await addLea('legal');
    const refused = await run(
      'people',
      'revoke',
      'admin',
      '--reason',
      'coup',
      '--as',
      'lea',
      '--json',
    );
    expect(refused.code).toBe(3);
    expect(json(refused)).toMatchObject({ error: { code: 'ROLE_MISSING', kind: 'refused' } });
  });

  it('says where the key was looked for when --as has none here, and exits 3', async () => {
    const { code, err } = await addLea('legal', '--as', 'olga');
    expect(code).toBe(3);
    expect(err).toContain(join(stateDir, 'keys/olga.pem'));
    expect(err).toContain('(NOT_FOUND)');
  });

  it('does not sign with a key that others can read, and says chmod 600', async () => {
    chmodSync(join(stateDir, 'keys/admin.pem'), 0o640);
    const { code, err } = await addLea('legal');
    expect(code).toBe(2);
    expect(err).toContain('open to others (mode 640): chmod 600');
  });

  it('revokes, and shows since when', async () => {
    await addLea('legal');
    expect((await run('people', 'revoke', 'lea', '--reason', 'left')).out).toContain(
      'lea is revoked',
    );
    expect((await run('people', 'list')).out).toMatch(/lea .*revoked 20/);
  });

  it('tells the first of two admins that a second one must sign the same', async () => {
    await run(
      'people',
      'add',
      'bea',
      '--name',
      'Bea',
      '--mail',
      'b@example.com',
      '--role',
      'admin',
    );
    expect((await addLea('legal')).out).toContain('not done yet: it waits for a second admin: bea');
    expect((await addLea('legal', '--as', 'bea')).out).toContain('lea is enrolled as legal');
  });
});

describe('evidence on the command line', () => {
  it('prints entries as lines that hash to their own hash with the previous one', async () => {
    await addLea('legal');
    const { out } = await run('evidence', 'show', 'registry', '--lines');
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ seq, kind, actor }) => [seq, kind, actor])).toEqual([
      [1, 'person', 'makewhole'],
      [2, 'person', 'admin'],
    ]);
    expect(lines[1]?.['prevHash']).toBe(lines[0]?.['hash']);
    expect(JSON.stringify(lines)).not.toContain('lea@example.com');
    const after = await run('evidence', 'show', 'registry', '--lines', '--after', '1');
    expect(after.out.trim().split('\n')).toHaveLength(1);
  });

  it('prints entries for people on one line each, without digests and empty lists', async () => {
    await addLea('legal', 'finance');
    const lines = (await run('evidence', 'show', 'registry')).out.trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(
      /^ {3}2 {2}20\S+Z {2}admin .* person .* id=lea .* roles=legal,finance$/,
    );
    expect(lines[1]).not.toMatch(/jwsDigest|jti|interests/);
  });

  it('answers {holds, entries, head} with exit 0, and the first break with exit 3', async () => {
    await addLea('legal');
    const holds = await run('evidence', 'verify', 'registry', '--json');
    expect(holds.code).toBe(0);
    expect(json(holds)).toMatchObject({
      holds: true,
      entries: 2,
      head: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    const owner = openPool(database.adminUrl);
    await owner.query('ALTER TABLE evidence DISABLE TRIGGER USER');
    await owner.query(`UPDATE evidence SET actor = 'lea' WHERE seq = 2`);
    await owner.end();
    const broken = await run('evidence', 'verify', 'registry', '--json');
    expect(broken.code).toBe(3);
    expect(json(broken)).toMatchObject({
      holds: false,
      entries: 1,
      firstBreak: { seq: 2 },
      error: { code: 'EVIDENCE_BROKEN', kind: 'refused' },
    });
    expect((await run('evidence', 'verify', 'registry')).err).toContain('is broken at entry 2');
  });

  it.each([
    ['INC-2026-0042', 3, 'INCIDENT_UNKNOWN'],
    ['42', 2, 'INPUT_INVALID'],
  ])('says what is wrong with the incident %s and exits %d', async (incident, code, says) => {
    const ran = await run('evidence', 'verify', incident);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(says);
  });
});
