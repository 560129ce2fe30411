import type { FastifyInstance } from 'fastify';
import type { Bank } from './bank';

/** Setting, listing and ending the faults the bank plays on demand. */
export function faultRoutes(app: FastifyInstance, bank: Bank): void {
  const faults = async () => {
    const answer = { faults: bank.faults() };
    await bank.settled();
    return answer;
  };

  app.get('/faults', faults);

  app.post('/faults', async (request, reply) => {
    bank.addFault(request.body);
    return reply.code(201).send(await faults());
  });

  app.delete('/faults', () => {
    bank.clearFaults();
    return faults();
  });
}
