import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { codecApp } from '../codec-server/codec-app';
import { readCodecConfig } from '../codec-server/codec-config';
import { action, type CommandIo } from '../command-io';
import { rejected } from '../signing-options';

type Flags = { readonly host: string; readonly port: string };

/** Runs the decode endpoint until it is told to end. */
export async function codecServer({ host, port }: Flags, io: CommandIo): Promise<number> {
  const portNumber = Number(port);
  if (!/^\d+$/.test(port) || portNumber > 65_535) {
    throw rejected(`--port: expected a port number, 0 for a free one, found ${port}.`);
  }
  const config = readCodecConfig(process.env);
  const say = (said: object) => io.out(JSON.stringify({ at: new Date().toISOString(), ...said }));
  const app = await codecApp(config, say);
  const told = new Promise<void>((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => done());
  });
  await app.listen({ host, port: portNumber });
  const { port: taken } = app.server.address() as AddressInfo;
  const scheme = config.tls === undefined ? 'http' : 'https';
  say({ listening: `${scheme}://${host}:${String(taken)}`, keys: config.keys.ids().join(' ') });
  await told;
  await app.close();
  return 0;
}

const example = `
Opens sealed payloads for the pages of the Temporal UI, and for nobody without a token of the issuer
and a role. It writes one line of JSON for each request. What it reads from its environment is in
docs/temporal.md.

Example:
  ./makewhole codec-server --port 4030`;

/** Adds `codec-server` to the program. */
export function registerCodecServer(program: Command): void {
  program
    .command('codec-server')
    .description('the decode endpoint of the Temporal UI, which checks who asks')
    .option('--host <address>', 'where it listens', '127.0.0.1')
    .option('--port <number>', 'the port, 0 for a free one', '4030')
    .addHelpText('after', example)
    .action(action<Flags>((flags, io) => codecServer(flags, io)));
}
