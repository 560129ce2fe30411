import { Client } from 'pg';
import { inFewTrips, literals } from '../../adapters/postgres/trips';
import { DecisionDesk } from './decision-desk';

let desk: DecisionDesk;
let incidentId: string;
beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('olga', 'on-call');
  incidentId = await desk.openIncident('olga');
  await desk.intruder.query(
    `CREATE TABLE said (word text PRIMARY KEY); GRANT SELECT, INSERT ON said TO makewhole_app`,
  );
});
afterAll(() => desk.close());

const saying = (word: string) => `INSERT INTO said VALUES ${literals([word])}`;
const asking = 'SELECT word FROM said ORDER BY word';
const words = async () => (await desk.pool.query<{ word: string }>(asking)).rows;

/** How often the server is asked while work is done. */
async function trips(work: () => Promise<unknown>): Promise<number> {
  const asked = jest.spyOn(Client.prototype, 'query');
  try {
    await work();
    return asked.mock.calls.length;
  } finally {
    asked.mockRestore();
  }
}

describe('a transaction in few trips', () => {
  it('answers what was asked alone, commits what was put off, and goes there 2 times', async () => {
    const found: unknown[] = [];
    const count = await trips(() =>
      inFewTrips(desk.pool, async (tx) => {
        tx.later(saying('a'));
        found.push(await tx.ask(asking, 'SELECT 1 AS one'));
        tx.later(saying("b'\\\n"));
      }),
    );
    expect({ found, count }).toEqual({ found: [[[{ word: 'a' }], [{ one: 1 }]]], count: 2 });
    expect(await words()).toEqual([{ word: 'a' }, { word: "b'\\\n" }]);
  });

  it.each([
    ['work that fails', () => Promise.reject(new Error('no'))],
    ['a statement put off that fails', async () => undefined],
  ])('keeps nothing after %s', async (_, end) => {
    const before = await words();
    const failing = inFewTrips(desk.pool, async (tx) => {
      tx.later(saying('c'));
      await tx.arrived();
      tx.later(saying('c'));
      await end();
    });
    await expect(failing).rejects.toThrow();
    expect(await words()).toEqual(before);
  });

  it('takes in a command whose evidence is all there is to it by 2', async () => {
    const body = { text: 'everybody was told' };
    const jws = desk.sign('olga', { kind: 'updated', incident: incidentId, body });
    await desk.send({ incidentId, jws: desk.sign('olga', { kind: 'take', incident: incidentId }) });
    expect(await trips(() => desk.send({ incidentId, jws }))).toBe(2);
  });
});
