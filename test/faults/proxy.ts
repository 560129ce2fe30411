import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * What a proxy does when a request that holds `text` passes for the `hit`th time: `cut` ends every
 * connection before the request is through and refuses new ones for a while; `delay` lets it pass
 * and then nothing for a while; `swallow` lets it pass and drops its answer with the connection;
 * `limit` lets so many bytes of it pass and ends the connection.
 */
export type NetFault = { readonly text: string; readonly hit: number } & (
  | { readonly does: 'cut' | 'delay'; readonly forMs: number }
  | { readonly does: 'swallow' }
  | { readonly does: 'limit'; readonly bytes: number }
);

/** A fault that came to pass: when, and from when on the way was free again. */
export type Passed = { readonly fault: NetFault; readonly at: number; readonly freeAt: number };

/** `tail` is what came before, so that a text is also found across two pieces. */
type Pair = { client: Socket; target: Socket; tail: string; swallowing: boolean };

/**
 * A way to a server on this machine that can be cut, slowed down or made to lose answers.
 *
 * Ensures: what no fault touches passes in order and unchanged.
 */
export class Proxy {
  readonly #server: Server;
  readonly #portOf: () => number;
  readonly #pairs = new Set<Pair>();
  readonly #left = new Map<NetFault, number>();
  readonly #seen = new Map<string, number>();
  readonly #passed: Passed[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;
  #held = false;

  private constructor(server: Server, portOf: () => number) {
    this.#server = server;
    this.#portOf = portOf;
    server.on('connection', (client) => {
      this.#accept(client);
    });
  }

  /** Opens one on a free port; `portOf` is asked at each connection, since servers may move. */
  static async open(portOf: () => number): Promise<Proxy> {
    const server = createServer();
    const proxy = new Proxy(server, portOf);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The faults that came to pass. Order: as they did. */
  get passed(): readonly Passed[] {
    return this.#passed;
  }

  /** How many requests held a text since it was first asked for, here or in a fault. */
  seen(text: string): number {
    const count = this.#seen.get(text) ?? 0;
    this.#seen.set(text, count);
    return count;
  }

  /** Has one more fault come to pass; its hits are counted from now on. */
  add(fault: NetFault): void {
    this.seen(fault.text);
    this.#left.set(fault, fault.hit);
  }

  /** Ends every connection, and takes no further one. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#cutAll();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#closed) {
      client.resetAndDestroy();
      return;
    }
    const target = connect(this.#portOf(), '127.0.0.1');
    const pair: Pair = { client, target, tail: '', swallowing: false };
    this.#pairs.add(pair);
    target.on('error', () => client.destroy());
    client.on('data', (chunk: Buffer) => {
      this.#onRequest(pair, chunk);
    });
    target.on('data', (chunk: Buffer) => {
      // The answer is there, so what was asked for is done; nobody hears of it.
      if (pair.swallowing) this.#cut(pair);
      else client.write(chunk);
    });
    client.on('end', () => target.end()).on('close', () => target.destroy());
    target.on('end', () => client.end()).on('close', () => this.#pairs.delete(pair));
    if (this.#held) pause(pair);
  }

  #onRequest(pair: Pair, chunk: Buffer): void {
    const fault = this.#dueIn(pair, chunk);
    if (fault === undefined) {
      pair.target.write(chunk);
      return;
    }
    const forMs = 'forMs' in fault ? fault.forMs : 0;
    this.#passed.push({ fault, at: Date.now(), freeAt: Date.now() + forMs });
    switch (fault.does) {
      case 'cut':
        this.#closed = true;
        this.#cutAll();
        this.#after(forMs, () => (this.#closed = false));
        return;
      case 'delay':
        this.#hold(forMs);
        break;
      case 'swallow':
        pair.swallowing = true;
        break;
      case 'limit':
        pair.target.write(chunk.subarray(0, fault.bytes), () => {
          this.#cut(pair);
        });
        return;
    }
    pair.target.write(chunk);
  }

  /** Counts the texts in a piece of a request, and gives the fault whose turn it is. */
  #dueIn(pair: Pair, chunk: Buffer): NetFault | undefined {
    const piece = chunk.toString('latin1');
    const before = pair.tail;
    const whole = before + piece;
    pair.tail = whole.slice(-tailLength);
    const isNew = (text: string) =>
      whole.includes(text, Math.max(0, before.length - text.length + 1));
    for (const [text, count] of this.#seen) if (isNew(text)) this.#seen.set(text, count + 1);
    let due: NetFault | undefined;
    for (const [fault, left] of this.#left) {
      if (!isNew(fault.text)) continue;
      this.#left.set(fault, left - 1);
      if (left > 1 || due !== undefined) continue;
      due = fault;
      this.#left.delete(fault);
    }
    return due;
  }

  #hold(forMs: number): void {
    this.#held = true;
    for (const pair of this.#pairs) pause(pair);
    this.#after(forMs, () => {
      this.#held = false;
      for (const { client, target } of this.#pairs) {
        client.resume();
        target.resume();
      }
    });
  }

  #after(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      then();
    }, ms);
    this.#timers.add(timer);
  }

  #cutAll(): void {
    for (const pair of this.#pairs) this.#cut(pair);
  }

  #cut({ client, target }: Pair): void {
    client.resetAndDestroy();
    target.destroy();
  }
}

const tailLength = 64;

function pause({ client, target }: Pair): void {
  client.pause();
  target.pause();
}
