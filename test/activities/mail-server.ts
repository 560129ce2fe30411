import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** What the server does with the next mail to an address; without one it takes the mail. */
export type Trick = 'refuse' | 'later' | 'refuse-content' | 'cut' | 'cut-before' | 'silent';

const failing = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });

/** A real SMTP server on loopback that keeps what it took, and misbehaves where a test says so. */
export class MailServer {
  readonly taken: ParsedMail[] = [];
  readonly tricks = new Map<string, Trick>();
  #server: SMTPServer | undefined;
  #port = 0;

  get url(): string {
    return `smtp://127.0.0.1:${String(this.#port)}`;
  }

  /** Forgets what it took and what it was told: it is honest again. */
  forget(): void {
    this.tricks.clear();
    this.taken.length = 0;
  }

  /** Starts it, on the port it had before where it has been stopped. */
  async start(): Promise<this> {
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      logger: false,
      onRcptTo: ({ address }, _, done) => {
        const trick = this.tricks.get(address);
        if (trick === 'refuse') done(failing(550, 'no such mailbox'));
        else if (trick === 'later') done(failing(450, 'try again later'));
        else done();
      },
      onData: (stream, session, done) => {
        const to = session.envelope.rcptTo[0]?.address ?? '';
        const trick = this.tricks.get(to);
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          void this.#end({ content: Buffer.concat(parts), trick, done });
        });
      },
    });
    // Connections that a test cuts are no news.
    server.on('error', () => undefined);
    await new Promise<void>((listening) => {
      server.listen(this.#port, '127.0.0.1', listening);
    });
    this.#port = (server.server.address() as AddressInfo).port;
    this.#server = server;
    return this;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) await new Promise<void>((closed) => server.close(closed));
  }

  /** The mails an address got, oldest first. */
  to(address: string): ParsedMail[] {
    return this.taken.filter((mail) => {
      const to = Array.isArray(mail.to) ? mail.to : [mail.to];
      return to.some((each) => each?.value.some((value) => value.address === address));
    });
  }

  async #end(given: {
    content: Buffer;
    trick: Trick | undefined;
    done: (error?: Error) => void;
  }): Promise<void> {
    const { content, trick, done } = given;
    if (trick === 'refuse-content') {
      done(failing(554, 'we do not like it'));
      return;
    }
    if (trick !== 'cut-before') this.taken.push(await simpleParser(content));
    if (trick === 'cut' || trick === 'cut-before') this.#cut();
    else if (trick !== 'silent') done();
  }

  /** The line goes dead after the mail was handed over, before anybody said so. */
  #cut(): void {
    for (const connection of this.#server?.connections ?? []) {
      (connection as unknown as { _socket: { destroy(): void } })._socket.destroy();
    }
  }
}
