import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { Client } from 'pg';
import { buildAllocator } from '../../allocator/allocator-app';
import { ask, fiveDeal, fiveInvestors, listen } from './allocator-fixture';
import {
  instrument,
  instrumentUnder,
  openAllocator,
  type OpenAllocator,
} from './allocator-fixture';

const incident = 'INC-2026-0001';
const firstMove = {
  key: 'set for each test',
  incident,
  deal: 'set for each test',
  from: 'D',
  to: 'E',
  units: '3540.64',
  currency: 'USD',
  iat: 1_760_000_000,
};
const fresh = {
  currency: 'USD',
  holdings: [
    { investorId: 'E', units: '317887.93' },
    { investorId: 'D', units: '132112.07' },
    { investorId: 'Z', units: '0' },
  ],
};

describe('the register of units', () => {
  let service: OpenAllocator;
  let deal = '';
  let move: typeof firstMove;
  let testCount = 0;
  beforeAll(async () => {
    service = await openAllocator();
  });
  beforeEach(async () => {
    testCount += 1;
    deal = `FRESH-${testCount}`;
    move = { ...firstMove, deal, key: `${deal}/move` };
    await service.ask('PUT', `/register/${deal}`, fresh);
  });
  afterAll(() => service.close());

  const send = (payload: unknown, key = service.instanceKey) =>
    service.ask('POST', '/transfers', { instrument: instrument(key, payload) });
  const register = async (of = deal) => (await service.ask('GET', `/register/${of}`)).body;
  const holdDeal = (by: string) =>
    service.ask('POST', '/holds', { kind: 'deal', deal, incident: by, reason: 'r' });

  it('moves 3,540.64 from D to E once for 6 sendings at once, all answered alike', async () => {
    const replies = await Promise.all(Array.from({ length: 6 }, () => send(move)));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(await register()).toMatchObject({
      issued: '450000.00',
      holdings: [
        { investorId: 'D', units: '128571.43' },
        { investorId: 'E', units: '321428.57' },
      ],
      transfers: [{ key: move.key, from: 'D', to: 'E', units: '3540.64', incident }],
    });
    const lookedUp = await service.ask('GET', `/transfers/${encodeURIComponent(move.key)}`);
    expect(lookedUp.body).toEqual(replies[0]?.body);
  });

  it('takes a transfer signed anew at another second for the same one', async () => {
    const first = await send(move);
    const again = await send({ ...move, iat: move.iat + 60 });
    expect(again).toEqual({ status: 200, body: first.body });
  });

  it.each([
    ['other units under its key', { units: '3540.65' }, 'KEY_REUSED', 409],
    ['more units than are held', { key: 'm2', units: '500000' }, 'UNITS_SHORT', 409],
    ['no units', { key: 'm2', units: '0' }, 'UNITS_SHORT', 409],
    ['units of a stranger', { key: 'm2', from: 'Q' }, 'UNITS_SHORT', 409],
    ['another currency', { key: 'm2', currency: 'EUR' }, 'CURRENCY_OTHER', 409],
    ['an unknown deal', { key: 'm2', deal: 'NONE' }, 'REGISTER_UNKNOWN', 404],
    ['itself as the other holder', { key: 'm2', to: 'D' }, 'INSTRUMENT_MALFORMED', 400],
    ['a field nobody knows', { key: 'm2', also: 1 }, 'INSTRUMENT_MALFORMED', 400],
  ])('refuses a signed transfer with %s and changes nothing', async (_what, sent, code, status) => {
    await send(move);
    const before = await register();
    const reply = await send({ ...move, ...sent });
    expect([reply.status, reply.body.error?.code]).toEqual([status, code]);
    expect(await register()).toEqual(before);
  });

  it('refuses an instrument of a stranger, altered, or under another algorithm', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey;
    const good = instrument(service.instanceKey, move);
    const [header = '', payload = '', signature = ''] = good.split('.');
    const more = Buffer.from(JSON.stringify({ ...move, units: '9' })).toString('base64url');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const header64 = { alg: 'EdDSA', crit: ['b64'], b64: false };
    const key = service.instanceKey;
    const detached = instrumentUnder({ key, payload: move, header: header64 });
    const forged = [
      [instrument(stranger, move), 401],
      [`${header}.${more}.${signature}`, 401],
      [`${none}.${payload}.`, 400],
      [`${none}.${payload}.${signature}`, 400],
      [`${good}=`, 400],
      [`${header}.${payload}`, 400],
      [detached, 400],
    ] as const;
    for (const [sent, status] of forged) {
      const reply = await service.ask('POST', '/transfers', { instrument: sent });
      expect([sent, reply.status]).toEqual([sent, status]);
    }
    expect((await register())['transfers']).toEqual([]);
    expect((await send(move)).status).toBe(201);
  });

  it('refuses every instrument while it has no key to check them by', async () => {
    const app = buildAllocator({ databaseUrl: service.adminUrl });
    try {
      const sent = { instrument: instrument(service.instanceKey, move) };
      const reply = await ask(await listen(app), ['POST', '/transfers', sent]);
      expect([reply.status, reply.body.error?.code]).toEqual([409, 'INSTANCE_KEY_MISSING']);
    } finally {
      await app.close();
    }
  });

  it('lets the holding incident’s transfer pass, but not past a second one’s hold', async () => {
    await holdDeal(incident);
    await holdDeal('INC-2026-0002');
    expect((await send(move)).body.error).toMatchObject({
      code: 'DEAL_HELD',
      incidents: ['INC-2026-0002'],
    });
    const holds = await holdDeal('INC-2026-0002');
    await service.ask('DELETE', `/holds/${String(holds.body['token'])}`);
    expect((await send(move)).status).toBe(201);
  });

  it.each(['closing', 'wire', 'distribution', 'transfer'])(
    'stops a %s of a held deal but for the incident’s own instrument',
    async (action) => {
      const path = `/deals/${deal}/actions`;
      expect((await service.ask('POST', path, { action })).status).toBe(201);
      await holdDeal(incident);
      const stopped = await service.ask('POST', path, { action });
      expect([stopped.status, stopped.body.error]).toEqual([
        409,
        expect.objectContaining({ code: 'DEAL_HELD', incidents: [incident] }),
      ]);
      const act = (fields: object) => {
        const payload = { key: `${deal}/act`, incident, deal, action, iat: 1, ...fields };
        const signed = instrument(service.instanceKey, payload);
        return service.ask('POST', path, { action, instrument: signed });
      };
      expect((await act({ deal: 'OLD' })).body.error?.code).toBe('INSTRUMENT_OTHER');
      const elsewhere = action === 'wire' ? 'closing' : 'wire';
      expect((await act({ action: elsewhere })).body.error?.code).toBe('INSTRUMENT_OTHER');
      expect((await act({ incident: 'INC-2026-0002' })).body.error?.code).toBe('DEAL_HELD');
      const passed = await act({});
      expect(passed).toMatchObject({ status: 201, body: { action, incident } });
      expect((await act({})).body).toEqual(passed.body);
    },
  );

  it('is filled from an allocation, and refuses other holdings than it began with', async () => {
    await service.ask('PUT', '/investors', fiveInvestors);
    await service.ask('POST', '/allocations', fiveDeal('FIVE'));
    expect(await register('FIVE')).toMatchObject({ issued: '1000000.00', currency: 'USD' });
    const other = await service.ask('PUT', '/register/FIVE', fresh);
    expect([other.status, other.body.error?.code]).toEqual([409, 'REGISTER_EXISTS']);
    await send(move);
    expect((await service.ask('PUT', `/register/${deal}`, fresh)).status).toBe(200);
    expect((await service.ask('GET', '/register/NONE')).status).toBe(404);
  });

  it('cannot be made to gain or lose a unit in the database itself', async () => {
    const owner = new Client({ connectionString: service.adminUrl });
    await owner.connect();
    try {
      for (const edit of [
        `UPDATE allocator.holdings SET units_minor = units_minor + 1 WHERE deal_id = '${deal}'`,
        "DELETE FROM allocator.holdings WHERE holder = 'D'",
        `INSERT INTO allocator.holdings VALUES ('${deal}', 'Q', 1)`,
        "INSERT INTO allocator.registers VALUES ('NEW', 'USD', 5, '[]', now())",
        'UPDATE allocator.registers SET issued_minor = 0',
        'TRUNCATE allocator.holdings',
        `UPDATE allocator.holdings SET units_minor = CASE holder WHEN 'D' THEN -1 ELSE 45000001 END
          WHERE deal_id = '${deal}'`,
      ]) {
        await expect(owner.query(edit)).rejects.toThrow(/conserved|append-only|never_negative/);
      }
      expect(await register()).toMatchObject({ issued: '450000.00' });
    } finally {
      await owner.end();
    }
  });

  it('conserves 450,000.00 and leaves nobody below 0 over 60 random transfers', async () => {
    const transfer = fc.record({
      from: fc.constantFrom('D', 'E', 'F'),
      to: fc.constantFrom('D', 'E', 'F'),
      units: fc.integer({ min: 1, max: 300_000 }).map(String),
    });
    const [transfers = []] = fc.sample(fc.array(transfer, { minLength: 60, maxLength: 60 }), {
      seed: 11,
      numRuns: 1,
    });
    const sent = transfers.map((fields, index) =>
      send({ ...move, ...fields, key: `${deal}/${index}` }),
    );
    const confirmed = (await Promise.all(sent)).filter(({ status }) => status === 201).length;
    const { holdings, transfers: kept } = (await register()) as unknown as {
      holdings: { units: string }[];
      transfers: unknown[];
    };
    const cents = holdings.map(({ units }) => BigInt(units.replace('.', '')));
    expect(cents.reduce((sum, units) => sum + units, 0n)).toBe(45_000_000n);
    expect(cents.every((units) => units > 0n)).toBe(true);
    expect(kept).toHaveLength(confirmed);
    expect(confirmed).toBeGreaterThan(10);
  });
});
