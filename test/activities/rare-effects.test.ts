import { noon, after } from '../adapters/decision-desk';
import { agreedDeals, LetterDesk } from './letter-desk';

// What an undisturbed drill never does. Each is one transaction: a worker that dies before it has
// not called it, one that dies after it calls it again.
let on: LetterDesk;
beforeAll(async () => {
  on = await LetterDesk.open();
});
afterAll(() => on.close());

type Effect = (incidentId: string) => Promise<unknown>;

const gate = (incidentId: string) => ({ incidentId, gateId: 'close', opening: 1 });
const stage = 'advice' as const;
const letterOf = (incidentId: string) => ({ incidentId, stage, investor: 'D', revision: 1 });

async function queued(incidentId: string, question?: string): Promise<void> {
  const messageId = `<${incidentId}@rare.example>`;
  const letter = { investor: 'D', revision: 1, deals: [], bodyDigest: '0'.repeat(64), messageId };
  const letters = [{ ...letter, ...(question === undefined ? {} : { question }) }];
  await on.ports.letters.book({ incidentId, stage, at: noon, template: '1'.repeat(64), letters });
}

/** Everything of the incident that one of these effects could leave. */
async function trace(incidentId: string): Promise<unknown[]> {
  const tables = ['gates', 'letters', 'waits'];
  const asked = tables.map((table) => {
    return on.on.desk.pool.query(
      `SELECT to_jsonb(t) AS row FROM ${table} t WHERE incident_id = $1 ORDER BY 1`,
      [incidentId],
    );
  });
  const found = await Promise.all(asked);
  const evidence = await on.on.desk.evidence(incidentId);
  return [...found.map(({ rows }) => rows as unknown[]), evidence];
}

const rare: Record<string, { given?: Effect; effect: Effect }> = {
  'gates.expire': {
    effect: (id) => on.ports.gates.expire({ ...gate(id), at: after(15 * 86_400) }),
  },
  'gates.withdraw': { effect: (id) => on.ports.gates.withdraw({ ...gate(id), at: noon }) },
  'letters.hold': {
    given: (id) => queued(id),
    effect: (id) => on.ports.letters.hold({ ...letterOf(id), at: noon, question: 'Which name?' }),
  },
  'letters.release': {
    given: (id) => queued(id, 'Which name?'),
    effect: (id) => on.ports.letters.release({ ...letterOf(id), at: noon }),
  },
  'calls.call': {
    effect: (incidentId) =>
      on.ports.calls.call({
        incidentId,
        at: noon,
        step: 'payChunk',
        code: 'UNEXPECTED',
        every: 60,
      }),
  },
  'calls.escalated': {
    effect: (incidentId) =>
      on.ports.calls.escalated({ incidentId, at: noon, to: 'management', round: 2 }),
  },
};

describe('an effect after which the worker dies before it says so', () => {
  it.each(Object.entries(rare))(
    '%s leaves the same when it is tried 2 times as after 1',
    async (_, { given, effect }) => {
      const { incidentId } = await on.on.planned(agreedDeals);
      const subject = '2'.repeat(64);
      await on.ports.gates.open({ incidentId, gateId: 'close', subject, at: noon });
      await given?.(incidentId);
      const before = await trace(incidentId);
      await effect(incidentId);
      const once = await trace(incidentId);
      expect(once).not.toEqual(before);
      await effect(incidentId);
      expect(await trace(incidentId)).toEqual(once);
    },
  );
});
