import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { CommandError } from '../command-io';

// Below the range from which systems give ports to outgoing connections: a kept port would
// otherwise be taken by chance while its program restarts.
const portMin = 20_000;
const portMax = 32_000;
const triesMax = 200;

/** Whether nobody listens on the port of the loopback address. */
export async function isPortFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => settle(true));
    });
  });
}

/**
 * A port of the loopback address on which nobody listens: the wished one when it is free.
 *
 * @throws PORT_BUSY (fault) when none was found
 */
export async function freePort(
  wished: number | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  if (wished !== undefined && !taken.has(wished) && (await isPortFree(wished))) return wished;
  for (let tried = 0; tried < triesMax; tried += 1) {
    const port = randomInt(portMin, portMax);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  const message =
    `No free port was found on 127.0.0.1 between ${portMin} and ${portMax} in ${triesMax} tries: ` +
    'stop what listens there (look with: ss -ltn), then run this again.';
  throw new CommandError({ code: 'PORT_BUSY', kind: 'fault', message });
}
