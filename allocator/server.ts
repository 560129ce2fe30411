import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { buildAllocator } from './allocator-app';

const settings = z.object({
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535),
  ALLOCATOR_DATABASE_URL: z.string().min(1),
  MAKEWHOLE_INSTANCE_PUBLIC_KEY: z.string().min(1).optional(),
});

/**
 * Runs the allocation service until SIGTERM or SIGINT, then closes it cleanly.
 *
 * Shapes: from the environment, `HOST` (loopback unless told), `PORT` (0 takes a free one),
 * `ALLOCATOR_DATABASE_URL`, and `MAKEWHOLE_INSTANCE_PUBLIC_KEY`, the path of the Ed25519 public key
 * whose instruments it takes.
 * One line on stdout once it listens. It ends with exit code 4 and a sentence when it cannot run.
 */
export async function main(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  try {
    const given = settings.parse(env);
    const databaseUrl = given.ALLOCATOR_DATABASE_URL;
    const publicKey = readPublicKey(given.MAKEWHOLE_INSTANCE_PUBLIC_KEY);
    const allocator = buildAllocator({ databaseUrl, publicKey });
    const stop = () => {
      allocator.close().catch(giveUp);
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
    await allocator.listen({ host: given.HOST, port: given.PORT });
    const { port } = allocator.server.address() as AddressInfo;
    process.stdout.write(`allocator listening on http://${given.HOST}:${String(port)}\n`);
  } catch (error) {
    giveUp(error);
  }
}

function readPublicKey(path: string | undefined): KeyObject | undefined {
  if (path === undefined) return undefined;
  const key = createPublicKey(readFileSync(path));
  if (key.asymmetricKeyType === 'ed25519') return key;
  const found = String(key.asymmetricKeyType);
  throw new Error(`expected an Ed25519 public key in ${path}, found ${found}`);
}

function giveUp(error: unknown): never {
  const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  process.stderr.write(`The allocator cannot run: ${reason}\n`);
  process.exit(4);
}

if (require.main === module) void main();
