import { toAsks } from '../../domain/asks';
import { addDays } from '../../domain/calendar';
import type { DiagnosableDeal } from '../../domain/diagnose';
import { Histories, type History } from '../../domain/histories';
import { ruleById } from '../../domain/rule-catalogue';
import { randomFrom } from '../random';

/** How large a generated history is. */
export type HistorySize = { readonly deals: number; readonly perDeal: number };

/** What went live in turn: right, the fault of the demonstration, then right again. */
const versions = [
  { until: 0.6, label: 'v1', rule: 'prorate@1' },
  { until: 0.9, label: 'v2', rule: 'drifting-weights' },
  { until: 1, label: 'v3', rule: 'prorate@1' },
];
const currencies = ['USD', 'USD', 'USD', 'USD', 'USD', 'USD', 'EUR', 'EUR', 'JPY', 'KWD'];
const days = 3_000;

/**
 * A platform's history with a fault that was live for a while, so that later averages are off too.
 *
 * Order: deals by closing, several a day; the same seed gives the same history.
 */
export function generateHistory(
  { deals, perDeal }: HistorySize,
  seed = 1,
): { people: string[]; opening: Map<string, History>; deals: () => Generator<DiagnosableDeal> } {
  const random = randomFrom(seed);
  const pick = (below: number) => Math.floor(random() * below);
  const count = Math.max(perDeal * 2, Math.min(5_000, perDeal * Math.ceil(deals / 4)));
  const people = Array.from({ length: count }, (_, at) => `INV-${String(at).padStart(6, '0')}`);
  const opening = new Map<string, History>();
  for (const id of people) {
    if (pick(10) < 3) continue;
    const many = 1 + pick(9);
    opening.set(id, { total: BigInt(many) * amount(pick), count: many, currency: 'USD' });
  }
  const record = function* () {
    const histories = new Histories(opening);
    let today: { currency: string; investorId: string; allocated: bigint }[] = [];
    let closedOn = '';
    for (let at = 0; at < deals; at += 1) {
      const deal = offer({ at, deals, perDeal, people, pick });
      if (deal.closedOn > closedOn) {
        for (const row of today) histories.add(row);
        today = [];
      }
      closedOn = deal.closedOn;
      const recorded = divide(deal, histories);
      for (const row of recorded.commitments) today.push({ ...row, currency: deal.currency });
      yield recorded;
    }
  };
  return { people, opening, deals: record };
}

type Pick = (below: number) => number;

/** Mostly odd amounts, some round ones, so that units are left over and ties happen. */
function amount(pick: Pick): bigint {
  return pick(4) === 0 ? BigInt(1 + pick(20)) * 250_000n : BigInt(100_000 + pick(9_999_991));
}

type Offer = ReturnType<typeof offer>;

function offer(of: { at: number; deals: number; perDeal: number; people: string[]; pick: Pick }) {
  const { at, deals, perDeal, people, pick } = of;
  const version = versions.find(({ until }) => at < until * deals) ?? { label: '', rule: '' };
  const first = pick(people.length);
  const step = 1 + pick(Math.floor(people.length / perDeal));
  const rows = Array.from({ length: perDeal }, (_, row) => ({
    investorId: people[(first + row * step) % people.length] ?? '',
    requested: amount(pick),
  }));
  const wanted = rows.reduce((sum, { requested }) => sum + requested, 0n);
  return {
    ...version,
    dealId: `DEAL-${String(at).padStart(6, '0')}`,
    closedOn: addDays('2016-01-04', Math.floor((at * days) / deals)),
    currency: currencies[pick(currencies.length)] ?? 'USD',
    allocation: (wanted * BigInt(30 + pick(75))) / 100n,
    rows,
  };
}

function divide(deal: Offer, histories: Histories): DiagnosableDeal {
  const { dealId, closedOn, currency, allocation, label: ruleVersion } = deal;
  const rows = deal.rows.map((row) => {
    return { ...row, average: histories.average(row.investorId, currency) };
  });
  const shares = ruleById(deal.rule)?.allocate(allocation, toAsks(currency, rows));
  const commitments = rows.map((row) => {
    return { ...row, allocated: shares?.get(row.investorId) ?? 0n };
  });
  return { dealId, closedOn, currency, allocation, ruleVersion, commitments };
}
