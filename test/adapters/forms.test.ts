import { postgresForms } from '../../adapters/postgres/forms';
import { readStatus } from '../../adapters/postgres/status';
import type { Team } from '../../contracts/command';
import { formsText } from '../../scripts/form-text';
import { statusText } from '../../scripts/status-text';
import { filled, none } from '../domain/team-answers';
import { after, DecisionDesk, noon } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

let desk: DecisionDesk;
let incidentId: string;
let plan: PlanDesk;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  const roles = {
    ...{ oncall: 'on-call', erik: 'engineering', ada: 'engineering', cs: 'customer-success' },
    ...{ omar: 'operations', finn: 'finance', lena: 'legal', mary: 'management' },
  };
  for (const [id, role] of Object.entries(roles)) await desk.enrol(id, role);
});
afterAll(() => desk.close());
beforeEach(async () => {
  plan = await PlanDesk.open(desk);
  ({ incidentId } = plan);
  await forms().open({ incidentId, at: noon });
});

const forms = () => postgresForms(desk.pool);
const minute = 60;

type Given = { by: string; team: Team; answers?: object; at?: string };
/** Hands a form in; answers `accepted` or the refusal with its message. */
async function answer({ by, team, answers = filled[team], at = noon }: Given): Promise<string> {
  const signedAt = (Date.parse(at) - Date.parse(noon)) / 1000;
  const draft = { kind: 'answer' as const, body: { team, answers }, signedAt };
  const jws = desk.sign(by, { incident: incidentId, ...draft });
  const { answer: said, nudge } = await desk.send({ incidentId, jws, at });
  if (!said.accepted) return `${said.error.code} ${said.error.message}`;
  expect(nudge).toContain(incidentId); // Whoever waits for answers reads them at once.
  return 'accepted';
}
const delegate = (by: string, to: string) =>
  desk.tell({ incidentId, by, kind: 'delegate-form', body: { team: 'engineering', to } });
const explain = (by: string, of: { contradiction: string; digest: string }) => {
  const { contradiction, digest } = of;
  const body = { contradiction, explanation: 'the call was about another deal' };
  return desk.tell({ incidentId, by, kind: 'explain-contradiction', subject: digest, body });
};
const asked = async (team: Team) => {
  const silent = await forms().awaited({ incidentId, at: noon, teams: [team] });
  return silent.flatMap(({ people }) => people.map(({ id }) => id));
};
const standing = async () => {
  const { contradictions } = await forms().read(incidentId);
  return contradictions.map(({ id, state }) => `${id} ${state}`);
};
const found = async (id: string) =>
  (await forms().read(incidentId)).contradictions.find((each) => each.id === id)!;
const last = async () => (await desk.evidence(incidentId)).at(-1);

describe("a team's form", () => {
  it('is answered by its team, operations by 1 of 3 roles, then waited for no more', async () => {
    expect(await answer({ by: 'lena', team: 'engineering' })).toMatch(/^ROLE_MISSING/);
    expect(await answer({ by: 'erik', team: 'engineering' })).toBe('accepted');
    expect(await answer({ by: 'finn', team: 'operations' })).toBe('accepted');
    expect(await forms().missing({ incidentId, at: noon })).toEqual(['customer-success']);
    const body = { team: 'operations', version: 1, late: false };
    expect(await last()).toMatchObject({ kind: 'answered', actor: 'finn', body });
    expect(JSON.stringify(await last())).not.toContain('reconciliation');
  });

  it('is not answered before it is open, or by what is wrong in 2 places, each named', async () => {
    const answers = { ...filled.engineering, where: null, introducedBy: 'Erik Sand' };
    const said = await answer({ by: 'erik', team: 'engineering', answers });
    expect(said).toMatch(/^ANSWER_INVALID where: has no answer\. Write such as/);
    expect(said).toContain('\nintroducedBy: expected the id of a change, commit or release in one');
    expect(await forms().missing({ incidentId, at: noon })).toHaveLength(3);
    expect(await last()).toMatchObject({ kind: 'refusal', body: { code: 'ANSWER_INVALID' } });
    ({ incidentId } = await PlanDesk.open(desk));
    expect(await answer({ by: 'erik', team: 'engineering' })).toMatch(/^NOT_FOUND/);
  });

  it('takes nobody of the 9 who are enrolled for a change', async () => {
    for (const who of ['ada', 'Erik', 'MARY']) {
      const answers = { ...filled.engineering, introducedBy: who };
      expect(await answer({ by: 'erik', team: 'engineering', answers })).toContain(
        `introducedBy: expected a change, found ${who}, who is a person`,
      );
    }
  });

  it('answered again keeps version 1, and 2 minutes late is marked late', async () => {
    await answer({ by: 'erik', team: 'engineering' });
    const answers = { ...filled.engineering, where: 'In the export.' };
    const at = after(2 * minute);
    expect(await answer({ by: 'ada', team: 'engineering', answers, at })).toBe('accepted');
    const form = (await forms().read(incidentId)).forms.find(({ team }) => team === 'engineering')!;
    expect(form.answers).toMatchObject([
      { version: 1, by: 'erik', late: false, answers: filled.engineering },
      { version: 2, by: 'ada', late: true, answeredAt: at, answers: { where: 'In the export.' } },
    ]);
    await expect(
      desk.intruder.query(`UPDATE answers SET late = false WHERE incident_id = $1`, [incidentId]),
    ).rejects.toThrow('append-only');
  });

  it('that somebody rewrites behind our back breaks the evidence at 1 named answer', async () => {
    await answer({ by: 'erik', team: 'engineering' });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
    const { intruder } = desk;
    await intruder.query('ALTER TABLE answers DISABLE TRIGGER answers_append_only');
    const rewrite = `UPDATE answers SET body = body || '{"where": "nowhere"}'
      WHERE incident_id = $1`;
    await intruder.query(rewrite, [incidentId]);
    const what = 'an answer of engineering is not what was signed: its answersDigest is another';
    expect(await desk.verify(incidentId)).toMatchObject({
      holds: false,
      firstBreak: { what: expect.stringContaining(what) as string },
    });
    await intruder.query('DELETE FROM answers WHERE incident_id = $1', [incidentId]);
    await intruder.query('ALTER TABLE answers ENABLE TRIGGER answers_append_only');
    expect(await desk.verify(incidentId)).toMatchObject({
      firstBreak: { what: expect.stringContaining('answered stands in no table') as string },
    });
  });

  it('that says late that the service is down raises 1 severity that stood', async () => {
    await desk.intruder.query(`UPDATE incidents SET severity = 'Sev 2' WHERE incident_id = $1`, [
      incidentId,
    ]);
    const answers = { ...filled.engineering, serviceDown: true };
    await answer({ by: 'erik', team: 'engineering', answers, at: after(2 * minute) });
    expect((await plan.declare('computed')).severity).toBe('Sev X');
  });
});

describe('delegation', () => {
  it('has 1 person reminded and answering in the place of 2, whatever their roles', async () => {
    expect(await asked('engineering')).toEqual(['ada', 'erik']);
    expect(await asked('operations')).toEqual(['finn', 'lena', 'omar']);
    expect(await delegate('erik', 'mary')).toBe('accepted');
    expect(await last()).toMatchObject({
      kind: 'form-delegated',
      actor: 'erik',
      body: { team: 'engineering', to: 'mary', from: null },
    });
    expect(await asked('engineering')).toEqual(['mary']);
    expect(await answer({ by: 'mary', team: 'operations' })).toMatch(/^ROLE_MISSING/);
    expect(await answer({ by: 'mary', team: 'engineering' })).toBe('accepted');
    expect(await answer({ by: 'erik', team: 'engineering' })).toBe('accepted');
  });

  it('is for the team, people on call and the delegate; 1 other team is refused', async () => {
    expect(await delegate('lena', 'mary')).toBe('ROLE_MISSING');
    expect(await delegate('oncall', 'mary')).toBe('accepted');
    expect(await delegate('mary', 'ada')).toBe('accepted');
    expect(await asked('engineering')).toEqual(['ada']);
    expect(await delegate('mary', 'mary')).toBe('ROLE_MISSING');
    expect(await delegate('erik', 'nobody')).toBe('NOT_FOUND');
  });

  it('to somebody who leaves gives the form back to the team of 2', async () => {
    await desk.enrol('leo', 'legal');
    expect(await delegate('erik', 'leo')).toBe('accepted');
    await desk.revoke('leo', { at: noon });
    expect(await asked('engineering')).toEqual(['ada', 'erik']);
  });
});

describe('a deadline', () => {
  it('that would be a Sunday is the end of Monday in New York, for all 3 teams', async () => {
    const office = await PlanDesk.open(desk, 'us-private');
    const at = '2026-11-20T15:00:00.000Z'; // A Friday; the pack gives 48 hours.
    const deadlineAt = '2026-11-23T22:00:00.000Z';
    expect(await forms().open({ incidentId: office.incidentId, at })).toEqual({ deadlineAt });
    const { forms: standing } = await forms().read(office.incidentId);
    expect(standing.map((form) => form.deadlineAt)).toEqual(Array(3).fill(deadlineAt));
  });
});

describe('contradictions', () => {
  const scan = async (firstKnown?: string) => {
    await plan.imports([oldDeal, freshDeal]);
    const affected = { affected: { asRecorded: 2, asShouldHaveBeen: 2 } };
    const summary = {
      ...{ deals: affected, investors: affected },
      diagnosis: [
        { ruleVersion: '2024.2', affected: 2, firstDeal: 'OLD', firstClosedOn: '2024-11-21' },
      ],
    };
    await desk.intruder.query('UPDATE scans SET summary = $2 WHERE incident_id = $1', [
      incidentId,
      JSON.stringify(summary),
    ]);
    if (firstKnown === undefined) return;
    const sql = 'UPDATE incidents SET first_known_at = $2 WHERE incident_id = $1';
    await desk.intruder.query(sql, [incidentId, firstKnown]);
  };

  it('are 0 where deals, complaints, version and first day agree with the records', async () => {
    await scan('2026-11-19T23:30:00Z');
    await answer({ by: 'cs', team: 'customer-success' });
    await answer({ by: 'erik', team: 'engineering' });
    expect(await standing()).toEqual([]);
  });

  it('name the scan, the diagnosis and the opening beside what 2 teams say', async () => {
    await scan('2026-11-10T12:00:00Z');
    const since = { ruleVersion: '2024.2', on: '2024-12-01' };
    const answers = { ...filled.engineering, deals: none, since };
    await answer({ by: 'erik', team: 'engineering', answers });
    const complaints = [{ investor: 'R', deal: 'RIGHT', on: '2026-11-19', said: 'too small' }];
    const told = { ...filled['customer-success'], complaints };
    await answer({ by: 'cs', team: 'customer-success', answers: told });
    expect(await standing()).toEqual([
      'complaint/R open',
      'deals open',
      'first-known open',
      'since/engineering open',
    ]);
    expect((await found('deals')).says).toEqual([
      { who: 'customer-success', what: '2 deals: FRESH, OLD' },
      { who: 'engineering', what: 'no deal' },
      { who: 'the scan', what: '2 deals on recorded averages: OLD, FRESH' },
    ]);
    expect((await found('first-known')).says.at(-1)).toEqual({
      who: 'the opening',
      what: '2026-11-10',
    });
    expect((await found('since/engineering')).says.at(-1)?.what).toContain('OLD of 2024-11-21');
  });

  it('are settled by 1 signed explanation of these words, and open again with others', async () => {
    await answer({ by: 'cs', team: 'customer-success' });
    await answer({ by: 'omar', team: 'operations' });
    expect(await standing()).toEqual(['first-known open']);
    const { digest } = await found('first-known');
    const of = { contradiction: 'first-known' };
    expect(await explain('mary', { ...of, digest })).toBe('ROLE_MISSING');
    expect(await explain('lena', { ...of, digest: 'a'.repeat(64) })).toBe('DIGEST_STALE');
    expect(await explain('lena', { contradiction: 'deals', digest })).toBe('NOT_FOUND');
    expect(await explain('lena', { ...of, digest })).toBe('accepted');
    expect(await explain('omar', { ...of, digest })).toBe('ALREADY_DONE');
    expect(await found('first-known')).toMatchObject({
      state: 'explained',
      explanation: { by: 'lena', at: noon, text: 'the call was about another deal' },
    });
    const firstKnown = { on: '2026-11-18', through: 'a letter' };
    await answer({ by: 'omar', team: 'operations', answers: { ...filled.operations, firstKnown } });
    expect(await standing()).toEqual(['first-known open']);
  });

  it('that 1 changed answer ends stay listed, and the evidence holds', async () => {
    await answer({ by: 'cs', team: 'customer-success' });
    await answer({ by: 'omar', team: 'operations' });
    const { firstKnown } = filled['customer-success'];
    await answer({ by: 'omar', team: 'operations', answers: { ...filled.operations, firstKnown } });
    expect(await standing()).toEqual(['first-known changed']);
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('are counted in the status, and read out with the command that settles the 1', async () => {
    await answer({ by: 'cs', team: 'customer-success' });
    await answer({ by: 'omar', team: 'operations', at: after(2 * minute) });
    const status = (await readStatus(desk.pool, incidentId))!;
    expect(status.counts).toMatchObject({
      forms: { asked: 3, answered: 2, late: 1 },
      contradictions: { open: 1, explained: 0, changed: 0 },
    });
    expect(statusText(status, noon)).toContain(
      `2 of 3 answered, 1 after the deadline; 1 CONTRADICTION, see ./makewhole form ${incidentId}`,
    );
    const text = formsText({
      incident: incidentId,
      standing: await forms().read(incidentId),
      now: after(5 * minute),
    });
    expect(text).toContain(
      'engineering       NOT ANSWERED, asked 5 min ago, due 12:01:00 UTC (overdue',
    );
    expect(text).toContain('operations        answered 12:02:00 UTC by omar, LATE');
    expect(text).toContain(`./makewhole form explain ${incidentId} first-known --reason WHY`);
  });
});
