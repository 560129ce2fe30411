import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendEvidence } from '../../adapters/postgres/evidence';
import { openPool } from '../../adapters/postgres/pool';
import { registerEvidence } from '../../scripts/commands/evidence';
import { registerPeople } from '../../scripts/commands/people';
import { registerBreakGlass } from '../../scripts/commands/people-break-glass';
import { registerPeopleKeys } from '../../scripts/commands/people-keys';
import { registerPeopleLeave } from '../../scripts/commands/people-leave';
import { instanceKeys } from '../../scripts/stack/secrets';
import { packageRoot } from '../../workers/package-root';
import { tellBrokenGlass } from '../../workers/tell-broken-glass';
import { makeFirstAdmin } from '../../workers/wire-registry';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import { postgresIncidents } from '../../adapters/postgres/incidents';
import { postgresNotices } from '../../adapters/postgres/notices';
import { postgresRegistryAlarms } from '../../adapters/postgres/registry-alarms';
import { MailServer } from '../activities/mail-server';
import { createDatabase, type TestDatabase } from '../support/database';
import { writeDatabaseStack } from '../support/database-stack';
import { typed, type Typed } from '../support/typed-command';

let database: TestDatabase;
let stateDir: string;

beforeEach(async () => {
  database = await createDatabase();
  stateDir = mkdtempSync(join(tmpdir(), 'makewhole-procedures-'));
  const { privateKeyPath, publicKeyPath } = instanceKeys(stateDir);
  writeDatabaseStack(stateDir, {
    database,
    there: {
      ...{ instanceKeyPath: privateKeyPath, instancePublicKeyPath: publicKeyPath },
    },
  });
  const of = { databaseUrl: database.appUrl, stateDir, instancePublicKeyPath: publicKeyPath };
  await makeFirstAdmin({ ...of, at: new Date().toISOString() });
});
afterEach(async () => {
  await database.drop();
  rmSync(stateDir, { recursive: true });
});

const registers = [
  ...[registerPeople, registerPeopleKeys, registerPeopleLeave],
  ...[registerBreakGlass, registerEvidence],
];
const page = readFileSync(join(packageRoot(), 'docs/people.md'), 'utf8');

/** The commands under a heading of docs/people.md, as a reader types them. */
function commandsOf(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`);
  const [, block = ''] = /```sh\n([\s\S]*?)```/.exec(section) ?? [];
  const words = (line: string) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
  return block.split('\n').filter(Boolean).map(words);
}

/** Follows the page: key files lie in the state folder, everything else is as it stands there. */
async function follow(heading: string): Promise<Typed[]> {
  const ran: Typed[] = [];
  for (const [program, ...words] of commandsOf(heading)) {
    if (program === 'openssl') {
      execFileSync('openssl', words, { cwd: stateDir, stdio: 'ignore' });
      continue;
    }
    const here = words.map((word) => (word.endsWith('.pub.pem') ? join(stateDir, word) : word));
    ran.push(await run(...here));
  }
  return ran;
}

const run = (...words: string[]) => typed({ stateDir, registers, words });
const codes = (ran: readonly Typed[]) => ran.map(({ code, err }) => (code === 0 ? 0 : err));
type Listed = {
  people: {
    id: string;
    roles: string[];
    revokedAt?: string;
    keys: { revokedAt?: string; validUntil?: string; compromised: boolean }[];
    today: { canSign: boolean };
  }[];
  decides: { gate: string; canPass: boolean; seats: { here: string[]; away: string[] }[] }[];
};
const list = async () => JSON.parse((await run('people', 'list', '--json')).out) as Listed;
const personOf = async (id: string) => (await list()).people.find((each) => each.id === id);
function keyPair(name: string): void {
  const { publicKey } = generateKeyPairSync('ed25519');
  const pem = publicKey.export({ type: 'spki', format: 'pem' });
  writeFileSync(join(stateDir, `${name}.pub.pem`), pem);
}
const add = (id: string, ...roles: string[]) =>
  run('people', 'add', id, '--name', id, '--mail', `${id}@example.com`, '--role', ...roles);

describe('the page about people', () => {
  it('enrols, changes, adds a key, lets stand in and revokes with its 5 commands', async () => {
    for (const name of ['lea', 'lea-token']) keyPair(name);
    await add('leo', 'legal');
    const ran = await follow('Changes');
    expect(codes(ran)).toEqual([0, 0, 0, 0, 0]);
    expect(await personOf('lea')).toMatchObject({
      roles: ['legal', 'management'],
      keys: [{ revokedAt: expect.any(String) as string }, {}],
      today: { canSign: false },
    });
  });

  it('puts a new key in the place of 1 that is lost: 1 ended, 1 that counts', async () => {
    await add('lea', 'legal');
    expect(codes(await follow('A key is lost'))).toEqual([0, 0]);
    const { keys, today } = (await personOf('lea'))!;
    expect(keys.map(({ validUntil }) => validUntil !== undefined)).toEqual([true, false]);
    expect(today.canSign).toBe(true);
    expect((await run('evidence', 'verify', 'registry')).code).toBe(0);
  });

  it('takes a key that is in other hands away at once, though there are 2 admins', async () => {
    await add('lea', 'legal');
    await add('bea', 'admin');
    keyPair('lea-2');
    const ran = await follow('A key is in other hands');
    expect(codes(ran)).toEqual([0, 0, 0, 0, 0]);
    expect(ran[0]!.out).toContain('lea is revoked');
    expect(await personOf('lea')).toMatchObject({ keys: [{ compromised: true }] });
    // Giving power takes both.
    expect(ran[2]!.out).toContain('waits for a second admin: bea');
  });

  it('gives nobody the 1 key that is the installation’s own', async () => {
    await add('lea', 'legal');
    const own = join(stateDir, 'keys/instance-key.pub.pem');
    const given = await run('people', 'add-key', 'lea', '--key', own);
    expect(given.code).toBe(3);
    expect(given.err).toContain("is the installation's own");
  });

  it('makes an admin where none is left: evidence for ever, and 2 admins afterwards', async () => {
    await add('bob', 'admin');
    rmSync(join(stateDir, 'keys/admin.pem'));
    expect(codes(await follow('The last admin is gone'))).toEqual([0, 0, 0, 0]);
    const { people } = await list();
    const admins = people.filter(({ revokedAt }) => revokedAt === undefined);
    expect(admins.map(({ id }) => id)).toEqual(['adele', 'bea']);
    expect((await run('evidence', 'show', 'registry')).out).toContain('break-glass');
  });
});

describe('break-glass', () => {
  const words = ['people', 'break-glass', 'mallory', '--name', 'M', '--mail', 'm@example.com'];
  const glass = (...more: string[]) => run(...words, '--reason', 'why', ...more);

  it('asks for --yes, and for the 1 key with which this registry began', async () => {
    expect(await glass()).toMatchObject({ code: 2, out: '' });
    const keys = join(stateDir, 'keys');
    for (const name of ['instance-key.pem', 'instance-key.pub.pem']) rmSync(join(keys, name));
    instanceKeys(stateDir);
    const refused = await glass('--yes', '--json');
    expect(refused.code).toBe(3);
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'KEY_UNKNOWN' } });
    expect((await list()).people.map(({ id }) => id)).toEqual(['admin']);
  });

  it('is told to admins, legal, management and the 1 it ended, once mail goes again', async () => {
    const enrolled = { lena: 'legal', maya: 'management', olga: 'on-call' };
    for (const [id, role] of Object.entries(enrolled)) {
      const who = ['--name', id, '--mail', `${id}@example.com`, '--role', role];
      expect((await run('people', 'add', id, ...who)).code).toBe(0);
    }
    expect((await glass('--yes')).code).toBe(0);
    const [pool, mail] = [openPool(database.appUrl), new MailServer()];
    const look = (smtpUrl: string) => {
      const world = { incidents: postgresIncidents(pool), notices: postgresNotices(pool) };
      const ports = { ...world, mailer: smtpMailer(smtpUrl) };
      return tellBrokenGlass({ ports, registry: postgresRegistryAlarms(pool) }, new Date());
    };
    await expect(look('smtp://127.0.0.1:1')).rejects.toThrow('no mail server takes mail');
    await mail.start();
    expect(await look(mail.url)).toBe(4);
    expect(await look(mail.url)).toBe(0);
    const told = mail.taken.flatMap(({ to }) => [to].flat()[0]?.value[0]?.address ?? []).sort();
    const others = ['lena', 'm', 'maya'].map((id) => `${id}@example.com`);
    expect(told).toEqual(['admin@localhost.invalid', ...others]);
    expect(mail.taken[0]!.subject).toContain('mallory is the only admin now');
    expect((await run('evidence', 'verify', 'registry')).code).toBe(0);
    await Promise.all([pool.end(), mail.stop()]);
  });

  it('copied by hand behind a later entry makes 0 admins, and it is named', async () => {
    await glass('--yes');
    await run(
      'people',
      'add',
      'bea',
      '--name',
      'B',
      '--mail',
      'b@example.com',
      '--role',
      'admin',
      '--as',
      'mallory',
    );
    const owner = openPool(database.adminUrl);
    const { rows } = await owner.query<{ entry: string }>(
      `SELECT entry FROM evidence WHERE chain = 'registry' AND entry LIKE '%break-glass%'`,
    );
    const { body } = JSON.parse(rows[0]!.entry) as { body: Record<string, unknown> };
    const of = { chain: 'registry', at: new Date(), actor: 'makewhole', kind: 'person', body };
    const tx = await owner.connect();
    await tx.query('BEGIN');
    await appendEvidence(tx, of);
    await tx.query('COMMIT');
    tx.release();
    await owner.end();
    const verified = await run('evidence', 'verify', 'registry');
    expect(verified.code).toBe(3);
    expect(verified.err).toContain('the signature of the installation is not of this');
    expect((await list()).people.find(({ id }) => id === 'bea')?.today.canSign).toBe(true);
  });
});

describe('people rotate', () => {
  it('makes the new key here, takes it up once it counts and keeps the former one', async () => {
    await add('lea', 'legal');
    const before = readFileSync(join(stateDir, 'keys/lea.pem'), 'utf8');
    const { code, err } = await run('people', 'rotate', 'lea');
    expect({ code, err }).toMatchObject({
      code: 0,
      err: expect.stringContaining('lea.pem') as string,
    });
    expect(readFileSync(join(stateDir, 'keys/lea.pem'), 'utf8')).not.toBe(before);
    const [former] = (await personOf('lea'))!.keys as unknown as { kid: string }[];
    const kept = join(stateDir, `keys/former/lea.${former!.kid.slice(0, 12)}.pem`);
    expect(readFileSync(kept, 'utf8')).toBe(before);
  });

  it('waits for the second of 2 admins, who means the same key', async () => {
    await add('lea', 'legal');
    await add('bea', 'admin');
    const before = readFileSync(join(stateDir, 'keys/lea.pem'), 'utf8');
    expect((await run('people', 'rotate', 'lea')).out).toContain('waits for a second admin');
    expect(readFileSync(join(stateDir, 'keys/lea.pem'), 'utf8')).toBe(before);
    expect((await run('people', 'rotate', 'lea', '--as', 'bea')).out).toContain('new key');
    expect(readFileSync(join(stateDir, 'keys/lea.pem'), 'utf8')).not.toBe(before);
  });
});

describe('people list', () => {
  it('says gate by gate who can decide today: there, away, without a key', async () => {
    for (const [id, role] of [
      ['lea', 'legal'],
      ['leo', 'legal'],
      ['finn', 'finance'],
    ]) {
      await add(id!, role!);
    }
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await run('people', 'stand-in', 'lea', '--by', 'leo', '--until', until);
    const [key] = ((await personOf('finn')) as unknown as { keys: { kid: string }[] }).keys;
    await run('people', 'revoke', 'finn', '--key', key!.kid.slice(0, 12), '--reason', 'lost');
    const { decides } = await list();
    expect(decides.find(({ gate }) => gate === 'plan')).toEqual({
      gate: 'plan',
      canPass: false,
      seats: [
        { roles: ['legal'], here: ['leo'], away: ['lea'], cannotSign: [] },
        { roles: ['finance'], here: [], away: [], cannotSign: ['finn'] },
      ],
    });
    const { out } = await run('people', 'list');
    expect(out).toContain('Too few people to pass today: letters/*, plan');
    expect(out).toMatch(/lea .*away until .*: ask leo/);
    expect(out).toMatch(/leo .*stands in for lea/);
    expect(out).toMatch(/finn .*NO VALID KEY/);
  });
});
