import { join } from 'node:path';
import { clocksOf, type ClockFacts } from '../../domain/clocks';
import { clockBookOf } from '../../policies/clock-book';
import { businessCalendars } from '../../policies/holiday-calendars';
import { loadPack } from '../../policies/load-pack';

const { pack } = loadPack({ folder: join(__dirname, '../../policies'), name: 'us-private' });
const opened = { opened_on: '2026-11-21' };
type Given = { policy?: string; deal?: ClockFacts; incident?: ClockFacts };

/** The clocks of an incident of 21 November 2026 about one deal. */
function clocks({ policy = 'us-private', deal = {}, incident = {} }: Given) {
  return clocksOf({
    book: clockBookOf(pack),
    home: pack.regime.value,
    pack: 'demo',
    incident: { ...opened, ...incident },
    deals: [{ deal: 'D', facts: { policy, ...deal } }],
    teams: [],
    met: [],
    calendars: businessCalendars(),
  });
}

const filed = { tax_filed: 'yes' };
const member = { finra_member: 'yes' };
/** due, warned, `assumed` where anything is. */
type Expected = [due: string, warned: string, assumed?: 'assumed'] | 'none' | 'undated';

const situations: [what: string, clock: string, Given, Expected][] = [
  // Form D: 15 days, a weekend or holiday rolls.
  [
    'a 15th day on a Thursday stands',
    'form-d',
    { deal: { first_sale_on: '2026-11-04' } },
    ['2026-11-19', '2026-11-14'],
  ],
  [
    'a 15th day on a Saturday is the Monday after',
    'form-d',
    { deal: { first_sale_on: '2026-11-06' } },
    ['2026-11-23', '2026-11-18'],
  ],
  [
    'a 15th day on Thanksgiving is the Friday after',
    'form-d',
    { deal: { first_sale_on: '2026-11-11' } },
    ['2026-11-27', '2026-11-22'],
  ],
  [
    'a 15th day on a Christmas Friday is the Monday after',
    'form-d',
    { deal: { first_sale_on: '2026-12-10' } },
    ['2026-12-28', '2026-12-23'],
  ],
  [
    'an observed New Year on a Friday rolls over the weekend too',
    'form-d',
    { deal: { first_sale_on: '2027-12-16' } },
    ['2028-01-03', '2027-12-29'],
  ],
  [
    'in a leap year 15 days from 14 February end on the 29th',
    'form-d',
    { deal: { first_sale_on: '2028-02-14' } },
    ['2028-02-29', '2028-02-24'],
  ],
  [
    'in another year they end on 1 March',
    'form-d',
    { deal: { first_sale_on: '2027-02-14' } },
    ['2027-03-01', '2027-02-24'],
  ],
  [
    'an unknown sale runs from the agreement where that came first',
    'form-d',
    { deal: { agreement_on: '2026-10-28', closed_on: '2026-11-07' } },
    ['2026-11-12', '2026-11-07', 'assumed'],
  ],
  [
    'an unknown sale runs from the closing where that came first',
    'form-d',
    { deal: { agreement_on: '2026-11-10', closed_on: '2026-11-07' } },
    ['2026-11-23', '2026-11-18', 'assumed'],
  ],
  [
    'a date nobody can read is unknown',
    'form-d',
    { deal: { first_sale_on: 'soon', closed_on: '2026-11-09' } },
    ['2026-11-24', '2026-11-19', 'assumed'],
  ],
  [
    'a date that does not exist is unknown',
    'form-d',
    { deal: { first_sale_on: '2026-02-30', closed_on: '2026-03-02' } },
    ['2026-03-17', '2026-03-12', 'assumed'],
  ],
  [
    'a known sale where no holidays are on file is assumed',
    'form-d',
    { deal: { first_sale_on: '2024-11-12' } },
    ['2024-11-27', '2024-11-22', 'assumed'],
  ],
  ['without a single date on file nobody can date it', 'form-d', {}, 'undated'],
  // Limitation and repose: civil years, no weekend rolls.
  [
    'a Delaware contract has 3 years, ending on a Sunday',
    'de-contract',
    { deal: { closed_on: '2024-11-21' } },
    ['2027-11-21', '2027-05-25'],
  ],
  [
    '3 years from 29 February end on the 28th',
    'de-contract',
    { deal: { closed_on: '2024-02-29' } },
    ['2027-02-28', '2026-09-01'],
  ],
  [
    'the warning crosses a leap day',
    'de-contract',
    { deal: { closed_on: '2025-03-01' } },
    ['2028-03-01', '2027-09-03'],
  ],
  ['a deal without a closing has no contract clock day', 'de-contract', {}, 'undated'],
  [
    'an unknown discovery runs from the closing, the earliest day it can be',
    '10b5-discovery',
    { deal: { closed_on: '2024-11-21' } },
    ['2026-11-21', '2026-08-23', 'assumed'],
  ],
  [
    'a known discovery runs 2 years',
    '10b5-discovery',
    { deal: { closed_on: '2024-11-21', discovered_on: '2026-11-19' } },
    ['2028-11-19', '2028-08-21'],
  ],
  [
    'a discovery on 29 February ends on the 28th a year later',
    's12-discovery',
    { deal: { closed_on: '2028-01-31', discovered_on: '2028-02-29' } },
    ['2029-02-28', '2028-12-30'],
  ],
  [
    'repose runs 5 years from the agreement while the sale is unknown',
    '10b5-repose',
    { deal: { agreement_on: '2024-11-01', closed_on: '2024-11-21' } },
    ['2029-11-01', '2029-05-05', 'assumed'],
  ],
  [
    'repose of section 12 runs 3 years from a known sale',
    's12-repose',
    { deal: { first_sale_on: '2024-11-04', closed_on: '2024-11-21' } },
    ['2027-11-04', '2027-05-08'],
  ],
  // Tax.
  [
    'an adjustment has 3 years from a return filed late',
    'tax-aar',
    { deal: { ...filed, closed_on: '2024-11-21', return_filed_on: '2025-09-10' } },
    ['2028-09-10', '2028-03-14'],
  ],
  [
    'from the due day where the return was filed early',
    'tax-aar',
    { deal: { ...filed, closed_on: '2024-11-21', return_filed_on: '2025-02-20' } },
    ['2028-03-15', '2027-09-17'],
  ],
  [
    'from the due day where nobody knows when it was filed',
    'tax-aar',
    { deal: { ...filed, closed_on: '2024-11-21' } },
    ['2028-03-15', '2027-09-17', 'assumed'],
  ],
  [
    'an adjustment is not for a year that is not filed',
    'tax-aar',
    { deal: { tax_filed: 'no', closed_on: '2026-11-07' } },
    'none',
  ],
  [
    'a year that is not filed has its Schedules K-1 in March',
    'tax-k1',
    { deal: { tax_filed: 'no', closed_on: '2026-11-07' } },
    ['2027-03-15', '2027-01-29'],
  ],
  [
    '15 March on a Sunday rolls to the Monday',
    'tax-k1',
    { deal: { tax_filed: 'no', closed_on: '2025-12-31' } },
    ['2026-03-16', '2026-01-30'],
  ],
  [
    'whether it is filed nobody knows: taken to apply',
    'tax-k1',
    { deal: { closed_on: '2026-11-07', tax_filed: 'unknown' } },
    ['2027-03-15', '2027-01-29', 'assumed'],
  ],
  // Offers: 30 days or 20 business days, whichever is longer.
  [
    '30 days are longer in November',
    'offer-window',
    { deal: { offered_on: '2026-11-23' } },
    ['2026-12-23', '2026-12-18'],
  ],
  [
    '20 business days are longer over Christmas, New Year and Martin Luther King Day',
    'offer-window',
    { deal: { offered_on: '2026-12-21' } },
    ['2027-01-21', '2027-01-16'],
  ],
  [
    'an offer on a Saturday counts its first business day on the Monday',
    'offer-window',
    { deal: { offered_on: '2026-12-19' } },
    ['2027-01-20', '2027-01-15'],
  ],
  [
    'no window runs before an offer is made',
    'offer-window',
    { deal: { closed_on: '2026-11-07' } },
    'none',
  ],
  // Reports.
  [
    'FINRA has 30 calendar days from the conclusion',
    'finra-4530',
    { incident: { ...member, concluded_on: '2026-12-02', known_on: '2026-11-18' } },
    ['2027-01-01', '2026-12-22'],
  ],
  [
    'from when it was known where nobody says when it was concluded',
    'finra-4530',
    { incident: { ...member, known_on: '2026-11-18' } },
    ['2026-12-18', '2026-12-08', 'assumed'],
  ],
  [
    'from the opening where nobody says when it was known',
    'finra-4530',
    { incident: member },
    ['2026-12-21', '2026-12-11', 'assumed'],
  ],
  [
    'who may be a member is taken for one',
    'finra-4530',
    { incident: { concluded_on: '2026-11-20' } },
    ['2026-12-20', '2026-12-10', 'assumed'],
  ],
  ['who is no member has no clock', 'finra-4530', { incident: { finra_member: 'no' } }, 'none'],
  [
    '30 days from 31 January cross February',
    'asic-report',
    { policy: 'au', incident: { known_on: '2026-01-31' } },
    ['2026-03-02', '2026-02-20'],
  ],
  [
    'an investigation of 30 days runs from the opening',
    'asic-investigation',
    { policy: 'au' },
    ['2026-12-21', '2026-12-11'],
  ],
  [
    '4 weeks are 28 days',
    'cssf-notice',
    { policy: 'lu-fund', incident: { known_on: '2026-11-19' } },
    ['2026-12-17', '2026-12-10'],
  ],
  [
    '8 weeks cross the year',
    'cssf-notice-last',
    { policy: 'lu-fund', incident: { known_on: '2026-11-19' } },
    ['2027-01-14', '2026-12-31'],
  ],
  ['a report of one regime is none of another’s', 'asic-report', { policy: 'uk' }, 'none'],
  // The United Kingdom, and clauses.
  [
    'a contract has 6 years in England',
    'uk-contract',
    { policy: 'uk', deal: { closed_on: '2020-12-31' } },
    ['2026-12-31', '2026-07-04'],
  ],
  [
    '6 years from 29 February end on the 28th',
    'uk-contract',
    { policy: 'uk', deal: { closed_on: '2024-02-29' } },
    ['2030-02-28', '2029-09-01'],
  ],
  [
    'a complaint has 3 years from knowledge where that is later than 6 from the event',
    'uk-ombudsman',
    { policy: 'uk', deal: { closed_on: '2021-05-31', discovered_on: '2026-11-19' } },
    ['2029-11-19', '2029-05-23'],
  ],
  [
    'and 6 years from the event where that is later',
    'uk-ombudsman',
    { policy: 'uk', deal: { closed_on: '2025-05-31', discovered_on: '2025-06-30' } },
    ['2031-05-31', '2030-12-02'],
  ],
  [
    'unknown knowledge is never later than the event',
    'uk-ombudsman',
    { policy: 'uk', deal: { closed_on: '2021-05-31' } },
    ['2027-05-31', '2026-12-02', 'assumed'],
  ],
  [
    'a clause on over-distributions has a year',
    'over-distribution',
    { deal: { error_clause: 'return-of-distributions', distributed_on: '2026-03-31' } },
    ['2027-03-31', '2027-01-30'],
  ],
  [
    'another clause has no such clock',
    'over-distribution',
    { deal: { error_clause: 'none', closed_on: '2026-03-31' } },
    'none',
  ],
  [
    'a deal under the incident’s own pack is of its regime',
    'de-contract',
    { policy: 'demo', deal: { closed_on: '2026-11-07' } },
    ['2029-11-07', '2029-05-11'],
  ],
  [
    'a policy without clocks goes by those at home, assumed',
    'de-contract',
    { policy: 'zurich', deal: { closed_on: '2026-11-07' } },
    ['2029-11-07', '2029-05-11', 'assumed'],
  ],
];

describe('clocksOf', () => {
  it.each(situations)('%s (%s)', (_what, id, given, expected) => {
    const found = clocks(given).filter(({ clock }) => clock === id);
    const [due, warned, assumed] =
      typeof expected === 'string' ? [null, null, 'assumed'] : expected;
    const wanted = { dueOn: due, warnOn: warned, assumed: assumed === 'assumed' };
    expect(found).toEqual(expected === 'none' ? [] : [expect.objectContaining(wanted)]);
    for (const { why } of found) expect(why.length > (due === null ? 0 : 1)).toBe(wanted.assumed);
  });

  it('covers every one of the pack’s clocks by at least 1 of more than 30 situations', () => {
    const ids = Object.values(pack.clocks).flatMap((rules) => Object.keys(rules));
    const tried = situations.map(([, clock]) => clock);
    expect(ids.filter((id) => !tried.includes(id))).toEqual([]);
    expect(situations.length).toBeGreaterThan(30);
  });

  it('says from which day each runs, and each thing that nobody has said', () => {
    const found = clocks({ policy: 'zurich', deal: { closed_on: '2025-11-20' } });
    expect(found.find(({ clock }) => clock === 'form-d')).toMatchObject({
      startsOn: '2025-11-20',
      why: [
        'from closed_on 2025-11-20',
        'no clocks of zurich on file: as us-private',
        'first_sale_on is not on file: closed_on is the earliest it can be',
        'holidays are on file from 2026-01-01 to 2028-12-31 alone',
      ],
    });
  });

  it('lists the next one first, then those nobody can date, then what is met', () => {
    const met = [
      { clock: 'de-contract', deal: 'A', on: '2026-11-20' },
      { clock: 'form-d', deal: null, on: '2026-11-20' }, // Of no deal: none of ours.
    ];
    const deals = [
      { deal: 'B', facts: { closed_on: '2026-11-07', first_sale_on: '2026-11-05' } },
      { deal: 'A', facts: { closed_on: '2024-11-21', first_sale_on: '2024-11-01', ...filed } },
      { deal: 'C', facts: {} },
    ];
    const book = { home: { 'form-d': clockBookOf(pack)['us-private']!['form-d']! } };
    const contract = { 'de-contract': clockBookOf(pack)['us-private']!['de-contract']! };
    const found = clocksOf({
      ...{ book: { home: { ...book.home, ...contract } }, home: 'home', pack: 'demo' },
      ...{ incident: opened, deals, teams: [], met, calendars: businessCalendars() },
    });
    expect(found.map(({ clock, deal, dueOn }) => [dueOn, deal, clock].join(' '))).toEqual([
      '2024-11-18 A form-d',
      '2026-11-20 B form-d',
      '2029-11-07 B de-contract',
      ' C de-contract',
      ' C form-d',
      '2027-11-21 A de-contract',
    ]);
    expect(found.at(-1)!.metOn).toBe('2026-11-20');
  });

  it('runs the incident’s own clocks once for each regime among 3 deals of 2', () => {
    const deals = ['us-private', 'au', 'au'].map((policy, index) => {
      return { deal: String(index), facts: { policy, closed_on: '2026-11-07' } };
    });
    const found = clocksOf({
      ...{ book: clockBookOf(pack), home: 'us-private', pack: 'demo', met: [] },
      ...{ incident: opened, deals, teams: [], calendars: businessCalendars() },
    });
    const own = found.filter(({ deal }) => deal === null).map(({ clock }) => clock);
    expect(own.sort()).toEqual(['asic-investigation', 'asic-report', 'finra-4530']);
  });
});
