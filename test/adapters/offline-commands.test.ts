import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSigner } from '../../adapters/signing/person-signer';
import { registerCommandSign } from '../../scripts/commands/command-sign';
import { registerCommandSubmit } from '../../scripts/commands/command-submit';
import { registerReceipt } from '../../scripts/commands/receipt';
import { sha256Hex } from '../../proof/digest';
import { writeDatabaseStack } from '../support/database-stack';
import { typed, type Typed } from '../support/typed-command';
import { DecisionDesk } from './decision-desk';

const subject = '7'.repeat(64);
/** Where the stack is, and a machine that has one key and nothing else. */
const stateDir = mkdtempSync(join(tmpdir(), 'makewhole-offline-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'makewhole-keyring-'));
const nowhere = join(elsewhere, 'no-state-here');
let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  for (const [id, roles] of Object.entries({ olga: 'on-call', lena: 'legal', ada: 'admin' })) {
    desk.keys.set(id, makeSigner(elsewhere, id).privateKey);
    await desk.enrol(id, roles);
  }
  desk.keys.set('mary', makeSigner(stateDir, 'mary').privateKey);
  await desk.enrol('mary', 'management');
  incidentId = await desk.openIncident('olga');
  await desk.gates().open({ incidentId, gateId: 'close', subject, at: new Date().toISOString() });
  const { seq, hash } = await desk.head(incidentId);
  const about = ['--digest', subject, '--evidence', `${seq}:${hash}`];
  vote = [...about, '--set', 'gate=close', '--set', 'opening=1'];
  writeDatabaseStack(stateDir, { database: desk.database });
});
afterAll(async () => {
  await desk.close();
  for (const folder of [stateDir, elsewhere]) rmSync(folder, { recursive: true });
});

const registers = [registerCommandSign, registerCommandSubmit];
const keyOf = (person: string) => join(elsewhere, 'keys', `${person}.pem`);
const sign = (as: string, ...words: string[]): Promise<Typed> => {
  const given = ['command', 'sign', ...words, '--as', as, '--key', keyOf(as)];
  return typed({ stateDir: nowhere, registers, words: given });
};
const submit = (...words: string[]) =>
  typed({ stateDir, registers, words: ['command', 'submit', ...words, '--json'] });
const json = ({ out }: Typed) => JSON.parse(out) as Record<string, unknown>;
let vote: string[];

describe('a command signed on a machine that has only the key', () => {
  it('is a file that counts 1 time, however often it is brought', async () => {
    const file = join(elsewhere, 'vote.jws');
    const decision = ['decide', incidentId, ...vote, '--set', 'decision=approve'];
    const signed = await sign('lena', ...decision, '--out', file);
    expect(signed).toMatchObject({ code: 0, out: expect.stringContaining(file) as string });
    expect(signed.err).toContain('"decision": "approve"');
    expect(existsSync(nowhere)).toBe(false);
    const sent = await submit(file, '--via', 'inbox');
    expect(json(sent)).toMatchObject({ accepted: null, sent: 'inbox' });
    await submit(file, '--via', 'inbox');
    const at = new Date().toISOString();
    await desk.backlog().answerOldest({ incidentId, at, call: 'c', limit: 10, afresh: false });
    const votes = 'FROM votes WHERE incident_id = $1 AND person_id = $2';
    expect(await desk.count(votes, incidentId, 'lena')).toBe(1);
  });

  it('changes the registry when an admin signed it, 0 times when another did', async () => {
    const body = join(elsewhere, 'revoke.json');
    writeFileSync(body, JSON.stringify({ id: 'olga', compromised: false, reason: 'left' }));
    const [byLegal, byAdmin] = ['lena', 'ada'].map((as) => join(elsewhere, `${as}.jws`));
    await sign('lena', 'people-revoke', '--body', body, '--out', byLegal!);
    await sign('ada', 'people-revoke', '--body', body, '--out', byAdmin!);
    const refused = await submit(byLegal!);
    expect(refused.code).toBe(3);
    expect(json(refused)).toMatchObject({ error: { code: 'ROLE_MISSING' } });
    expect(json(await submit(byAdmin!))).toMatchObject({ result: { state: 'done' } });
    expect(json(await submit(byAdmin!))).toMatchObject({ result: { state: 'done' } });
    expect(await desk.count('FROM people WHERE revoked_at IS NOT NULL')).toBe(1);
  });

  it('is the same text on stdout and lives 24 hours, a vote 14 days, unless told', async () => {
    const lives = async (...words: string[]) => {
      const value = json(await sign('lena', ...words, '--json'));
      return Math.round((Date.parse(String(value['expiresAt'])) - Date.now()) / 3_600_000);
    };
    const decide = ['decide', incidentId, ...vote, '--set', 'decision=reject'];
    expect(await lives(...decide)).toBe(336);
    expect(await lives(...decide, '--hours', '72')).toBe(72);
    expect(await lives('take', incidentId)).toBe(24);
    const { out } = await sign('lena', 'take', incidentId);
    expect(out.trim().split('.')).toHaveLength(3);
  });

  it.each([
    ['a body that lacks a member', () => ['decide', incidentId, ...vote], 'body: decision'],
    ['a member of another kind', () => ['take', incidentId, '--set', 'x=1'], 'body: '],
    ['no kind of command', () => ['pay-me', incidentId], 'there is no command pay-me'],
    ['a vote that lives too long', () => ['take', incidentId, '--hours', '25'], '--hours: '],
    [
      'a vote without the evidence',
      () => ['decide', incidentId, ...vote.slice(4), '--set', 'decision=approve'],
      'needs also --evidence 44:HASH',
    ],
    ['half a head', () => ['take', incidentId, '--evidence', '12:abc'], '--evidence: '],
    ['half a digest', () => ['take', incidentId, '--digest', 'abc'], '--digest: '],
  ])('is not signed with %s: exit 2', async (_, words, says) => {
    const { code, err, out } = await sign('lena', ...words());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(says);
  });

  it('that was altered on its way is sent nowhere, or refused: 0 changes', async () => {
    const file = join(elsewhere, 'altered.jws');
    const { out } = await sign('olga', 'take', incidentId);
    writeFileSync(file, `${out.trim()}=`);
    expect(json(await submit(file))).toMatchObject({ error: { code: 'MALFORMED' } });
    writeFileSync(file, `${out.trim().slice(0, -86)}${'A'.repeat(86)}\n`);
    await submit(file, '--via', 'inbox');
    const at = new Date().toISOString();
    await desk.backlog().answerOldest({ incidentId, at, call: 'd', limit: 10, afresh: false });
    expect((await desk.evidence(incidentId)).at(-1)).toMatchObject({
      kind: 'refusal',
      body: { code: 'SIGNATURE_INVALID' },
    });
    expect(await desk.count('FROM incidents WHERE taken_by IS NOT NULL')).toBe(0);
  });
});

describe('a receipt', () => {
  const given = (...words: string[]) =>
    typed({
      ...{ stateDir, registers: [registerReceipt] },
      words: ['receipt', incidentId, '--as', 'mary', ...words],
    });
  const left = async (): Promise<unknown[]> => {
    const { rows } = await desk.intruder.query<{ jws: string }>(
      'SELECT jws FROM command_inbox WHERE incident_id = $1 ORDER BY position',
      [incidentId],
    );
    const payloads = rows.map(({ jws }) => Buffer.from(jws.split('.')[1]!, 'base64url'));
    return payloads
      .map((payload) => JSON.parse(payload.toString()) as { kind: string; subject: string })
      .filter(({ kind }) => kind === 'receipt')
      .map((payload) => payload.subject);
  };
  const dossier = 'a dossier\n\u001b[2Jin plain words\n';
  const digest = sha256Hex(dossier);

  it('is of the text that is shown, by a digest of our own: 1 edited byte, 0 signed', async () => {
    await desk.dossier(incidentId, dossier);
    const { code, err } = await given('--via', 'inbox');
    expect([code, err.includes('a dossier\n[2Jin plain words')]).toEqual([0, true]);
    expect(await left()).toEqual([digest]);
    const edit = `UPDATE documents SET body = body || 'x'::bytea WHERE digest = $1`;
    await desk.intruder.query(edit, [digest]);
    const refused = await given('--via', 'inbox', '--json');
    expect(refused.code).toBe(3);
    expect(json(refused)).toMatchObject({ error: { code: 'CONTENT_MISMATCH' } });
    expect(await left()).toEqual([digest]);
  });

  it('with --file is of the 1 text somebody has, whatever is on file here', async () => {
    const file = join(elsewhere, 'dossier.md');
    writeFileSync(file, 'another dossier\n');
    expect((await given('--via', 'inbox', '--file', file)).code).toBe(0);
    expect(await left()).toContain(sha256Hex('another dossier\n'));
    expect((await given('--file', join(elsewhere, 'none.md'))).code).toBe(2);
  });
});
