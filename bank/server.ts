import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { buildBank } from './bank-app';

const settings = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('expected a port number, 0 for a free one').int().min(0).max(65_535),
  BANK_STORE: z.string('expected the path of the store'),
});

/**
 * Runs the sandbox bank until SIGTERM or SIGINT, then closes it cleanly.
 *
 * Shapes: from the environment, `HOST` (loopback unless told), `PORT` (0 takes a free one) and
 * `BANK_STORE`, the store's path.
 * One line on stdout once it listens. It ends with exit code 4 and a sentence when it cannot run.
 */
export async function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  try {
    const { HOST: host, PORT: port, BANK_STORE: storePath } = settings.parse(env);
    const bank = buildBank({ storePath });
    const stop = () => {
      bank.close().catch(giveUp);
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
    await bank.listen({ host, port });
    const { port: taken } = bank.server.address() as AddressInfo;
    process.stdout.write(`sandbox bank listening on http://${host}:${taken}\n`);
  } catch (error) {
    giveUp(error);
  }
}

function giveUp(error: unknown): never {
  process.stderr.write(`The sandbox bank cannot run: ${reasonOf(error)}\n`);
  process.exit(4);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof z.ZodError)) return error instanceof Error ? error.message : String(error);
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}

if (require.main === module) void main();
