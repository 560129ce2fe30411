import type { DraftedPlan } from '../../contracts/activities';
import { waitingDealsLines } from '../../scripts/waiting-deals-text';
import { DecisionDesk, after } from './decision-desk';
import { freshDeal, oldDeal, PlanDesk } from './plan-desk';

const closedMute = { ...oldDeal, deal: 'MUTE', facts: { stage: 'closed', error_clause: 'none' } };

let desk: DecisionDesk;
const opened = (pack?: string) => PlanDesk.open(desk, pack);
const versionOf = (draft: DraftedPlan) => ('version' in draft ? draft.version : 0);

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'on-call');
  await desk.enrol('legal', 'legal');
  await desk.enrol('finance', 'finance');
});
afterAll(() => desk.close());

describe('draftPlan', () => {
  it('finds nothing before anything is recomputed, and where nobody is affected', async () => {
    const plan = await opened();
    expect(await plan.draft()).toEqual({ kind: 'nothing' });
    await plan.imports([{ ...oldDeal, shares: [['D', 1n, 1n, 2n]] }]);
    expect(await plan.draft()).toEqual({ kind: 'nothing' });
  });

  it('drafts the demonstration: 7 lines, out 10,632.78, in 3,540.64, digest kept', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    const drafted = await plan.draft();
    expect(drafted).toMatchObject({ kind: 'drafted', version: 1, deals: 2, lines: 7 });
    const { manifest, lines, makers } = await plan.plans.verifyPlan(plan.version(1));
    expect(manifest).toMatchObject({
      incident: plan.incidentId,
      pack: 'demo',
      basis: 'asRecorded',
      payOn: '2026-11-21',
      goodThrough: '2026-12-05',
    });
    expect(manifest.deals.map(({ deal, remedy, totals }) => [deal, remedy, totals.out])).toEqual([
      ['FRESH', 'R2', { firm: '10.86', 'spv:FRESH': '3540.64' }],
      ['OLD', 'R8', { firm: '7081.28' }],
    ]);
    expect(lines.map(({ investor, leg, amount }) => `${investor} ${leg} ${amount}`)).toEqual([
      'D interest 10.86',
      'D refund 3540.64',
      'D transfer-out 3540.64',
      'E call 3540.64',
      'E transfer-in 3540.64',
      'D let-stand 3540.64',
      'E compensation 7081.28',
    ]);
    expect(makers).toEqual(['oncall']);
    expect(await plan.evidence('plan-drafted')).toEqual([
      expect.objectContaining({ version: 1, deals: 2, lines: 7, waiting: 0 }),
    ]);
  });

  it('stores nothing twice when it is tried again, and gives the same digest', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    const { kind: _, ...size } = await plan.draft();
    expect(await plan.draft(after(60))).toEqual({ kind: 'unchanged', ...size });
    expect(await plan.evidence('plan-drafted')).toHaveLength(1);
  });

  it('makes one version of four drafts at once', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    const drafts = await Promise.allSettled(Array.from({ length: 4 }, () => plan.draft()));
    const told = drafts.map((each) =>
      each.status === 'fulfilled' ? each.value.kind : String(each.reason),
    );
    expect(told.filter((kind) => kind === 'drafted')).toHaveLength(1);
    for (const other of told.filter((kind) => kind !== 'drafted')) {
      expect(other).toMatch(/^unchanged$|has to be drafted again/);
    }
    expect(await plan.evidence('plan-drafted')).toHaveLength(1);
  });

  it('lets a deal with an unknown fact wait by name while the others go on', async () => {
    const plan = await opened();
    await plan.imports([closedMute, freshDeal]);
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', deals: 1 });
    expect(await plan.waits()).toEqual(['MUTE/mark finance', 'MUTE/mark_source finance']);
    const options = await plan.plans.options({ ...plan.of, deal: 'MUTE' });
    expect(options.map(({ remedy }) => remedy)).toEqual([
      'R1',
      'R2',
      'R3',
      'R4',
      'R5',
      'R6',
      'R7',
      'R8',
      'R9',
    ]);
    expect(options.find(({ remedy }) => remedy === 'R8')!.standing).toBe('waits');
  });

  it('waits when every deal does, and drafts once the facts are given', async () => {
    const plan = await opened();
    await plan.imports([closedMute]);
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    expect(await plan.plans.readPlan(plan.of)).toBeNull();
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark', value: '0.5' });
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    expect(await plan.waits()).toEqual(['MUTE/mark_source finance']);
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark_source', value: 'Valuer Ltd' });
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', version: 1, lines: 3 });
    expect(await plan.waits()).toEqual([]);
    expect((await plan.plans.readPlan(plan.of))!.makers.sort()).toEqual(['finance', 'oncall']);
    // The mark came without a date, so interest runs from the closing, and that is on record.
    expect(await plan.evidence('assumption')).toEqual([
      expect.objectContaining({
        version: 1,
        assumptions: [expect.objectContaining({ fact: 'mark_on', assumed: '2024-11-21' })],
      }),
    ]);
  });

  it('asks again when a fact was taken back, and takes none that cannot be read', async () => {
    const plan = await opened();
    await plan.imports([{ ...closedMute, facts: { ...closedMute.facts, mark_source: 'V' } }]);
    await plan.draft();
    const mark = { by: 'finance', id: 'MUTE', name: 'mark' };
    expect(await plan.fact({ ...mark, value: 'about three' })).toBe('ANSWER_INVALID');
    expect(await plan.fact({ ...mark, name: 'marks', value: '3.00' })).toBe('NOT_FOUND');
    expect(await plan.waits()).toEqual(['MUTE/mark finance']);
    expect(await plan.fact({ ...mark, value: '3.00' })).toBe('accepted');
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', deals: 1 });
    expect(await plan.fact({ ...mark, value: '' })).toBe('accepted');
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    expect(await plan.waits()).toEqual(['MUTE/mark finance']);
  });

  it('names the 1 deal of 2 that a plan leaves out, what it waits for, and from whom', async () => {
    const plan = await opened();
    await plan.imports([closedMute, freshDeal]);
    await plan.draft();
    const asks = [
      { subject: 'deal', id: 'MUTE', fact: 'mark', role: 'finance' },
      { subject: 'deal', id: 'MUTE', fact: 'mark_source', role: 'finance' },
    ];
    const waiting = await plan.plans.waitingDeals(plan.incidentId);
    expect(waiting).toMatchObject([{ deal: 'MUTE', partly: false, asks }]);
    const said = waitingDealsLines(plan.incidentId, waiting).join('\n');
    const command = `fact set ${plan.incidentId} --deal MUTE --set mark=VALUE --source WHERE`;
    expect(said).toContain(`MUTE: waits for mark, from finance`);
    expect(said).toContain(`./makewhole ${command} --as YOU`);
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark', value: '3' });
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark_source', value: 'V' });
    await plan.draft();
    expect(await plan.plans.waitingDeals(plan.incidentId)).toEqual([]);
  });

  it('takes the latest of two facts over the import', async () => {
    const plan = await opened();
    await plan.imports([oldDeal]);
    for (const value of ['4.00', '2.00']) {
      await plan.fact({ by: 'finance', id: 'OLD', name: 'mark', value });
    }
    await plan.draft();
    const lines = await plan.plans.planLines(plan.version(1));
    expect(lines.find(({ leg }) => leg === 'compensation')!.amount).toBe('3540.64');
  });

  it('believes that legal accepts the firm’s own mark from nobody but legal', async () => {
    const plan = await opened();
    const facts = { ...oldDeal.facts, mark_source: 'firm', mark_accepted: 'yes' };
    await plan.imports([{ ...oldDeal, facts }]);
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    const accepted = { id: 'OLD', name: 'mark_accepted', value: 'yes' };
    await plan.fact({ by: 'finance', ...accepted });
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    await plan.fact({ by: 'legal', ...accepted });
    expect(await plan.draft()).toMatchObject({ kind: 'drafted' });
  });

  it('asks legal again once the firm’s own mark is another: 1 yes is of 1 mark', async () => {
    const plan = await opened();
    await plan.imports([{ ...oldDeal, facts: { ...oldDeal.facts, mark_source: 'firm' } }]);
    const accepts = { by: 'legal', id: 'OLD', name: 'mark_accepted', value: 'yes' };
    await plan.fact(accepts);
    expect(await plan.draft()).toMatchObject({ kind: 'drafted' });
    await plan.fact({ by: 'finance', id: 'OLD', name: 'mark', value: '0.20' });
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    expect(await plan.waits()).toEqual(['OLD/mark_accepted legal']);
    await plan.fact(accepts);
    expect(await plan.draft()).toMatchObject({ kind: 'drafted' });
  });

  it('takes no acceptance by 1 row that makes its author one of legal', async () => {
    const plan = await opened();
    await plan.imports([{ ...oldDeal, facts: { ...oldDeal.facts, mark_source: 'firm' } }]);
    await plan.fact({ by: 'finance', id: 'OLD', name: 'mark_accepted', value: 'yes' });
    await desk.intruder.query(`UPDATE people SET roles = '{legal}' WHERE person_id = 'finance'`);
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    await desk.intruder.query(`UPDATE people SET roles = '{finance}' WHERE person_id = 'finance'`);
  });

  it('drafts another version with another digest when R8 is asked for instead of R2', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    const first = await plan.draft();
    expect(await plan.redraft('FRESH', 'R8')).toBe('accepted');
    const second = await plan.draft();
    expect(second).toMatchObject({ kind: 'drafted', version: 2, lines: 4 });
    expect(second).not.toMatchObject({ digest: 'digest' in first && first.digest });
    const { manifest } = (await plan.plans.readPlan(plan.of))!;
    expect(manifest.deals[0]).toMatchObject({ deal: 'FRESH', remedy: 'R8' });
    expect(manifest.deals[0]!.reasons).toContain('R8: asked for: the founders agree.');
  });

  it('plans a deal that waited by itself once the others are approved', async () => {
    const plan = await opened();
    await plan.imports([closedMute, freshDeal]);
    const first = await plan.draft();
    await plan.passes('plan', 'digest' in first ? first.digest : '');
    expect(await plan.draft()).toEqual({ kind: 'waiting', deals: 1 });
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark', value: '3' });
    await plan.fact({ by: 'finance', id: 'MUTE', name: 'mark_source', value: 'V' });
    const second = await plan.draft();
    expect(second).toMatchObject({ kind: 'drafted', version: 2, deals: 1 });
    await plan.passes('plan', 'digest' in second ? second.digest : '');
    expect(await plan.draft()).toEqual({ kind: 'nothing' });
  });

  it('takes a single deal approved by itself as approved', async () => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    await plan.draft();
    const { deals } = (await plan.plans.readPlan(plan.of))!.manifest;
    await plan.passes('plan/FRESH', deals[0]!.dealDigest);
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', version: 2, deals: 1 });
    const { manifest } = (await plan.plans.readPlan(plan.of))!;
    expect(manifest.deals.map(({ deal }) => deal)).toEqual(['OLD']);
  });

  it('holds the rows of one dead investor, and plans them with the same remedy later', async () => {
    const plan = await opened();
    await plan.imports([oldDeal], { E: { status: 'deceased' } });
    const first = await plan.draft();
    expect(first).toMatchObject({ kind: 'drafted', deals: 1, lines: 1 });
    expect(await plan.waits()).toEqual(['E/payee_of_record operations']);
    await plan.passes('plan', 'digest' in first ? first.digest : '');
    const answer = { id: 'E', name: 'payee_of_record', value: 'the executor' };
    await plan.fact({ by: 'legal', ...answer, of: 'investor' });
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', version: 2, lines: 1 });
    const lines = await plan.plans.planLines(plan.version(2));
    expect(lines).toMatchObject([{ investor: 'E', leg: 'compensation', amount: '7081.28' }]);
  });

  it('uses the other basis only when the incident says so', async () => {
    const plan = await opened();
    await plan.imports([{ ...oldDeal, shares: [['D', 500_000n, 500_000n, 400_000n]] }]);
    expect(await plan.draft()).toEqual({ kind: 'nothing' });
    await desk.pool.query(
      `UPDATE incidents SET basis = 'asShouldHaveBeen' WHERE incident_id = $1`,
      [plan.incidentId],
    );
    expect(await plan.draft()).toMatchObject({ kind: 'drafted', lines: 1 });
  });

  it('pays 21 days after the draft under us-private, and keeps that day till then', async () => {
    const plan = await opened('us-private');
    await plan.imports([oldDeal]);
    const first = await plan.draft();
    expect((await plan.plans.readPlan(plan.of))!.manifest.payOn).toBe('2026-12-12');
    const { kind: _, ...size } = first;
    expect(await plan.draft('2026-12-12T23:00:00.000Z')).toEqual({ kind: 'unchanged', ...size });
    const later = await plan.draft('2026-12-13T00:00:00.000Z');
    expect(versionOf(later)).toBe(2);
    expect((await plan.plans.readPlan(plan.of))!.manifest.payOn).toBe('2027-01-03');
  });
});

describe('verifyPlan', () => {
  const tampered = async (sql: string) => {
    const plan = await opened();
    await plan.imports([oldDeal, freshDeal]);
    await plan.draft();
    await desk.intruder.query(sql, [plan.incidentId]);
    return plan.plans.verifyPlan(plan.version(1));
  };

  it.each([
    [`UPDATE plan_lines SET amount_minor = amount_minor + 1 WHERE leg = 'compensation'`],
    [`UPDATE plan_lines SET payee = 'investor:X' WHERE leg = 'refund'`],
    [`UPDATE plan_lines SET sequence = 2 WHERE leg = 'call'`],
    [`UPDATE plan_lines SET leaf = replace(leaf, '7081.28', '7081.29') WHERE true`],
    [`DELETE FROM plan_lines WHERE leg = 'let-stand'`],
    [`UPDATE plans SET digest = repeat('0', 64) WHERE true`],
    [`UPDATE plans SET manifest_text = manifest_text || ' ' WHERE true`],
    [`UPDATE plans SET manifest = jsonb_set(manifest, '{payOn}', '"2027-01-01"') WHERE true`],
    [
      `INSERT INTO plan_lines SELECT incident_id, version, deal_id, 'X', leg, branch, sequence,
        amount_minor, currency, payer, payee, computed, leaf FROM plan_lines
        WHERE leg = 'compensation'`,
    ],
  ])('refuses a plan after %s', async (sql) => {
    await expect(tampered(`${sql} AND incident_id = $1`)).rejects.toMatchObject({
      code: 'PLAN_MISMATCH',
      kind: 'bug',
    });
  });

  it('refuses a plan copied whole from another incident', async () => {
    const [from, to] = [await opened(), await opened()];
    await from.imports([oldDeal]);
    await from.draft();
    await to.imports([oldDeal]);
    for (const [table, columns] of [
      ['plans', 'version, digest, manifest, manifest_text, makers, drafted_at'],
      [
        'plan_lines',
        `version, deal_id, investor_id, leg, branch, sequence, amount_minor, currency, payer, payee,
          computed, leaf`,
      ],
    ] as const) {
      await desk.intruder.query(
        `INSERT INTO ${table} (incident_id, ${columns})
         SELECT $2, ${columns} FROM ${table} WHERE incident_id = $1`,
        [from.incidentId, to.incidentId],
      );
    }
    await expect(to.plans.verifyPlan(to.version(1))).rejects.toThrow(
      `the manifest is of ${from.incidentId}`,
    );
  });

  it('refuses a version that is not on file', async () => {
    const plan = await opened();
    await expect(plan.plans.verifyPlan(plan.version(3))).rejects.toThrow('is not on file');
  });
});
