import { readClocks } from '../../adapters/postgres/clocks';
import { postgresForms } from '../../adapters/postgres/forms';
import { makersOf } from '../../adapters/postgres/makers';
import { readSizing } from '../../adapters/postgres/sizings';
import { readStatus } from '../../adapters/postgres/status';
import type { SettlementCase } from '../adapters/settlement-desk';
import { noon } from '../adapters/decision-desk';
import { filled } from '../domain/team-answers';
import { agreedDeals, useLetterDesk, type LetterDesk } from './letter-desk';

let on: LetterDesk;
useLetterDesk((desk) => (on = desk));

const planned = () => on.on.planned(agreedDeals);
const mailed = () =>
  on.mail.taken.map(({ to, subject }) => {
    const address = Array.isArray(to) ? to[0]?.value[0]?.address : to?.value[0]?.address;
    return `${address?.split('@')[0] ?? ''}: ${subject?.replace(/^.*INC-\S+ /, '') ?? ''}`;
  });
/** A fact of the incident itself, signed. */
const fact = (of: SettlementCase, set: string) => {
  const [name, value] = set.split('=') as [string, string];
  const body = { subject: 'incident', id: of.incidentId, name, value, source: 'a log' };
  return on.on.desk.tell({
    incidentId: of.incidentId,
    by: 'operations',
    kind: 'correct-fact',
    body,
  });
};
const weigh = (of: SettlementCase) => on.run('weighFacts', { of });

describe('weighFacts', () => {
  it('raises the level by 1 signed fact, and tells who has it once, with the reason', async () => {
    const of = await planned();
    expect(await weigh(of)).toEqual({ severity: 'Sev 1', changed: true });
    expect(on.mail.taken).toEqual([]); // Declared, not risen: the paging says it.
    await on.on.desk.tell({ incidentId: of.incidentId, by: 'oncall', kind: 'take', body: {} });
    expect(await fact(of, 'service_down=yes')).toBe('accepted');
    expect(await weigh(of)).toEqual({ severity: 'Sev X', changed: true });
    expect(await weigh(of)).toEqual({ severity: 'Sev X', changed: false });
    expect(mailed()).toEqual(['oncall: it is Sev X now']);
    expect(on.mail.taken[0]!.text).toContain('serviceDown is true');
  });

  it('knows 6 facts of an incident, which make nobody a maker and no plan outdated', async () => {
    const of = await planned();
    expect(await fact(of, 'weather=bad')).toBe('NOT_FOUND');
    const { incidentId } = of;
    const other = { subject: 'incident', id: 'INC-2026-0099', name: 'hours', value: '1' };
    const tell = { incidentId, by: 'operations', kind: 'correct-fact' as const };
    expect(await on.on.desk.tell({ ...tell, body: { ...other, source: 'x' } })).toBe('NOT_FOUND');
    expect(await fact(of, 'hours=12')).toBe('accepted');
    await of.plan.fact({ by: 'legal', id: of.fresh, name: 'first_sale_on', value: '2026-11-02' });
    expect(await on.on.desk.verify(incidentId)).toMatchObject({ holds: true });
    const changed = { incidentId, version: 1 };
    expect(await of.plan.plans.changedSince(changed)).toBe(false);
    expect((await of.plan.draft()).kind).toBe('unchanged');
    const makers = async () => {
      const about = { incidentId, gateId: 'plan', subject: 'a'.repeat(64) };
      return (await makersOf(on.on.desk.pool, about)).map(({ person }) => person);
    };
    expect(await makers()).toEqual(['oncall']);
    await of.plan.fact({ by: 'legal', id: of.fresh, name: 'mark', value: '1.00' });
    expect((await makers()).sort()).toEqual(['legal', 'oncall']);
    expect(await of.plan.plans.changedSince(changed)).toBe(true);
  });

  it('keeps each size it finds, and tells what is 2 times off what was thought', async () => {
    const of = await planned();
    const estimate = { deals: 1, investors: 5, amount: '8000', currency: 'USD', hours: '10' };
    await on.on.desk.intruder.query('UPDATE incidents SET estimate = $2 WHERE incident_id = $1', [
      of.incidentId,
      JSON.stringify(estimate),
    ]);
    for (const hours of ['5', '5', '21']) {
      await fact(of, `hours=${hours}`);
      await weigh(of);
    }
    expect(mailed()).toEqual([
      'oncall: it is not the size it was thought to be',
      'oncall: it is not the size it was thought to be',
    ]);
    expect(on.mail.taken.map(({ text }) => text?.match(/^  .*times that\)$/gm))).toEqual([
      ['  investors: thought 5, found 2 (0.40 times that)'],
      ['  hours: thought 10, found 21 (2.10 times that)'],
    ]);
    const { history, ...now } = await readSizing(on.on.desk.pool, of.incidentId);
    expect(now).toMatchObject({
      actual: { deals: 2, investors: 2, amount: '7081.28', currency: 'USD', hours: '21' },
      ratio: { deals: '2.00', investors: '0.40', amount: '0.89', hours: '2.10' },
      outside: ['investors', 'hours'],
    });
    expect(history.map(({ actual }) => actual.hours)).toEqual(['5', '21']);
    expect(await of.plan.evidence('sizing')).toHaveLength(2);
  });
});

describe('tellClocks', () => {
  const tell = (of: SettlementCase, at = noon) => on.run('tellClocks', { of, at });
  const meet = (of: SettlementCase, given: { clock: string; deal?: string; by?: string }) => {
    const { by = 'legal', ...clock } = given;
    const body = { on: '2026-11-20', source: 'EDGAR 0001-26-000042', ...clock };
    return on.on.desk.tell({ incidentId: of.incidentId, by, kind: 'meet-clock', body });
  };
  const counted = async (of: SettlementCase) =>
    (await readStatus(on.on.desk.pool, of.incidentId))!.clocks;

  it('says all that is near or past in 1 mail a person, and says none of it again', async () => {
    const of = await planned();
    const first = await tell(of);
    const people = mailed().map((mail) => mail.split(':')[0]);
    expect(people.sort()).toEqual(['finance', 'legal', 'mary']);
    const text = on.mail.taken[0]!.text!;
    expect(text).toContain(`Form D of deal ${of.fresh} WAS DUE on 2026-10-30 (form-d, legal)`);
    expect(text).toContain('first_sale_on is not on file: agreement_on is the earliest it can be');
    expect(await tell(of)).toEqual(first);
    expect(mailed()).toHaveLength(3);
    expect(await of.plan.evidence('clocks-told')).toHaveLength(1);
    expect(await of.plan.evidence('clocks')).toHaveLength(1);
    expect(first.over).toBe(false);
    expect(Date.parse(first.nextAt!)).toBeGreaterThan(Date.parse(noon));
  });

  it('speaks again at the very instant it named, and of nothing a second before', async () => {
    const of = await planned();
    const { nextAt } = await tell(of);
    on.mail.taken.length = 0;
    const before = new Date(Date.parse(nextAt!) - 1000).toISOString();
    expect(await tell(of, before)).toEqual({ nextAt, over: false });
    expect(mailed()).toEqual([]);
    await tell(of, nextAt!);
    expect(mailed().length).toBeGreaterThan(0);
  });

  it('takes a clock as met on legal’s word alone, 1 that runs, on no day ahead', async () => {
    const of = await planned();
    const clock = { clock: 'form-d', deal: of.fresh };
    const { met } = await counted(of);
    expect(await meet(of, { ...clock, by: 'finance' })).toBe('ROLE_MISSING');
    expect(await meet(of, { clock: 'form-d' })).toBe('NOT_FOUND');
    const { incidentId } = of;
    const body = { ...clock, on: '2026-11-23', source: 'x' };
    const ahead = { incidentId, by: 'legal', kind: 'meet-clock' as const, body };
    expect(await on.on.desk.tell(ahead)).toBe('OPTION_BLOCKED');
    expect(await meet(of, clock)).toBe('accepted');
    expect(await meet(of, clock)).toBe('ALREADY_DONE');
    expect((await counted(of)).met).toBe(met + 1);
    expect(await of.plan.evidence('clock-met')).toEqual([
      expect.objectContaining({ clock: 'form-d', deal: of.fresh, dueOn: '2026-10-30' }),
    ]);
    await tell(of);
    expect(on.mail.taken[0]!.text).not.toContain(`Form D of deal ${of.fresh} `);
    expect(await on.on.desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('has the day of each report that a team named, until legal says it is filed: 1', async () => {
    const of = await planned();
    const { incidentId } = of;
    await postgresForms(on.on.desk.pool).open({ incidentId, at: noon });
    const answer = { team: 'operations', answers: filled.operations };
    const tells = { incidentId, by: 'operations', kind: 'answer' as const, body: answer };
    expect(await on.on.desk.tell(tells)).toBe('accepted');
    const clock = 'report/2026-12-05/the-insurer';
    const report = async () =>
      (await readClocks(on.on.desk.pool, incidentId)).find((each) => each.clock === clock);
    expect(await report()).toMatchObject({ warnOn: '2026-12-02', metOn: null });
    expect(await meet(of, { clock })).toBe('accepted');
    expect(await report()).toMatchObject({ metOn: '2026-11-20' });
    await tell(of, '2026-12-04T17:00:00.000Z');
    expect(on.mail.taken.map(({ text }) => text).join()).not.toContain('the insurer');
  });

  it('warns a team of the day on which it promised an answer, 1 day before', async () => {
    const of = await planned();
    const { incidentId } = of;
    await postgresForms(on.on.desk.pool).open({ incidentId, at: noon });
    const since = { unknown: 'the release notes', by: '2026-11-25' };
    const answer = { team: 'engineering', answers: { ...filled.engineering, since } };
    await on.on.desk.enrol('erik', 'engineering');
    const tells = { incidentId, by: 'erik', kind: 'answer' as const, body: answer };
    expect(await on.on.desk.tell(tells)).toBe('accepted');
    await tell(of, '2026-11-24T17:00:00.000Z');
    const mail = on.mail.taken.find(({ to }) => JSON.stringify(to).includes('erik@'));
    expect(mail?.text).toContain('Answer of engineering on since is due on 2026-11-25');
    expect(mail?.text).toContain('the release notes');
  });

  it('runs on after the closing, takes legal’s word there, and ends with the last 1', async () => {
    const of = await planned();
    const { incidentId } = of;
    await on.on.desk.pool.query('UPDATE incidents SET closed_at = $2 WHERE incident_id = $1', [
      incidentId,
      noon,
    ]);
    expect((await tell(of)).over).toBe(false);
    expect(await fact(of, 'service_down=yes')).toBe('INCIDENT_CLOSED');
    expect(await weigh(of)).toEqual({ severity: '', changed: false }); // It was never declared.
    expect(await of.plan.evidence('severity')).toEqual([]);
    const clocks = (await on.ports.clocks.read(incidentId))!.clocks;
    for (const { clock, deal } of clocks) {
      const said = await meet(of, { clock, ...(deal === null ? {} : { deal }) });
      expect(said).toBe('accepted');
    }
    expect(await tell(of)).toEqual({ nextAt: null, over: true });
  });

  it('tries again within 1 hour what no mail server takes, and shows that', async () => {
    const of = await planned();
    await on.mail.stop();
    const again = { nextAt: '2026-11-21T13:00:00.000Z', over: false };
    expect(await tell(of)).toEqual(again);
    await on.mail.start();
    expect(await of.plan.evidence('clocks-told')).toEqual([]);
    expect(await on.wanted(of)).toContain('remind/clocks on-call');
    await tell(of, again.nextAt);
    expect(await of.plan.evidence('clocks-told')).toHaveLength(1);
    expect(await on.wanted(of)).not.toContain('remind/clocks on-call');
  });

  it('runs a report from the first day anybody knew: 1 answer moves it', async () => {
    const of = await planned();
    const { incidentId } = of;
    await fact(of, 'finra_member=yes');
    const due = async () => {
      const { clocks } = (await on.ports.clocks.read(incidentId))!;
      return clocks.find(({ clock }) => clock === 'finra-4530')!.dueOn;
    };
    expect(await due()).toBe('2026-12-21');
    await on.on.desk.intruder.query(
      `WITH form AS (INSERT INTO forms (incident_id, team, opened_at, deadline_at)
         VALUES ($1, 'engineering', $2, $2))
       INSERT INTO answers (incident_id, team, body, person_id, jti, answered_at, late)
       SELECT $1, 'engineering', '{"firstKnown": {"on": "2026-11-10"}}', person_id, jti, $2, false
       FROM commands WHERE incident_id = $1 LIMIT 1`,
      [incidentId, noon],
    );
    expect(await due()).toBe('2026-12-10');
    await fact(of, 'known_on=2026-11-12');
    expect(await due()).toBe('2026-12-12');
  });

  it('has none to speak of where all shares are right', async () => {
    const of = await on.on.planned([{ ...agreedDeals[0]!, shares: [['D', 1n, 1n]] }]);
    expect(await tell(of)).toEqual({ nextAt: null, over: false });
    expect(await counted(of)).toMatchObject({ running: 0, soonest: [] });
    expect(mailed()).toEqual([]);
  });
});
