import cors from '@fastify/cors';
import type { Payload } from '@temporalio/common';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { z } from 'zod';
import { payloadCodec } from '../../workers/temporal/payload-codec';
import { asCommandError } from '../command-io';
import type { CodecConfig } from './codec-config';
import { whoAsks } from './who-asks';

/** One line for each request: who had what opened, or was refused; nothing of what was in it. */
export type Said = Readonly<Record<string, string | number>>;

const bodyBytesMax = 32 * 1024 * 1024;
const statusOf: Readonly<Record<string, number>> = { ROLE_MISSING: 403, INPUT_INVALID: 400 };

const wirePayload = z.object({
  metadata: z.record(z.string(), z.base64()).default({}),
  data: z.base64().default(''),
});
const wireBody = z.object({ payloads: z.array(wirePayload) });
type WirePayload = z.infer<typeof wirePayload>;

/**
 * The decode endpoint of Temporal's web pages: `POST /decode` opens payloads for whoever may.
 *
 * Shapes: `{payloads: [{metadata, data}]}` in protobuf's JSON, there and back, in order.
 * Ensures: there is no way to have anything sealed; what no key of ours opens comes back as it was.
 */
export async function codecApp(
  { keys, trust, published, origin, tls }: CodecConfig,
  say: (said: Said) => void,
): Promise<FastifyInstance> {
  const app: FastifyInstance = fastify({ bodyLimit: bodyBytesMax, https: tls ?? null });
  const headers = ['authorization', 'content-type', 'x-namespace'];
  await app.register(cors, { origin, methods: ['POST'], allowedHeaders: headers });
  const proven = whoAsks(trust);
  const codec = payloadCodec(keys);
  const openOne = async (payload: Payload) =>
    (await codec.decode([payload]).catch(() => [payload]))[0] ?? payload;

  app.get('/healthz', async () => ({ ok: true }));
  if (published !== undefined) app.get('/jwks.json', async () => published);
  app.post('/decode', { preParsing: letIn }, async (request) => {
    const { payloads } = wireBody.parse(request.body);
    const sealed = payloads.map(fromWire);
    const opened = await Promise.all(sealed.map(openOne));
    const count = opened.filter((payload, index) => payload !== sealed[index]).length;
    say({ who: askers.get(request) ?? '', payloads: sealed.length, opened: count });
    return { payloads: opened.map(toWire) };
  });

  const askers = new WeakMap<FastifyRequest, string>();
  /** Before the body is read: nobody unknown makes us take in 32 MB. */
  async function letIn(request: FastifyRequest): Promise<void> {
    const { authorization, 'x-namespace': namespace } = request.headers;
    const asking = { authorization, namespace: namespace?.toString() };
    askers.set(request, await proven(asking));
  }

  app.setErrorHandler(async (error, request, reply) => {
    const { code, kind, message } = asCommandError(
      error instanceof z.ZodError ? badBody(error) : error,
    );
    if (kind === 'refused') say({ refused: code, from: request.ip, why: message });
    const status = statusOf[code] ?? (kind === 'refused' ? 401 : clientStatus(error));
    await reply.status(status).send({ error: { code, kind, message } });
  });
  return app;
}

const badBody = (error: z.ZodError) =>
  Object.assign(new Error(z.prettifyError(error)), { code: 'INPUT_INVALID', kind: 'rejected' });

/** What the web server itself turned away, such as a body that is too large, has its own status. */
function clientStatus(error: unknown): number {
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : 500;
}

const fromWire = ({ metadata, data }: WirePayload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
  ),
  data: Buffer.from(data, 'base64'),
});

const base64 = (bytes: Uint8Array | null | undefined) =>
  Buffer.from(bytes ?? new Uint8Array()).toString('base64');

const toWire = ({ metadata, data }: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
  ),
  data: base64(data),
});
