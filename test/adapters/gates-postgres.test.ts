import { after, DecisionDesk, noon } from './decision-desk';

const day = 86_400;
const digests = { one: '1'.repeat(64), two: '2'.repeat(64), three: '3'.repeat(64) };
let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call finance');
  await desk.enrol('lena', 'legal');
  await desk.enrol('lou', 'legal operations');
  await desk.enrol('finn', 'finance');
  await desk.enrol('mary', 'management');
  await desk.enrol('cs', 'customer-success');
  await desk.enrol('ed', 'engineering');
  await desk.enrol('erna', 'engineering');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const open = (gateId: string, subject: string) => openAt(noon, { gateId, subject });
const openAt = (at: string, of: { gateId: string; subject: string }) =>
  desk.gates().open({ incidentId, ...of, at });
const tally = (gateId: string, of: { opening?: number; at?: string } = {}) =>
  desk.gates().tally({ incidentId, gateId, opening: 1, at: noon, ...of });
const standing = (gateId: string, subject: string) =>
  desk.approvals().standing({ incidentId, gateId, subject });
type Ballot = { opening?: number; subject?: string; at?: string };
const vote = (by: string, on: string | ({ gate: string } & Ballot)) =>
  desk.vote({
    incidentId,
    by,
    subject: digests.one,
    ...(typeof on === 'string' ? { gate: on } : on),
  });
const kinds = async () => (await desk.evidence(incidentId)).map(({ kind }) => kind);

describe('a gate', () => {
  it('is opened 1 time for 1 digest, however often it is asked for', async () => {
    const first = await open('close', digests.one);
    expect(first).toEqual({ opening: 1, expiresAt: after(14 * day), state: 'open' });
    expect(await openAt(after(60), { gateId: 'close', subject: digests.one })).toEqual(first);
    expect((await kinds()).filter((kind) => kind === 'gate-opened')).toHaveLength(1);
  });

  it('is opened 1 time by 5 who ask at once', async () => {
    const openings = await Promise.all([1, 2, 3, 4, 5].map(() => open('close', digests.one)));
    expect(new Set(openings.map(({ opening }) => opening))).toEqual(new Set([1]));
  });

  it('about another digest is opening 2, and the 1 vote of before is void', async () => {
    await open('close', digests.one);
    expect(await vote('lena', 'close')).toBe('accepted');
    expect(await open('close', digests.two)).toMatchObject({ opening: 2, state: 'open' });
    expect(await tally('close')).toEqual({ state: 'void', missing: [] });
    expect(await tally('close', { opening: 2 })).toMatchObject({
      missing: ['legal', 'management'],
    });
    expect(await vote('mary', 'close')).toBe('GATE_CLOSED');
    expect(await vote('mary', { gate: 'close', opening: 2 })).toBe('DIGEST_STALE');
    const opened = (await desk.evidence(incidentId)).at(-3);
    expect(opened).toMatchObject({
      kind: 'gate-opened',
      body: { opening: 2, before: { opening: 1, ended: 'other-subject' } },
    });
  });

  it('passes with its 2 votes, 1 time, and stays passed', async () => {
    await open('letters/advice', digests.one);
    expect(await vote('cs', 'letters/advice')).toBe('accepted');
    expect(await tally('letters/advice')).toMatchObject({ state: 'open', missing: ['legal'] });
    expect(await vote('lena', 'letters/advice')).toBe('accepted');
    const passed = { state: 'passed', missing: [] };
    expect([await tally('letters/advice'), await tally('letters/advice')]).toEqual([
      passed,
      passed,
    ]);
    expect((await kinds()).filter((kind) => kind === 'gate-passed')).toHaveLength(1);
    expect(await open('letters/advice', digests.one)).toMatchObject({
      opening: 1,
      state: 'passed',
    });
    expect(await standing('letters/advice', digests.one)).toEqual({ approved: true, opening: 1 });
    expect(await vote('lou', 'letters/advice')).toBe('GATE_CLOSED');
  });

  it('is rejected by 1 vote with its reason, and asked about its digest only anew', async () => {
    await open('close', digests.one);
    await vote('lena', 'close');
    const no = { incidentId, by: 'mary', gate: 'close', subject: digests.one };
    expect(await desk.vote({ ...no, decision: 'reject', reason: 'two dates are wrong' })).toBe(
      'accepted',
    );
    const rejected = { state: 'rejected', missing: [], reason: 'two dates are wrong' };
    expect(await tally('close')).toEqual(rejected);
    expect(await tally('close')).toEqual(rejected);
    expect((await standing('close', digests.one)).approved).toBe(false);
    expect(await open('close', digests.one)).toMatchObject({ opening: 1, state: 'rejected' });
    const wish = { incidentId, gateId: 'close', subject: digests.one, anew: true, at: noon };
    expect(await desk.gates().open(wish)).toMatchObject({ opening: 2, state: 'open' });
  });

  it('lapses after 14 days, not before: the 1 vote is void and opening 2 stands', async () => {
    await open('close', digests.one);
    await vote('lena', 'close');
    const of = { incidentId, gateId: 'close', opening: 1 };
    const early = await desk.gates().expire({ ...of, at: after(14 * day - 1) });
    expect(early).toMatchObject({ opening: 1, expiresAt: after(14 * day) });
    const late = await desk.gates().expire({ ...of, at: after(14 * day) });
    expect(late).toMatchObject({ opening: 2, expiresAt: after(28 * day) });
    expect(await desk.gates().expire({ ...of, at: after(15 * day) })).toMatchObject(late);
    const now = after(14 * day + 5);
    expect(await vote('mary', { gate: 'close', at: now })).toBe('GATE_CLOSED');
    expect(await vote('mary', { gate: 'close', opening: 2, at: now })).toBe('accepted');
    expect(await tally('close', { opening: 2, at: now })).toMatchObject({
      state: 'open',
      missing: ['legal'],
    });
    expect((await kinds()).filter((kind) => kind === 'gate-expired')).toHaveLength(1);
  });

  it('takes no vote after its 14 days, also while nobody has ended the opening yet', async () => {
    await open('close', digests.one);
    expect(await vote('lena', { gate: 'close', at: after(14 * day) })).toBe('GATE_CLOSED');
    expect(await vote('lena', { gate: 'close', at: after(14 * day - 1) })).toBe('accepted');
  });

  it('that has its 2 votes is passed and not lapsed, when both are noticed at once', async () => {
    await open('close', digests.one);
    await vote('lena', 'close');
    await vote('mary', 'close');
    const of = { incidentId, gateId: 'close', opening: 1, at: after(20 * day) };
    expect(await desk.gates().expire(of)).toMatchObject({ opening: 1 });
    expect(await tally('close')).toMatchObject({ state: 'passed' });
  });

  it('withdrawn is void with its 1 vote, but with 2 votes it is passed', async () => {
    await open('close', digests.one);
    await vote('lena', 'close');
    const of = { incidentId, gateId: 'close', opening: 1, at: noon };
    expect(await desk.gates().withdraw(of)).toEqual({ state: 'void' });
    expect(await vote('mary', 'close')).toBe('GATE_CLOSED');
    expect(await open('close', digests.one)).toMatchObject({ opening: 2, state: 'open' });
    await vote('lena', { gate: 'close', opening: 2 });
    await vote('mary', { gate: 'close', opening: 2 });
    expect(await desk.gates().withdraw({ ...of, opening: 2 })).toEqual({ state: 'passed' });
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('says when the next of its 4 rungs is due, and none after the last', async () => {
    await open('close', digests.one);
    const due = async (at: string) => (await tally('close', { at })).nextReminderAt;
    expect(await due(noon)).toBe(after(day));
    expect(await due(after(day))).toBe(after(3 * day));
    expect(await due(after(8 * day))).toBe(after(10 * day));
    expect(await due(after(11 * day))).toBeUndefined();
  });

  it('is a wait with its role and 2 times, until it is decided', async () => {
    const waits = async () =>
      (
        await desk.pool.query(
          `SELECT wait_id AS id, role, deadline_at AS deadline, over_at IS NOT NULL AS over
           FROM waits WHERE incident_id = $1 AND waiting_for = 'gate'`,
          [incidentId],
        )
      ).rows as unknown[];
    await open('unfreeze', digests.one);
    const wait = { id: 'unfreeze', deadline: new Date(after(14 * day)), over: false };
    expect(await waits()).toEqual([{ ...wait, role: 'engineering, operations or legal' }]);
    await vote('ed', 'unfreeze');
    await tally('unfreeze');
    expect(await waits()).toEqual([{ ...wait, role: 'operations or legal' }]);
    await vote('lou', 'unfreeze');
    await tally('unfreeze');
    expect(await waits()).toMatchObject([{ over: true }]);
  });

  it('is NOT_FOUND for an id without a rule and for 1 unknown incident', async () => {
    await expect(open('people', digests.one)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const nowhere = {
      incidentId: 'INC-2026-9999',
      gateId: 'close',
      subject: digests.one,
      at: noon,
    };
    await expect(desk.gates().open(nowhere)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is void for an opening 7 that never was, so that whoever asked asks again', async () => {
    expect(await tally('close', { opening: 7 })).toEqual({ state: 'void', missing: [] });
  });

  it('is shown with its 1 vote under the role that has a seat', async () => {
    await open('unfreeze', digests.one);
    await vote('lou', 'unfreeze');
    expect(await desk.gates().view({ incidentId, gateId: 'unfreeze' })).toMatchObject({
      state: 'open',
      votes: [{ person: 'lou', role: 'legal', decision: 'approve' }],
      missing: ['engineering'],
    });
    expect(await desk.gates().views(incidentId)).toHaveLength(1);
  });
});

describe('the plan gate', () => {
  it("needs management's receipt besides its 2 votes; legal's will not do", async () => {
    await open('plan', digests.one);
    expect(await vote('lena', 'plan')).toBe('accepted');
    expect(await vote('finn', 'plan')).toBe('accepted');
    expect(await desk.receipt(incidentId, 'lena')).toBe('accepted');
    expect(await tally('plan')).toMatchObject({
      state: 'open',
      missing: ['receipt by management'],
    });
    expect(await desk.receipt(incidentId, 'mary')).toBe('accepted');
    expect(await tally('plan')).toEqual({ state: 'passed', missing: [] });
  });

  it('keeps the 1 receipt when the plan is drafted again', async () => {
    await open('plan', digests.one);
    await desk.receipt(incidentId, 'mary');
    await open('plan', digests.two);
    expect(await tally('plan', { opening: 2 })).toMatchObject({ missing: ['legal', 'finance'] });
  });

  it('takes a receipt of the newest dossier only: 1 digest is current', async () => {
    const old = await desk.dossier(incidentId, `old dossier of ${incidentId}`);
    await desk.pool.query(
      `INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at)
       VALUES ($1, $2, 'dossier', 'text/markdown', 'new', $3)`,
      [`${incidentId.slice(-4)}${'f'.repeat(60)}`, incidentId, after(60)],
    );
    const told = { incidentId, by: 'mary', kind: 'receipt' as const, subject: old };
    expect(await desk.tell(told)).toBe('DIGEST_STALE');
  });

  it('takes no vote of the 1 who opened the incident, though she also holds finance', async () => {
    await open('plan', digests.one);
    expect(await vote('olga', 'plan')).toBe('SELF_APPROVAL');
  });

  it('takes no vote of who has corrected 1 fact, but a vote given before stays', async () => {
    const body = { subject: 'deal', id: 'OLD', name: 'mark', value: '3.00', source: 'valuer' };
    const correct = (by: string) => desk.tell({ incidentId, by, kind: 'correct-fact', body });
    await open('plan', digests.one);
    expect(await vote('lena', 'plan')).toBe('accepted');
    expect(await correct('lena')).toBe('accepted');
    expect(await correct('finn')).toBe('accepted');
    expect(await vote('finn', 'plan')).toBe('SELF_APPROVAL');
    expect(await tally('plan')).toMatchObject({ missing: ['finance', 'receipt by management'] });
    await open('plan', digests.two);
    expect(await vote('lena', { gate: 'plan', opening: 2, subject: digests.two })).toBe(
      'SELF_APPROVAL',
    );
  });
});

describe('the gates of letters and of the fix', () => {
  it('take no vote of who submitted the 1 text or proposed the 1 fix', async () => {
    const letter = { subject: 'Your money', text: 'Dear {{name}},\n\nit is here.' };
    const submit = { incidentId, by: 'cs', kind: 'submit-letter' as const };
    const body = { stage: 'advice', letter };
    expect(await desk.tell({ ...submit, body })).toBe('accepted');
    expect(await desk.tell({ ...submit, body })).toBe('ALREADY_DONE');
    const { rows } = await desk.pool.query<{ digest: string; html: string }>(
      'SELECT digest, body_html AS html FROM letter_texts WHERE incident_id = $1',
      [incidentId],
    );
    expect(rows[0]!.html).toBe('<p>Dear {{name}},</p>\n<p>it is here.</p>');
    const subject = rows[0]!.digest;
    await open('letters/advice', subject);
    expect(await vote('cs', { gate: 'letters/advice', subject })).toBe('SELF_APPROVAL');
    const content = await desk.gates().content({ incidentId, gateId: 'letters/advice', subject });
    expect(content).toMatchObject({ kind: 'letter', text: letter.text, submittedBy: 'cs' });

    const fix = { rule: 'prorate@1', averages: 'recorded' };
    const propose = { incidentId, by: 'ed', kind: 'propose-fix' as const };
    expect(await desk.tell({ ...propose, body: { ...fix, rule: 'magic@1' } })).toBe('NOT_FOUND');
    expect(await desk.tell({ ...propose, body: fix })).toBe('accepted');
    expect(await desk.tell({ ...propose, body: fix })).toBe('ALREADY_DONE');
    const report = await desk.dossier(incidentId, `fix report of ${incidentId}`);
    await desk.intruder.query('UPDATE fixes SET report_digest = $2 WHERE incident_id = $1', [
      incidentId,
      report,
    ]);
    await open('unfreeze', report);
    expect(await vote('ed', { gate: 'unfreeze', subject: report })).toBe('SELF_APPROVAL');
    expect(await vote('erna', { gate: 'unfreeze', subject: report })).toBe('accepted');
  });
});
