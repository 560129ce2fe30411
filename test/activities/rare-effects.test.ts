import type { StoppedPayment } from '../../activities/ports/payment-ledger';
import { noon, after } from '../adapters/decision-desk';
import type { SettlementCase } from '../adapters/settlement-desk';
import { agreedDeals, LetterDesk } from './letter-desk';

// What an undisturbed drill never does. Each is one transaction: a worker that dies before it has
// not called it, one that dies after it calls it again.
let on: LetterDesk;
const cases = new Map<string, SettlementCase>();
beforeAll(async () => {
  on = await LetterDesk.open();
});
afterAll(() => on.close());

type Effect = (incidentId: string, seen: unknown) => Promise<unknown>;

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
  const tables = ['gates', 'letters', 'waits', 'payments', 'entries'];
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

const payer = 'firm';
const ofPayer = (incidentId: string) => ({ incidentId, version: 1, payer });

/** One payment that was sent, and of which the bank says nothing. */
async function unclear(incidentId: string): Promise<StoppedPayment> {
  await approved(incidentId);
  const rows = await firmRows(incidentId);
  await on.ports.payments.markSending({ incidentId, at: noon, rows });
  const outcomes = rows.map(({ key, orderKey }) => {
    return { key, orderKey, kind: 'unknown' as const, cause: 'cut' };
  });
  await on.ports.payments.record({ incidentId, at: noon, payer, outcomes });
  const [row] = await firmRows(incidentId);
  if (row === undefined) throw new Error('expected a payment of the firm');
  return { ...row, word: 'absent', cause: 'cut' };
}

const firmRows = async (incidentId: string) =>
  (await on.ports.payments.open({ ...ofPayer(incidentId), limit: 9 })).rows;

async function approved(incidentId: string): Promise<void> {
  const the = cases.get(incidentId);
  await the?.approve();
  await the?.run('prepareSettlement', {});
}

const rare: Record<string, { given?: (incidentId: string) => Promise<unknown>; effect: Effect }> = {
  'payments.ask': {
    given: unclear,
    effect: (incidentId, row) =>
      on.ports.payments.ask({
        ...{ incidentId, at: noon, question: 'What does the bank say?' },
        row: row as StoppedPayment,
      }),
  },
  'payments.reissue': {
    given: unclear,
    effect: (incidentId, row) =>
      on.ports.payments.reissue({ incidentId, at: noon, payer, rows: [row as StoppedPayment] }),
  },
  'settlements.outdate': {
    given: async (incidentId) => {
      await cases.get(incidentId)?.approve();
      return on.ports.plans.readPlan({ incidentId });
    },
    effect: (incidentId, plan) => {
      const { version, digest } = plan as { version: number; digest: string };
      const why = 'it was good through yesterday';
      return on.ports.settlements.outdate({ incidentId, version, digest, at: noon, why });
    },
  },
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
      const the = await on.on.planned(agreedDeals);
      const { incidentId } = the;
      cases.set(incidentId, the);
      const subject = '2'.repeat(64);
      await on.ports.gates.open({ incidentId, gateId: 'close', subject, at: noon });
      const seen = await given?.(incidentId);
      const before = await trace(incidentId);
      await effect(incidentId, seen);
      const once = await trace(incidentId);
      expect(once).not.toEqual(before);
      await effect(incidentId, seen);
      expect(await trace(incidentId)).toEqual(once);
    },
  );
});
