import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  allocationRequest,
  allocationsQuery,
  investorsRequest,
} from '../contracts/allocation-wire';
import { previewRequest, probeRequest } from '../contracts/allocation-wire';
import { allocateDeal } from './allocate-deal';
import type { AllocatorParts } from './allocator-parts';
import { exportHistory, exportNames } from './export-history';
import { refuseWhileFrozen } from './holds';
import { putInvestors } from './investors';
import { parsed } from './parsed';
import { preview, probe } from './preview';
import { allocationsAfter } from './recorded-deals';
import { ServiceError, stateUnreadable } from './service-error';

const exportFile = z.strictObject({
  file: z.enum(exportNames.map((name) => `${name}.csv` as const)),
});
const exportQuery = z.strictObject({
  upTo: z
    .string()
    .regex(/^\d{1,9}$/)
    .default('999999999')
    .pipe(z.coerce.number<string>()),
});

/** What platforms ask of the service: investors, allocations, what would be, and the history. */
export function allocationRoutes(app: FastifyInstance, { pool, live }: AllocatorParts): void {
  app.put('/investors', ({ body }) => putInvestors(pool, parsed(investorsRequest, body)));

  // Before the body is even read: while frozen nothing that comes in is looked at.
  const onRequest = () => refuseUnlessOpen();
  app.post('/allocations', { onRequest }, async ({ body }, reply) => {
    const { recorded, answer } = await allocateDeal(pool, parsed(allocationRequest, body));
    return reply.code(recorded ? 201 : 200).send(answer);
  });
  async function refuseUnlessOpen(): Promise<void> {
    try {
      await refuseWhileFrozen(pool);
    } catch (error) {
      throw error instanceof ServiceError ? error : stateUnreadable(error);
    }
  }

  app.get('/allocations', ({ query }) => allocationsAfter(pool, parsed(allocationsQuery, query)));
  app.post('/preview', ({ body }) => preview(parsed(previewRequest, body)));
  app.post('/probe', async ({ body }) => {
    const request = parsed(probeRequest, body);
    return probe(await live.current(), request);
  });
  app.get('/export/:file', ({ params, query }, reply) => {
    const { file } = parsed(exportFile, params);
    const name = exportNames.find((known) => `${known}.csv` === file) ?? 'deals';
    const lines = exportHistory(pool, { name, ...parsed(exportQuery, query) });
    return reply.type('text/csv; charset=utf-8').send(Readable.from(lines));
  });
}
