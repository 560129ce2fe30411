import { join } from 'node:path';
import { rungToTell } from '../../domain/reminder-ladder';
import { loadPack } from '../../policies/load-pack';
import { DecisionDesk } from './decision-desk';

/** The pack as it is shipped: 1, 3, 5 working days, escalation after 6, expiry after 14 days. */
const under = loadPack({ folder: join(__dirname, '../../policies'), name: 'us-private' });
let desk: DecisionDesk;

beforeAll(async () => {
  desk = await DecisionDesk.open(under);
  await desk.enrol('olga', 'on-call');
  const london = { timeZone: 'Europe/London', calendar: 'england-and-wales' };
  await desk.enrol('lena', { roles: ['legal'], interests: [], ...london });
  await desk.enrol('lou', 'legal');
  await desk.enrol('mary', 'management'); // In New York, as the pack says.
});
afterAll(() => desk.close());

/** Plays a silent opening from wake to wake, as the workflow does; gives who was told what when. */
async function silence(openedAt: string): Promise<string[]> {
  const incidentId = await desk.openIncident('olga');
  const subject = '6'.repeat(64);
  const gate = { incidentId, gateId: 'close', subject };
  const { expiresAt } = await desk.gates().open({ ...gate, at: openedAt });
  const told: string[] = [];
  const highest = new Map<string, number>();
  let at: string | undefined = openedAt;
  while (at !== undefined) {
    const of = { incidentId, gateId: 'close', opening: 1, at };
    const { missing, nextReminderAt } = await desk.gates().tally(of);
    const { opened, people } = await desk.gates().awaited({ ...of, missing });
    for (const { id, ...person } of people) {
      const rung = rungToTell(opened, { ...person, told: highest.get(id) ?? 0, at });
      if (rung === 0) continue;
      highest.set(id, rung);
      told.push(`${at.slice(0, 16)} ${id} ${String(rung)}`);
    }
    at = nextReminderAt;
  }
  return [...told, `${expiresAt.slice(0, 16)} lapses`];
}

describe('the ladder of us-private, to the minute', () => {
  it('opened on Friday, 23 October 2026, steps over 2 changes of clocks, 3 weekends', async () => {
    await desk.standIn({
      ...{ id: 'lena', standIn: 'lou' },
      ...{ from: '2026-10-01T00:00:00.000Z', until: '2026-10-29T00:00:00.000Z' },
    });
    // London puts its clocks back on 25 October, New York on 1 November: 9 to 17 there is
    // 8:00 to 16:00 UTC before and 9:00 to 17:00 after, and 13:00 to 21:00, then 14:00 to 22:00.
    expect(await silence('2026-10-23T15:30:00.000Z')).toEqual([
      '2026-10-26T15:30 lou 1',
      '2026-10-26T15:30 mary 1',
      '2026-10-26T16:30 lena 1',
      '2026-10-28T15:30 lou 2',
      '2026-10-28T15:30 mary 2',
      '2026-10-28T16:30 lena 2',
      '2026-10-30T15:30 lou 3',
      '2026-10-30T15:30 mary 3',
      '2026-10-30T16:30 lena 3',
      '2026-11-02T16:30 lena 4',
      '2026-11-02T16:30 lou 4',
      '2026-11-02T16:30 mary 4',
      '2026-11-06T15:30 lapses',
    ]);
  });

  it('opened on Saturday, 19 December 2026, steps over Christmas as each office does', async () => {
    // London is off on 25 and 28 December and on 1 January, New York on 25 December and 1 January.
    expect(await silence('2026-12-19T20:00:00.000Z')).toEqual([
      '2026-12-22T09:00 lena 1',
      '2026-12-22T14:00 lou 1',
      '2026-12-22T14:00 mary 1',
      '2026-12-24T09:00 lena 2',
      '2026-12-24T14:00 lou 2',
      '2026-12-24T14:00 mary 2',
      '2026-12-29T14:00 lou 3',
      '2026-12-29T14:00 mary 3',
      '2026-12-30T09:00 lena 3',
      '2026-12-30T14:00 lou 4',
      '2026-12-30T14:00 mary 4',
      '2026-12-31T09:00 lena 4',
      '2027-01-04T17:00 lapses', // The 14th day is a Saturday: when London has had its Monday.
    ]);
  });
});
