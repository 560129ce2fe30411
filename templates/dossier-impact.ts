import { grouped } from '../domain/grouped';
import { compareAmounts, groupedSums, minus, sumOf } from './amounts';
import type { DossierFacts, WrongDeal } from './case-file';
import { basisName, fewNames, namesMax } from './case-sections';
import { shortDay } from './moments';
import { andMore, heading, list, numbers, paragraph, table, words } from './report';
import { withCommand, type Bar, type Block } from './report';

/** Which basis a decision is made on. */
export const basisOf = ({ incident }: DossierFacts): 'asRecorded' | 'asShouldHaveBeen' =>
  incident.basis === 'asShouldHaveBeen' ? 'asShouldHaveBeen' : 'asRecorded';

/** Whom it hurt and by how much, on both bases, in tables and in pictures. */
export function impactBlocks(facts: DossierFacts): Block[] {
  const { scan, wrong } = facts;
  if (scan === null) return [paragraph('The history has not been replayed yet.')];
  return [
    paragraph(
      'What is due in a deal follows from what its investors were given on average before. So a ' +
        'wrong deal moves what is due in later ones, and all is counted in two ways: by the ' +
        'averages as they were recorded (what each deal did wrong by itself), and by averages ' +
        'corrected for every earlier wrong deal (what the whole fault did).',
    ),
    paragraph(`${basisName(facts.incident.basis)}.`, 'The plan is made on'),
    totalsTable(scan),
    ...findingsBlocks(scan),
    heading('Which deals'),
    ...reportedBlocks(facts),
    ...(wrong.length === 0 ? [] : [...chartBlocks(facts), heading('Wrong deals, oldest first')]),
    ...dealTable(facts),
    heading('Wrong shares, by investor'),
    ...rowBlocks(facts),
  ];
}

function totalsTable(scan: NonNullable<DossierFacts['scan']>): Block {
  const named = { deals: 'deals', investors: 'people', commitments: 'shares' } as const;
  const counts = (['deals', 'investors', 'commitments'] as const).map((what) => {
    const { scanned, affected } = scan[what];
    const said = [scanned, affected.asRecorded, affected.asShouldHaveBeen];
    return [named[what], ...said.map((count) => grouped(`${count}`))];
  });
  const sides = (['over', 'under'] as const).map((side) => {
    const { asRecorded, asShouldHaveBeen } = scan[side];
    const name = side === 'over' ? 'too much, in all' : 'too little, in all';
    return [name, '', groupedSums(asRecorded), groupedSums(asShouldHaveBeen)];
  });
  return table(
    [
      words('what', 2),
      numbers('looked at', 1),
      numbers('wrong on averages as recorded', 3),
      numbers('wrong on averages as corrected', 3),
    ],
    [...counts, ...sides],
  );
}

const findingNames: Readonly<Record<string, string>> = {
  'wrong-share': 'shares that are not what the rule gives',
  'over-request': 'shares above what was asked for',
  stranded: 'deals in which money was left over while somebody wanted more',
  'unit-short': 'deals whose shares do not add up to the unit',
  'basis-mismatch': 'averages on file that do not follow from the history on file',
  contamination: 'shares that earlier wrong deals have moved',
};

function findingsBlocks({ findings }: NonNullable<DossierFacts['scan']>): Block[] {
  const found = Object.entries(findings).filter(([, count]) => count > 0);
  if (found.length === 0) return [];
  const said = found.map(([kind, count]) => {
    return `${grouped(`${count}`)} ${findingNames[kind] ?? kind}`;
  });
  return [paragraph(`${said.join('; ')}.`, 'What the replay of every deal found:')];
}

/** Reports are where an incident begins, not where it ends: what the scan of all deals says. */
function reportedBlocks(facts: DossierFacts): Block[] {
  const { reported, unreported, incident } = facts;
  const named = (found: (typeof reported)[number]['found']) => {
    return fewNames(reported.filter((each) => each.found === found).map(({ deal }) => deal));
  };
  const { count, deals } = unreported;
  const others = deals.map(({ deal, found }) => {
    return `${deal}${found === 'moved' ? ' (moved)' : ''}`;
  });
  const line = (lead: string, names: string) => ({ lead: `${lead}:`, text: names || 'none' });
  const silent = `Wrong though nobody reported them (${grouped(`${count}`)})`;
  const note = others.some((name) => name.endsWith(')')) ? '; moved: by earlier deals alone' : '';
  const opening = `./makewhole evidence show ${incident.incidentId} --lines`;
  return [
    list(
      [
        line('Reported, and wrong', named('wrong')),
        line('Reported, right by the averages on file, but moved by earlier deals', named('moved')),
        line('Reported, and right after all', named('right')),
        line('Reported, but not in the imported history', named('not-on-file')),
        line(silent, `${fewNames(others, count)}${note}`),
      ],
      '',
    ),
    ...(reported.length > namesMax ? [withCommand('All that were reported:', opening)] : []),
    ...(count > namesMax ? [withCommand('All that are wrong:', all(facts))] : []),
  ];
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
      const label = each === 'asRecorded' ? 'as recorded' : 'as corrected';
      const [over, under] = [scan?.over[each][currency], scan?.under[each][currency]];
      return { label, over: over ?? '0', under: under ?? '0' };
    });
    const chart = { kind: 'chart', currency } as const;
    const title = `Too little and too much by ${axis}, in ${currency}, on ${basisName(basis)}`;
    const both = `Too little against too much in all, in ${currency}, counted both ways`;
    return [
      { ...chart, title, axis, bars },
      { ...chart, title: both, axis: 'averages', bars: sides },
    ];
  });
}

/** A bar for each deal, or for each month or year where the deals are too many to be seen. */
function overTime(
  deals: readonly WrongDeal[],
  basis: 'asRecorded' | 'asShouldHaveBeen',
): { axis: string; bars: Bar[] } {
  const ways: { axis: string; of: (deal: WrongDeal) => string }[] = [
    {
      axis: 'deal, in order of closing',
      of: ({ closedOn, deal }) => `${shortDay(closedOn)}, ${deal}`,
    },
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
  const weighed = facts.wrong.map((deal) => {
    return { deal, weight: sumOf([deal.over[basis], deal.under[basis]]) };
  });
  const sorted = weighed.toSorted((a, b) => compareAmounts(b.weight, a.weight));
  return sorted.map(({ deal }) => deal);
}

const dealsMax = 60;

function dealTable(facts: DossierFacts): Block[] {
  const some = new Set(largestDeals(facts).slice(0, dealsMax));
  const rows = facts.wrong
    .filter((deal) => some.has(deal))
    .map(({ deal, closedOn, people, currency, over, under }) => {
      const amounts = [over.asRecorded, under.asRecorded, over.asShouldHaveBeen];
      const said = [...amounts, under.asShouldHaveBeen].map(grouped);
      return [shortDay(closedOn), deal, grouped(`${people}`), currency, ...said];
    });
  const columns = [words('closed', 4), words('deal', 5), numbers('people', 3), words('in', 2)];
  const amounts = ['too much, recorded', 'too little, recorded'];
  const corrected = ['too much, corrected', 'too little, corrected'];
  const titles = [...amounts, ...corrected];
  const left = facts.wrong.length - rows.length;
  return [
    ...(rows.length === 0
      ? []
      : [table([...columns, ...titles.map((title) => numbers(title, 4.5))], rows)]),
    ...andMore(left, { of: 'deals, with smaller sums, all counted above', command: all(facts) }),
  ];
}

function rowBlocks(facts: DossierFacts): Block[] {
  const { rows, rowCount } = facts;
  const basis = basisOf(facts);
  const lines = rows.map(({ deal, investor, currency, recorded, ...due }) => {
    const amounts = [recorded, due.asRecorded, due.asShouldHaveBeen].map(grouped);
    return [deal, investor, currency, ...amounts, difference(recorded, due[basis])];
  });
  const titles = [
    'was given',
    'was due, recorded',
    'was due, corrected',
    'too much (+), too little',
  ];
  const columns = [words('deal', 3), words('investor', 3), words('in', 2)];
  const left = rowCount - rows.length;
  return [
    ...(left > 0 ? [paragraph(`The ${rows.length} largest of ${grouped(`${rowCount}`)}.`)] : []),
    ...(lines.length === 0
      ? [paragraph('None.')]
      : [table([...columns, ...titles.map((title) => numbers(title, 3))], lines)]),
    ...andMore(left, { of: 'wrong shares', command: all(facts) }),
  ];
}

const all = ({ incident }: DossierFacts): string =>
  `./makewhole impact ${incident.incidentId} --lines`;

function difference(given: string, due: string): string {
  const delta = minus(given, due);
  return compareAmounts(given, due) > 0 ? `+${grouped(delta)}` : grouped(delta);
}
