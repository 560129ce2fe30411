import * as fc from 'fast-check';
import { join } from 'node:path';
import { writeLetter } from '../../activities/write-letter';
import { postgresDocuments } from '../../adapters/postgres/documents';
import { postgresLetterCases } from '../../adapters/postgres/letter-cases';
import { letterStages, type LetterCase } from '../../domain/letter-case';
import type { PlanLine } from '../../domain/plan-line';
import { formatMinor } from '../../domain/money';
import { sha256Hex } from '../../proof/digest';
import { standardLetters } from '../../templates/standard-letters';
import { DecisionDesk, noon, opening } from './decision-desk';
import { PlanDesk, type ImportedDeal } from './plan-desk';
import { setting } from '../domain/letter-cases';

let desk: DecisionDesk;
beforeAll(async () => {
  desk = await DecisionDesk.open();
  await desk.enrol('oncall', 'on-call');
});
afterAll(() => desk.close());

const folder = join(__dirname, '../../templates/letters');
const wordings = standardLetters(folder);

/** Somebody in a deal: all amounts of an incident differ, so that a leak can be told by its sum. */
type Share = {
  deal: string;
  investor: string;
  recorded: bigint;
  right: bigint;
  paid: bigint;
  called: bigint;
};
type Incident = { deals: ImportedDeal[]; shares: Share[] };

const incidents: fc.Arbitrary<Incident> = fc
  .record({
    deals: fc.integer({ min: 1, max: 4 }),
    investors: fc.integer({ min: 2, max: 7 }),
    seed: fc.integer({ min: 0, max: 1_000_000 }),
  })
  .map(({ deals, investors, seed }) => {
    let amount = 10_000_007n + BigInt(seed) * 100n;
    const next = () => (amount += 1_234_577n);
    const shares = Array.from({ length: deals * investors }, (_, index): Share => {
      const deal = `Deal${String(index % deals)}`;
      const investor = `Quimby${String(Math.floor(index / deals))}x`;
      return { deal, investor, recorded: next(), right: next(), paid: next(), called: next() };
    });
    const facts = { agreement_on: '2026-10-15', stage: 'closed' };
    const imported = Array.from({ length: deals }, (_, index): ImportedDeal => {
      const deal = `Deal${String(index)}`;
      const own = shares.filter((share) => share.deal === deal);
      const rows = own.map(({ investor, recorded, right }) => [investor, recorded, right] as const);
      return { deal, closedOn: '2026-11-07', facts, shares: rows.map((row) => [...row]) };
    });
    return { deals: imported, shares };
  });

const key = (...parts: string[]): string => sha256Hex(parts.join('/'));

/** Everybody is done: refunds and compensations paid, invoices open for their letters. */
async function settle(plan: PlanDesk, { shares }: Incident): Promise<void> {
  const { incidentId } = plan;
  for (const { deal, investor, paid, called } of shares) {
    const document = sha256Hex(`%PDF of ${incidentId} ${deal} ${investor}`);
    await desk.pool.query(
      `INSERT INTO documents VALUES ($1, $2, 'invoice', 'application/pdf', $3, $4)`,
      [document, incidentId, Buffer.from(`%PDF of ${incidentId} ${deal} ${investor}`), noon],
    );
    await desk.pool.query(
      `INSERT INTO payments (payment_key, incident_id, deal_id, investor_id, leg, sequence,
         plan_version, plan_digest, payer, payee, amount_minor, currency, state, reference,
         intended_at, booked_at, settled_at)
       VALUES ($1, $2, $3, $4, 'refund', 1, 1, $5, 'firm', 'investor:' || $4, $6, 'USD', 'settled',
         'R ' || $4, $7, $7, $7)`,
      [key(incidentId, deal, investor, 'p'), incidentId, deal, investor, key('plan'), paid, noon],
    );
    await desk.pool.query(
      `INSERT INTO invoices (invoice_key, incident_id, deal_id, investor_id, sequence,
         plan_version, plan_digest, payee, amount_minor, currency, reference, document_digest,
         state, issued_at, due_on)
       VALUES ($1, $2, $3, $4, 1, 1, $5, 'spv:' || $3, $6, 'USD', $7, $8, 'issued', $9,
         '2026-12-21')`,
      [
        ...[key(incidentId, deal, investor, 'i'), incidentId, deal, investor, key('plan'), called],
        ...[`${incidentId} ${deal} ${investor}`, document, noon],
      ],
    );
  }
}

function linesOf({ shares }: Incident, investor: string): PlanLine[] {
  const own = shares.filter((share) => share.investor === investor);
  return own.flatMap(({ deal, paid, called }): PlanLine[] => {
    const line = {
      deal,
      investor,
      when: 'always',
      sequence: 1,
      currency: 'USD',
      computed: '',
    } as const;
    const payee = `investor:${investor}`;
    return [
      { ...line, leg: 'refund', amount: formatMinor(paid, 'USD'), payer: 'firm', payee },
      {
        ...line,
        leg: 'call',
        amount: formatMinor(called, 'USD'),
        payer: payee,
        payee: `spv:${deal}`,
      },
    ];
  });
}

/** Whatever would give somebody else away. */
function tracesOf(shares: readonly Share[]): string[] {
  const amounts = shares.flatMap(({ recorded, right, paid, called }) => [
    recorded,
    right,
    paid,
    called,
  ]);
  const format = new Intl.NumberFormat('en', { minimumFractionDigits: 2 });
  const texts = amounts.map((amount) => format.format(formatMinor(amount, 'USD') as never));
  return [...new Set([...shares.map(({ investor }) => investor), ...texts])];
}

const incidentOf = ({ incidentId }: PlanDesk) => ({ incidentId, drill: true, pack: opening.pack });

/** The bytes somebody reads of every letter of every stage to one investor. */
async function readBy(plan: PlanDesk, one: LetterCase): Promise<string> {
  const documents = postgresDocuments(desk.pool);
  const said: string[] = [];
  for (const stage of letterStages) {
    const deals = one.deals.map(({ deal }) => deal);
    const order = { incident: incidentOf(plan), stage, setting, one, deals };
    const letter = await writeLetter(documents, { ...order, wording: wordings.wording(stage) });
    const attached = letter.attachments.map(({ filename, content }) => {
      return `${filename} ${Buffer.from(content).toString()}`;
    });
    said.push(...Object.values(letter.content), ...attached);
  }
  return said.join('\n');
}

describe('letters over random incidents', () => {
  it('hold the reader’s own sums and no other’s name, sum or address, in 4 stages', async () => {
    const law = fc.asyncProperty(incidents, async (incident) => {
      const plan = await PlanDesk.open(desk);
      await plan.imports(incident.deals);
      await settle(plan, incident);
      const cases = postgresLetterCases(desk.pool);
      const page = await cases.page({ incidentId: plan.incidentId, take: 100 });
      expect(page.map(({ one }) => one.investor.id)).toEqual(
        [...new Set(incident.shares.map(({ investor }) => investor))].sort(),
      );
      for (const { one: rows } of page) {
        const { id } = rows.investor;
        const said = await readBy(plan, { ...rows, lines: linesOf(incident, id) });
        const own = incident.shares.filter(({ investor }) => investor === id);
        const others = incident.shares.filter(({ investor }) => investor !== id);
        for (const trace of tracesOf(own)) expect(said).toContain(trace);
        const leaks = tracesOf(others).filter((trace) => said.includes(trace));
        expect(leaks).toEqual([]);
        expect(said).not.toMatch(/@investor\.example/);
      }
    });
    await fc.assert(law, { numRuns: 8, seed: 20261121 });
  });

  it('reach everybody affected in pages of 2, each once and in order', async () => {
    const [incident] = fc.sample(incidents, { numRuns: 1, seed: 7 });
    const plan = await PlanDesk.open(desk);
    await plan.imports(incident!.deals);
    const cases = postgresLetterCases(desk.pool);
    const seen: string[] = [];
    for (let after = ''; ;) {
      const page = await cases.page({ incidentId: plan.incidentId, take: 2, after });
      seen.push(...page.map(({ one }) => one.investor.id));
      after = page.at(-1)?.one.investor.id ?? '';
      if (page.length < 2) break;
    }
    expect(seen).toEqual([...new Set(incident!.shares.map(({ investor }) => investor))].sort());
  });
});
