import { clocksOf } from '../../domain/clocks';
import type { RemedyOption } from '../../domain/remedy';
import type { CaseFile, DossierFacts, PostMortemFacts } from '../../templates/case-file';

const both = <T>(value: T) => ({ asRecorded: value, asShouldHaveBeen: value });
const hash = 'a'.repeat(64);
const id = (place: number) => `DEAL-${String(place).padStart(4, '0')}`;
const day = (place: number) => `20${String(10 + (place % 15))}-03-15`;
const named = (count: number) => Array.from({ length: count }, (_, place) => id(place));

/** A case of `deals` wrong deals, each for two people, by 1.00 too much and too little. */
function largeCase(deals: number): CaseFile {
  const sum = { USD: `${deals}.00` };
  const counted = { scanned: deals * 2, affected: both(deals) };
  const rule = { name: 'Report', does: 'Report it.', owner: 'legal', of: 'deal' } as const;
  const terms = [{ from: ['discovered_on', 'closed_on'], years: 20 }];
  return {
    incident: {
      ...{ incidentId: 'INC-2026-0042', summary: 'Shares are wrong', drill: false, pack: 'p' },
      ...{ openedAt: '2026-11-21T12:00:00.000Z', openedBy: 'olga', firstKnownAt: null },
      ...{ reportedBy: null, reportedDeals: named(deals), severity: 'Sev 1', basis: 'asRecorded' },
      ...{ severityReasons: [], severityLowered: null, assumptions: [], takenBy: null },
      takenAt: null,
    },
    sizing: { estimate: {}, actual: null, assumptions: [], ratio: {}, outside: [], history: [] },
    clocks: clocksOf({
      book: { home: { report: { ...rule, terms, warnDays: 7 } } },
      ...{ home: 'home', pack: 'home', incident: {}, met: [], calendars: {}, teams: [] },
      deals: named(deals).map((deal, place) => ({ deal, facts: { closed_on: day(place) } })),
    }),
    scan: {
      ...{ deals: counted, investors: counted, commitments: counted },
      ...{ over: both(sum), under: both(sum), diagnosis: [] },
      findings: { 'wrong-share': deals * 2 },
    },
    plan: {
      ...{ version: 7, digest: hash },
      manifest: {
        ...{
          incident: 'INC-2026-0042',
          version: 7,
          pack: 'p',
          packVersion: '1',
          basis: 'asRecorded',
        },
        ...{ ruleVersion: 'prorate@1', impactDigest: hash, payOn: '2026-12-01' },
        goodThrough: '2026-12-15',
        deals: named(deals).map((deal) => ({
          ...{ deal, remedy: 'R8', lines: 2, root: hash, dealDigest: hash, reasons: ['So.'] },
          totals: {
            currency: 'USD',
            out: { firm: '1.00' },
            in: {},
            units: '0.00',
            letStand: '0.00',
          },
        })),
      },
    },
    ...{ answers: [], unanswered: [], contradictions: [], evidence: { seq: 1, hash } },
  } as unknown as CaseFile;
}

/** What a dossier of such a case is written from, as the database gives it. */
export function largeDossier(deals: number): DossierFacts {
  const [rowsShown, dealsShown] = [120, 50];
  const sums = { over: both('1.00'), under: both('1.00') };
  const option = { remedy: 'R8', name: 'cash', standing: 'open', chosen: true, cost: '1.00' };
  const terms = { cashNeed: '1.00', currency: 'USD', days: 5, gates: [], consents: [] };
  const words = { gets: { over: 'keeps', under: 'cash' }, risk: { level: 'low', reason: 'so' } };
  const due = { recorded: '2.00', asRecorded: '1.00', asShouldHaveBeen: '1.00' };
  return {
    ...largeCase(deals),
    rowCount: deals * 2,
    rows: named(rowsShown).map((deal) => ({ deal, investor: 'A', currency: 'USD', ...due })),
    wrong: named(deals).map((deal, place) => {
      return { deal, closedOn: day(place), currency: 'USD', people: 2, ...sums };
    }),
    people: both({ over: deals, under: deals }),
    secondOpinion: { state: 'agrees', deals: { affected: deals, sampled: 9 }, commitments: 99 },
    excerpt: [],
    reported: named(deals).map((deal) => ({ deal, found: 'wrong' })),
    unreported: {
      count: deals,
      deals: named(dealsShown).map((deal) => ({ deal, found: 'moved' })),
    },
    deals: named(deals).map((deal, place) => {
      return { deal, name: deal, company: 'Inc', closedOn: day(place), facts: { stage: 'closed' } };
    }),
    options: named(deals).map((deal) => {
      return { deal, ...option, ...terms, ...words, silenceMeans: 'no' } as RemedyOption;
    }),
    unknownFacts: named(deals).map((deal) => ({ id: deal, role: 'finance', question: 'What?' })),
    frozen: { since: '2026-11-21T12:00:00.000Z', state: 'held' },
  };
}

/** What its post-mortem is written from. */
export function largePostMortem(deals: number): PostMortemFacts {
  const since = '2026-11-21T12:00:00.000Z';
  const wait = { role: 'finance', since, overAt: null, question: 'What?' };
  return {
    ...largeCase(deals),
    ...{
      stages: [],
      letters: [],
      refusals: [],
      lastRefusals: [],
      fixes: [],
      freeze: [],
      liveChecks: 0,
      signedHead: null,
    },
    ...{ paid: { USD: `${deals}.00` }, received: {}, units: {} },
    waits: named(deals).flatMap((deal) => [
      { ...wait, for: 'fact', id: deal },
      { ...wait, for: 'person', id: deal },
    ]),
    gates: named(deals).map((deal) => {
      return { gate: `plan/${deal}`, opening: 1, state: 'passed', reason: null };
    }),
  };
}
