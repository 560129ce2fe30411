import { toAsks } from '../../domain/asks';
import { addDays } from '../../domain/calendar';
import { Histories } from '../../domain/histories';
import { formatMinor, parseMinor } from '../../domain/money';
import { driftingWeights } from '../../domain/rules/drifting-weights';
import { prorate1 } from '../../domain/rules/prorate-1';
import type { Rule } from '../../domain/rules/rule';
import { demoInvestors, type DemoInvestor } from './people-of-history';

/** A deal as it is asked of the allocator. Units: amounts as decimal strings in USD. */
export type DemoDeal = {
  dealId: string;
  name: string;
  company: string;
  closedOn: string;
  currency: 'USD';
  allocation: string;
  stage: 'closed';
  policy: 'demo';
  agreementOn?: string;
  errorClause: 'none' | 'redistribution';
  mark?: string;
  facts: Record<string, string>;
};
/** What one investor asks for in one deal. Units: a decimal string in USD. */
export type DemoRequest = { investorId: string; requested: string };

/** What happens on the platform, in order. */
export type DemoEvent =
  | { kind: 'deploy'; rule: string; ruleVersion: string }
  | { kind: 'deal'; deal: DemoDeal; requests: DemoRequest[] };

/** Three years of a platform, with a fault that went live before the older of two wrong deals. */
export type DemoHistory = {
  investors: DemoInvestor[];
  events: DemoEvent[];
  oldDeal: string;
  freshDeal: string;
};

/** The wrong deal of two years ago: tax filed, no error clause, mark at 3. */
export const oldDealId = 'HALDEN-A';
/** The wrong deal of two weeks ago: its agreement has a redistribution clause. */
export const freshDealId = 'MARROW-SEED';

const companies: readonly [id: string, name: string, daysAgo: number][] = [
  ['ARBOR-SEED', 'Arbor Analytics', 1085],
  ['BRISA-A', 'Brisa Energy', 1010],
  ['CINDER-SEED', 'Cinder Health', 930],
  ['DELTA-B', 'Delta Freight', 860],
  ['EMBER-A', 'Ember Foods', 790],
  ['FJORD-SEED', 'Fjord Mapping', 640],
  ['GROVE-A', 'Grove Robotics', 560],
  ['HARBOR-B', 'Harbor Payments', 470],
  ['ISLE-SEED', 'Isle Biotech', 380],
  ['JUNO-A', 'Juno Materials', 290],
];

/** Undersubscribed deals that bring D and E back to means of exactly 40,000 and 100,000. */
const returns: readonly [id: string, name: string, daysAgo: number, d: string, e: string][] = [
  ['KESTREL-SEED', 'Kestrel Optics', 600, '9000.00', '27000.00'],
  ['LUMEN-A', 'Lumen Water', 420, '9500.00', '27500.00'],
  ['MERIDIAN-B', 'Meridian Clinics', 210, '9387.93', '27612.07'],
];

const thirdRule = { daysAgo: 760, ruleVersion: '2024.2' };

/**
 * Builds the history of the demonstration as of `today`.
 *
 * Ensures: on recorded averages exactly two deals are wrong, each with D 3,540.64 over and E
 * 3,540.64 short; every other deal is right under the rule that was live.
 * Source: the two deals worked in docs/remedies.md.
 */
export function buildHistory(today: string): DemoHistory {
  const investors = demoInvestors();
  const platform = new Platform(investors);
  const on = (daysAgo: number) => addDays(today, -daysAgo);
  const ordinary = companies.map(([dealId, company, daysAgo], index) => {
    return { daysAgo, play: () => platform.ordinary({ dealId, company, on: on(daysAgo), index }) };
  });
  const undersubscribed = returns.map(([dealId, company, daysAgo, d, e]) => {
    const asked = [
      { investorId: 'D', requested: d },
      { investorId: 'E', requested: e },
    ];
    return { daysAgo, play: () => platform.covered({ dealId, company, on: on(daysAgo), asked }) };
  });
  const [old, fresh] = [oldDeal(on(730), today), freshDeal(on(14), today)];
  const wrong = [
    { daysAgo: 730, play: () => platform.ask(old, five(['A', 'B', 'C', 'D', 'E'])) },
    { daysAgo: 14, play: () => platform.ask(fresh, five(['F', 'G', 'H', 'D', 'E'])) },
  ];
  const deployments = [
    { daysAgo: 1095, play: () => platform.deploy(prorate1, '2023.4') },
    {
      daysAgo: thirdRule.daysAgo,
      play: () => platform.deploy(driftingWeights, thirdRule.ruleVersion),
    },
  ];
  const all = [...deployments, ...ordinary, ...undersubscribed, ...wrong];
  for (const { play } of all.sort((a, b) => b.daysAgo - a.daysAgo)) play();
  return { investors, events: platform.events, oldDeal: oldDealId, freshDeal: freshDealId };
}

type Five<T> = readonly [T, T, T, T, T];

function five([first, second, third, over, short]: Five<string>): DemoRequest[] {
  return [
    { investorId: first, requested: '100000.00' },
    { investorId: second, requested: '400000.00' },
    { investorId: third, requested: '50000.00' },
    { investorId: over, requested: '300000.00' },
    { investorId: short, requested: '500000.00' },
  ];
}

function deal(given: {
  dealId: string;
  company: string;
  on: string;
  allocation: string;
}): DemoDeal {
  const { dealId, company, on, allocation } = given;
  const name = `${company} ${dealId.split('-')[1] ?? ''}`.trim();
  const kind = { currency: 'USD', stage: 'closed', policy: 'demo', errorClause: 'none' } as const;
  return { dealId, name, company, closedOn: on, allocation, ...kind, facts: {} };
}

const independent = 'Ostrander Valuation LLP, independent, net of fees and carry';

function oldDeal(on: string, today: string): DemoDeal {
  const facts = {
    mark_on: today,
    mark_source: independent,
    residual_commitment: 'no',
    tax_filed: 'yes',
  };
  const base = deal({
    dealId: oldDealId,
    company: 'Halden Robotics',
    on,
    allocation: '1000000.00',
  });
  return { ...base, agreementOn: addDays(on, -20), mark: '3.00', facts };
}

function freshDeal(on: string, today: string): DemoDeal {
  const facts = {
    mark_on: today,
    mark_source: independent,
    residual_commitment: 'yes',
    tax_filed: 'no',
    first_sale_on: on,
  };
  const base = deal({
    dealId: freshDealId,
    company: 'Marrow & Pine',
    on,
    allocation: '1000000.00',
  });
  const errorClause = 'redistribution' as const;
  return { ...base, errorClause, agreementOn: addDays(on, -10), mark: '1.00', facts };
}

/** The platform while it is being made up: what is live, and what everybody has invested so far. */
class Platform {
  readonly events: DemoEvent[] = [];
  readonly #histories: Histories;
  readonly #others: string[];
  #live: Rule = prorate1;

  constructor(investors: readonly DemoInvestor[]) {
    this.#histories = new Histories(
      investors.map(
        ({ investorId, historyTotal, historyCount: count, historyCurrency: currency }) => {
          return [investorId, { total: parseMinor(historyTotal, currency), count, currency }];
        },
      ),
    );
    this.#others = investors.map(({ investorId }) => investorId).filter((id) => id.length > 1);
  }

  deploy(rule: Rule, ruleVersion: string): void {
    this.#live = rule;
    this.events.push({ kind: 'deploy', rule: rule.id, ruleVersion });
  }

  ask(asked: DemoDeal, requests: DemoRequest[]): void {
    const asks = this.#asks(requests);
    const shares = this.#live.allocate(parseMinor(asked.allocation, 'USD'), asks);
    for (const [investorId, allocated] of shares) {
      this.#histories.add({ investorId, currency: 'USD', allocated });
    }
    this.events.push({ kind: 'deal', deal: asked, requests });
  }

  /** More is to be had than anybody wants: everybody gets the request. */
  covered(given: { dealId: string; company: string; on: string; asked: DemoRequest[] }): void {
    const { asked, dealId } = given;
    const joined = this.#pick((asked[0]?.requested.length ?? 0) + dealId.length, 4);
    const more = joined.map((investorId, index) => {
      return { investorId, requested: `${String(15 + index * 5)}000.00` };
    });
    this.ask(deal({ ...given, allocation: '250000.00' }), [...asked, ...more]);
  }

  /**
   * An oversubscribed deal in which the live rule happens to be right: where it is not, everybody
   * asks for a little more until no second redistribution is needed.
   */
  ordinary(given: { dealId: string; company: string; on: string; index: number }): void {
    const people = this.#pick(given.index * 5, 7);
    for (let step = 0; ; step += 1) {
      const requests = people.map((investorId, place) => {
        const thousands = 20 + ((given.index + place * 7) % 11) * 6 + step * 5 * place;
        return { investorId, requested: `${String(thousands)}000.00` };
      });
      const asks = this.#asks(requests);
      const wanted = asks.reduce((sum, { requested }) => sum + requested, 0n);
      const allocation = ((wanted * 7n) / 1_000_000n) * 100_000n; // About 70 % of what is wanted.
      const right = prorate1.allocate(allocation, asks);
      const given_ = this.#live.allocate(allocation, asks);
      if ([...right].some(([id, share]) => given_.get(id) !== share)) continue;
      this.ask(deal({ ...given, allocation: formatMinor(allocation, 'USD') }), requests);
      return;
    }
  }

  #pick(from: number, count: number): string[] {
    const places = Array.from(
      { length: count },
      (_, index) => (from + index * 3) % this.#others.length,
    );
    return [...new Set(places)].flatMap((place) => this.#others[place] ?? []);
  }

  #asks(requests: readonly DemoRequest[]) {
    const rows = requests.map(({ investorId, requested }) => ({
      investorId,
      requested: parseMinor(requested, 'USD'),
      average: this.#histories.average(investorId, 'USD'),
    }));
    return toAsks('USD', rows);
  }
}
