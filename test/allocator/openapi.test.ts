import { buildAllocator } from '../../allocator/allocator-app';
import { allocatorDocument } from '../../scripts/openapi/allocator';
import { committedDocument, expectAnswerIn, routesIn, routesOf } from '../support/openapi';
import {
  fiveDeal,
  fiveInvestors,
  instrument,
  openAllocator,
  serviceHold,
  type OpenAllocator,
} from './allocator-fixture';

const document = committedDocument('allocator');
let service: OpenAllocator;

beforeAll(async () => {
  service = await openAllocator();
});
afterAll(() => service.close());

const iat = 1_790_000_000;
const move = { key: 'k1', incident: 'INC-2026-0001', from: 'D', to: 'E', units: '1.00' };

/** A request by the document's name of it, with what stands in its path and body. */
type Asked = readonly [route: string, status: number, path?: string, body?: unknown];

async function expectAll(requests: readonly Asked[]): Promise<void> {
  for (const [route, expected, path, body] of requests) {
    const [method = '', written = ''] = route.split(' ');
    const { status, body: answer } = await service.ask(method, path ?? written, body);
    expect([route, status, answer]).toEqual([route, expected, answer]);
    expectAnswerIn(document, { route, status, body: answer });
  }
}

describe('docs/openapi/allocator.json', () => {
  it('is what npm run openapi writes from the schemas of today', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(allocatorDocument())));
  });

  it('names each of the 17 routes the service has, and none that it has not', async () => {
    const app = buildAllocator({ databaseUrl: service.adminUrl });
    const routes = await routesOf(app);
    await app.close();
    expect(routes).toHaveLength(17);
    expect(routesIn(document)).toEqual(routes);
  });

  it('has the schema of every good answer, and of 200 beside 201 on a repeat', async () => {
    const { deal } = fiveDeal('A');
    const holdings = [{ investorId: 'D', units: '10.00' }];
    const requests = [{ investorId: 'D', requested: '10', average: '5' }];
    const asks = { currency: 'USD', allocation: '100', requests };
    const deploy = { rule: 'prorate@1', ruleVersion: '2', averages: 'recorded' };
    await expectAll([
      ['GET /healthz', 200],
      ['GET /state', 200],
      ['PUT /investors', 200, '/investors', fiveInvestors],
      ['POST /allocations', 201, '/allocations', fiveDeal(deal.dealId)],
      ['POST /allocations', 200, '/allocations', fiveDeal(deal.dealId)],
      ['GET /allocations', 200],
      ['POST /preview', 200, '/preview', { rule: 'prorate@1', deals: [{ dealId: 'X', ...asks }] }],
      ['POST /probe', 200, '/probe', asks],
      ['POST /deploy', 201, '/deploy', deploy],
      ['POST /deploy', 200, '/deploy', deploy],
      ['PUT /register/{deal}', 201, '/register/OLD', { currency: 'USD', holdings }],
      ['PUT /register/{deal}', 200, '/register/OLD', { currency: 'USD', holdings }],
      ['GET /register/{deal}', 200, '/register/OLD'],
      ['POST /deals/{deal}/actions', 201, '/deals/OLD/actions', { action: 'wire' }],
    ]);
  });

  it('has the schema of transfers, holds and lifts, by key and by token', async () => {
    const holdings = [{ investorId: 'D', units: '10.00' }];
    const payload = { ...move, deal: 'UNITS', currency: 'USD', iat };
    const signed = { instrument: instrument(service.instanceKey, payload) };
    await expectAll([
      ['PUT /register/{deal}', 201, '/register/UNITS', { currency: 'USD', holdings }],
      ['POST /transfers', 201, '/transfers', signed],
      ['POST /transfers', 200, '/transfers', signed],
      ['GET /transfers/{key}', 200, '/transfers/k1'],
      ['GET /register/{deal}', 200, '/register/UNITS'],
    ]);
    const { body } = await service.ask('POST', '/holds', serviceHold);
    const path = `/holds/${String(body['token'])}`;
    await expectAll([
      ['POST /holds', 200, '/holds', serviceHold],
      ['GET /state', 200],
      ['GET /holds/{token}', 200, path],
      ['POST /allocations', 503, '/allocations', fiveDeal('FROZEN')],
      ['DELETE /holds/{token}', 200, path],
      ['GET /holds/{token}', 200, path],
    ]);
  });

  it('has the schema of every no: 400, 401, 404 and 409', async () => {
    const unsigned = { instrument: 'a.b.c' };
    await expectAll([
      ['PUT /investors', 400, '/investors', { not: 'a list' }],
      ['POST /transfers', 400, '/transfers', unsigned],
      ['GET /register/{deal}', 404, '/register/NOBODY'],
      ['GET /transfers/{key}', 404, '/transfers/never'],
      ['GET /holds/{token}', 404, `/holds/${'x'.repeat(20)}`],
      [
        'PUT /register/{deal}',
        409,
        '/register/OLD',
        { currency: 'USD', holdings: [{ investorId: 'E', units: '1.00' }] },
      ],
    ]);
  });
});
