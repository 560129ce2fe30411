import { liftHolds, placeHolds } from '../../activities/place-holds';
import { verifyFreeze } from '../../activities/verify-freeze';
import { postgresLetterCases } from '../../adapters/postgres/letter-cases';
import { noon } from '../adapters/decision-desk';
import { ServiceDesk } from '../adapters/service-desk';
import { SettlementDesk, wrapped } from '../adapters/settlement-desk';
import { until } from '../support/until';

let on: SettlementDesk;
let service: ServiceDesk;
beforeAll(async () => {
  on = await SettlementDesk.open();
  await on.desk.enrol('erik', 'engineering');
});
afterAll(() => on.close());
beforeEach(async () => {
  service = await ServiceDesk.frozen(on);
});
// Each test leaves the one service as it found it.
afterEach(async () => {
  const { holds, service: port } = service.ports;
  for (const { token } of await holds.open(service.incidentId)) if (token) await port.lift(token);
});

const refused = { type: 'APPROVAL_MISSING', nonRetryable: true };
const cause = async () => {
  const setting = { incidentId: service.incidentId, at: noon };
  return (await postgresLetterCases(on.desk.pool).setting(setting)).cause;
};
const forge = (sql: string, ...more: unknown[]) =>
  on.desk.intruder.query(sql, [service.incidentId, ...more]);

describe('holds on thousands of deals', () => {
  it('are booked as they stand: 100 of 150, while the rest gets no answer', async () => {
    const { holds, service: real } = service.ports;
    const { incidentId } = service;
    const deals = Array.from({ length: 150 }, (_, at) => `${incidentId}-${at}`);
    let asked = 0;
    const silent = new AbortController();
    const port = wrapped(real, {
      hold: (order) => {
        asked += 1;
        if (asked <= 120) return real.hold(order);
        return new Promise((_, reject) => {
          silent.signal.addEventListener('abort', () => reject(new Error('no answer')));
        });
      },
    });
    const subjects = deals.map((dealId) => ({ kind: 'deal' as const, dealId }));
    const placing = placeHolds({ holds, service: port }, { incidentId, subjects, at: noon });
    placing.catch(() => undefined);
    const ours = `FROM holds WHERE deal_id LIKE '${incidentId}-%' AND state = 'held'`;
    const held = () => on.desk.count(ours);
    await until('100 are booked', async () => asked === 121 && (await held()) === 100);
    silent.abort();
    await expect(placing).rejects.toThrow('no answer');
    expect(await held()).toBe(120);
  });

  it('are let go a hundred at a time: a try cut short at 120 of 150 leaves 50', async () => {
    const { holds, service: real } = service.ports;
    const { incidentId } = service;
    const dealIds = Array.from({ length: 150 }, (_, at) => `${incidentId}-${at}`);
    const subjects = dealIds.map((dealId) => ({ kind: 'deal' as const, dealId }));
    await placeHolds(service.ports, { incidentId, subjects, at: noon });
    const ofDeals = async () =>
      (await holds.open(incidentId)).filter(({ kind }) => kind === 'deal');
    let lifted = 0;
    const breaksOff = wrapped(real, {
      lift: (token) => {
        lifted += 1;
        return lifted > 120 ? Promise.reject(new Error('cut short')) : real.lift(token);
      },
    });
    const lift = { incidentId, holds: await ofDeals(), at: noon, why: 'terminal' };
    const cut = liftHolds({ holds, service: breaksOff }, lift);
    await expect(cut).rejects.toThrow('cut short');
    const left = await ofDeals();
    expect(left.length).toBe(lift.holds.length - 100);
    await liftHolds(service.ports, { ...lift, holds: left });
    expect(await ofDeals()).toEqual([]);
    expect((await real.state()).holds.filter(({ kind }) => kind === 'deal')).toEqual([]);
  });
});

describe('a live allocation that does not hold', () => {
  beforeEach(async () => {
    await service.approve();
    await service.goLive();
    expect(await cause()).toBe('fixed');
    expect(await service.deploy('cap-at-average')).toBe(201);
    expect(await service.allocate(`LIVE-${service.incidentId}`)).toBe(201);
    const found = await service.run('checkLiveAllocations', { after: 0 });
    expect(found).toMatchObject({ checked: 1, failed: 1 });
  });

  it('freezes again, and no letter says "fixed" any more: 1 of 1 allocations', async () => {
    expect(await service.isFrozen()).toBe(true);
    expect(await service.allocate('AFTER')).toBe(503);
    expect(await cause()).toBe('stopped');
    expect(await service.run('readFix', {})).toEqual({ kind: 'none' });
    expect((await on.desk.evidence(service.incidentId)).map(({ kind }) => kind)).toContain(
      'live-failed',
    );
  });

  it('makes the 2 old votes worthless, also once the row says live', async () => {
    await expect(service.lift()).rejects.toMatchObject(refused);
    await forge(`UPDATE fixes SET state = 'live' WHERE incident_id = $1`);
    await expect(service.lift()).rejects.toMatchObject(refused);
    const { attempt, digest: reportDigest } = service;
    const again = service.run('deployFix', { attempt, reportDigest });
    await expect(again).rejects.toMatchObject(refused);
    expect(await service.isFrozen()).toBe(true);
  });

  it('comes back by attempt 2 alone, checked from its own first allocation on', async () => {
    await service.approve();
    expect(service.attempt).toBe(2);
    await service.goLive();
    expect(await service.isFrozen()).toBe(false);
    expect(await cause()).toBe('fixed');
    expect(await service.allocate(`RIGHT-${service.incidentId}`)).toBe(201);
    const found = await service.run('checkLiveAllocations', { after: 0 });
    expect(found).toMatchObject({ checked: 1, failed: 0 });
  });
});

describe('a second opinion that differs', () => {
  it('keeps the freeze though 2 people signed and the fix is live, until it agrees', async () => {
    await forge('DELETE FROM second_opinions WHERE incident_id = $1');
    await forge(
      `INSERT INTO second_opinion_differences
       VALUES ($1, 'D', 'I', 'asRecorded', '0.01', '0.02', now())`,
    );
    await service.approve();
    const differs = { type: 'SECOND_OPINION_DIFFERS', nonRetryable: true };
    await expect(service.goLive()).rejects.toMatchObject(differs);
    expect(await service.isFrozen()).toBe(true);
    await forge(`INSERT INTO second_opinions VALUES ($1, repeat('a', 64), 1, 0, 1, now())`);
    await service.lift();
    expect(await service.isFrozen()).toBe(false);
  });
});

describe('a check of live allocations', () => {
  it('sees the 1 allocated between a lift and its booking, which a dead worker left', async () => {
    await service.approve();
    const { attempt, digest: reportDigest } = service;
    await service.run('deployFix', { attempt, reportDigest });
    await service.run('probeFix', { attempt });
    const dies = () => Promise.reject(new Error('the worker is gone'));
    const holds = wrapped(service.ports.holds, { lifted: dies });
    const dead = service.run('liftFreeze', { reportDigest, using: { holds } });
    await expect(dead).rejects.toThrow('the worker is gone');
    expect(await service.allocate(`BETWEEN-${service.incidentId}`)).toBe(201);
    await service.lift();
    const found = await service.run('checkLiveAllocations', { after: 0 });
    expect(found).toMatchObject({ checked: 1, failed: 0 });
  });

  it('looks at none while the service never was online: 0 checked', async () => {
    const found = await service.run('checkLiveAllocations', { after: 0 });
    expect(found).toEqual({ next: 0, checked: 0, failed: 0 });
  });
});

describe('a fix', () => {
  it('is verified once: a second try gives the same report and takes no step back', async () => {
    await service.approve();
    await service.goLive();
    const { attempt, digest: reportDigest } = service;
    const again = await service.run('verifyFix', { attempt });
    expect(again).toEqual({ holds: true, reportDigest });
    await service.run('deployFix', { attempt, reportDigest });
    expect(await cause()).toBe('fixed');
  });

  it('is live only when it was deployed: 1 early probe changes nothing', async () => {
    await service.approve();
    await service.run('probeFix', { attempt: 1 });
    await expect(service.lift()).rejects.toMatchObject(refused);
  });

  it('on corrected averages goes live with the 1 restatement that was signed', async () => {
    const restated = (investor: string) =>
      forge(
        `INSERT INTO restatements (incident_id, deal_id, investor_id, recorded_minor,
           restated_minor, currency, restated_at) VALUES ($1, $2, $3, 1, 2, 'USD', $4)`,
        ...[service.the.old, investor, noon],
      );
    await restated('D');
    await service.approve('corrected');
    await restated('E');
    await service.goLive();
    const signed = await service.ports.fixes.report(service.incidentId, service.digest);
    const { restatements } = JSON.parse(signed ?? '{}') as { restatements: object[] };
    expect(restatements).toMatchObject([{ investorId: 'D', allocated: '0.02' }]);
  });
});

describe('a hold', () => {
  it("is lifted as the service has it, not by another's token: 1 of 2", async () => {
    const other = await ServiceDesk.frozen(on);
    const [theirs] = await other.ports.holds.open(other.incidentId);
    await service.approve();
    await forge(
      `UPDATE holds SET token = $2 WHERE incident_id = $1 AND kind = 'service'`,
      theirs?.token,
    );
    const { attempt, digest: reportDigest } = service;
    await service.run('deployFix', { attempt, reportDigest });
    await service.run('probeFix', { attempt });
    await service.lift();
    expect([await service.isFrozen(), await other.isFrozen()]).toEqual([false, true]);
    await other.ports.service.lift(theirs?.token ?? '');
  });

  it('that is gone is set anew, also where our books name another 1 that stands', async () => {
    await service.run('verifyFreeze', {}); // The 2 deals stood in our books alone.
    const other = await ServiceDesk.frozen(on);
    const [theirs] = await other.ports.holds.open(other.incidentId);
    const [own] = await service.ports.holds.open(service.incidentId);
    await service.ports.service.lift(own?.token ?? '');
    await forge(
      `UPDATE holds SET token = $2 WHERE incident_id = $1 AND kind = 'service'`,
      theirs?.token,
    );
    expect(await service.run('verifyFreeze', {})).toMatchObject({ lapsed: 1, frozen: true });
    expect(await service.isFrozen()).toBe(true);
    await other.ports.service.lift(theirs?.token ?? '');
  });

  it('that was never asked for is asked for by the 1st look: 1 service, 2 deals', async () => {
    const { desk } = on;
    const incidentId = await desk.openIncident('oncall', [service.the.old, service.the.fresh]);
    const { ports } = service;
    const input = { incidentId, at: noon };
    const look = verifyFreeze(ports);
    expect(await look(input)).toEqual({ lapsed: 0, standing: 3, frozen: true });
    expect(await ports.holds.open(incidentId)).toMatchObject([
      { kind: 'service', state: 'held' },
      { kind: 'deal', state: 'held' },
      { kind: 'deal', state: 'held' },
    ]);
    for (const { token } of await ports.holds.open(incidentId)) await ports.service.lift(token!);
  });

  it('that is being let go is no lapse: 0 of 1', async () => {
    const { holds } = service.ports;
    const [hold] = await holds.open(service.incidentId);
    if (hold === undefined) throw new Error('expected the service held');
    const { incidentId } = service;
    await holds.lifting({ incidentId, holds: [hold], at: noon, why: 'a test' });
    await holds.lapsed({ incidentId, holds: [hold], at: noon });
    expect((await holds.open(incidentId))[0]).toMatchObject({ state: 'lifting' });
  });
});
