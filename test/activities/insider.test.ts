import { generateKeyPairSync } from 'node:crypto';
import { fenced } from '../../activities/fenced';
import { openPaymentSeal } from '../../adapters/postgres/payment-seal';
import { postgresRuns } from '../../adapters/postgres/runs';
import type { PlanLine } from '../../domain/plan-line';
import { paymentKey } from '../../proof/payment-key';
import { after, noon } from '../adapters/decision-desk';
import { oldDeal } from '../adapters/plan-desk';
import { ServiceDesk } from '../adapters/service-desk';
import { SettlementDesk, type SettlementCase } from '../adapters/settlement-desk';
import { Insider } from './insider-desk';

let on: SettlementDesk;
let insider: Insider;
beforeAll(async () => {
  on = await SettlementDesk.open();
  insider = new Insider(on.desk);
  await on.desk.enrol('erik', 'engineering');
  await on.desk.enrol('lou', 'legal');
});
afterAll(() => on.close());

const unapproved = { type: 'APPROVAL_MISSING', nonRetryable: true };
const edited = { type: 'PLAN_MISMATCH', nonRetryable: true };

async function prepared(given = on.approved()): Promise<SettlementCase> {
  const the = await given;
  await the.run('prepareSettlement', {});
  return the;
}
const digestOf = async (the: SettlementCase, version = 1) =>
  (await the.plan.plans.readPlan({ incidentId: the.incidentId, version }))!.digest;
const newestOpening = async ({ incidentId }: SettlementCase) =>
  (await on.desk.gates().view({ incidentId, gateId: 'plan' }))!.opening;
const standing = ({ incidentId }: SettlementCase, subject: string) =>
  on.desk.approvals().standing({ incidentId, gateId: 'plan', subject });
const forgedPayment = (the: SettlementCase, { key, to, minor }: Forged) => `
  INSERT INTO payments SELECT '${key}', incident_id, deal_id, '${to}', leg, sequence, plan_version,
    plan_digest, payer, 'investor:${to}', ${minor}, currency, 'reserved', 0, reference, null, null,
    intended_at FROM payments WHERE incident_id = '${the.incidentId}' AND leg = 'compensation'`;
type Forged = { key: string; to: string; minor: number };

describe('1. an amount edited after people signed it', () => {
  it('in its payment is stopped by the line it pays, and detected', async () => {
    const the = await prepared(on.approved([oldDeal]));
    await insider.edit(
      `UPDATE payments SET amount_minor = 99999 WHERE incident_id = '${the.incidentId}'`,
    );
    await expect(the.pay('firm')).rejects.toMatchObject(edited);
    expect(await insider.verdict(the.incidentId)).toContain('is no line of version 1 of the plan');
    expect(await the.booked('firm')).toEqual([]);
  });

  it('in a plan sealed anew, line to digest, is stopped by the votes, and detected', async () => {
    const the = await prepared(on.approved([oldDeal]));
    const raised = await insider.resealPlan(the, (line) => [
      line.leg === 'compensation' ? { ...line, amount: '999999.99' } : line,
    ]);
    const { incidentId } = the;
    await insider.edit(
      `UPDATE payments SET amount_minor = 99999999, plan_digest = '${raised.digest}'
         WHERE incident_id = '${incidentId}';
       UPDATE gates SET subject = '${raised.digest}' WHERE incident_id = '${incidentId}'`,
    );
    await expect(the.pay('firm')).rejects.toMatchObject(unapproved);
    expect(await insider.verdict(incidentId)).toContain('version 1 of the plan was drafted as');
  });
});

describe('2. a payee who is added', () => {
  it('with a payment and an entry that announces it is never paid, and is detected', async () => {
    const the = await prepared(on.approved([oldDeal]));
    const { incidentId } = the;
    const line = (await the.plan.plans.planLines({ incidentId, version: 1 })).find(
      ({ leg }) => leg === 'compensation',
    )!;
    const mine: PlanLine = { ...line, investor: 'M', payee: 'investor:M', amount: '5.00' };
    const key = paymentKey(incidentId, mine);
    await insider.edit(forgedPayment(the, { key, to: 'M', minor: 500 }));
    await on.desk.forge(incidentId, { kind: 'payment-intent', body: { version: 1, keys: [key] } });
    expect(await the.pay('firm')).toMatchObject({ settled: 1, waiting: 1 });
    expect((await the.booked('firm')).join()).not.toContain('investor:M');
    expect(await insider.verdict(incidentId)).toContain(`payment ${key} is no line of version 1`);
  });
});

describe('3. 2 bank accounts that are swapped', () => {
  it('between 2 payments are stopped by their lines, and detected', async () => {
    const the = await prepared();
    const { incidentId } = the;
    await insider.edit(
      `UPDATE payments SET payee = CASE payee WHEN 'investor:D' THEN 'investor:E'
         ELSE 'investor:D' END WHERE incident_id = '${incidentId}' AND payer = 'firm'`,
    );
    await expect(the.pay('firm')).rejects.toMatchObject(edited);
    expect(await insider.verdict(incidentId)).toContain('is no line of version 1');
  });

  it('between 2 sealed details are stopped by the seal, which names its investor', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const seal = openPaymentSeal(pem);
    const [ofD, ofE] = [seal.seal('D', 'account 1'), seal.seal('E', 'account 2')];
    expect(seal.open('D', ofD)).toBe('account 1');
    expect(() => seal.open('D', ofE)).toThrow();
    expect(() => seal.open('E', ofD)).toThrow();
  });
});

describe('4. a no that is deleted', () => {
  it('as the rejection of a plan stops its gate: 1 vote is gone; and is detected', async () => {
    const the = await on.planned();
    const { incidentId } = the;
    const subject = await digestOf(the);
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    const about = { incidentId, gate: 'plan', subject };
    await on.desk.vote({ ...about, by: 'lou', decision: 'reject', reason: 'the mark is old' });
    await insider.edit(`DELETE FROM votes WHERE incident_id = '${incidentId}'`);
    await on.desk.receipt(incidentId, 'mary');
    for (const by of ['legal', 'finance', 'carla']) await on.desk.vote({ ...about, by });
    const gate = { incidentId, gateId: 'plan', opening: 1, at: noon };
    expect(await on.desk.gates().tally(gate)).toMatchObject({
      state: 'open',
      missing: ['the vote of lou, which is gone'],
    });
    expect(await insider.verdict(incidentId)).toContain('the vote of lou is missing');
  });

  it('as 1 refusal of a command, with its row, is detected by the chain', async () => {
    const the = await on.planned();
    const { incidentId } = the;
    const told = { incidentId, by: 'finance', kind: 'take' as const };
    expect(await on.desk.tell(told)).toBe('ROLE_MISSING');
    await on.desk.tell({ incidentId, by: 'oncall', kind: 'take' });
    const of = `incident_id = '${incidentId}' AND NOT accepted`;
    await insider.edit(
      `DELETE FROM evidence WHERE chain = '${incidentId}' AND kind = 'refusal';
       DELETE FROM commands WHERE ${of}`,
    );
    expect(await insider.verdict(incidentId)).toContain('"holds":false');
  });
});

describe('5. a chain rewritten from the middle, every hash made right again', () => {
  it('without 1 refusal is detected by the head that a voter signed after it', async () => {
    const the = await on.planned();
    const { incidentId } = the;
    await on.desk.tell({ incidentId, by: 'finance', kind: 'take' });
    const subject = await digestOf(the);
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    const evidenceHead = await on.desk.head(incidentId);
    const body = { gate: 'plan', opening: 1, decision: 'approve', evidenceHead };
    const vote = { incidentId, by: 'legal', kind: 'decide' as const, subject, body };
    expect(await on.desk.tell(vote)).toBe('accepted');
    expect(await insider.verdict(incidentId)).toContain('"holds":true');
    await insider.rewriteChain(incidentId, (content) =>
      content.kind === 'refusal' ? [] : [content],
    );
    await insider.edit(`DELETE FROM commands WHERE incident_id = '${incidentId}' AND NOT accepted`);
    const found = await insider.verdict(incidentId);
    expect(found).toContain(`signed with entry ${String(evidenceHead.seq)} being`);
  });

  it('to give a voter 1 more role is detected by the votes', async () => {
    const the = await prepared();
    const { incidentId } = the;
    await insider.rewriteChain(incidentId, ({ body, ...entry }) => [
      { ...entry, body: entry.kind === 'vote' ? { ...body, roles: ['legal', 'finance'] } : body },
    ]);
    expect(await insider.verdict(incidentId)).toContain('"holds":false');
  });
});

describe('6. an approval through a stand-in of one’s own', () => {
  it('is stopped at the vote, and its traces when they are removed are detected', async () => {
    await on.desk.enrol('felix', 'finance');
    await on.desk.enrol('oskar', 'on-call finance');
    const from = after(-3600);
    await on.desk.standIn({ id: 'oskar', standIn: 'felix', from, until: after(86_400) });
    const incidentId = await on.desk.openIncident('oskar');
    const subject = '9'.repeat(64);
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    const vote = { incidentId, by: 'felix', gate: 'plan', subject };
    expect(await on.desk.vote(vote)).toBe('SELF_APPROVAL');
    await insider.edit('DELETE FROM stand_ins');
    expect(await on.desk.vote(vote)).toBe('SELF_APPROVAL');
    expect(await insider.verdict('registry')).toContain('no longer knows of a stand-in');
    await insider.edit(
      `INSERT INTO stand_ins VALUES ('oskar', 'felix', '${from}', '${after(86_400)}')`,
    );
    expect(await insider.verdict('registry')).toContain('"holds":true');
  });
});

describe('7. an old approval after a redraft', () => {
  async function redrafted(): Promise<{ the: SettlementCase; first: string; second: string }> {
    const the = await on.approved();
    expect(await the.plan.redraft(the.fresh, 'R8')).toBe('accepted');
    expect(await the.run('prepareSettlement', {})).toMatchObject({ outdated: true });
    await the.plan.draft();
    return { the, first: await digestOf(the), second: await digestOf(the, 2) };
  }

  it('is stopped by the entry that voided it, whatever state its row is given', async () => {
    const { the, first } = await redrafted();
    const { incidentId } = the;
    expect(await standing(the, first)).toMatchObject({ approved: false });
    await insider.edit(
      `UPDATE gates SET state = 'passed' WHERE incident_id = '${incidentId}' AND opening = 1`,
    );
    expect(await standing(the, first)).toEqual({
      approved: false,
      missing: ['its opening 1 is void'],
      rejected: false,
    });
    for (const tried of [the.run('prepareSettlement', {}), the.pay('firm')]) {
      await expect(tried).rejects.toMatchObject(unapproved);
    }
  });

  it('moved onto version 2 is stopped by what 2 votes were signed on, and detected', async () => {
    const { the, second } = await redrafted();
    const { incidentId } = the;
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject: second, at: noon });
    const opening = await newestOpening(the);
    await insider.edit(
      `UPDATE votes SET opening = ${String(opening)} WHERE incident_id = '${incidentId}';
       UPDATE gates SET state = 'passed'
         WHERE incident_id = '${incidentId}' AND opening = ${String(opening)}`,
    );
    await on.desk.forge(incidentId, {
      kind: 'gate-passed',
      body: { gate: 'plan', opening, subject: second },
    });
    const tried = the.run('prepareSettlement', { version: 2 });
    await expect(tried).rejects.toMatchObject(unapproved);
    expect(await insider.verdict(incidentId)).toContain('says something else than its entry');
  });
});

describe('8. the file of limits that is raised', () => {
  const softened = (incidentId: string) =>
    insider.edit(
      `UPDATE incidents SET pack_snapshot =
         jsonb_set(pack_snapshot, '{approvalTiers,value}', '[]')
       WHERE incident_id = '${incidentId}'`,
    );

  it('in the row of 1 incident stops every plan of it, and is detected', async () => {
    const the = await prepared(on.approved([oldDeal]));
    const { incidentId } = the;
    await softened(incidentId);
    await expect(the.pay('firm')).rejects.toMatchObject({
      ...unapproved,
      message: expect.stringContaining('the policy that INC-') as string,
    });
    expect(await insider.verdict(incidentId)).toContain('the policy of INC-');
  });
});

describe('9. last year’s incident, played again', () => {
  it('by its commands is refused: they name an incident, and their bytes count once', async () => {
    const [last, now] = [await on.planned([oldDeal]), await on.planned([oldDeal])];
    const subject = await digestOf(last);
    const { incidentId } = last;
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    const body = { gate: 'plan', opening: 1, decision: 'approve' };
    const draft = { kind: 'decide' as const, incident: incidentId, subject, body };
    const jws = on.desk.sign('legal', draft);
    const first = await on.desk.send({ incidentId, jws });
    expect(first.answer.accepted).toBe(true);
    expect(await on.desk.send({ incidentId, jws })).toMatchObject({ answer: first.answer });
    const other = await on.desk.send({ incidentId: now.incidentId, jws });
    // Another desk has seen these bytes: it gives the first answer, about the first incident.
    expect(other.answer.incident).toBe(incidentId);
    const votes = 'FROM votes WHERE incident_id = $1';
    expect(await on.desk.count(votes, incidentId)).toBe(1);
    expect(await on.desk.count(votes, now.incidentId)).toBe(0);
  });

  it('by its approved plan, copied whole, is stopped: its head names its incident', async () => {
    const [last, now] = [await on.approved([oldDeal]), await on.planned([oldDeal])];
    const [from, to] = [last.incidentId, now.incidentId];
    for (const table of ['plan_lines', 'plans', 'gates']) {
      const row = `jsonb_populate_record(t, '{"incident_id": "${to}"}')`;
      await insider.edit(
        `DELETE FROM ${table} WHERE incident_id = '${to}';
         INSERT INTO ${table} SELECT (${row}).* FROM ${table} t WHERE incident_id = '${from}'`,
      );
    }
    await expect(now.run('prepareSettlement', {})).rejects.toMatchObject(edited);
    expect(await insider.verdict(to)).toContain('"holds":false');
  });
});

describe('10. a second workflow for 1 incident', () => {
  it('of an earlier run is refused by every activity; 2 of the same run pay once', async () => {
    const the = await prepared();
    const { incidentId } = the;
    const both = await Promise.allSettled([the.pay('firm'), the.pay('firm')]);
    expect(both.some(({ status }) => status === 'fulfilled')).toBe(true);
    await the.pay('firm');
    expect(await the.booked('firm')).toHaveLength(2);

    const jws = on.desk.sign('oncall', {
      incident: incidentId,
      kind: 'resume',
      body: { after: 1 },
    });
    expect((await on.desk.inbox().resume({ incidentId, jws, at: noon })).answer.accepted).toBe(
      true,
    );
    const act = () => Promise.resolve('done');
    const { payChunk } = fenced(postgresRuns(on.desk.pool), { payChunk: act as never });
    const ask = (run: number) =>
      (payChunk as (of: object) => Promise<unknown>)({ incidentId, run });
    await expect(ask(1)).rejects.toMatchObject({ type: 'RUN_SUPERSEDED' });
  });
});

describe('11. a made-up verdict, or a worker of one’s own on the queue', () => {
  it('moves nothing where nobody signed: 4 activities count the votes themselves', async () => {
    const the = await on.planned();
    const { incidentId } = the;
    const subject = await digestOf(the);
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    await insider.edit(`UPDATE gates SET state = 'passed' WHERE incident_id = '${incidentId}'`);
    const body = { gate: 'plan', opening: 1, subject, votes: [] };
    await on.desk.forge(incidentId, { kind: 'gate-passed', body });
    const tries = [
      the.run('prepareSettlement', {}),
      the.run('issueInvoices', {}),
      the.pay('firm'),
      the.run('transferUnits', {}),
    ];
    for (const tried of await Promise.allSettled(tries)) {
      expect(tried).toMatchObject({ status: 'rejected', reason: unapproved });
    }
  });

  it('that says all is paid leaves 3 open: rows and the bank are read, not it', async () => {
    const the = await prepared();
    // Whoever answers for payChunk with {settled: 3} has moved no row and no money.
    expect(await the.run('settlementState', {})).toMatchObject({
      terminal: false,
      open: { payments: 3 },
    });
    await insider.edit(
      `UPDATE payments SET state = 'settled' WHERE incident_id = '${the.incidentId}'`,
    );
    expect(await the.run('reconcilePlan', {})).toMatchObject({ explained: false });
    expect(await insider.verdict(the.incidentId)).toContain('"holds":false');
  });

  it('that calls a fix live lifts no freeze: 0 of 2 votes', async () => {
    const service = await ServiceDesk.frozen(on);
    await service.propose();
    const { reportDigest } = await service.run('verifyFix', { attempt: 1 });
    await insider.edit(
      `UPDATE fixes SET state = 'live' WHERE incident_id = '${service.incidentId}'`,
    );
    const tried = service.run('liftFreeze', { reportDigest });
    await expect(tried).rejects.toMatchObject(unapproved);
    expect(await service.isFrozen()).toBe(true);
    for (const { token } of await service.ports.holds.open(service.incidentId)) {
      if (token) await service.ports.service.lift(token);
    }
  });
});

describe('12. one’s own part in it, erased', () => {
  it('as the author of a fact stays on the chain: still no vote on the plan', async () => {
    const the = await on.planned();
    const { incidentId } = the;
    const given = { id: the.old, name: 'mark', value: '9.00' };
    expect(await the.plan.fact({ by: 'finance', ...given })).toBe('accepted');
    await insider.edit(
      `DELETE FROM facts WHERE incident_id = '${incidentId}';
       UPDATE incidents SET opened_by = 'lou' WHERE incident_id = '${incidentId}'`,
    );
    const subject = await digestOf(the);
    await on.desk.gates().open({ incidentId, gateId: 'plan', subject, at: noon });
    const vote = { incidentId, by: 'finance', gate: 'plan', subject };
    expect(await on.desk.vote(vote)).toBe('SELF_APPROVAL');
  });

  it('as a wrong deal that no row names any more is held on: its plan was signed', async () => {
    const the = await prepared();
    const { incidentId } = the;
    await insider.edit(
      `DELETE FROM impacts WHERE incident_id = '${incidentId}' AND deal_id = '${the.old}'`,
    );
    const states = await on.ports.settlements.dealStates(incidentId);
    expect(states).toContainEqual({ dealId: the.old, approved: true, terminal: false });
  });
});
