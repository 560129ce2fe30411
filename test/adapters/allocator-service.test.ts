import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { HttpAllocationService } from '../../adapters/allocator/http-allocation-service';
import { buildAllocator } from '../../allocator/allocator-app';
import { fiveDeal, fiveInvestors, instrument, investor } from '../allocator/allocator-fixture';
import { listen, openAllocator, type OpenAllocator } from '../allocator/allocator-fixture';
import { breakableLink } from '../allocator/breakable-link';

const order = { kind: 'service', incident: 'INC-2026-0001', reason: 'wrong shares' } as const;
const probe = {
  currency: 'USD',
  allocation: '100',
  requests: [
    { investorId: 'A', requested: '100', average: '95' },
    { investorId: 'B', requested: '2', average: '1' },
    { investorId: 'C', requested: '1', average: '4' },
  ],
};
const shares = [
  { investorId: 'A', allocated: '97.97' },
  { investorId: 'B', allocated: '1.03' },
  { investorId: 'C', allocated: '1.00' },
];

describe('the allocation service over HTTP', () => {
  let allocator: OpenAllocator;
  let service: HttpAllocationService;
  beforeAll(async () => {
    allocator = await openAllocator();
    service = new HttpAllocationService(allocator.url);
  });
  afterAll(() => allocator.close());

  it('freezes, verifies, deploys under its token, probes and lifts', async () => {
    const { token, placedAt } = await service.hold(order);
    expect((await service.hold(order)).token).toBe(token);
    expect(await service.state()).toMatchObject({
      frozen: true,
      holds: [{ kind: 'service', incident: 'INC-2026-0001', placedAt }],
    });
    expect(await service.holdStanding(token)).toBe(true);
    const fix = { rule: 'prorate@1', ruleVersion: '3', averages: 'recorded' } as const;
    expect(await service.deploy(fix)).toMatchObject({
      kind: 'refused',
      code: 'ALLOCATIONS_FROZEN',
    });
    const deployed = await service.deploy({ ...fix, holdToken: token });
    expect(deployed).toMatchObject({ kind: 'deployed', ruleVersion: '3' });
    expect(await service.probe(probe)).toEqual({
      rule: 'prorate@1',
      ruleVersion: '3',
      allocations: shares,
    });
    const previewed = await service.preview({
      rule: 'prorate@1',
      deals: [{ dealId: 'D1', ...probe }],
    });
    expect(previewed).toEqual({
      kind: 'previewed',
      rule: 'prorate@1',
      deals: [{ dealId: 'D1', allocations: shares }],
    });
    expect(await service.lift(token)).toMatchObject({ kind: 'lifted', hold: { kind: 'service' } });
    expect(await service.holdStanding(token)).toBe(false);
    expect(await service.holdStanding('x'.repeat(32))).toBe(false);
    expect(await service.lift('x'.repeat(32))).toMatchObject({ code: 'HOLD_UNKNOWN' });
  });

  it('fills a register, moves units by instrument and gives refusals as values', async () => {
    const filling = { currency: 'USD', holdings: [{ investorId: 'D', units: '10' }] };
    expect(await service.register('A/B')).toBeUndefined();
    expect(await service.fillRegister({ deal: 'A/B', ...filling })).toMatchObject({
      kind: 'filled',
      register: { deal: 'A/B', issued: '10.00' },
    });
    expect(
      await service.fillRegister({ deal: 'A/B', currency: 'EUR', holdings: [] }),
    ).toMatchObject({ kind: 'refused', code: 'REGISTER_EXISTS' });
    const payload = { key: 'k', incident: 'I', deal: 'A/B', from: 'D', to: 'E' };
    const signed = (units: string) =>
      instrument(allocator.instanceKey, { ...payload, units, currency: 'USD', iat: 1 });
    expect(await service.transferByKey('k')).toBeUndefined();
    const short = { kind: 'refused', code: 'UNITS_SHORT' };
    expect(await service.transfer(signed('11'))).toMatchObject(short);
    const [header, , signature] = signed('4').split('.');
    const forged = [header, signed('5').split('.')[1], signature].join('.');
    const refusal = { kind: 'refused', code: 'SIGNATURE_INVALID' };
    expect(await service.transfer(forged)).toMatchObject(refusal);
    const { kind, ...moved } = { ...(await service.transfer(signed('4'))) };
    expect(kind).toBe('confirmed');
    expect(await service.transferByKey('k')).toEqual(moved);
    expect((await service.register('A/B'))?.holdings).toEqual([
      { investorId: 'D', units: '6.00' },
      { investorId: 'E', units: '4.00' },
    ]);
  });

  it('exports the columns of an import, facts when a deal has them, rows in order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'makewhole-export-'));
    try {
      const dotted = { ...investor('P'), name: 'Pan, "Peter"\u00e9', facts: { kyc: 'passed' } };
      await allocator.ask('PUT', '/investors', [...fiveInvestors, dotted]);
      const facts = { residual_commitment: 'yes', mark_on: '2026-11-07' };
      const fields = { agreementOn: '2024-01-02', errorClause: 'redistribution', mark: '1.00' };
      await allocator.ask('POST', '/allocations', fiveDeal('ONE', { ...fields, facts }));
      await allocator.ask('POST', '/allocations', fiveDeal('TWO', { closedOn: '2025-01-01' }));
      await service.exportFolder(folder);
      const { ruleVersion } = await service.state();
      const file = (name: string) => readFileSync(join(folder, name), 'utf8');
      const files = ['commitments.csv', 'deals.csv', 'investors.csv'];
      expect(readdirSync(folder).sort()).toEqual(files);
      expect(file('deals.csv')).toBe(
        'deal_id,name,company,closed_on,currency,allocation,rule_version,stage,policy,' +
          'agreement_on,error_clause,mark,mark_on,residual_commitment\n' +
          `ONE,Deal ONE,Example Inc,2024-11-20,USD,1000000.00,${ruleVersion},closed,us-private,` +
          '2024-01-02,redistribution,1.00,2026-11-07,yes\n' +
          `TWO,Deal TWO,Example Inc,2025-01-01,USD,1000000.00,${ruleVersion},closed,us-private` +
          ',,,,,\n',
      );
      expect(file('investors.csv').split('\n')[0]).toBe(
        'investor_id,name,email,locale,class,status,history_total,history_count,' +
          'history_currency,kyc',
      );
      const people = parse<Record<string, string>>(file('investors.csv'), { columns: true });
      expect(people.find((row) => row['investor_id'] === 'P')).toMatchObject({
        name: 'Pan, "Peter"\u00e9',
        history_total: '',
        kyc: 'passed',
      });
      expect(file('commitments.csv').split('\n').slice(0, 5)).toEqual([
        'deal_id,investor_id,requested,average,allocated',
        'ONE,A,100000.00,250000.0000,100000.00',
        'ONE,B,400000.00,150000.0000,400000.00',
        'ONE,C,50000.00,60000.0000,50000.00',
        'ONE,D,300000.00,40000.0000,128571.43',
      ]);
      const page = await service.allocationsSince(1);
      expect(page).toMatchObject({ next: 2, allocations: [{ seq: 2, deal: 'TWO' }] });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('throws a fault for a reply lost after a transfer; sent again it is confirmed', async () => {
    const holdings = [{ investorId: 'D', units: '10' }];
    await service.fillRegister({ deal: 'X', currency: 'USD', holdings });
    const payload = { key: 'lost', incident: 'I', deal: 'X', from: 'D', to: 'E', iat: 1 };
    const signed = instrument(allocator.instanceKey, { ...payload, units: '4', currency: 'USD' });
    const proxy = await losingReplies(allocator.url);
    try {
      const far = new HttpAllocationService(proxy.url);
      await expect(far.transfer(signed)).rejects.toMatchObject({
        code: 'SERVICE_UNREACHABLE',
        kind: 'fault',
        cause: expect.anything() as unknown,
      });
    } finally {
      proxy.server.close();
    }
    expect(await service.transfer(signed)).toMatchObject({ kind: 'confirmed' });
    expect((await service.register('X'))?.transfers).toHaveLength(1);
  });

  it('throws a fault while nobody listens or the service cannot read its state', async () => {
    const fault = { code: 'SERVICE_UNREACHABLE', kind: 'fault' };
    const nobody = new HttpAllocationService('http://127.0.0.1:1');
    await expect(nobody.state()).rejects.toMatchObject(fault);
    const link = await breakableLink(allocator.adminUrl);
    link.cut();
    const blind = buildAllocator({ databaseUrl: link.url });
    try {
      const unreadable = new HttpAllocationService(await listen(blind));
      await expect(unreadable.hold(order)).rejects.toMatchObject(fault);
      await expect(unreadable.holdStanding('x'.repeat(32))).rejects.toMatchObject(fault);
    } finally {
      await blind.close();
      await link.close();
    }
  });

  it('throws a bug for an answer in another shape and for a request it cannot read', async () => {
    const strange = createServer((_request, reply) => reply.end('{"frozen":"maybe"}'));
    const url = await listening(strange);
    try {
      const bug = { code: 'SERVICE_REJECTED', kind: 'bug' };
      await expect(new HttpAllocationService(url).state()).rejects.toMatchObject(bug);
      await expect(service.probe({ ...probe, allocation: '1.005' })).rejects.toMatchObject(bug);
    } finally {
      strange.close();
    }
  });
});

/** A way to the service that carries requests there and no answer back. */
async function losingReplies(target: string): Promise<{ url: string; server: Server }> {
  const server = createServer((request, reply) => {
    const forward = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = { 'content-type': 'application/json' };
      const body = Buffer.concat(chunks).toString();
      await fetch(`${target}${request.url ?? ''}`, { method: 'POST', headers, body });
      reply.destroy();
    };
    forward().catch(() => reply.destroy());
  });
  return { url: await listening(server), server };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
