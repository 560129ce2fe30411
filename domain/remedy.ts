import type { InterestTerms } from './interest';
import type { PlanLine } from './plan-line';
import type { DealFacts, FactOwner, InvestorFacts } from './remedy-facts';

/** The catalogue's ids, in its order. */
export type RemedyId = 'R1' | 'R2' | 'R3' | 'R4' | 'R5' | 'R6' | 'R7' | 'R8' | 'R9';

/** The part of a policy pack that remedies read. */
export type RemedyRules = {
  /** Below this a difference may stand. Units: decimal texts by currency. */
  readonly floor: Readonly<Record<string, string>>;
  /** Who gets what is owed but too small to pay out; never the firm. */
  readonly residue: string;
  /** How far a mark may lie from 1 for units still to move at cost. */
  readonly markTolerance: string;
  /** Whose excess a clause may redistribute without asking them. */
  readonly redistribution: { readonly retail: boolean; readonly professional: boolean };
  readonly interest: InterestTerms;
};

/** Somebody whose recorded share of the deal is wrong. Units: minor units at cost. */
export type Holder = {
  readonly investor: string;
  readonly recorded: bigint;
  /** Recorded less right: positive is over, negative is under, never 0. */
  readonly delta: bigint;
  readonly facts: InvestorFacts;
  /** Whether payment details are on file, so that even a small sum can be paid out. */
  readonly detailsOnFile: boolean;
};

/** One deal as a remedy is chosen for it. */
export type DealCase = {
  readonly deal: string;
  readonly currency: string;
  readonly closedOn: string;
  readonly payOn: string;
  /** Whether closings, wires and transfers of the deal are on hold for this incident. */
  readonly held: boolean;
  readonly facts: DealFacts;
  /** Those not settled by an approved version yet. Order: investor, by code point. */
  readonly holders: readonly Holder[];
  /** Σ recorded less Σ right over the whole deal: not 0 where money was stranded or invented. */
  readonly imbalance: bigint;
  readonly rules: RemedyRules;
  /** The remedy that part of this deal was approved with: the rest goes on with it. */
  readonly begunAs?: RemedyId;
  /** The remedy somebody asked for instead of the default. */
  readonly redraft?: { readonly remedy: string; readonly reason: string };
};

/**
 * One condition of a remedy, with the fact it read.
 *
 * Ensures: `unknown` comes with a question and the role that owns the answer.
 */
export type Gate = {
  readonly gate: string;
  readonly result: 'pass' | 'fail' | 'unknown';
  readonly fact: string;
  /** The fact's value as it was found, '' for none. */
  readonly found: string;
  /** Where the fact came from, '' for nobody. */
  readonly source: string;
  readonly says: string;
  readonly question?: string;
  readonly owner?: FactOwner;
  readonly investor?: string;
  /** Only this investor's rows wait; the rest of the deal goes on. */
  readonly rowOnly?: true;
};

/** What a remedy would mean, before anybody chooses it. Units: minor units. */
export type Terms = {
  readonly gets: { readonly over: string; readonly under: string };
  /** What it costs the firm for good; null while a fact it hangs on is unknown. */
  readonly cost: bigint | null;
  /** What the firm must have at hand, also where it comes back; null as above. */
  readonly cashNeed: bigint | null;
  readonly consents: readonly string[];
  /** About how long it takes once approved. Units: days. */
  readonly days: number;
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly reason: string };
  readonly silenceMeans: string;
  /** What it would cost were the mark another. Shapes: decimal texts. */
  readonly exposure?: readonly { readonly mark: string; readonly cost: string }[];
};

/** Something taken as true for want of a fact, in the investor's favour. */
export type Assumption = {
  readonly deal: string;
  readonly fact: string;
  readonly assumed: string;
  readonly effect: 'beneficial' | 'neutral';
  readonly because: string;
};

/** One entry of the catalogue. */
export type Remedy = {
  readonly id: RemedyId;
  readonly name: string;
  /** Why it can be read about but not chosen yet. */
  readonly notYetOffered?: string;
  readonly terms: (deal: DealCase) => Terms;
  readonly gates: (deal: DealCase) => Gate[];
  readonly lines: (deal: DealCase) => PlanLine[];
  readonly assumptions?: (deal: DealCase) => Assumption[];
};

/**
 * A remedy as one deal's option: what each side gets, what it costs, what stands in its way.
 *
 * Shapes: `cost` and `cashNeed` are decimal texts in `currency`; null where a fact is missing.
 */
export type RemedyOption = {
  readonly deal: string;
  readonly remedy: RemedyId;
  readonly name: string;
  readonly standing: 'open' | 'waits' | 'blocked' | 'notYetOffered';
  readonly notYetOffered?: string;
  readonly currency: string;
  readonly gets: { readonly over: string; readonly under: string };
  readonly cost: string | null;
  readonly cashNeed: string | null;
  readonly consents: readonly string[];
  readonly days: number;
  readonly risk: { readonly level: 'low' | 'medium' | 'high'; readonly reason: string };
  readonly silenceMeans: string;
  readonly exposure?: readonly { readonly mark: string; readonly cost: string }[];
  readonly gates: readonly Gate[];
  readonly chosen: boolean;
};
