import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a database that can be cut, made silent, and mended. */
export type BreakableLink = {
  readonly url: string;
  /** Breaks what is open and refuses what comes. */
  readonly cut: () => void;
  /** Takes everything and passes nothing on, as a stuck server does. */
  readonly silence: () => void;
  readonly mend: () => void;
  readonly close: () => Promise<void>;
};

/** Opens a link to the database at `databaseUrl`. */
export async function breakableLink(databaseUrl: string): Promise<BreakableLink> {
  const target = new URL(databaseUrl);
  let state: 'open' | 'cut' | 'silent' = 'open';
  const sockets = new Set<Socket>();
  const dropAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => undefined).on('close', () => sockets.delete(near));
    if (state === 'cut') return void near.destroy();
    const far = connect(Number(target.port), target.hostname);
    sockets.add(far);
    far.on('error', () => near.destroy()).on('close', () => sockets.delete(far));
    near.on('data', (bytes) => state === 'open' && far.write(bytes));
    far.on('data', (bytes) => state === 'open' && near.write(bytes));
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const close = async () => {
    dropAll();
    server.close();
    await once(server, 'close');
  };
  return {
    url: url.toString(),
    cut: () => {
      state = 'cut';
      dropAll();
    },
    silence: () => void (state = 'silent'),
    mend: () => {
      state = 'open';
      dropAll(); // What was swallowed meanwhile cannot be made up for.
    },
    close,
  };
}
