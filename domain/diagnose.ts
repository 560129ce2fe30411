import { emptyTally, runsMax, tallyDeal, type Run, type VersionTally } from './diagnosis-tally';
import {
  diagnosableColumns,
  explainingRules,
  rightRule,
  type DiagnosableColumns,
} from './explaining-rules';
import type { ReplayDeal } from './replay';
import { ruleCatalogue } from './rule-catalogue';

/** A recorded deal with the platform's own label of the rule that divided it. */
export type DiagnosableDeal = ReplayDeal & { readonly ruleVersion: string };

/** A rule of the catalogue, with how many deals of a version it reproduces to the unit. */
export type Candidate = { readonly rule: string; readonly explained: number };

/** Deals of a version, one after another by closing, that one rule explains, or none. */
export type Period = {
  /** The rule that reproduces every deal of the period; null where none does. */
  readonly rule: string | null;
  readonly deals: number;
  readonly firstDeal: string;
  readonly firstClosedOn: string;
  readonly lastDeal: string;
  readonly lastClosedOn: string;
};

/** What is known of one recorded rule version. */
export type Diagnosis = {
  /** The platform's own label. */
  readonly ruleVersion: string;
  /** The rule that reproduces every deal of this version to the unit; null for no single rule. */
  readonly rule: string | null;
  readonly deals: number;
  /** Deals that `rule` reproduces, or the nearest candidate where there is none. */
  readonly explained: number;
  /** Deals that differ from `prorate@1`. */
  readonly affected: number;
  /** The first deal that differs from `prorate@1`: it dates the fault. Null when clean. */
  readonly firstDeal: string | null;
  readonly firstClosedOn: string | null;
  /** The last deal before that which is right; null where none is, or nothing is wrong. */
  readonly lastRightDeal: string | null;
  readonly lastRightClosedOn: string | null;
  /** With no `rule`, the nearest three; with one, the others that explain every deal as well. */
  readonly candidates: readonly Candidate[];
  /** With no `rule`, the fewest periods with one rule each, the first 20 of them; else empty. */
  readonly periods: readonly Period[];
  /** How many periods there are in all. */
  readonly periodCount: number;
};

/** What a diagnosis has counted so far, a version each, safe for JSON. */
export type DiagnosisState = readonly VersionTally[];

const candidatesMax = 3;

/**
 * Says, per recorded rule version, which rule of the catalogue explains every deal to the unit.
 *
 * Method: every rule is run on the averages as recorded, rows in the order of the import.
 * Order: deals by closing; versions come out as they first appear.
 * Ties: where several rules explain all, the earlier of the catalogue, so `prorate@1` first.
 */
export function diagnose(deals: Iterable<DiagnosableDeal>): Diagnosis[] {
  const diagnosis = openDiagnosis();
  for (const deal of deals) diagnosis.add(deal);
  return diagnosis.conclude();
}

/**
 * As `diagnose`, one deal a call, for callers whose deals arrive in pages.
 *
 * Ensures: opened with the `state` of another, it goes on as if that one had never been left.
 */
export function openDiagnosis(before: DiagnosisState = []): {
  add: (deal: DiagnosableDeal) => void;
  /** As `add`, for deals that are in columns already: nothing is brought to objects. */
  addColumns: (deal: DiagnosableColumns) => void;
  state: () => DiagnosisState;
  conclude: () => Diagnosis[];
} {
  const tallies = new Map(before.map((tally) => [tally.ruleVersion, tally]));
  const addColumns = (deal: DiagnosableColumns) => {
    const { ruleVersion } = deal;
    const rules = explainingRules(deal).map(({ id }) => id);
    const tally = tallies.get(ruleVersion) ?? emptyTally(ruleVersion);
    tallies.set(ruleVersion, tallyDeal(tally, { deal, rules }));
  };
  return {
    add: (deal) => addColumns(diagnosableColumns(deal)),
    addColumns,
    state: () => [...tallies.values()],
    conclude: () => [...tallies.values()].map(conclude),
  };
}

function conclude(tally: VersionTally): Diagnosis {
  const { ruleVersion, deals, firstWrong, lastRight } = tally;
  const counts = ruleCatalogue.map(({ id }) => ({ rule: id, explained: tally.explained[id] ?? 0 }));
  const whole = counts.filter(({ explained }) => explained === deals);
  // The sort is stable: equals keep the order of the catalogue.
  const nearest = counts
    .filter(({ explained }) => explained > 0)
    .sort((a, b) => b.explained - a.explained)
    .slice(0, candidatesMax);
  const isExplained = whole.length > 0;
  const before = firstWrong === null ? null : lastRight;
  return {
    ruleVersion,
    rule: whole[0]?.rule ?? null,
    deals,
    explained: (whole[0] ?? nearest[0])?.explained ?? 0,
    affected: deals - (tally.explained[rightRule] ?? 0),
    firstDeal: firstWrong?.dealId ?? null,
    firstClosedOn: firstWrong?.closedOn ?? null,
    lastRightDeal: before?.dealId ?? null,
    lastRightClosedOn: before?.closedOn ?? null,
    candidates: isExplained ? whole.slice(1) : nearest,
    periods: isExplained ? [] : periodsOf(tally),
    periodCount: isExplained ? 0 : tally.runsOver + 1,
  };
}

function periodsOf({ runs, run }: VersionTally): Period[] {
  const shown = run === null ? runs : [...runs, run];
  return shown.slice(0, runsMax).map(({ rules, deals, first, last }: Run) => ({
    rule: rules[0] ?? null,
    deals,
    firstDeal: first.dealId,
    firstClosedOn: first.closedOn,
    lastDeal: last.dealId,
    lastClosedOn: last.closedOn,
  }));
}
