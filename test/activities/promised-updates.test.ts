import { postgresStatus } from '../../adapters/postgres/status';
import { after, noon } from '../adapters/decision-desk';
import type { SettlementCase } from '../adapters/settlement-desk';
import { agreedDeals, useLetterDesk, type LetterDesk } from './letter-desk';

const day = 86_400;
let on: LetterDesk;
useLetterDesk((desk) => (on = desk));

const addresses = () => on.mail.taken.map(({ to }) => [to].flat()[0]?.value[0]?.address).sort();
const remind = (of: SettlementCase, at: string) => on.run('remindUpdate', { of, at });
const due = async ({ incidentId }: SettlementCase) =>
  (await postgresStatus(on.on.desk.pool).read(incidentId))?.nextUpdateDueAt;
const tell = (of: SettlementCase, given: { by: string; signedAt: number }) => {
  const body = { text: 'Told the leads: amounts on Friday.' };
  const at = after(given.signedAt);
  return on.on.desk.tell({ incidentId: of.incidentId, kind: 'updated', body, at, ...given });
};

describe('the next update to stakeholders', () => {
  it('overdue after 1 minute of a drill is asked of customer success and who has it', async () => {
    const of = await on.on.planned(agreedDeals);
    await on.on.desk.tell({ incidentId: of.incidentId, by: 'oncall', kind: 'take', body: {} });
    expect(await remind(of, noon)).toEqual({ nextAt: after(60) });
    expect(await remind(of, after(59))).toEqual({ nextAt: after(60) });
    expect(addresses()).toEqual([]);
    expect(await remind(of, after(60))).toEqual({ nextAt: after(120) });
    expect(await remind(of, after(60))).toEqual({ nextAt: after(120) });
    expect(addresses()).toEqual(['carla@example.com', 'oncall@example.com']);
    const [mail] = on.mail.taken;
    expect(mail!.text).toContain(`makewhole updated ${of.incidentId} --text`);
    expect(mail!.text).toContain('- Affected: 2 investors');
    expect(await due(of)).toBe(after(60)); // Being reminded is no update.
  });

  it('once given falls due 1 minute from then on, and is asked for anew when missed', async () => {
    const of = await on.on.planned(agreedDeals);
    await remind(of, after(60));
    expect(await tell(of, { by: 'finance', signedAt: 90 })).toBe('ROLE_MISSING');
    expect(await tell(of, { by: 'carla', signedAt: 90 })).toBe('accepted');
    expect(await due(of)).toBe(after(150));
    on.mail.taken.length = 0;
    expect(await remind(of, after(120))).toEqual({ nextAt: after(150) });
    expect(addresses()).toEqual([]);
    await remind(of, after(150));
    await remind(of, after(210));
    expect(addresses()).toEqual(['carla@example.com', 'carla@example.com']);
    const [given] = await of.plan.evidence('update-given');
    expect(Object.keys(given!)).toContain('textDigest');
    expect(JSON.stringify(given)).not.toContain('Friday');
    expect(await on.on.desk.verify(of.incidentId)).toMatchObject({ holds: true });
  });

  it('missed over a weekend is asked for once, on Monday at 9:00 in New York', async () => {
    const of = await on.on.planned(agreedDeals);
    await on.inOffices(of, { nextUpdateEvery: day });
    expect(await remind(of, noon)).toEqual({ nextAt: '2026-11-23T14:00:00.000Z' });
    expect(await remind(of, '2026-11-22T12:00:00.000Z')).toEqual({
      nextAt: '2026-11-23T14:00:00.000Z',
    });
    expect(addresses()).toEqual([]);
    const monday = await remind(of, '2026-11-23T14:00:00.000Z');
    expect(monday).toEqual({ nextAt: '2026-11-24T14:00:00.000Z' });
    expect(addresses()).toEqual(['carla@example.com']);
  });

  it('is owed by 2 of management and admins where customer success has nobody', async () => {
    const of = await on.on.planned(agreedDeals);
    const change = `UPDATE people SET roles = $1::text[] WHERE person_id = 'carla'`;
    await on.on.desk.intruder.query(change, [['on-call']]);
    await remind(of, after(60));
    await on.on.desk.intruder.query(change, [['customer-success']]);
    expect(addresses()).toEqual(['admin@example.com', 'mary@example.com']);
  });

  it('is owed by nobody once the incident is closed: 0 mails, and no next look', async () => {
    const of = await on.on.planned(agreedDeals);
    const { incidentId } = of;
    const end = { outcome: 'no-impact', planVersions: 0, postMortem: 'a'.repeat(64) };
    await on.ports.stages.close({ incidentId, at: after(9), ...end });
    expect(await remind(of, after(600))).toEqual({ nextAt: null });
    expect(addresses()).toEqual([]);
  });
});
