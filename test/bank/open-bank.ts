import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildBank } from '../../bank/bank-app';

type Sent = { readonly route: string; readonly body?: object; readonly key?: string };

/** A path for a bank's store in a folder of its own, which the test removes. */
export function newStorePath(): string {
  return path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'makewhole-bank-')), 'bank.ndjson');
}

/** Removes a store with its folder. */
export function removeStore(storePath: string): void {
  fs.rmSync(path.dirname(storePath), { recursive: true });
}

/** A bank on a free port of loopback, over a store of its own unless one is given. */
export async function listeningBank(storePath = newStorePath()) {
  const app = buildBank({ storePath });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, url, storePath };
}

/** An amount of dollars as it stands on the wire. */
export const usd = (amount: string) => ({ amount, currency: 'USD' });

/** One request without a network, such as `GET /accounts`; the answer's status and parsed body. */
export async function ask(app: FastifyInstance, { route, key, body }: Sent) {
  const [method, url = ''] = route.split(' ');
  const reply = await app.inject({
    method: method as 'GET' | 'POST' | 'DELETE',
    url,
    headers: key === undefined ? {} : { 'idempotency-key': key },
    ...(body && { payload: body }),
  });
  return { status: reply.statusCode, body: reply.json<unknown>() };
}
