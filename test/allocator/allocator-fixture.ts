import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildAllocator } from '../../allocator/allocator-app';
import { createDatabase } from '../support/database';

/** What a request was answered with. */
export type Reply = { status: number; body: Record<string, unknown> & { error?: ErrorBody } };
type ErrorBody = { code: string; kind: string; message: string; incident?: string };

/** Asks the service at `url`, with JSON both ways. */
export async function ask(
  url: string,
  [method, path, body, headers = {}]: [string, string, unknown?, Record<string, string>?],
): Promise<Reply> {
  const json = body === undefined ? {} : { 'content-type': 'application/json' };
  const text = body === undefined ? null : JSON.stringify(body);
  const reply = await fetch(`${url}${path}`, {
    method,
    body: text,
    headers: { ...json, ...headers },
  });
  return { status: reply.status, body: (await reply.json()) as Reply['body'] };
}

/** A service on its own database, listening, with the key it takes instruments of. */
export type OpenAllocator = {
  readonly url: string;
  readonly adminUrl: string;
  readonly instanceKey: KeyObject;
  readonly ask: (...request: [string, string, unknown?, Record<string, string>?]) => Promise<Reply>;
  readonly close: () => Promise<void>;
};

/** Opens a service on a database with all migrations. */
export async function openAllocator(): Promise<OpenAllocator> {
  const { adminUrl, drop } = await createDatabase();
  const { publicKey, privateKey: instanceKey } = generateKeyPairSync('ed25519');
  const app = buildAllocator({ databaseUrl: adminUrl, publicKey });
  const url = await listen(app);
  const close = async () => {
    await app.close();
    await drop();
  };
  return { url, adminUrl, instanceKey, ask: (...request) => ask(url, request), close };
}

/** Listens on a free port of loopback. */
export async function listen(app: FastifyInstance): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${String((app.server.address() as AddressInfo).port)}`;
}

/** Signs a payload as an instrument. */
export function instrument(key: KeyObject, payload: unknown): string {
  return instrumentUnder({ key, payload, header: { alg: 'EdDSA' } });
}

/** Signs a payload under a header of any kind. */
export function instrumentUnder(given: {
  key: KeyObject;
  header: unknown;
  payload: unknown;
}): string {
  const { key, header, payload } = given;
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/** An investor who was announced; without a history unless one is given. */
export function investor(investorId: string, history: Record<string, unknown> = {}) {
  const name = `Investor ${investorId}`;
  const email = `${investorId.toLowerCase()}@example.com`;
  const fixed = { locale: 'en-US', class: 'retail', status: 'active' };
  return { investorId, name, email, ...fixed, ...history };
}

/** Histories from which the averages of the five-investor case follow, in one deal each. */
export const fiveInvestors = Object.entries({
  A: '250000',
  B: '150000',
  C: '60000',
  D: '40000',
  E: '100000',
}).map(([investorId, historyTotal]) =>
  investor(investorId, { historyTotal, historyCount: 1, historyCurrency: 'USD' }),
);

const fiveRequests = Object.entries({
  A: '100000',
  B: '400000',
  C: '50000',
  D: '300000',
  E: '500000',
}).map(([investorId, requested]) => ({ investorId, requested }));

/** The five-investor deal of the published cases, or another with some fields its own. */
export function fiveDeal(
  dealId: string,
  { requests = fiveRequests, ...fields }: Record<string, unknown> = {},
) {
  const deal = {
    dealId,
    name: `Deal ${dealId}`,
    company: 'Example Inc',
    closedOn: '2024-11-20',
    currency: 'USD',
    allocation: '1000000',
    stage: 'closed',
    policy: 'us-private',
    ...fields,
  };
  return { deal, requests };
}

/** The shares in an answer, by investor. */
export function sharesIn({ body }: Reply): Record<string, string> {
  const rows = body['allocations'] as { investorId: string; allocated: string }[];
  return Object.fromEntries(rows.map(({ investorId, allocated }) => [investorId, allocated]));
}

/** An order that freezes the service. */
export const serviceHold = { kind: 'service', incident: 'INC-2026-0001', reason: 'wrong shares' };
