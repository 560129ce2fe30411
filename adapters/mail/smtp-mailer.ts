import { createTransport, type Transporter } from 'nodemailer';
import type { Mail, Mailer, MailOutcome } from '../../activities/ports/mailer';

/** How mail is signed, where that is configured. */
export type Dkim = { domainName: string; keySelector: string; privateKey: string };

const waits = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 };

/**
 * Mail over SMTP, a connection for each: a kept one may be dead, and nobody knows what it took.
 *
 * Ensures: one recipient a mail; nothing is fetched from disk or net because a mail says so.
 */
export function smtpMailer(
  smtpUrl: string,
  options: { dkim?: Dkim; waits?: Partial<typeof waits> } = {},
): Mailer {
  const limits = { ...waits, ...options.waits };
  const address = new URL(smtpUrl);
  const transport = createTransport({
    host: address.hostname.replace(/^\[|\]$/g, ''),
    ...(address.port === '' ? {} : { port: address.port }),
    secure: address.protocol === 'smtps:',
    ...(address.username === '' ? {} : { auth: loginOf(address) }),
    ...(options.dkim === undefined ? {} : { dkim: options.dkim }),
    ...limits,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return { send: (mail) => send(transport, mail) };
}

const loginOf = ({ username, password }: URL) => ({
  user: decodeURIComponent(username),
  pass: decodeURIComponent(password),
});

async function send(transport: Transporter, mail: Mail): Promise<MailOutcome> {
  const envelope = { from: mail.from.address, to: [mail.to.address] };
  const attachments = mail.attachments.map((each) => {
    return { ...each, content: Buffer.from(each.content) };
  });
  try {
    await transport.sendMail({ ...mail, attachments, envelope });
    return { kind: 'sent' };
  } catch (error) {
    return outcomeOf(error);
  }
}

type SmtpError = {
  code?: unknown;
  responseCode?: unknown;
  command?: unknown;
  syscall?: unknown;
  timeoutType?: unknown;
};

const ofTheMail = ['EENVELOPE', 'EMESSAGE'];
const neverSpoke = ['EDNS', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'ETLS', 'ECONFIG', 'EPROXY'];
const beforeTheMail = ['CONNECT_TIMEOUT', 'GREETING_TIMEOUT'];

/**
 * Reads an error of nodemailer: what the server said no to, what never reached it, and the rest.
 *
 * Ensures: a connection that ended without an answer is `unknown`, since after DATA it looks the
 * same as before.
 */
export function outcomeOf(error: unknown): MailOutcome {
  const { code, responseCode, command, syscall, timeoutType } = (error ?? {}) as SmtpError;
  const parts = [code, responseCode, command].filter((part) => part !== undefined);
  const cause = parts.map(String).join(' ');
  const answered = typeof responseCode === 'number' ? responseCode : undefined;
  if (ofTheMail.includes(String(code))) {
    if (answered === undefined) return { kind: 'refused', cause };
    return { kind: answered >= 500 ? 'refused' : 'later', cause };
  }
  if (answered !== undefined || neverSpoke.includes(String(code))) {
    return { kind: 'unreachable', cause };
  }
  const neverConnected = syscall === 'connect' || beforeTheMail.includes(String(timeoutType));
  return neverConnected ? { kind: 'unreachable', cause } : { kind: 'unknown', cause };
}
