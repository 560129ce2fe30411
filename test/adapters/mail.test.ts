import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { smtpMailer } from '../../adapters/mail/smtp-mailer';
import type { Mail } from '../../activities/ports/mailer';
import { MailServer } from '../activities/mail-server';

const waits = { connectionTimeout: 300, greetingTimeout: 300, socketTimeout: 300 };
const mail: Mail = {
  messageId: '<0123456789@makewhole.invalid>',
  from: { name: 'Support, EMEA', address: 'support@example.com' },
  to: { name: 'Eve "E" Öhm, Jr.', address: 'eve@example.com' },
  subject: 'Your share in Žižkov & Sons',
  text: 'Dear Eve,\n.\nlines with one dot only\n',
  html: '<p>Dear Eve,</p>',
  headers: { 'Auto-Submitted': 'auto-generated', 'X-Makewhole-Incident': 'INC-2026-0001' },
  attachments: [
    {
      filename: 'invoice.pdf',
      contentType: 'application/pdf',
      content: Buffer.from('%PDF-1.7 \0\xff', 'latin1'),
    },
  ],
};

let smtp: MailServer;
beforeAll(async () => {
  smtp = await new MailServer().start();
});
afterAll(() => smtp.stop());
beforeEach(() => {
  smtp.tricks.clear();
  smtp.taken.length = 0;
});
const send = (given: Partial<Mail> = {}) =>
  smtpMailer(smtp.url, { waits }).send({ ...mail, ...given });

describe('a mail', () => {
  it('arrives with its id, names, headers, both bodies and attachment, byte for byte', async () => {
    expect(await send()).toEqual({ kind: 'sent' });
    const [taken] = smtp.taken;
    expect(taken!.messageId).toBe(mail.messageId);
    expect(taken!.from!.value).toEqual([{ name: 'Support, EMEA', address: 'support@example.com' }]);
    expect(taken!.subject).toBe(mail.subject);
    expect(taken!.text!.trim()).toBe(mail.text.trim());
    expect(taken!.html).toContain('<p>Dear Eve,</p>');
    expect(taken!.headers.get('auto-submitted')).toBe('auto-generated');
    expect(taken!.attachments[0]!.content).toEqual(mail.attachments[0]!.content);
  });

  it('goes to one recipient, whatever the name or the subject tries to add', async () => {
    const to = { name: 'Eve\r\nBcc: thief@example.com', address: 'eve@example.com' };
    await send({ to, subject: 'Hello\r\nBcc: thief@example.com\r\n\r\nPay here' });
    const [taken] = smtp.taken;
    expect(smtp.taken).toHaveLength(1);
    expect(taken!.bcc).toBeUndefined();
    expect(smtp.to('thief@example.com')).toEqual([]);
    expect(taken!.text).not.toContain('Pay here');
  });
});

describe('what the server says', () => {
  it.each([
    ['refuse', 'refused', 'EENVELOPE 550 RCPT TO'],
    ['refuse-content', 'refused', 'EMESSAGE 554 DATA'],
    ['later', 'later', 'EENVELOPE 450 RCPT TO'],
    ['silent', 'unknown', 'ETIMEDOUT CONN'],
    ['cut', 'unknown', ''],
  ] as const)('by %s is %s', async (trick, kind, cause) => {
    smtp.tricks.set('eve@example.com', trick);
    const outcome = await send();
    expect(outcome).toMatchObject({ kind });
    if (cause !== '') expect(outcome).toMatchObject({ cause });
  });

  it('looks the same when it had the mail and when it had not, so both are unknown', async () => {
    smtp.tricks.set('eve@example.com', 'cut');
    const had = await send();
    smtp.tricks.set('eve@example.com', 'cut-before');
    expect(await send()).toEqual(had);
    expect(smtp.taken).toHaveLength(1);
  });
});

describe('a server that never takes part', () => {
  async function listening(server: Server): Promise<string> {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return `smtp://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }

  it('because nothing listens, is unreachable: nothing was handed over', async () => {
    const server = createServer();
    const url = await listening(server);
    await new Promise((done) => server.close(done));
    expect(await smtpMailer(url, { waits }).send(mail)).toMatchObject({ kind: 'unreachable' });
  });

  it('because it never greets, is unreachable: nothing was handed over', async () => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket));
    const url = await listening(server);
    const patient = { ...waits, socketTimeout: 20_000 };
    const outcome = await smtpMailer(url, { waits: patient }).send(mail);
    expect(outcome).toMatchObject({ kind: 'unreachable' });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it.each(['421 too busy', '554 not you'])(
    'because it greets with %s, is unreachable',
    async (greeting) => {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.end(`${greeting}\r\n`);
      });
      const url = await listening(server);
      const outcome = await smtpMailer(url, { waits }).send(mail);
      expect(outcome).toMatchObject({ kind: 'unreachable' });
      server.close();
    },
  );

  it('under a name nobody knows, is unreachable', async () => {
    const outcome = await smtpMailer('smtp://mail.invalid:25', { waits }).send(mail);
    expect(outcome).toMatchObject({ kind: 'unreachable' });
  });
});
