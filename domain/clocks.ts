import { businessDaysAfter, covers, nextBusinessDay, type BusinessCalendar } from './business-days';
import { addDays, addMonths, parseCivil } from './calendar';
import { compareCodePoints } from './code-points';
import { saidClocks, type TeamAnswers } from './said-clocks';

/** How long a clock runs, in one unit, and from which day. */
export type ClockTerm = {
  /**
   * The date it runs from, by its name. The names after the first are those it is never earlier
   * than: where the first is not on file it runs from the earliest of them, and is assumed.
   */
  readonly from: readonly string[];
  /** A date before which it does not begin to run. */
  readonly notBefore?: string | undefined;
  readonly days?: number | undefined;
  readonly businessDays?: number | undefined;
  readonly weeks?: number | undefined;
  readonly months?: number | undefined;
  readonly years?: number | undefined;
};

/** A clock of a policy pack: what has to be done by whom, and by when. */
export type ClockRule = {
  readonly name: string;
  readonly does: string;
  readonly owner: 'legal' | 'finance' | 'operations';
  /** Whether it runs once for the incident or once for each of its deals. */
  readonly of: 'incident' | 'deal';
  /** It is over when the last of them is. */
  readonly terms: readonly ClockTerm[];
  readonly warnDays: number;
  /** Its last day, where that is no business day, is the next one. */
  readonly rolls?: true | undefined;
  /** Whose business days are counted, by the name of a holiday calendar. */
  readonly calendar?: string | undefined;
  /** It runs where a fact is one of these; one that is not on file may be, and is assumed. */
  readonly onlyWhen?: { readonly fact: string; readonly among: readonly string[] } | undefined;
  /** Nothing runs before what it runs from has happened. */
  readonly onceBegun?: true | undefined;
};

/** The clocks of every regime, by their ids. */
export type ClockBook = Readonly<Record<string, Readonly<Record<string, ClockRule>>>>;

/** Facts and dates by name, as texts. */
export type ClockFacts = Readonly<Record<string, string | undefined>>;

/** What clocks are read from. Shapes: dates as `2026-11-21`. */
export type ClockSources = {
  readonly book: ClockBook;
  /** The regime of a deal that names none, or the incident's own pack. */
  readonly home: string;
  readonly pack: string;
  /** `opened_on`, `known_on`, and facts of the firm. */
  readonly incident: ClockFacts;
  /** `closed_on`, `policy` and whatever else is on file. */
  readonly deals: readonly { readonly deal: string; readonly facts: ClockFacts }[];
  /** Their newest answers, which name days of their own. */
  readonly teams: readonly TeamAnswers[];
  readonly met: readonly { readonly clock: string; readonly deal: string | null; on: string }[];
  readonly calendars: Readonly<Record<string, BusinessCalendar>>;
};

/** A clock that runs; its days are null where nothing is on file to count from. */
export type Clock = {
  readonly clock: string;
  readonly regime: string;
  readonly deal: string | null;
  readonly name: string;
  readonly does: string;
  readonly owner: ClockRule['owner'] | TeamAnswers['team'];
  readonly startsOn: string | null;
  readonly dueOn: string | null;
  readonly warnOn: string | null;
  /** Whether it rests on anything that nobody has said; `why` says on what. */
  readonly assumed: boolean;
  readonly why: readonly string[];
  readonly metOn: string | null;
};

/**
 * Every clock that runs for an incident and its deals, by rules and by what teams have said.
 *
 * Method: civil dates, no zone takes part; the day a term runs from is not counted; months and
 * years end on the same day, or on the last of a month that has none.
 * Order: those that are met last, those nobody can date before them, the next one due first.
 * Ensures: an unknown date never makes a clock later than it can be, and marks it as assumed.
 * Source: docs/severity.md; each rule of a pack names its own.
 */
export function clocksOf(sources: ClockSources): Clock[] {
  const { book, deals, incident, met } = sources;
  const regimes = deals.map((deal) => regimeOf(sources, deal.facts));
  const ofDeals = deals.flatMap(({ deal, facts }, index) => {
    const regime = regimes[index] ?? regimeOf(sources, facts);
    const dated = { ...facts, tax_due: taxDue(facts['closed_on']) };
    return rulesOf(book, { regime: regime.name, of: 'deal' }).flatMap(([clock, rule]) =>
      clockOf({ clock, rule, regime, deal, facts: { ...incident, ...dated } }, sources),
    );
  });
  const names = new Set(deals.length === 0 ? [sources.home] : regimes.map(({ name }) => name));
  const ofIncident = [...names].flatMap((name) =>
    rulesOf(book, { regime: name, of: 'incident' }).flatMap(([clock, rule]) =>
      clockOf({ clock, rule, regime: { name }, deal: null, facts: incident }, sources),
    ),
  );
  const said = saidClocks(sources.teams).map((each) => {
    const why = ['as the form says'];
    return { ...each, regime: sources.home, deal: null, startsOn: null, assumed: false, why };
  });
  const metOn = new Map(met.map(({ clock, deal, on }) => [keyOf({ clock, deal }), on]));
  return [...ofIncident, ...ofDeals, ...said]
    .map((each) => ({ ...each, metOn: metOn.get(keyOf(each)) ?? null }))
    .sort(byUrgency);
}

/** Clocks by what a reader has to do about them, seen from a day. Shapes: day as `2026-11-21`. */
export function sortedClocks(clocks: readonly Clock[], today: string) {
  const running = clocks.filter(({ metOn }) => metOn === null);
  const isPast = ({ dueOn }: Clock) => dueOn !== null && dueOn < today;
  return {
    past: running.filter(isPast),
    coming: running.filter((clock) => !isPast(clock)),
    met: clocks.filter(({ metOn }) => metOn !== null),
  };
}

/** What tells one clock of an incident from another. */
export const keyOf = ({ clock, deal }: { clock: string; deal: string | null }): string =>
  `${clock}/${deal ?? ''}`;

type Regime = { readonly name: string; readonly unlisted?: string };
type Running = {
  readonly clock: string;
  readonly rule: ClockRule;
  readonly regime: Regime;
  readonly deal: string | null;
  readonly facts: ClockFacts;
};

function regimeOf({ book, home, pack }: ClockSources, { policy = '' }: ClockFacts): Regime {
  if (policy === '' || policy === pack) return { name: home };
  return Object.hasOwn(book, policy) ? { name: policy } : { name: home, unlisted: policy };
}

function rulesOf(book: ClockBook, { regime, of }: { regime: string; of: ClockRule['of'] }) {
  const rules = Object.hasOwn(book, regime) ? (book[regime] ?? {}) : {};
  return Object.entries(rules).filter(([, rule]) => rule.of === of);
}

/** The return of a partnership that keeps calendar years is due on 15 March of the next one. */
function taxDue(closedOn: string | undefined): string | undefined {
  const closed = parseCivil(closedOn ?? '');
  return closed && `${String(closed.year + 1n).padStart(4, '0')}-03-15`;
}

function clockOf(running: Running, { calendars, home }: ClockSources): Clock[] {
  const { clock, rule, regime, deal, facts } = running;
  const { onlyWhen, name, does, owner } = rule;
  const why: string[] = [];
  const guess = (sentence: string) => why.push(sentence);
  if (regime.unlisted !== undefined) guess(`no clocks of ${regime.unlisted} on file: as ${home}`);
  if (onlyWhen !== undefined) {
    const found = facts[onlyWhen.fact] ?? '';
    if (found !== '' && found !== 'unknown' && !onlyWhen.among.includes(found)) return [];
    if (!onlyWhen.among.includes(found)) guess(`${onlyWhen.fact} is not on file: taken to apply`);
  }
  const calendar = rule.calendar === undefined ? undefined : calendars[rule.calendar];
  const ends = rule.terms.map((term) => endOf(term, { facts, guess, calendar }));
  const dated = ends.filter((end) => end !== undefined);
  if (dated.length < ends.length && rule.onceBegun) return [];
  const of = { clock, regime: regime.name, deal, name, does, owner, metOn: null };
  const last = dated.toSorted((a, b) => compareCodePoints(b.dueOn, a.dueOn))[0];
  if (last === undefined || dated.length < ends.length) {
    const none = { startsOn: null, dueOn: null, warnOn: null };
    return [{ ...of, ...none, assumed: true, why }];
  }
  const dueOn = rule.rolls && calendar ? nextBusinessDay(calendar, last.dueOn) : last.dueOn;
  const counts = rule.rolls === true || rule.terms.some((term) => term.businessDays !== undefined);
  if (counts && calendar && !covers(calendar, { first: last.startsOn, last: dueOn })) {
    guess(`holidays are on file from ${calendar.from} to ${calendar.until} alone`);
  }
  const { startsOn, from } = last;
  const warnOn = addDays(dueOn, -rule.warnDays);
  const assumed = why.length > 0;
  return [{ ...of, startsOn, dueOn, warnOn, assumed, why: [from, ...new Set(why)] }];
}

type Reading = {
  readonly facts: ClockFacts;
  readonly guess: (sentence: string) => void;
  readonly calendar: BusinessCalendar | undefined;
};

/** When one term ends; undefined where nothing is on file to count it from. */
function endOf(term: ClockTerm, reading: Reading) {
  const start = startOf(term, reading);
  if (start === undefined) return undefined;
  const { date: startsOn, name } = start;
  const from = `from ${name} ${startsOn}`;
  return { startsOn, dueOn: addTerm(startsOn, { term, calendar: reading.calendar }), from };
}

function startOf({ from, notBefore }: ClockTerm, { facts, guess }: Reading) {
  const [wanted = '', ...earliest] = from;
  const dateOf = (name: string) => {
    const date = facts[name] ?? '';
    return parseCivil(date) === undefined ? [] : [{ name, date }];
  };
  const known = dateOf(wanted)[0];
  const possible = earliest.flatMap(dateOf).sort((a, b) => compareCodePoints(a.date, b.date))[0];
  const start = known ?? possible;
  if (start === undefined) {
    guess(`${from.join(', ')}: nothing of it is on file`);
    return undefined;
  }
  if (known === undefined) {
    guess(`${wanted} is not on file: ${start.name} is the earliest it can be`);
  }
  const floor = notBefore === undefined ? undefined : dateOf(notBefore)[0];
  return floor !== undefined && floor.date > start.date ? floor : start;
}

function addTerm(
  date: string,
  { term, calendar }: { term: ClockTerm; calendar: BusinessCalendar | undefined },
): string {
  const { days = 0, weeks = 0, months = 0, years = 0, businessDays = 0 } = term;
  const later = addDays(addMonths(date, years * 12 + months), weeks * 7 + days);
  if (calendar === undefined || businessDays === 0) return later;
  return businessDaysAfter(calendar, { date: later, days: businessDays });
}

function byUrgency(a: Clock, b: Clock): number {
  const rank = ({ metOn, dueOn }: Clock) => (metOn !== null ? 2 : dueOn === null ? 1 : 0);
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  const [first, second] = [a, b].map(({ dueOn, deal, clock }) => {
    return `${dueOn ?? ''} ${deal ?? ''} ${clock}`;
  });
  return compareCodePoints(first ?? '', second ?? '');
}
