import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { deployRequest, holdRequest } from '../contracts/hold-wire';
import type { AllocatorParts } from './allocator-parts';
import { deploy } from './deploy';
import { liftHold, lookUpHold, placeHold } from './holds';
import { parsed } from './parsed';
import { serviceStateNow } from './service-state';

const tokenParam = z.strictObject({ token: z.string().max(200) });

/** What an incident does to the service: holds, lifts and deployments. */
export function holdRoutes(app: FastifyInstance, { pool, urgent }: AllocatorParts): void {
  app.get('/state', () => serviceStateNow(urgent));
  app.post('/holds', async ({ body }, reply) => {
    const { placed, answer } = await placeHold(urgent, parsed(holdRequest, body));
    return reply.code(placed ? 201 : 200).send(answer);
  });
  app.get('/holds/:token', ({ params }) => lookUpHold(urgent, parsed(tokenParam, params).token));
  app.delete('/holds/:token', ({ params }) => liftHold(urgent, parsed(tokenParam, params).token));
  app.post('/deploy', async ({ body, headers }, reply) => {
    const given = headers['makewhole-hold'];
    const holdToken = Array.isArray(given) ? given[0] : given;
    const order = parsed(deployRequest, body);
    const { deployed, answer } = await deploy(pool, { order, holdToken });
    return reply.code(deployed ? 201 : 200).send(answer);
  });
}
