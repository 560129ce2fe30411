import { connect } from 'node:net';
import { CommandError } from '../command-io';

const waitMs = 5_000;
const usualPorts: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'smtp:': 25,
  'smtps:': 465,
};

function knock(host: string, port: number): Promise<string | undefined> {
  return new Promise((settle) => {
    const socket = connect({ host, port, timeout: waitMs });
    const end = (why: string | undefined): void => {
      socket.destroy();
      settle(why);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer in ${waitMs / 1000} s`));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/**
 * Checks that somebody listens where a variable of the environment points.
 *
 * @throws SERVICE_UNREACHABLE (fault) when nobody listens there
 */
export async function reachService(variable: string, address: string): Promise<void> {
  const { protocol, hostname, port } = new URL(address);
  const number = port === '' ? (usualPorts[protocol] ?? 0) : Number.parseInt(port, 10);
  const why = await knock(hostname.replace(/^\[|\]$/g, ''), number);
  if (why === undefined) return;
  const message =
    `${variable} names ${hostname}:${number}, where nobody answers (${why}): ` +
    `start that service, or unset ${variable} to use the embedded one.`;
  throw new CommandError({ code: 'SERVICE_UNREACHABLE', kind: 'fault', message });
}
