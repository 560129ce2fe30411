import type { RemedyOption } from '../domain/remedy';
import { grouped, sumOf } from './amounts';
import type { DossierFacts } from './case-file';
import { largestDeals } from './dossier-impact';
import { clipped, heading, list, numbers, paragraph, table, words } from './report';
import type { Block, Section } from './report';

const detailedMax = 8;
const listedMax = 120;

/** What can be done per deal, at what risk: the largest deals in full, the others in a line. */
export function dealSections(facts: DossierFacts): Section[] {
  const { deals, incident } = facts;
  const largest = new Map(largestDeals(facts).map(({ deal }, place) => [deal, place]));
  const byWeight = deals.toSorted((a, b) => {
    return (largest.get(a.deal) ?? largest.size) - (largest.get(b.deal) ?? largest.size);
  });
  const detailed = new Set(byWeight.slice(0, detailedMax));
  const others = byWeight.slice(detailedMax);
  const sections = deals
    .filter((deal) => detailed.has(deal))
    .map((deal) => ({
      title: `Deal ${deal.deal}: ${deal.company}, closed ${deal.closedOn}`,
      blocks: dealBlocks(facts, deal),
    }));
  if (others.length === 0) return sections;
  const rows = others.slice(0, listedMax).map(({ deal, company, closedOn }) => {
    const chosen = facts.options.find((option) => option.deal === deal && option.chosen);
    const proposed = chosen === undefined ? 'waits' : `${chosen.remedy} ${chosen.name}`;
    return [closedOn, deal, company, proposed, chosen?.risk.level ?? '', costOf(chosen)];
  });
  const columns = [words('closed'), words('deal', 3), words('company', 3), words('proposed', 4)];
  const more = others.length - rows.length;
  return [
    ...sections,
    {
      title: `The other ${others.length} deals`,
      blocks: [
        paragraph(
          `Those above have the largest sums. The options of any deal, side by side: makewhole ` +
            `options ${incident.incidentId} --deal DEAL`,
        ),
        table([...columns, words('risk', 2), numbers('cost', 3)], rows),
        ...(more > 0 ? [paragraph(`And ${more} smaller ones.`)] : []),
      ],
    },
  ];
}

const costOf = (option: RemedyOption | undefined): string =>
  option === undefined || option.cost === null
    ? 'unknown'
    : `${grouped(option.cost)} ${option.currency}`;

function dealBlocks({ options }: DossierFacts, deal: DossierFacts['deals'][number]): Block[] {
  const own = options.filter((option) => option.deal === deal.deal);
  const facts = Object.entries(deal.facts).filter(([, value]) => value !== '');
  const said = facts.map(([name, value]) => `${name} ${value}`).join('; ');
  const chosen = own.find((option) => option.chosen);
  return [
    paragraph(clipped(`Facts: ${said || 'none on file'}`)),
    ...(own.length === 0 ? [paragraph('No options are computed yet.')] : optionTables(own)),
    ...(chosen === undefined ? [] : [paragraph(`${chosen.remedy}, ${chosen.name}.`, 'Proposed:')]),
    ...(chosen === undefined ? [] : exposureBlocks(chosen)),
    ...own.filter(({ standing }) => standing !== 'notYetOffered').flatMap(gatesBlocks),
  ];
}

/** What can be chosen in full, and what cannot in a line each, so that the choice is seen. */
function optionTables(own: readonly RemedyOption[]): Block[] {
  const money = (amount: string | null, currency: string) =>
    amount === null ? 'unknown' : `${grouped(amount)} ${currency}`;
  const offered = own.filter(({ standing }) => standing !== 'notYetOffered');
  const rows = offered.map((option) => {
    const { remedy, name, standing, risk, gets, cost, cashNeed, currency, days } = option;
    return [
      `${remedy} ${name}`,
      standing,
      `${risk.level}: ${risk.reason}`,
      gets.over,
      gets.under,
      `${money(cost, currency)} / ${money(cashNeed, currency)}`,
      `${days}`,
    ];
  });
  const columns = [
    ...[words('option', 3), words('stands', 2), words('risk', 3)],
    ...[words('who has too much', 4), words('who has too little', 4)],
    ...[numbers('cost / cash needed', 3), numbers('days', 2)],
  ];
  const others = own.filter(({ standing }) => standing === 'notYetOffered');
  const closed = others.map(({ remedy, name, risk, notYetOffered }) => {
    return [`${remedy} ${name}`, `${risk.level}: ${risk.reason}`, notYetOffered ?? ''];
  });
  const heads = [words('not offered yet', 3), words('risk', 4), words('because', 5)];
  return [
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...(closed.length === 0 ? [] : [table(heads, closed)]),
  ];
}

/** What the proposal would cost were the mark another: that is what a dispute would be about. */
function exposureBlocks({ exposure, currency }: RemedyOption): Block[] {
  if (exposure === undefined) return [];
  const rows = exposure.map(({ mark, cost }) => [mark, `${grouped(cost)} ${currency}`]);
  return [
    paragraph('Were the mark another, it would cost:'),
    table([numbers('mark'), numbers('cost')], rows),
  ];
}

const gatesMax = 12;

/** What stands in an option's way; what passes is in `makewhole options`. */
function gatesBlocks({ remedy, gates }: RemedyOption): Block[] {
  const open = gates.filter(({ result }) => result !== 'pass');
  if (open.length === 0) return [];
  const said = open.map(({ gate, result, says, question, owner, investor }) => {
    const whose = investor === undefined ? '' : ` for ${investor}`;
    const what = question === undefined ? says : `${question} (${owner ?? ''})`;
    return clipped(`${gate}${whose}, ${result}: ${what}`);
  });
  const more = said.length - gatesMax;
  const some = more > 0 ? [...said.slice(0, gatesMax), `And ${more} more.`] : said;
  return [paragraph('', `In the way of ${remedy}:`), list(some, '')];
}

/** What is to be signed: what is paid by whom, what moves, what stands and why. */
export function planBlocks(facts: DossierFacts): Block[] {
  const { plan } = facts;
  if (plan === null) return [paragraph('There is no plan yet.')];
  const { manifest, version, digest } = plan;
  const rows = manifest.deals.slice(0, listedMax).map(({ deal, remedy, totals, reasons }) => {
    const { out, in: called, units, letStand, currency } = totals;
    const flows = [flow(out), flow(called), grouped(units), grouped(letStand)];
    return [deal, remedy, currency, ...flows, clipped(reasons.join(' '))];
  });
  const columns = [
    ...[words('deal', 4), words('remedy', 3), words('currency', 3), numbers('paid by', 4)],
    ...[numbers('called in to', 4), numbers('units', 4), numbers('stands', 3), words('why', 6)],
  ];
  const more = manifest.deals.length - rows.length;
  return [
    paragraph(
      `Version ${version}, digest ${digest}, to be paid on ${manifest.payOn}, good through ` +
        `${manifest.goodThrough}.`,
    ),
    heading('All deals together'),
    planTotals(facts),
    heading('Deal by deal'),
    table(columns, rows),
    ...(more > 0
      ? [paragraph(`And ${more} more: makewhole plan ${facts.incident.incidentId} --lines`)]
      : []),
  ];
}

const flow = (amounts: Readonly<Record<string, string>>): string =>
  Object.entries(amounts)
    .map(([account, amount]) => `${account} ${grouped(amount)}`)
    .join(', ');

/** What a plan moves in a currency, over all its deals. */
export function planSums({ plan }: DossierFacts) {
  const deals = plan?.manifest.deals ?? [];
  const currencies = [...new Set(deals.map(({ totals }) => totals.currency))].sort();
  return currencies.map((currency) => {
    const own = deals.filter(({ totals }) => totals.currency === currency);
    const sum = (of: (totals: (typeof own)[number]['totals']) => readonly string[]) =>
      sumOf(own.flatMap(({ totals }) => of(totals)));
    return {
      currency,
      out: sum(({ out }) => Object.values(out)),
      called: sum(({ in: called }) => Object.values(called)),
      units: sum(({ units }) => [units]),
      letStand: sum(({ letStand }) => [letStand]),
    };
  });
}

function planTotals(facts: DossierFacts): Block {
  const rows = planSums(facts).map(({ currency, out, called, units, letStand }) => {
    return [currency, ...[out, called, units, letStand].map(grouped)];
  });
  const amounts = ['paid out', 'called in', 'units moved, at cost', 'let stand'];
  return table([words('currency'), ...amounts.map((title) => numbers(title, 3))], rows);
}
