import { formatMinor } from '../domain/money';
import { grouped } from '../domain/grouped';
import { sumOf } from './amounts';
import type { DossierFacts } from './case-file';
import { see } from './dossier-parts';
import { dayText } from './moments';
import { andMore, clipped, heading, numbers, paragraph, table, words, type Block } from './report';

const listedMax = 60;

/** What is to be signed: what is paid by whom, what moves, what stands and why. */
export function planBlocks(facts: DossierFacts): Block[] {
  const { plan } = facts;
  if (plan === null) return [paragraph('There is no plan yet.')];
  const { manifest, version, digest } = plan;
  const some = manifest.deals.slice(0, listedMax);
  const left = manifest.deals.length - some.length;
  return [
    paragraph(
      `Version ${version} of the plan, to be paid on ${dayText(manifest.payOn)}. Its figures ` +
        `hold through ${dayText(manifest.goodThrough)}; after that it is drafted anew.`,
    ),
    paragraph(`${digest} (see ${see('words')}).`, 'What is signed is exactly the plan of digest'),
    heading('All deals together'),
    planTotals(facts),
    heading('Deal by deal'),
    dealTable(some),
    heading('Why'),
    table(
      [words('deal', 3), words('remedy', 2), words('why', 12)],
      some.map(({ deal, remedy, reasons }) => [deal, remedy, clipped(reasons.join(' '))]),
    ),
    ...andMore(left, {
      of: 'deals',
      command: `./makewhole plan ${facts.incident.incidentId} --deals`,
    }),
  ];
}

type PlannedDeal = NonNullable<DossierFacts['plan']>['manifest']['deals'][number];

function dealTable(deals: readonly PlannedDeal[]): Block {
  const rows = deals.map(({ deal, remedy, totals }) => {
    const { out, in: called, units, letStand, currency } = totals;
    return [deal, remedy, currency, flow(out), flow(called), grouped(units), grouped(letStand)];
  });
  const columns = [words('deal', 4), words('remedy', 2), words('in', 2)];
  const flows = [numbers('paid out, from', 5), numbers('asked for, to', 5)];
  return table([...columns, ...flows, numbers('units moved', 3), numbers('let stand', 3)], rows);
}

const flow = (amounts: Readonly<Record<string, string>>): string =>
  Object.entries(amounts)
    .map(([account, amount]) => `${account === 'firm' ? 'the firm' : account} ${grouped(amount)}`)
    .join(', ');

/** What a plan moves in a currency, over all its deals; `firm` is what the firm pays for good. */
export function planSums({ plan }: DossierFacts) {
  const deals = plan?.manifest.deals ?? [];
  const currencies = [...new Set(deals.map(({ totals }) => totals.currency))].sort();
  return currencies.map((currency) => {
    const own = deals.filter(({ totals }) => totals.currency === currency);
    const sum = (of: (totals: PlannedDeal['totals']) => readonly (string | undefined)[]) =>
      sumOf([
        formatMinor(0n, currency), // So that a sum of nothing has its decimals.
        ...own.flatMap(({ totals }) => of(totals)).filter((amount) => amount !== undefined),
      ]);
    return {
      currency,
      firm: sum(({ out }) => [out['firm']]),
      out: sum(({ out }) => Object.values(out)),
      called: sum(({ in: called }) => Object.values(called)),
      units: sum(({ units }) => [units]),
      letStand: sum(({ letStand }) => [letStand]),
    };
  });
}

function planTotals(facts: DossierFacts): Block {
  const rows = planSums(facts).map(({ currency, firm, out, called, units, letStand }) => {
    return [currency, ...[out, firm, called, units, letStand].map(grouped)];
  });
  const amounts = [
    ...['paid to investors', 'of it by the firm', 'asked of investors', 'units moved, at cost'],
    'differences let stand',
  ];
  return table([words('in', 2), ...amounts.map((title) => numbers(title, 3))], rows);
}
