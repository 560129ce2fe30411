import type { ParsedMail } from 'mailparser';
import type { SettlementCase } from '../adapters/settlement-desk';
import { after, noon } from '../adapters/decision-desk';
import { agreedDeals, useLetterDesk, type LetterDesk } from './letter-desk';

let on: LetterDesk;
useLetterDesk((desk) => (on = desk));

const planned = () => on.on.planned(agreedDeals);
const recipients = () => on.mail.taken.map((mail) => `${kindOf(mail)} ${addressOf(mail)}`);

/** Which notice it is, by its header. */
function kindOf(mail: ParsedMail): string {
  const kind = mail.headers.get('x-makewhole-notice');
  return typeof kind === 'string' ? kind : '';
}

function addressOf(mail: ParsedMail): string {
  const to = Array.isArray(mail.to) ? mail.to[0] : mail.to;
  return to?.value[0]?.address ?? '';
}

const rows = async ({ incidentId }: SettlementCase): Promise<string[]> => {
  const { rows: found } = await on.on.desk.pool.query<{ row: string }>(
    `SELECT kind || ' ' || person_id || ' ' || round || ' ' || state AS row FROM notices
     WHERE incident_id = $1 ORDER BY 1`,
    [incidentId],
  );
  return found.map(({ row }) => row);
};

describe('paging', () => {
  it('tells the people on call with the command to take it, each round once', async () => {
    const of = await planned();
    expect(await on.run('pagePeople', { of, round: 1 })).toEqual({ taken: false, paged: 1 });
    expect(await on.run('pagePeople', { of, round: 1 })).toEqual({ taken: false, paged: 0 });
    expect(await on.run('pagePeople', { of, round: 2 })).toEqual({ taken: false, paged: 1 });
    expect(recipients()).toEqual(['page oncall@example.com', 'page oncall@example.com']);
    expect(on.mail.taken[0]!.text).toContain(`makewhole take ${of.incidentId} --as YOU`);
    expect(await rows(of)).toEqual(['page oncall 1 sent', 'page oncall 2 sent']);
  });

  it('tells management too after 20 s of the demo pack, with evidence of that once', async () => {
    const of = await planned();
    for (const round of [5, 6]) {
      await on.run('pagePeople', { of, round, at: '2026-11-21T12:00:20.000Z' });
    }
    expect(recipients().sort()).toEqual([
      'page mary@example.com',
      'page mary@example.com',
      'page oncall@example.com',
      'page oncall@example.com',
    ]);
    expect(await of.plan.evidence('escalated')).toEqual([
      { paging: true, to: 'management', round: 5 },
    ]);
  });

  it('ends when somebody has it', async () => {
    const of = await planned();
    await on.on.desk.tell({ incidentId: of.incidentId, by: 'oncall', kind: 'take', body: {} });
    expect(await on.run('pagePeople', { of, round: 3 })).toEqual({ taken: true, paged: 0 });
    expect(on.mail.taken).toEqual([]);
  });

  it('that reaches nobody fails, and is not a warning', async () => {
    const of = await planned();
    on.mail.tricks.set('oncall@example.com', 'refuse');
    await expect(on.run('pagePeople', { of, round: 1 })).rejects.toThrow('could be reached');
    const nobody = { recipients: async () => [], claim: async () => [] };
    const notices = { ...on.ports.notices, ...nobody };
    await expect(on.run('pagePeople', { of, round: 2, using: { notices } })).rejects.toThrow(
      'nobody is enrolled',
    );
  });

  it('goes out in the end when the mail server was down at first', async () => {
    const of = await planned();
    await on.mail.stop();
    await expect(on.run('pagePeople', { of, round: 1 })).rejects.toThrow('no mail server takes');
    await on.mail.start();
    expect(await on.run('pagePeople', { of, round: 1 })).toEqual({ taken: false, paged: 1 });
  });
});

describe('a gate that waits', () => {
  const digest = '1'.repeat(64);
  const gate = { gateId: 'plan', opening: 1 };
  const open = async () => {
    const of = await planned();
    const { incidentId } = of;
    await on.ports.gates.open({ incidentId, gateId: 'plan', subject: digest, at: noon });
    return of;
  };
  const remind = (of: SettlementCase, given: { missing: string[]; at: string }) =>
    on.run('remindGate', { of, ...gate, because: 'due', ...given });

  it('asks exactly the roles that are missing, with the command for each', async () => {
    const of = await open();
    const missing = ['legal', 'receipt by management'];
    const asked = { of, ...gate, because: 'opened' as const, missing };
    expect(await on.run('remindGate', asked)).toEqual({ mailed: 2 });
    expect(await on.run('remindGate', asked)).toEqual({ mailed: 0 });
    expect(recipients().sort()).toEqual([
      'gate/plan legal@example.com',
      'gate/plan mary@example.com',
    ]);
    const [mail] = on.mail.taken;
    expect(mail!.text).toContain(`makewhole decide ${of.incidentId} --gate plan --as YOU`);
    expect(mail!.text).toContain(`makewhole receipt ${of.incidentId} --as YOU`);
  });

  it('says what has changed since opening 1 to whoever is asked again', async () => {
    const of = await open();
    const { incidentId } = of;
    const gates = on.on.desk.gates();
    const anew = 'b'.repeat(64);
    await gates.open({ incidentId, gateId: 'plan', subject: anew, at: noon });
    const asked = { of, gateId: 'plan', opening: 2, because: 'opened' as const };
    await on.run('remindGate', { ...asked, missing: ['legal'] });
    expect(on.mail.taken[0]!.text).toContain('What has changed since opening 1:\n  another digest');
  });

  it('leaves in peace who has voted, and before 4 s of the demo pack everybody', async () => {
    const of = await open();
    const { desk } = on.on;
    const vote = { incidentId: of.incidentId, gate: 'plan', subject: digest };
    expect(await desk.vote({ ...vote, by: 'legal' })).toBe('accepted');
    const missing = ['legal', 'finance'];
    expect(await remind(of, { missing, at: after(3) })).toEqual({ mailed: 0 });
    expect(await remind(of, { missing, at: after(4) })).toEqual({ mailed: 1 });
    expect(recipients()).toEqual(['gate/plan finance@example.com']);
  });

  it('tells whom the pack names when it escalates, and management when it expired', async () => {
    const of = await open();
    const missing = ['finance'];
    await remind(of, { missing, at: after(16) });
    const over = { of, ...gate, because: 'expired' as const, missing, at: after(600) };
    await on.run('remindGate', over);
    expect(recipients().filter((each) => each.endsWith('mary@example.com'))).toHaveLength(2);
    expect(on.mail.taken.some(({ subject }) => subject!.endsWith('gate plan expired'))).toBe(true);
  });

  it('says what was missed in 2 days once: the highest of 4 rungs, not all at once', async () => {
    const of = await open();
    const missing = ['finance'];
    expect(await remind(of, { missing, at: after(14) })).toEqual({ mailed: 1 });
    expect(await remind(of, { missing, at: after(15) })).toEqual({ mailed: 0 });
    expect(await rows(of)).toEqual(['gate/plan finance 1003 sent']);
  });

  it('tells a stand-in from the second reminder on, not before', async () => {
    const of = await open();
    await on.on.desk.enrol('stan', 'operations');
    await on.on.desk.intruder.query(
      `INSERT INTO stand_ins VALUES ('finance', 'stan', '2026-11-21T00:00Z', '2026-11-22T00:00Z')`,
    );
    const missing = ['finance'];
    expect(await remind(of, { missing, at: after(4) })).toEqual({ mailed: 1 });
    expect(await remind(of, { missing, at: after(8) })).toEqual({ mailed: 2 });
    expect(recipients()).toContain('gate/plan stan@example.com');
    await on.on.desk.intruder.query('DELETE FROM stand_ins');
  });

  it('that nobody can decide tells management and admins, who can enrol somebody', async () => {
    const of = await open();
    expect(await remind(of, { missing: ['astrology'], at: after(4) })).toEqual({ mailed: 2 });
    expect(recipients().sort()).toEqual([
      'gate/plan admin@example.com',
      'gate/plan mary@example.com',
    ]);
  });

  it('goes on counting votes when no reminder can leave, and shows that', async () => {
    const of = await open();
    const missing = ['legal'];
    await on.mail.stop();
    expect(await remind(of, { missing, at: after(4) })).toEqual({ mailed: 0 });
    expect(await on.wanted(of)).toEqual(['remind/gate/plan on-call']);
    await on.mail.start();
    expect(await remind(of, { missing, at: after(8) })).toEqual({ mailed: 1 });
    expect(await on.wanted(of)).toEqual([]);
  });
});

describe('the teams', () => {
  const asked = { because: 'opened' as const, missing: [] };
  const silent = ['customer-success', 'engineering', 'operations'];

  it('are all asked when 3 forms open, each its own questions, and once in 2 tries', async () => {
    const of = await planned();
    await on.run('openForms', { of });
    // Operations is asked with finance and legal: four people.
    expect((await on.run('remindTeams', { of, ...asked })).mailed).toBe(6);
    expect((await on.run('remindTeams', { of, ...asked })).mailed).toBe(0);
    const kinds = new Set(on.mail.taken.map(kindOf));
    expect([...kinds].sort()).toEqual(silent.map((team) => `form/${team}`));
  });

  it('are reminded after 20 s of the demo pack: who is silent, whatever run asks', async () => {
    const of = await planned();
    await on.run('openForms', { of });
    expect(await on.run('readForms', { of })).toEqual({
      missing: silent,
      nextReminderAt: after(20),
    });
    const due = { of, because: 'due' as const, missing: ['engineering'] };
    expect(await on.run('remindTeams', { ...due, at: after(19) })).toEqual({ mailed: 0 });
    expect(await on.run('remindTeams', { ...due, at: after(20) })).toEqual({ mailed: 1 });
    expect(await on.run('remindTeams', { ...due, at: after(21) })).toEqual({ mailed: 0 });
    expect(await on.run('remindTeams', { ...due, at: after(41) })).toEqual({ mailed: 1 });
    expect(await on.run('remindTeams', { ...due, at: after(61) })).toEqual({ mailed: 0 });
    expect(recipients()).toEqual(Array(2).fill('form/engineering erin@example.com'));
    expect(on.mail.taken[0]!.text).toContain('we asked before');
    expect((await on.run('readForms', { of, at: after(41) })).nextReminderAt).toBeUndefined();
  });

  it('asked on a Saturday are reminded on Monday at 9:00, each where they are', async () => {
    const of = await planned();
    await on.inOffices(of, { forms: { deadlineAfter: 5 * 86_400, remindEvery: 43_200 } });
    const place = { timeZone: 'Asia/Tokyo', calendar: 'weekends-only' };
    await on.on.desk.enrol('kenji', { roles: ['engineering'], interests: [], ...place });
    await on.run('openForms', { of });
    const due = { of, because: 'due' as const, missing: ['engineering'] };
    expect((await on.run('readForms', { of })).nextReminderAt).toBe('2026-11-23T00:00:00.000Z');
    const told = async (at: string) => {
      on.mail.taken.length = 0;
      await on.run('remindTeams', { ...due, at });
      return recipients();
    };
    expect(await told('2026-11-22T12:00:00.000Z')).toEqual([]); // Sunday.
    expect(await told('2026-11-23T00:00:00.000Z')).toEqual(['form/engineering kenji@example.com']);
    expect(await told('2026-11-23T14:00:00.000Z')).toEqual(['form/engineering erin@example.com']);
    expect(await told('2026-11-23T16:00:00.000Z')).toEqual([]);
    await on.on.desk.intruder.query(`UPDATE people SET revoked_at = now() WHERE person_id = $1`, [
      'kenji',
    ]);
  });

  it('of which 1 has nobody: management and admins hear of it, the others are asked', async () => {
    const of = await planned();
    const change = `UPDATE people SET roles = $1::text[] WHERE person_id = 'erin'`;
    await on.on.desk.intruder.query(change, [['on-call']]);
    await on.run('openForms', { of });
    const { mailed } = await on.run('remindTeams', { of, ...asked });
    await on.on.desk.intruder.query(change, [['engineering']]);
    expect(mailed).toBe(7);
    expect(recipients()).toContain('form/engineering mary@example.com');
  });
});

describe('a step that cannot go on', () => {
  const step = 'payChunk';
  const call = { step, code: 'RAIL_REJECTED' };

  it('stands on the incident and in evidence, and calls people on call once a round', async () => {
    const of = await planned();
    await on.run('callForPerson', { of, ...call });
    await on.run('callForPerson', { of, ...call });
    expect(recipients()).toEqual(['person/payChunk oncall@example.com']);
    expect(await on.wanted(of)).toEqual(['payChunk on-call']);
    expect(await of.plan.evidence('escalated')).toEqual([{ ...call, round: 1 }]);
    await on.run('thankPerson', { of, step });
    expect(await on.wanted(of)).toEqual([]);
  });

  it('calls at once and each hour, anew for the 2nd trouble, whatever run meets it', async () => {
    const of = await planned();
    const mailed = async (at: string) => {
      on.mail.taken.length = 0;
      await on.run('callForPerson', { of, ...call, at });
      return on.mail.taken.length;
    };
    expect(await mailed(noon)).toBe(1);
    expect(await mailed(after(3_599))).toBe(0); // Another run, or another workflow.
    expect(await mailed(after(3_600))).toBe(1);
    expect(await mailed(after(7_100))).toBe(0);
    expect(await mailed(after(11_000))).toBe(1);
    await on.run('thankPerson', { of, step, at: after(11_001) });
    expect(await mailed(after(11_002))).toBe(1);
    expect(await mailed(after(11_003))).toBe(0);
    expect(await mailed(after(14_700))).toBe(1);
    const rounds = (await rows(of)).map((row) => row.split(' ')[2]);
    expect(rounds).toEqual(['1', '2', '4', '5', '6']);
  });

  it('tells by mail the 2 results on which two computations differ', async () => {
    const of = await planned();
    const question = 'E in FRESH, asRecorded: we say 321428.57, the second computation 321428.58';
    await on.on.desk.pool.query(
      `INSERT INTO waits (incident_id, waiting_for, wait_id, role, since, question)
       VALUES ($1, 'person', 'askSecondOpinion/1', 'engineering', $2, $3)`,
      [of.incidentId, noon, question],
    );
    const differs = { step: 'askSecondOpinion', code: 'SECOND_OPINION_DIFFERS' };
    await on.run('callForPerson', { of, ...differs });
    expect(on.mail.taken[0]?.text).toContain(question);
  });
});

describe('a rejection', () => {
  it('is told with its reason to whoever opened the incident, once in 2 counts', async () => {
    const of = await planned();
    const { desk } = on.on;
    const { incidentId } = of;
    const subject = (await of.plan.plans.readPlan({ incidentId, version: 1 }))!.digest;
    const gate = { incidentId, gateId: 'plan' };
    const { opening } = await desk.gates().open({ ...gate, subject, at: noon });
    const vote = { incidentId, by: 'legal', gate: 'plan', opening, subject };
    const reason = 'the mark is too old';
    expect(await desk.vote({ ...vote, decision: 'reject', reason })).toBe('accepted');
    for (const at of [noon, after(1)]) {
      const { state } = await on.run('tallyGate', { of, gateId: 'plan', opening, at });
      expect(state).toBe('rejected');
    }
    expect(recipients()).toEqual(['rejected/plan oncall@example.com']);
    expect(on.mail.taken[0]!.text).toContain(`legal (legal) has rejected`);
    expect(on.mail.taken[0]!.text).toContain(reason);
  });
});
