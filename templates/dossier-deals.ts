import type { RemedyOption } from '../domain/remedy';
import { grouped } from '../domain/grouped';
import type { DossierFacts } from './case-file';
import { largestDeals } from './dossier-impact';
import { factName } from './fact-words';
import { dayText, shortDay } from './moments';
import { andMore, clipped, heading, list, numbers, paragraph, table, words } from './report';
import { withCommand, type Block, type Item } from './report';

const detailedMax = 8;
const listedMax = 60;

type Deal = DossierFacts['deals'][number];

/** What can be done per deal, at what risk: the largest deals in full, the others in a line. */
export function dealBlocks(facts: DossierFacts): Block[] {
  const { deals } = facts;
  if (deals.length === 0) return [paragraph('There is no deal to be put right.')];
  const largest = new Map(largestDeals(facts).map(({ deal }, place) => [deal, place]));
  const byWeight = deals.toSorted((a, b) => {
    return (largest.get(a.deal) ?? largest.size) - (largest.get(b.deal) ?? largest.size);
  });
  const detailed = new Set(byWeight.slice(0, detailedMax));
  return [
    paragraph(
      'Each deal can be put right in several ways (remedies R1 to R9). Which of them are lawful ' +
        'follows from the facts of the deal; of those, the first one that fits is proposed.',
    ),
    ...deals.filter((deal) => detailed.has(deal)).flatMap((deal) => detailBlocks(facts, deal)),
    ...otherBlocks(facts, byWeight.slice(detailedMax)),
  ];
}

function otherBlocks(facts: DossierFacts, others: readonly Deal[]): Block[] {
  if (others.length === 0) return [];
  const { incidentId } = facts.incident;
  const chosen = new Map(
    facts.options.filter((option) => option.chosen).map((option) => [option.deal, option]),
  );
  const rows = others.slice(0, listedMax).map(({ deal, company, closedOn }) => {
    const option = chosen.get(deal);
    const proposed = option === undefined ? 'waits for facts' : `${option.remedy} ${option.name}`;
    return [shortDay(closedOn), deal, company, proposed, option?.risk.level ?? '', costOf(option)];
  });
  const columns = [words('closed', 3), words('deal', 3), words('company', 4), words('proposed', 5)];
  const command = `./makewhole plan ${incidentId}`;
  return [
    heading(`The other ${grouped(`${others.length}`)} deals, with smaller sums`),
    table([...columns, words('risk', 2), numbers('cost to the firm', 3)], rows),
    ...andMore(others.length - rows.length, { of: 'deals', command: `${command} --deals` }),
    withCommand('Any of them in full:', `./makewhole options ${incidentId} --deal DEAL`),
  ];
}

const costOf = (option: RemedyOption | undefined): string =>
  option === undefined || option.cost === null
    ? 'unknown'
    : `${grouped(option.cost)} ${option.currency}`;

function detailBlocks({ options }: DossierFacts, deal: Deal): Block[] {
  const own = options.filter((option) => option.deal === deal.deal);
  const chosen = own.find((option) => option.chosen);
  const proposed =
    chosen === undefined
      ? 'nothing yet: a fact is missing.'
      : `${chosen.remedy}, ${chosen.name}. ${sentence('Whoever has too much', chosen.gets.over)} ` +
        sentence('Whoever has too little', chosen.gets.under);
  return [
    heading(`${deal.deal}: ${deal.company}, closed ${dayText(deal.closedOn)}`),
    paragraph(proposed, 'Proposed:'),
    ...(own.length === 0 ? [paragraph('No options are computed yet.')] : optionTables(own)),
    ...(chosen === undefined ? [] : exposureBlocks(chosen)),
    ...obstacleBlocks(own),
    ...factBlocks(deal),
  ];
}

const sentence = (who: string, what: string): string => `${who}: ${what}.`;

function factBlocks({ facts }: Deal): Block[] {
  const known = Object.entries(facts).filter(([, value]) => value !== '');
  if (known.length === 0) return [paragraph('none on file.', 'Facts:')];
  const said = known.map(([name, value]) => `${factName(name)}: ${dayText(value)}`);
  return [paragraph(clipped(`${said.join('; ')}.`), 'Facts on file:')];
}

const standings = { open: 'possible', waits: 'waits for facts', blocked: 'ruled out' } as const;

/** What can be chosen in full, and what cannot in a line each, so that the choice is seen. */
function optionTables(own: readonly RemedyOption[]): Block[] {
  const currency = own[0]?.currency ?? '';
  const rows = own.flatMap((option) => {
    const { remedy, name, standing, risk, gets, days, chosen } = option;
    if (standing === 'notYetOffered') return [];
    return [
      [
        `${remedy} ${name}`,
        chosen ? 'proposed' : standings[standing],
        `${risk.level}: ${risk.reason}`,
        gets.over,
        gets.under,
        costs(option),
        `${days}`,
      ],
    ];
  });
  const columns = [
    ...[words('remedy', 6), words('is', 3.8), words('risk', 7)],
    ...[words('who has too much', 7), words('who has too little', 7)],
    ...[numbers(`cost to the firm, ${currency}`, 4.5), numbers('days', 2.7)],
  ];
  const others = own.filter(({ standing }) => standing === 'notYetOffered');
  const closed = others.map(({ remedy, name, risk, notYetOffered }) => {
    return [`${remedy} ${name}`, `${risk.level}: ${risk.reason}`, notYetOffered ?? ''];
  });
  const heads = [words('not offered yet', 4), words('risk', 5), words('because', 6)];
  return [
    ...(rows.length === 0 ? [] : [table(columns, rows)]),
    ...(closed.length === 0 ? [] : [table(heads, closed)]),
  ];
}

function costs({ cost, cashNeed }: RemedyOption): string {
  if (cost === null) return 'unknown';
  if (cashNeed === null || cashNeed === cost) return grouped(cost);
  return `${grouped(cost)}, at hand ${grouped(cashNeed)}`;
}

/** What the proposal would cost were the mark another: that is what a dispute would be about. */
function exposureBlocks({ exposure, currency }: RemedyOption): Block[] {
  if (exposure === undefined || exposure.length === 0) return [];
  const columns = exposure.map(({ mark }) => numbers(mark, 2));
  return [
    paragraph('What it would cost, were today’s value (as a multiple of cost) another one:'),
    table(
      [words('value', 2), ...columns],
      [[`cost, ${currency}`, ...exposure.map(({ cost }) => grouped(cost))]],
    ),
  ];
}

const gatesMax = 12;

/** What stands in an option's way; what passes is in `./makewhole options`. */
function obstacleBlocks(own: readonly RemedyOption[]): Block[] {
  const items = own.flatMap(({ remedy, name, standing, gates }): Item[] => {
    const open = gates.filter(({ result }) => result !== 'pass');
    if (standing === 'notYetOffered' || open.length === 0) return [];
    const said = open.map(({ result, says, question, owner, investor }) => {
      const whose = investor === undefined ? '' : `, for ${investor}`;
      if (result === 'fail') return clipped(`ruled out${whose}: ${says}`);
      return clipped(`not known${whose}: ${question ?? says} (${owner ?? 'nobody'} is asked)`);
    });
    const more = said.length - gatesMax;
    const some = more > 0 ? [...said.slice(0, gatesMax), `and ${more} more`] : said;
    return [{ lead: `${remedy} ${name}`, text: '', items: some.map((text) => ({ text })) }];
  });
  if (items.length === 0) return [];
  return [paragraph('What stands in the way of the others:'), list(items, '')];
}
