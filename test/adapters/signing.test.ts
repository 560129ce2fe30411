import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openInstanceSigner } from '../../adapters/signing/instance-signer';
import { issueCommand } from '../../adapters/signing/issue-command';
import { loadSigner, makeSigner } from '../../adapters/signing/person-signer';
import { decodeCommand, verifySignature } from '../../proof/command-jws';

let stateDir: string;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'makewhole-signing-'));
});
afterEach(() => {
  delete process.env['MAKEWHOLE_KEY_PASSPHRASE'];
  rmSync(stateDir, { recursive: true });
});

const keyFile = (person: string) => join(stateDir, 'keys', `${person}.pem`);

function failureOf(act: () => unknown): { code?: string; message?: string } {
  try {
    act();
  } catch (error) {
    return error as { code?: string; message?: string };
  }
  return {};
}

describe('a person’s private key', () => {
  it('lies in a file of mode 600 in a folder of mode 700, whatever the umask', () => {
    const before = process.umask(0);
    try {
      makeSigner(stateDir, 'lea');
    } finally {
      process.umask(before);
    }
    expect(statSync(keyFile('lea')).mode & 0o777).toBe(0o600);
    expect(statSync(join(stateDir, 'keys')).mode & 0o777).toBe(0o700);
  });

  it('is made once and read back as the same key ever after', () => {
    const made = makeSigner(stateDir, 'lea');
    expect(makeSigner(stateDir, 'lea').kid).toBe(made.kid);
    expect(loadSigner(stateDir, 'lea').publicKeyPem).toBe(made.publicKeyPem);
  });

  it.each([0o640, 0o604, 0o660, 0o666])('is not used when its file has mode %o', (mode) => {
    makeSigner(stateDir, 'lea');
    chmodSync(keyFile('lea'), mode);
    const { code, message } = failureOf(() => loadSigner(stateDir, 'lea'));
    expect(code).toBe('INPUT_INVALID');
    expect(message).toContain(`mode ${mode.toString(8)}): chmod 600`);
  });

  it('is encrypted under a passphrase, and opens with that one only', () => {
    process.env['MAKEWHOLE_KEY_PASSPHRASE'] = 'correct horse';
    const { kid } = makeSigner(stateDir, 'lea');
    expect(readFileSync(keyFile('lea'), 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(loadSigner(stateDir, 'lea').kid).toBe(kid);
    process.env['MAKEWHOLE_KEY_PASSPHRASE'] = 'wrong';
    const wrong = failureOf(() => loadSigner(stateDir, 'lea'));
    expect(wrong).toMatchObject({ code: 'INPUT_INVALID' });
    expect(wrong.message).toContain('the passphrase does not open it');
    delete process.env['MAKEWHOLE_KEY_PASSPHRASE'];
    const none = failureOf(() => loadSigner(stateDir, 'lea'));
    expect(none.message).toContain('no passphrase was given: set MAKEWHOLE_KEY_PASSPHRASE');
  });

  it.each([
    ['something else', 'hello', 'expected a private key in PEM'],
    ['an RSA key', rsaKey(), 'expected an Ed25519 key, found rsa'],
  ])('is refused when the file holds %s', (_, text, message) => {
    mkdirSync(join(stateDir, 'keys'));
    writeFileSync(keyFile('lea'), text, { mode: 0o600 });
    expect(failureOf(() => loadSigner(stateDir, 'lea'))).toMatchObject({
      code: 'INPUT_INVALID',
      path: keyFile('lea'),
      message: expect.stringContaining(message) as string,
    });
  });

  it('is missed with NOT_FOUND and its path', () => {
    expect(failureOf(() => loadSigner(stateDir, 'lea'))).toMatchObject({
      code: 'NOT_FOUND',
      kind: 'refused',
      path: keyFile('lea'),
    });
  });

  it.each(['../lea', 'a/b', '', 'LEA', '.lea'])('is looked for under no such id as "%s"', (id) => {
    expect(failureOf(() => makeSigner(stateDir, id))).toMatchObject({ code: 'INPUT_INVALID' });
  });
});

describe('a command issued', () => {
  it('can be read and verified, for an hour from now and under a jti of 22 characters', () => {
    const signer = makeSigner(stateDir, 'lea');
    const at = '2026-11-21T12:00:00.900Z';
    const draft = { signer, kind: 'take', incident: 'INC-2026-0001', body: {}, at } as const;
    const decoded = [issueCommand(draft), issueCommand(draft)].map(decodeCommand);
    const jtis = decoded.map((each) => {
      if ('malformed' in each) throw new Error(each.malformed);
      expect(verifySignature(each, signer.publicKeyPem)).toBe(true);
      const iat = Date.parse('2026-11-21T12:00:00Z') / 1000;
      expect(each.envelope).toMatchObject({ iss: 'lea', subject: '', iat, exp: iat + 3600 });
      return each.envelope.jti;
    });
    expect(new Set(jtis.map((jti) => jti.length))).toEqual(new Set([22]));
    expect(new Set(jtis).size).toBe(2);
  });
});

describe('the instance', () => {
  it('signs instruments that its public key verifies and that are no commands', () => {
    makeSigner(stateDir, 'instance');
    const signer = openInstanceSigner(keyFile('instance'));
    const jws = signer.sign('makewhole-instrument+jws', {
      units: '3540.64',
      currency: 'USD',
      deal: 'fresh',
    });
    const [header = '', payload = '', signature = ''] = jws.split('.');
    const input = Buffer.from(`${header}.${payload}`);
    const key = createPublicKey(signer.publicKeyPem);
    expect(verify(null, input, key, Buffer.from(signature, 'base64url'))).toBe(true);
    expect(Buffer.from(payload, 'base64url').toString()).toBe(
      '{"currency":"USD","deal":"fresh","units":"3540.64"}',
    );
    expect(decodeCommand(jws)).toMatchObject({
      malformed: expect.stringContaining('header: typ') as string,
    });
  });

  it('has no signer where there is no key', () => {
    const { code } = failureOf(() => openInstanceSigner(keyFile('instance')));
    expect(code).toBe('NOT_FOUND');
  });
});

function rsaKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
