import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { buildBank } from '../../bank/bank-app';
import { bankDocument } from '../../scripts/openapi/bank';
import { packageRoot } from '../../workers/package-root';
import {
  committedDocument,
  expectAnswerIn,
  openApiValidator,
  routesIn,
  routesOf,
} from '../support/openapi';
import { ask, newStorePath, removeStore, usd } from './open-bank';

const document = committedDocument('bank');
const storePath = newStorePath();
let app: FastifyInstance;

beforeAll(() => {
  app = buildBank({ storePath });
});
afterAll(async () => {
  await app.close();
  removeStore(storePath);
});

describe('docs/openapi/bank.json', () => {
  it('is what npm run openapi writes from the schemas of the bank today', () => {
    expect(document).toEqual(JSON.parse(JSON.stringify(bankDocument())));
  });

  it('names each of the 13 routes the bank has, and none that it has not', async () => {
    const routes = await routesOf(app);
    expect(routes).toHaveLength(13);
    expect(routesIn(document)).toEqual(routes);
  });

  it('has the schema of 19 answers of a running bank, good ones and refusals', async () => {
    const opening = { account: 'firm', currency: 'USD', opening: usd('10.00') };
    const order = { from: 'firm', to: 'investor:E', amount: usd('1.00'), reference: 'r' };
    const asked: [string, number, string?, object?, string?][] = [
      ['GET /healthz', 200],
      ['POST /accounts', 201, '/accounts', opening],
      ['POST /accounts', 200, '/accounts', opening],
      ['POST /accounts', 409, '/accounts', { ...opening, opening: usd('11.00') }],
      ['POST /accounts', 400, '/accounts', {}],
      ['GET /accounts', 200],
      ['POST /payments', 201, '/payments', order, 'k1'],
      ['POST /payments', 200, '/payments', order, 'k1'],
      ['POST /payments', 201, '/payments', { ...order, amount: usd('99.00') }, 'k2'],
      ['POST /payments', 422, '/payments', { ...order, reference: 'other' }, 'k1'],
      ['POST /incoming', 201, '/incoming', { ...order, from: 'x', to: 'firm' }],
      ['GET /payments', 200],
      ['GET /payments/{key}', 200, '/payments/k2'],
      ['GET /payments/{key}', 404, '/payments/never'],
      ['GET /accounts/{id}', 200, '/accounts/firm'],
      ['GET /accounts/{id}/statement', 200, '/accounts/firm/statement'],
      ['GET /accounts/{id}', 404, '/accounts/nobody'],
      ['POST /faults', 201, '/faults', { kind: 'refuse', accounts: ['investor:E'] }],
      ['DELETE /faults', 200],
    ];
    for (const [route, expected, path, body, key] of asked) {
      const [method = '', written = ''] = route.split(' ');
      const answer = await ask(app, {
        route: `${method} ${path ?? written}`,
        ...(body && { body }),
        ...(key !== undefined && { key }),
      });
      expect([route, answer]).toMatchObject([route, { status: expected }]);
      expectAnswerIn(document, { route, ...answer });
    }
  });
});

describe('both documents', () => {
  it.each(['allocator', 'bank'])('are valid OpenAPI 3.1 with every $ref there: %s', (name) => {
    const path = join(packageRoot(), 'docs/openapi', `${name}.json`);
    const args = ['--input-type=module', '-e', openApiValidator, path];
    const said = execFileSync(process.execPath, args, { cwd: packageRoot(), encoding: 'utf8' });
    expect(JSON.parse(said)).toMatchObject({ valid: true, version: '3.1' });
  });
});
