import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { issueCommand } from '../../adapters/signing/issue-command';
import { signCommand } from '../../proof/command-jws';
import { after, codeOf, EnrolmentDesk } from './enrolment-desk';

let desk: EnrolmentDesk;
beforeEach(async () => {
  desk = await EnrolmentDesk.open();
});
afterEach(() => desk.close());

const idsOf = async () => (await desk.people().list()).map(({ id }) => id);

describe('the registry of people', () => {
  it('makes the first admin once and never a second one that way', async () => {
    const { publicKeyPem } = desk.signer('mallory');
    const again = { id: 'mallory', name: 'M', email: 'm@example.com', publicKeyPem, at: after(1) };
    await expect(desk.people().bootstrapAdmin(again)).rejects.toMatchObject({
      code: 'ALREADY_DONE',
      kind: 'refused',
    });
    expect(await idsOf()).toEqual(['admin']);
  });

  it('enrols whom the only admin signs for, with the roles of the entry', async () => {
    expect(codeOf(await desk.add('admin', desk.entry('lea', 'legal', 'finance')))).toBe('accepted');
    const [, lea] = await desk.people().list();
    expect(lea).toMatchObject({ roles: ['legal', 'finance'], enrolledBy: 'admin' });
    expect(lea?.keys.map(({ kid }) => kid)).toEqual([desk.signer('lea').kid]);
    expect((await desk.people().roleHolders('legal')).map(({ id }) => id)).toEqual(['lea']);
    expect(await desk.people().roleHolders('management')).toEqual([]);
  });

  it('changes roles by a further entry and leaves the key as it is', async () => {
    await desk.add('admin', desk.entry('lea', 'legal'));
    expect(codeOf(await desk.add('admin', desk.entry('lea', 'legal')))).toBe('ALREADY_DONE');
    expect(codeOf(await desk.add('admin', desk.entry('lea', 'finance')))).toBe('accepted');
    expect((await desk.people().list())[1]).toMatchObject({
      roles: ['finance'],
      keys: [{ kid: desk.signer('lea').kid }],
    });
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true, entries: 4 });
  });

  it('says where somebody works only as a zone and a calendar that there are', async () => {
    const lea = desk.entry('lea', 'legal');
    const inTokyo = { ...lea, timeZone: 'Asia/Tokyo', calendar: 'weekends-only' };
    expect(codeOf(await desk.add('admin', { ...lea, timeZone: 'Mars/Base' }))).toBe('MALFORMED');
    expect(codeOf(await desk.add('admin', { ...lea, calendar: 'lunar' }))).toBe('MALFORMED');
    expect(codeOf(await desk.add('admin', inTokyo))).toBe('accepted');
    expect(codeOf(await desk.add('admin', inTokyo))).toBe('ALREADY_DONE');
    const place = { timeZone: 'Asia/Tokyo', calendar: 'weekends-only' };
    expect((await desk.people().list())[1]).toMatchObject(place);
    await desk.intruder.query(`UPDATE people SET time_zone = 'Europe/London'`);
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: false });
    await desk.intruder.query(`UPDATE people SET time_zone = NULL WHERE person_id = 'admin'`);
    expect(codeOf(await desk.add('admin', lea))).toBe('accepted');
    expect((await desk.people().list())[1]).not.toHaveProperty('timeZone');
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true });
  });

  it('waits with two admins for the second one to sign exactly the same', async () => {
    await desk.add('admin', desk.entry('bea', 'admin'));
    const lea = desk.entry('lea', 'legal');
    expect(await desk.add('admin', lea)).toMatchObject({
      accepted: true,
      result: { state: 'waiting' },
      note: expect.stringContaining('bea signs the same command') as string,
    });
    expect(codeOf(await desk.add('admin', { ...lea, at: after(60) }))).toBe('ALREADY_DONE');
    const other = { ...lea, roles: [...lea.roles, 'admin' as const] };
    expect(await desk.add('bea', other)).toMatchObject({ result: { state: 'waiting' } });
    expect(await idsOf()).toEqual(['admin', 'bea']);
    expect(await desk.add('bea', lea)).toMatchObject({ result: { state: 'done' } });
    expect(await idsOf()).toEqual(['admin', 'bea', 'lea']);
  });

  it('forgets what an admin asked for when nobody joined within 24 hours', async () => {
    await desk.add('admin', desk.entry('bea', 'admin'));
    await desk.add('admin', desk.entry('lea', 'legal'));
    const at = after(24 * 3600 + 1);
    const late = await desk.add('bea', { ...desk.entry('lea', 'legal'), at });
    expect(late).toMatchObject({ result: { state: 'waiting' } });
    expect(await idsOf()).toEqual(['admin', 'bea']);
  });

  it('uses a confirmed request up, so that one wish enrols once', async () => {
    await desk.add('admin', desk.entry('bea', 'admin'));
    await desk.add('admin', desk.entry('lea', 'legal'));
    await desk.add('bea', desk.entry('lea', 'legal'));
    await desk.add('admin', desk.entry('lea', 'finance'));
    await desk.add('bea', desk.entry('lea', 'finance'));
    expect(await desk.add('bea', desk.entry('lea', 'legal'))).toMatchObject({
      result: { state: 'waiting' },
    });
    expect((await desk.people().list())[2]?.roles).toEqual(['finance']);
  });

  it('ends a revoked person’s keys at once, and wants a new key afterwards', async () => {
    await desk.add('admin', desk.entry('bea', 'legal'));
    const lea = {
      kind: 'people-revoke',
      body: { id: 'lea', compromised: false, reason: 'left' },
    } as const;
    await desk.add('admin', desk.entry('lea', 'legal'));
    expect(codeOf(await desk.send(desk.sign('admin', lea)))).toBe('accepted');
    expect(codeOf(await desk.send(desk.sign('admin', lea)))).toBe('ALREADY_DONE');
    expect(codeOf(await desk.add('lea', desk.entry('eve', 'legal')))).toBe('KEY_REVOKED');
    expect(codeOf(await desk.add('admin', desk.entry('lea', 'legal')))).toBe('OPTION_BLOCKED');
    const compromised = { ...lea, body: { ...lea.body, compromised: true } };
    expect(codeOf(await desk.send(desk.sign('admin', compromised)))).toBe('accepted');
    expect((await desk.people().list())[2]).toMatchObject({
      revokedAt: expect.any(String) as string,
      keys: [{ compromised: true }],
    });
    expect((await desk.people().roleHolders('legal')).map(({ id }) => id)).toEqual(['bea']);
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true });
  });

  it('takes no key of small order, by which anybody signs', async () => {
    const x = Buffer.from(`01${'00'.repeat(31)}`, 'hex').toString('base64url');
    const weak = createPublicKey({ key: { crv: 'Ed25519', kty: 'OKP', x }, format: 'jwk' });
    const publicKey = String(weak.export({ type: 'spki', format: 'pem' }));
    const zoe = { ...desk.entry('zoe', 'legal'), publicKey };
    expect(codeOf(await desk.add('admin', zoe))).toBe('MALFORMED');
  });

  it('never loses its last admin, be it by revocation or by a change of roles', async () => {
    const body = { id: 'admin', compromised: false, reason: 'gone' };
    const leave = desk.sign('admin', { kind: 'people-revoke', body });
    expect(codeOf(await desk.send(leave))).toBe('OPTION_BLOCKED');
    expect(codeOf(await desk.add('admin', desk.entry('admin', 'legal')))).toBe('OPTION_BLOCKED');
  });

  it('lets somebody stand in who shares a role, and nobody else', async () => {
    await desk.add('admin', desk.entry('lea', 'legal'));
    await desk.add('admin', desk.entry('leo', 'legal', 'finance'));
    await desk.add('admin', desk.entry('fay', 'finance'));
    const standIn = (id: string, by: string) =>
      desk.send(
        desk.sign('admin', {
          kind: 'people-stand-in',
          body: { id, standIn: by, from: after(0), until: after(3600) },
        }),
      );
    expect(codeOf(await standIn('lea', 'leo'))).toBe('accepted');
    expect(codeOf(await standIn('lea', 'leo'))).toBe('ALREADY_DONE');
    expect(codeOf(await standIn('lea', 'fay'))).toBe('OPTION_BLOCKED');
    expect(codeOf(await standIn('lea', 'lea'))).toBe('OPTION_BLOCKED');
    expect(codeOf(await standIn('lea', 'nobody'))).toBe('NOT_FOUND');
    expect((await desk.people().list()).find(({ id }) => id === 'lea')?.standIns).toEqual([
      { id: 'leo', from: after(0), until: after(3600) },
    ]);
  });
});

describe('a command about people', () => {
  it('is refused from whoever is no admin, and that is evidence', async () => {
    await desk.add('admin', desk.entry('lea', 'legal', 'management'));
    expect(codeOf(await desk.add('lea', desk.entry('eve', 'admin')))).toBe('ROLE_MISSING');
    expect(await desk.refusals()).toEqual(['ROLE_MISSING']);
    expect(await idsOf()).toEqual(['admin', 'lea']);
  });

  it('gets its first answer again when its bytes come twice, and leaves one entry', async () => {
    const jws = desk.sign('admin', { kind: 'people-add', body: desk.entry('lea', 'legal') });
    const [first, second] = await Promise.all([desk.send(jws), desk.send(jws)]);
    expect(second).toEqual(first);
    expect(await desk.send(jws, after(90_000))).toEqual(first);
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true, entries: 2 });
  });

  it.each([
    ['MALFORMED', () => 'no.jws.atall'],
    ['MALFORMED', () => keyed({ publicKey: 'no key' })],
    ['MALFORMED', () => keyed({ publicKey: foreignKey('rsa', 'spki') })],
    ['MALFORMED', () => keyed({ publicKey: foreignKey('ed25519', 'pkcs8') })],
    [
      'KEY_UNKNOWN',
      () => desk.sign('eve', { kind: 'people-add', body: desk.entry('eve', 'admin') }),
    ],
    ['SIGNATURE_INVALID', () => forged()],
    ['NOT_YET_VALID', () => keyed({}, { at: after(3600) })],
    ['EXPIRED', () => keyed({}, { at: after(-7200) })],
    ['INCIDENT_UNKNOWN', () => keyed({}, { incident: 'INC-2026-0001' })],
    ['OPTION_BLOCKED', () => keyed({ id: 'makewhole' })],
    ['OPTION_BLOCKED', () => keyed({ publicKey: desk.signer('admin').publicKeyPem })],
  ])('is refused with %s and enrols nobody (case %#)', async (code, jws) => {
    expect(codeOf(await desk.send(jws()))).toBe(code);
    expect(await desk.refusals()).toEqual([code]);
    expect(await idsOf()).toEqual(['admin']);
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true, entries: 2 });
  });

  it('is refused as REPLAYED when other bytes come under a jti that was used', async () => {
    const [a, b] = [desk.entry('lea', 'legal'), desk.entry('lea', 'finance')];
    const jws = desk.sign('admin', { kind: 'people-add', body: a });
    await desk.send(jws);
    const { jti } = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
      jti: string;
    };
    const iat = Date.parse(after(0)) / 1000;
    const again = signCommand(
      {
        iss: 'admin',
        kind: 'people-add',
        incident: 'registry',
        subject: '',
        body: b,
        iat,
        exp: iat + 60,
        jti,
      },
      desk.signer('admin').privateKey,
    );
    expect(codeOf(await desk.send(again))).toBe('REPLAYED');
    expect((await desk.people().list())[1]?.roles).toEqual(['legal']);
    expect(await desk.evidence().verify('registry')).toMatchObject({ holds: true });
  });
});

function keyed(changes: object, { at = after(0), incident = 'registry' } = {}): string {
  const body = { ...desk.entry('lea', 'legal'), ...changes };
  return desk.sign('admin', { kind: 'people-add', body, at, incident });
}

function foreignKey(type: 'rsa' | 'ed25519', half: 'spki' | 'pkcs8'): string {
  const { privateKey, publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 1024 })
      : generateKeyPairSync('ed25519');
  const pem =
    half === 'spki'
      ? publicKey.export({ type: 'spki', format: 'pem' })
      : privateKey.export({ type: 'pkcs8', format: 'pem' });
  return pem.toString();
}

/** Eve signs under the admin's key id. */
function forged(): string {
  const eve = { ...desk.signer('eve'), personId: 'admin' };
  const body = desk.entry('eve', 'admin');
  const jws = issueCommand({
    signer: eve,
    kind: 'people-add',
    incident: 'registry',
    body,
    at: after(0),
  });
  const header = { alg: 'EdDSA', kid: desk.signer('admin').kid, typ: 'makewhole+jws' };
  const [, payload, signature] = jws.split('.');
  return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
}
