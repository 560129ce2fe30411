import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { actionRequest, registerRequest, transferRequest } from '../contracts/register-wire';
import type { AllocatorParts } from './allocator-parts';
import { confirmTransfer, lookUpTransfer } from './confirm-transfer';
import { passDealAction } from './deal-actions';
import { parsed } from './parsed';
import { fillRegister, readRegister } from './register';

const dealParam = z.strictObject({ deal: z.string().min(1).max(200) });
const keyParam = z.strictObject({ key: z.string().min(1).max(200) });

/** Who holds what of a deal, and what a deal may do while it is held. */
export function registerRoutes(app: FastifyInstance, parts: AllocatorParts): void {
  const { pool } = parts;
  app.put('/register/:deal', async ({ params, body }, reply) => {
    const filling = { ...parsed(registerRequest, body), ...parsed(dealParam, params) };
    const { filled, register } = await fillRegister(pool, filling);
    return reply.code(filled ? 201 : 200).send(register);
  });
  app.get('/register/:deal', ({ params }) => readRegister(pool, parsed(dealParam, params).deal));
  app.post('/transfers', async ({ body }, reply) => {
    const { instrument } = parsed(transferRequest, body);
    const { moved, answer } = await confirmTransfer(parts, instrument);
    return reply.code(moved ? 201 : 200).send(answer);
  });
  app.get('/transfers/:key', ({ params }) => lookUpTransfer(pool, parsed(keyParam, params).key));
  app.post('/deals/:deal/actions', async ({ params, body }, reply) => {
    const asked = { ...parsed(actionRequest, body), ...parsed(dealParam, params) };
    return reply.code(201).send(await passDealAction(parts, asked));
  });
}
