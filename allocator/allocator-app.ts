import type { KeyObject } from 'node:crypto';
import Fastify, { type FastifyInstance } from 'fastify';
import { allocationRoutes } from './allocation-routes';
import { isOutage, openDatabase } from './database';
import { holdRoutes } from './hold-routes';
import { LiveVersionMemory } from './live-version';
import { registerRoutes } from './register-routes';
import { ServiceError, stateUnreadable } from './service-error';

type Given = { readonly databaseUrl: string; readonly publicKey?: KeyObject | undefined };

// A thousand deals of a thousand investors fit into one preview.
const bodyBytesMax = 128 * 1024 * 1024;

/**
 * Builds the allocation service over its schema; `listen` or `inject` it, `close` it afterwards.
 *
 * Ensures: it starts and answers also while its database is down: allocations are refused then,
 * preview goes on, and probe too once the live version was read.
 */
export function buildAllocator({ databaseUrl, publicKey }: Given): FastifyInstance {
  const pool = openDatabase(databaseUrl, { connectionsMax: 10 });
  const urgent = openDatabase(databaseUrl, { connectionsMax: 4 });
  const live = new LiveVersionMemory(pool);
  const app = Fastify({
    bodyLimit: bodyBytesMax,
    forceCloseConnections: true,
    // Deal ids stand in paths, percent-encoded: longer than the usual 100 characters.
    routerOptions: { maxParamLength: 4096 },
  });
  app.addHook('onReady', async () => {
    // A failure is no obstacle: the version is read again when it is needed.
    await live.current().catch(() => undefined);
  });
  app.addHook('onClose', async () => {
    await Promise.all([pool.end(), urgent.end()]);
  });
  app.setErrorHandler((error, _request, reply) => {
    const answer = answerTo(error);
    return reply.code(answer.status).send(answer.body());
  });
  app.setNotFoundHandler(({ method, url }, reply) => {
    const message = `There is no ${method} ${url} here; docs/allocator.md lists what there is.`;
    const answer = new ServiceError({ code: 'ROUTE_UNKNOWN', kind: 'rejected', message });
    return reply.code(404).send(answer.body());
  });
  app.get('/healthz', () => ({ ok: true }));
  const parts = { pool, urgent, live, publicKey };
  allocationRoutes(app, parts);
  holdRoutes(app, parts);
  registerRoutes(app, parts);
  return app;
}

function answerTo(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  if (isOutage(error)) return stateUnreadable(error);
  const message = error instanceof Error ? error.message : String(error);
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  if (status < 500) {
    return new ServiceError({ code: 'INPUT_INVALID', kind: 'rejected', message, status });
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
  return new ServiceError({ code: 'UNEXPECTED', kind: 'bug', message, cause: error });
}
