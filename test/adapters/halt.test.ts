import { fenced } from '../../activities/fenced';
import { postgresRuns } from '../../adapters/postgres/runs';
import { readStatus } from '../../adapters/postgres/status';
import { statusText } from '../../scripts/status-text';
import { after, DecisionDesk, noon } from './decision-desk';

let desk: DecisionDesk;
let incidentId: string;

beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  await desk.enrol('finn', 'finance');
  await desk.enrol('mary', 'management');
});
afterAll(() => desk.close());
beforeEach(async () => {
  incidentId = await desk.openIncident('olga');
});

const reason = 'the bank shows another balance';
const halt = (by: string) => desk.tell({ incidentId, by, kind: 'halt', body: { reason } });
const resume = async () => {
  const jws = desk.sign('olga', { incident: incidentId, kind: 'resume', body: { after: 1 } });
  return (await desk.inbox().resume({ incidentId, jws, at: noon })).answer.accepted;
};
/** Asks each of these activities in a run; answers which of them were let in. */
const letIn = async (run: number, names: readonly string[]) => {
  const said = async () => undefined;
  const behind = fenced(
    postgresRuns(desk.pool),
    Object.fromEntries(names.map((name) => [name, said])),
  ) as unknown as Record<string, (of: object) => Promise<unknown>>;
  const asked = names.map(async (name) => {
    const ask = behind[name]!({ incidentId, run });
    return ask.then(
      () => [name],
      (error: unknown) => {
        expect(error).toMatchObject({ type: 'HALTED', nonRetryable: false });
        return [];
      },
    );
  });
  return (await Promise.all(asked)).flat();
};
const effects = ['payChunk', 'sendDueLetters', 'transferUnits', 'issueInvoices', 'liftFreeze'];
const others = ['prepareSettlement', 'deployFix', 'liftDealHolds', 'closeIncident', 'notThought'];
const goOn = ['answerCommand', 'answerBacklog', 'verifyFreeze', 'freezeAllocations', 'tellClocks'];

describe('a halted incident', () => {
  it('begins 0 of 10 effects, hears people and keeps its freeze, until it is resumed', async () => {
    const all = [...effects, ...others, ...goOn];
    expect(await letIn(1, all)).toEqual(all);
    expect(await halt('finn')).toBe('accepted');
    expect(await letIn(1, all)).toEqual(goOn);
    expect(await resume()).toBe(true);
    expect(await letIn(2, all)).toEqual(all);
    expect(await desk.verify(incidentId)).toMatchObject({ holds: true });
  });

  it('stops what has begun before its next batch: 0 approvals are given', async () => {
    const wanted = { incidentId, gateId: 'plan', subject: 'a'.repeat(64) };
    const refused = () => desk.approvals().require(wanted);
    await expect(refused()).rejects.toMatchObject({ code: 'APPROVAL_MISSING' });
    await halt('finn');
    await expect(refused()).rejects.toMatchObject({ code: 'HALTED', kind: 'fault' });
  });

  it('is halted once, by whom the 5 roles let, and takes votes all the same', async () => {
    expect(await halt('mary')).toBe('ROLE_MISSING');
    expect(await halt('finn')).toBe('accepted');
    expect(await halt('olga')).toBe('ALREADY_DONE');
    expect(await desk.tell({ incidentId, by: 'olga', kind: 'take' })).toBe('accepted');
    await resume();
    expect(await halt('olga')).toBe('accepted');
  });

  it('goes on for nobody who takes the row of the command away: evidence counts', async () => {
    await halt('finn');
    await desk.intruder.query(`DELETE FROM commands WHERE kind = 'halt'`);
    expect(await letIn(1, effects)).toEqual([]);
  });

  it('says in its status who halted it, when and why; 0 words of that once resumed', async () => {
    await halt('finn');
    const status = await readStatus(desk.pool, incidentId);
    expect(status?.halt).toEqual({ by: 'finn', at: noon, reason });
    const [first] = statusText(status!, after(3600)).split('\n');
    expect(first).toContain('HALTED by finn since');
    expect(first).toContain(reason);
    expect(JSON.stringify(await desk.evidence(incidentId))).not.toContain(reason);
    await resume();
    expect(await readStatus(desk.pool, incidentId)).toMatchObject({ halt: null });
  });
});
