import { Client } from 'pg';
import { buildAllocator } from '../../allocator/allocator-app';
import { killNow, serverChild } from '../support/server-child';
import { ask, fiveDeal, fiveInvestors, listen, openAllocator } from './allocator-fixture';
import { serviceHold, type OpenAllocator } from './allocator-fixture';
import { breakableLink } from './breakable-link';

describe('a frozen service', () => {
  let service: OpenAllocator;
  const placed = new Set<string>();
  beforeAll(async () => {
    service = await openAllocator();
    await service.ask('PUT', '/investors', fiveInvestors);
  });
  afterEach(async () => {
    for (const token of placed) await service.ask('DELETE', `/holds/${token}`);
  });
  afterAll(() => service.close());

  const allocate = (dealId: string) => service.ask('POST', '/allocations', fiveDeal(dealId));
  const hold = async (order: Record<string, unknown> = serviceHold) => {
    const token = String((await service.ask('POST', '/holds', order)).body['token']);
    placed.add(token);
    return token;
  };
  const lastSeq = async () => (await service.ask('GET', '/state')).body['lastSeq'];

  it('refuses the next allocation with 503, the code, the reason and the incident', async () => {
    await hold();
    const { status, body } = await allocate('NEW');
    expect(status).toBe(503);
    expect(body.error).toMatchObject({
      code: 'ALLOCATIONS_FROZEN',
      kind: 'refused',
      incident: 'INC-2026-0001',
      reason: 'wrong shares',
    });
    const state = (await service.ask('GET', '/state')).body;
    expect(state).toMatchObject({ frozen: true, lastSeq: 0 });
  });

  it('refuses before it looks at the body, whatever that is', async () => {
    await hold();
    const reply = await fetch(`${service.url}/allocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"deal":',
    });
    expect(reply.status).toBe(503);
    expect(await reply.json()).toMatchObject({ error: { code: 'ALLOCATIONS_FROZEN' } });
  });

  it('refuses the repeat of a deal it has recorded, too', async () => {
    expect((await allocate('KNOWN')).status).toBe(201);
    await hold();
    expect((await allocate('KNOWN')).body.error?.code).toBe('ALLOCATIONS_FROZEN');
  });

  it('stays frozen after kill -9 and a restart', async () => {
    const settings = { ALLOCATOR_DATABASE_URL: service.adminUrl };
    const first = await serverChild('allocator', settings);
    const held = await ask(first.url, ['POST', '/holds', serviceHold]);
    placed.add(String(held.body['token']));
    await killNow(first.child);
    const second = await serverChild('allocator', settings);
    try {
      const { status, body } = await ask(second.url, ['POST', '/allocations', fiveDeal('NEW')]);
      expect([status, body.error?.code]).toEqual([503, 'ALLOCATIONS_FROZEN']);
    } finally {
      await killNow(second.child);
    }
  });

  it('stays frozen by the second incident when the first one lifts its hold', async () => {
    const first = await hold();
    const second = await hold({ ...serviceHold, incident: 'INC-2026-0002', reason: 'again' });
    await service.ask('DELETE', `/holds/${first}`);
    expect((await allocate('NEW')).body.error?.incident).toBe('INC-2026-0002');
    await service.ask('DELETE', `/holds/${second}`);
    expect((await allocate('OPEN-AGAIN')).status).toBe(201);
  });

  it('gives the same token for the same incident, kind and deal, 8 times at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => hold()));
    expect(new Set(tokens).size).toBe(1);
    const other = await hold({ ...serviceHold, kind: 'deal', deal: 'NEVER-SEEN' });
    expect(tokens).not.toContain(other);
    const { body } = await service.ask('GET', '/state');
    expect(body['holds']).toHaveLength(2);
    expect(JSON.stringify(body)).not.toContain(other);
  });

  it('is not opened by the late repeat of a lift when it was frozen again since', async () => {
    const old = await hold();
    await service.ask('DELETE', `/holds/${old}`);
    const again = await hold();
    expect(again).not.toBe(old);
    const repeat = await service.ask('DELETE', `/holds/${old}`);
    expect(repeat).toMatchObject({ status: 200, body: { lifted: true } });
    expect((await allocate('NEW')).status).toBe(503);
    expect((await service.ask('GET', `/holds/${old}`)).body['standing']).toBe(false);
    expect((await service.ask('GET', `/holds/${again}`)).body['standing']).toBe(true);
  });

  it('answers 404 to a token it never gave out and lifts nothing', async () => {
    await hold();
    const { status, body } = await service.ask('DELETE', `/holds/${'x'.repeat(32)}`);
    expect([status, body.error?.code]).toEqual([404, 'HOLD_UNKNOWN']);
    expect((await allocate('NEW')).status).toBe(503);
  });

  it('previews and probes on, and records neither', async () => {
    const before = await lastSeq();
    await hold();
    const requests = [{ investorId: 'A', requested: '10', average: '1' }];
    const deal = { currency: 'USD', allocation: '4', requests };
    const previewed = { rule: 'prorate@1', deals: [{ dealId: 'OLD', ...deal }] };
    const shares = [{ investorId: 'A', allocated: '4.00' }];
    expect((await service.ask('POST', '/preview', previewed)).body).toEqual({
      rule: 'prorate@1',
      deals: [{ dealId: 'OLD', allocations: shares }],
    });
    expect((await service.ask('POST', '/probe', deal)).body).toEqual({
      rule: 'prorate@1',
      ruleVersion: 'initial',
      allocations: shares,
    });
    expect(await lastSeq()).toBe(before);
  });
});

describe('a hold against 20 allocations under way', () => {
  it('lets through only those that were recorded before it stood', async () => {
    const service = await openAllocator();
    try {
      await service.ask('PUT', '/investors', fiveInvestors);
      const attempts = Array.from({ length: 20 }, (_, index) =>
        service.ask('POST', '/allocations', fiveDeal(`DEAL-${String(index)}`)),
      );
      await Promise.race(attempts);
      await service.ask('POST', '/holds', serviceHold);
      // The hold is answered, so from here on nothing may be added.
      const { body: atHold } = await service.ask('GET', '/state');
      const statuses = (await Promise.all(attempts)).map(({ status }) => status);
      const { body: atEnd } = await service.ask('GET', '/state');
      expect(atEnd['lastSeq']).toBe(atHold['lastSeq']);
      expect(statuses.filter((status) => status === 201)).toHaveLength(Number(atHold['lastSeq']));
      expect(statuses.every((status) => status === 201 || status === 503)).toBe(true);
    } finally {
      await service.close();
    }
  });
});

describe('an allocation that looked before a hold was committed', () => {
  it('is refused when it gets its turn, and leaves nothing', async () => {
    const service = await openAllocator();
    const incident = new Client({ connectionString: service.adminUrl });
    await incident.connect();
    try {
      await service.ask('PUT', '/investors', fiveInvestors);
      await incident.query('BEGIN');
      await incident.query('SELECT FROM allocator.service FOR UPDATE');
      await incident.query(`INSERT INTO allocator.holds VALUES
        ('${'t'.repeat(20)}', 'service', '', 'INC-2026-0009', 'slow', now(), NULL)`);
      const attempt = service.ask('POST', '/allocations', fiveDeal('LATE'));
      await untilSomebodyWaits(service.adminUrl);
      await incident.query('COMMIT');
      expect((await attempt).body.error).toMatchObject({
        code: 'ALLOCATIONS_FROZEN',
        incident: 'INC-2026-0009',
      });
      expect((await service.ask('GET', '/allocations')).body).toEqual({ allocations: [], next: 0 });
    } finally {
      await incident.end();
      await service.close();
    }
  });
});

/** Returns when a connection of this database waits for a lock. */
async function untilSomebodyWaits(databaseUrl: string): Promise<void> {
  const watcher = new Client({ connectionString: databaseUrl });
  await watcher.connect();
  for (let waiting = 0; waiting === 0;) {
    const { rowCount } = await watcher.query(`SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    waiting = rowCount ?? 0;
  }
  await watcher.end();
}

describe('a service that cannot read its state', () => {
  it.each(['cut', 'silence'] as const)(
    'answers 503 STATE_UNREADABLE to an allocation and goes on probing after a %s',
    async (breakIt) => {
      const service = await openAllocator();
      const link = await breakableLink(service.adminUrl);
      const app = buildAllocator({ databaseUrl: link.url });
      try {
        const url = await listen(app);
        await ask(url, ['PUT', '/investors', fiveInvestors]);
        expect((await ask(url, ['POST', '/allocations', fiveDeal('ONE')])).status).toBe(201);
        link[breakIt]();
        const { status, body } = await ask(url, ['POST', '/allocations', fiveDeal('TWO')]);
        expect([status, body.error?.code]).toEqual([503, 'STATE_UNREADABLE']);
        const requests = [{ investorId: 'A', requested: '1', average: '' }];
        const probe = { currency: 'USD', allocation: '1', requests };
        expect((await ask(url, ['POST', '/probe', probe])).body['rule']).toBe('prorate@1');
        const deals = [{ dealId: 'OLD', ...probe }];
        const preview = await ask(url, ['POST', '/preview', { rule: 'round-each', deals }]);
        expect(preview.status).toBe(200);
        expect((await ask(url, ['POST', '/holds', serviceHold])).body.error?.code).toBe(
          'STATE_UNREADABLE',
        );
        link.mend();
        expect((await ask(url, ['POST', '/allocations', fiveDeal('TWO')])).status).toBe(201);
      } finally {
        await app.close();
        await link.close();
        await service.close();
      }
    },
  );

  it('starts without its database, refuses allocations, and has no version to probe', async () => {
    const service = await openAllocator();
    const link = await breakableLink(service.adminUrl);
    link.cut();
    const { child, url } = await serverChild('allocator', { ALLOCATOR_DATABASE_URL: link.url });
    try {
      for (const path of ['/allocations', '/probe']) {
        const { status, body } = await ask(url, [
          'POST',
          path,
          { currency: 'USD', allocation: '1', requests: [] },
        ]);
        expect([status, body.error?.code]).toEqual([503, 'STATE_UNREADABLE']);
      }
      expect((await ask(url, ['GET', '/healthz'])).status).toBe(200);
      link.mend();
      expect((await ask(url, ['GET', '/state'])).body['ruleVersion']).toBe('initial');
    } finally {
      await killNow(child);
      await link.close();
      await service.close();
    }
  });
});
