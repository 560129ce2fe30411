/** A mail as it is to leave: one recipient, no tracking. */
export type Mail = {
  /** With its angle brackets; derived from the row, so that a second copy can be told. */
  messageId: string;
  from: { name: string; address: string };
  to: { name: string; address: string };
  subject: string;
  text: string;
  html?: string;
  headers: Record<string, string>;
  attachments: { filename: string; contentType: string; content: Uint8Array }[];
};

/**
 * What the mail server made of a mail.
 *
 * Shapes: `sent` the server has it; `refused` it never will; `later` it may; `unreachable` nothing
 * was handed over; `unknown` the connection ended when it may or may not have been.
 */
export type MailOutcome =
  { kind: 'sent' } | { kind: 'refused' | 'later' | 'unreachable' | 'unknown'; cause: string };

/**
 * The way mail leaves.
 *
 * Retry: none in here; only what was certainly not taken may be tried again.
 */
export type Mailer = { send(mail: Mail): Promise<MailOutcome> };
