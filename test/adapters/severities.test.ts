import { postgresSeverities } from '../../adapters/postgres/severities';
import type { SeverityReason } from '../../domain/severity';
import { DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

let desk: DecisionDesk;
const opened = () => PlanDesk.open(desk);

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'on-call');
  await desk.enrol('mary', 'management');
  await desk.enrol('lena', 'legal');
  await desk.enrol('rita', 'legal management');
  await desk.enrol('max', 'management');
});
afterAll(() => desk.close());

describe('declareSeverity', () => {
  it('opens at Sev 1 while nothing is known, and keeps who decided and why', async () => {
    const plan = await opened();
    expect(await plan.declare('provisional')).toEqual({ severity: 'Sev 1', rose: true });
    expect(await plan.evidence('severity')).toEqual([
      expect.objectContaining({ phase: 'provisional', severity: 'Sev 1', decidedBy: 'rule' }),
    ]);
  });

  it('leaves one entry of evidence when it is tried again', async () => {
    const plan = await opened();
    await plan.declare('provisional');
    expect(await plan.declare('provisional')).toEqual({ severity: 'Sev 1', rose: false });
    expect(await plan.evidence('severity')).toHaveLength(1);
  });

  it('never falls by itself, and still records what the facts came to', async () => {
    const plan = await opened();
    await plan.declare('provisional');
    await plan.imports([{ ...oldDeal, shares: [['D', 1n, 1n]] }]);
    await holds(plan);
    expect(await plan.declare('computed')).toEqual({ severity: 'Sev 1', rose: false });
    const [, computed] = await plan.evidence('severity');
    expect(computed).toMatchObject({ severity: 'Sev 1', before: 'Sev 1' });
    const reasons = computed!['reasons'] as { says: string }[];
    expect(reasons.every(({ says }) => says === 'Sev 3')).toBe(true);
  });

  it('reads people, money, position, age, caps and lapses from what is recorded', async () => {
    const plan = await opened();
    const facts = { ...oldDeal.facts, holders: '9', holders_cap: '8' };
    await plan.imports([{ ...oldDeal, facts }, freshDeal], { E: { class: 'retail' } });
    await holds(plan);
    await desk.pool.query('UPDATE holds SET lapsed_count = 2 WHERE incident_id = $1', [
      plan.incidentId,
    ]);
    await plan.declare('computed');
    const [body] = await plan.evidence('severity');
    const read = (body!['reasons'] as SeverityReason[]).map(({ fact, value, says }) => {
      return `${fact} ${value}: ${says}`;
    });
    expect(read).toEqual([
      'serviceDown false: Sev 3',
      'moneyStillMoving false: Sev 3',
      'figuresUnknown false: Sev 3',
      'amount.USD 14162.56: Sev 1',
      'ofPosition 0.0268: Sev 2',
      'over 1: Sev 2',
      'under 1: Sev 2',
      'retail 1: Sev 1',
      'deals 2: Sev 2',
      'ageDays 730: Sev 1',
      'capsBreached 1: Sev 1',
      'freezeLapses 2: Sev 1',
    ]);
  });
});

describe('lower-severity', () => {
  const reasonsOf = async ({ incidentId }: PlanDesk) =>
    (await postgresSeverities(desk.pool).standing(incidentId))!;
  const lower = async (plan: PlanDesk, given: { by?: string; to?: string; subject?: string }) => {
    const { by = 'mary', to = 'Sev 3', subject = (await reasonsOf(plan)).digest } = given;
    const body = { to, reason: 'a rounding of cents among two funds' };
    const { incidentId } = plan;
    return desk.tell({ incidentId, by, kind: 'lower-severity', subject, body });
  };
  const computed = async () => {
    const plan = await opened();
    await plan.imports([freshDeal]);
    await holds(plan);
    await plan.declare('computed');
    return plan;
  };

  it('lowers on the digest of level and reasons alone, and nobody but 2 roles may', async () => {
    const plan = await computed();
    expect(await lower(plan, { subject: 'f'.repeat(64) })).toBe('DIGEST_STALE');
    expect(await lower(plan, { by: 'oncall' })).toBe('ROLE_MISSING');
    expect(await lower(plan, { to: 'Sev 1' })).toBe('NOT_LOWER');
    expect(await lower(plan, {})).toBe('accepted');
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 1' });
    expect(await lower(plan, { by: 'lena' })).toBe('accepted');
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 3' });
    const [asked] = await plan.evidence('severity-asked');
    expect(await plan.evidence('severity-lowered')).toEqual([
      expect.objectContaining({ from: 'Sev 1', roles: ['legal'], with: [asked!['jti']] }),
    ]);
    expect(await desk.verify(plan.incidentId)).toMatchObject({ holds: true });
  });

  it('takes 2 people, 1 of each role, on the same level and the same reasons', async () => {
    const plan = await computed();
    expect(await lower(plan, { by: 'rita' })).toBe('accepted');
    expect(await lower(plan, { by: 'rita' })).toBe('ALREADY_DONE');
    expect(await lower(plan, { by: 'lena', to: 'Sev 2' })).toBe('accepted');
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 1' });
    await desk.pool.query(`UPDATE holds SET lapsed_count = 1 WHERE incident_id = $1`, [
      plan.incidentId,
    ]);
    await plan.declare('computed');
    expect(await lower(plan, { by: 'lena' })).toBe('accepted');
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 1' });
    expect(await lower(plan, { by: 'mary' })).toBe('accepted');
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 3' });
  });

  it('counts nobody whose key was revoked since, nor both sides of 1 stand-in', async () => {
    const plan = await computed();
    await desk.enrol('lou', 'legal');
    await lower(plan, { by: 'lou' });
    await desk.revoke('lou', { at: noon });
    await lower(plan, { by: 'mary' });
    expect(await reasonsOf(plan)).toMatchObject({ severity: 'Sev 1' });
    const other = await computed();
    const [from, until] = ['2026-11-20T00:00:00Z', '2026-11-22T00:00:00Z'];
    await desk.standIn({ id: 'rita', standIn: 'max', from, until });
    expect(await lower(other, { by: 'rita' })).toBe('accepted');
    expect(await lower(other, { by: 'max' })).toBe('accepted');
    expect(await reasonsOf(other)).toMatchObject({ severity: 'Sev 1' });
  });

  it('holds while nothing is worse: 3 weighings change nothing and leave no evidence', async () => {
    const plan = await computed();
    for (const by of ['lena', 'mary']) await lower(plan, { by, to: 'Sev 2' });
    for (const phase of ['computed', 'provisional', 'computed'] as const) {
      expect(await plan.declare(phase)).toEqual({ severity: 'Sev 2', rose: false });
    }
    expect(await plan.evidence('severity')).toHaveLength(1);
  });

  it('is over once a fact is graver than it was: 1 lapse is Sev 1 again', async () => {
    const plan = await computed();
    for (const by of ['lena', 'mary']) await lower(plan, { by, to: 'Sev 3' });
    await desk.pool.query('UPDATE holds SET lapsed_count = 1 WHERE incident_id = $1', [
      plan.incidentId,
    ]);
    expect(await plan.declare('computed')).toEqual({ severity: 'Sev 1', rose: true });
    const [, body] = await plan.evidence('severity');
    const counting = (body!['reasons'] as SeverityReason[]).filter(({ says, waived }) => {
      return says === 'Sev 1' && waived !== true;
    });
    expect(counting).toEqual([{ fact: 'freezeLapses', value: '1', says: 'Sev 1' }]);
  });
});

const holds = ({ incidentId }: PlanDesk) =>
  desk.pool.query(
    `INSERT INTO holds (incident_id, kind, state, asked_at) VALUES ($1, 'service', 'held', $2)`,
    [incidentId, noon],
  );
