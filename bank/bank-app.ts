import Fastify, { type FastifyInstance } from 'fastify';
import { ZodError } from 'zod';
import { accountRoutes } from './account-routes';
import { Bank } from './bank';
import { BankError } from './bank-error';
import { bankPage } from './bank-page';
import { faultRoutes } from './fault-routes';
import { paymentRoutes } from './payment-routes';

/**
 * Builds the sandbox bank over its store; `listen` or `inject` it, and `close` it afterwards.
 *
 * Ensures: no answer leaves before everything it tells of is on the disk.
 * @throws STORE_BROKEN (fault) when the store cannot be read.
 */
export function buildBank({ storePath }: { storePath: string }): FastifyInstance {
  const bank = new Bank(storePath);
  // Account names and keys stand in paths, percent-encoded: longer than the usual 100 characters.
  const app = Fastify({ bodyLimit: 64 * 1024, routerOptions: { maxParamLength: 4096 } });
  app.addHook('onClose', () => bank.close());
  app.addHook('onRequest', async () => bank.ripen());
  app.setErrorHandler(async (error, _request, reply) => {
    const settled = bank.settled().then(() => error); // A refusal, too, may tell of a payment.
    const { status, code, message } = answerTo(await settled.catch((broken: unknown) => broken));
    return reply.code(status).send({ error: { code, message } });
  });
  app.setNotFoundHandler(({ method, url }, reply) => {
    const message = `There is no ${method} ${url} here; docs/sandbox-bank.md lists what there is.`;
    return reply.code(404).send({ error: { code: 'ROUTE_UNKNOWN', message } });
  });
  app.get('/healthz', async () => {
    await bank.settled();
    return { ok: true };
  });
  app.get('/', async (_request, reply) => {
    await bank.settled();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(bankPage(bank));
  });
  accountRoutes(app, bank);
  paymentRoutes(app, bank);
  faultRoutes(app, bank);
  return app;
}

function answerTo(error: unknown): { status: number; code: string; message: string } {
  if (error instanceof BankError) return error;
  if (error instanceof ZodError) {
    const faults = error.issues.map(
      ({ path, message }) => `${path.join('.') || 'body'}: ${message}`,
    );
    return { status: 400, code: 'INPUT_INVALID', message: `${faults.join('; ')}.` };
  }
  const message = error instanceof Error ? error.message : String(error);
  const status =
    error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
      ? error.statusCode
      : 500;
  return { status, code: status < 500 ? 'INPUT_INVALID' : 'BANK_BROKEN', message };
}
