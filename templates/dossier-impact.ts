import { compareAmounts, grouped, groupedSums, sumOf } from './amounts';
import type { DossierFacts, WrongDeal } from './case-file';
import { list, heading, numbers, paragraph, table, words, type Bar, type Block } from './report';

/** Which basis a decision is made on. */
export const basisOf = ({ incident }: DossierFacts): 'asRecorded' | 'asShouldHaveBeen' =>
  incident.basis === 'asShouldHaveBeen' ? 'asShouldHaveBeen' : 'asRecorded';

/** Whom it hurt and by how much, on both bases, in tables and in pictures. */
export function impactBlocks(facts: DossierFacts): Block[] {
  const { scan, wrong } = facts;
  if (scan === null) return [paragraph('The history has not been replayed yet.')];
  return [
    totalsTable(scan),
    paragraph(
      'A deal that is wrong on corrected averages only is right by the averages as they stood: ' +
        'an earlier wrong deal has moved them. It is listed, and decided upon, apart.',
    ),
    heading('Which deals'),
    reportedBlock(facts),
    ...(wrong.length === 0 ? [] : [...chartBlocks(facts), heading('Deal by deal')]),
    ...dealTable(facts),
    heading('The largest differences'),
    ...rowBlocks(facts),
  ];
}

function totalsTable(scan: NonNullable<DossierFacts['scan']>): Block {
  const counts = (['deals', 'investors', 'commitments'] as const).map((what) => {
    const { scanned, affected } = scan[what];
    const said = [scanned, affected.asRecorded, affected.asShouldHaveBeen];
    return [what, ...said.map((count) => grouped(`${count}`))];
  });
  const sides = (['over', 'under'] as const).map((side) => {
    const { asRecorded, asShouldHaveBeen } = scan[side];
    return [`${side}-allocated`, '', groupedSums(asRecorded), groupedSums(asShouldHaveBeen)];
  });
  return table(
    [
      words('what', 2),
      numbers('scanned', 1),
      numbers('wrong on recorded averages', 3),
      numbers('wrong on corrected averages', 3),
    ],
    [...counts, ...sides],
  );
}

/** Reports are where an incident begins, not where it ends: what the scan of all deals says. */
function reportedBlock({ reported, unreported }: DossierFacts): Block {
  const named = (found: (typeof reported)[number]['found']) => {
    return reported.filter((each) => each.found === found).map(({ deal }) => deal);
  };
  const { count, deals } = unreported;
  const more = count > deals.length ? `, and ${count - deals.length} more` : '';
  const others = deals.map(({ deal, found }) => `${deal}${found === 'moved' ? ' (moved)' : ''}`);
  const line = (says: string, names: string[]) => `${says}: ${names.join(', ') || 'none'}`;
  return list(
    [
      line('Reported, and wrong', named('wrong')),
      line('Reported, right by the averages as they stood, moved by earlier deals', named('moved')),
      line('Reported, and right after all', named('right')),
      line('Reported, but not in the imported history', named('not-on-file')),
      `${line(`Wrong though nobody reported them (${count})`, others)}${more}`,
    ],
    '',
  );
}

const barsMax = 24;

/** One picture over time and one of both sides, for each currency. */
function chartBlocks(facts: DossierFacts): Block[] {
  const { wrong, scan } = facts;
  const basis = basisOf(facts);
  const currencies = [...new Set(wrong.map(({ currency }) => currency))];
  return currencies.flatMap((currency): Block[] => {
    const own = wrong.filter((deal) => deal.currency === currency);
    const { axis, bars } = overTime(own, basis);
    const sides = (['asRecorded', 'asShouldHaveBeen'] as const).map((each): Bar => {
      const label = each === 'asRecorded' ? 'recorded averages' : 'corrected averages';
      const [over, under] = [scan?.over[each][currency], scan?.under[each][currency]];
      return { label, over: over ?? '0', under: under ?? '0' };
    });
    const chart = { kind: 'chart', currency } as const;
    return [
      {
        ...chart,
        title: `Differences over time, by the closing of the deals, ${currency}`,
        axis,
        bars,
      },
      { ...chart, title: `Over against under, ${currency}`, axis: 'on', bars: sides },
    ];
  });
}

/** A bar for each deal, or for each month or year where the deals are too many to be seen. */
function overTime(
  deals: readonly WrongDeal[],
  basis: 'asRecorded' | 'asShouldHaveBeen',
): { axis: string; bars: Bar[] } {
  const ways: { axis: string; of: (deal: WrongDeal) => string }[] = [
    { axis: 'closed, deal', of: ({ closedOn, deal }) => `${closedOn} ${deal}` },
    { axis: 'month of closing', of: ({ closedOn }) => closedOn.slice(0, 7) },
    { axis: 'year of closing', of: ({ closedOn }) => closedOn.slice(0, 4) },
  ];
  const grouping = ways.map(({ axis, of }) => ({ axis, groups: groupBy(deals, of) }));
  const fits = grouping.find(({ groups }) => groups.size <= barsMax) ?? grouping.at(-1);
  const { axis, groups } = fits ?? { axis: '', groups: new Map<string, WrongDeal[]>() };
  const bars = [...groups].map(([label, own]) => ({
    label,
    over: sumOf(own.map(({ over }) => over[basis])),
    under: sumOf(own.map(({ under }) => under[basis])),
  }));
  return { axis, bars };
}

function groupBy(deals: readonly WrongDeal[], keyOf: (deal: WrongDeal) => string) {
  const groups = new Map<string, WrongDeal[]>();
  for (const deal of deals) {
    const same = groups.get(keyOf(deal));
    if (same === undefined) groups.set(keyOf(deal), [deal]);
    else same.push(deal);
  }
  return groups;
}

/** The wrong deals with most money in wrong hands, largest first. */
export function largestDeals(facts: DossierFacts): WrongDeal[] {
  const basis = basisOf(facts);
  const weight = ({ over, under }: WrongDeal) => sumOf([over[basis], under[basis]]);
  return facts.wrong.toSorted((a, b) => compareAmounts(weight(b), weight(a)));
}

const dealsMax = 60;

function dealTable(facts: DossierFacts): Block[] {
  const some = new Set(largestDeals(facts).slice(0, dealsMax));
  const rows = facts.wrong
    .filter((deal) => some.has(deal))
    .map(({ deal, closedOn, people, currency, over, under }) => {
      const amounts = [over.asRecorded, under.asRecorded, over.asShouldHaveBeen];
      const said = [...amounts, under.asShouldHaveBeen].map(grouped);
      return [closedOn, deal, `${people}`, currency, ...said];
    });
  const more = facts.wrong.length - rows.length;
  const columns = [
    words('closed', 3),
    words('deal', 4),
    numbers('people', 2),
    words('currency', 3),
  ];
  const amounts = ['over (recorded)', 'under (recorded)', 'over (corrected)', 'under (corrected)'];
  return [
    ...(rows.length === 0
      ? []
      : [table([...columns, ...amounts.map((title) => numbers(title, 4))], rows)]),
    ...(more > 0 ? [paragraph(`And ${more} smaller deals, which the sums above count.`)] : []),
  ];
}

function rowBlocks({ rows, rowCount, incident }: DossierFacts): Block[] {
  const lines = rows.map(({ deal, investor, currency, recorded, asRecorded, asShouldHaveBeen }) => {
    return [deal, investor, currency, ...[recorded, asRecorded, asShouldHaveBeen].map(grouped)];
  });
  const amounts = ['recorded', 'right (recorded)', 'right (corrected)'];
  const columns = [words('deal', 3), words('investor', 3), words('currency', 2)];
  const all = `makewhole impact ${incident.incidentId} --lines`;
  return [
    paragraph(
      rowCount > rows.length
        ? `The ${rows.length} largest of ${rowCount} differences; all: ${all}`
        : `All ${rowCount} differences.`,
    ),
    ...(lines.length === 0
      ? []
      : [table([...columns, ...amounts.map((title) => numbers(title, 3))], lines)]),
  ];
}
