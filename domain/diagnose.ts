import { toAsks } from './asks';
import type { ReplayDeal } from './replay';
import { ruleCatalogue } from './rule-catalogue';
import type { Rule } from './rules/rule';

/** A recorded deal with the platform's own label of the rule that divided it. */
export type DiagnosableDeal = ReplayDeal & { readonly ruleVersion: string };

/** A rule of the catalogue, with how many deals of a version it reproduces to the unit. */
export type Candidate = { readonly rule: string; readonly explained: number };

/** What is known of one recorded rule version. */
export type Diagnosis = {
  /** The platform's own label. */
  readonly ruleVersion: string;
  /** The rule that reproduces every deal of this version to the unit; null for no known rule. */
  readonly rule: string | null;
  readonly deals: number;
  /** Deals that `rule` reproduces, or the nearest candidate where there is none. */
  readonly explained: number;
  /** Deals that differ from `prorate@1`. */
  readonly affected: number;
  /** The first deal that differs from `prorate@1`: it dates the fault. Null when clean. */
  readonly firstDeal: string | null;
  readonly firstClosedOn: string | null;
  /** With no `rule`, the nearest three; with one, the others that explain every deal as well. */
  readonly candidates: readonly Candidate[];
};

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

/** As `diagnose`, one deal a call, for callers whose deals arrive in pages. */
export function openDiagnosis(before: DiagnosisState = []): {
  add: (deal: DiagnosableDeal) => void;
  /** What is counted so far: opened with it, another diagnosis goes on from here. */
  state: () => DiagnosisState;
  conclude: () => Diagnosis[];
} {
  const tallies = new Map<string, Tally>();
  for (const kept of before) tallies.set(kept.ruleVersion, tallyOf(kept));
  return {
    add(deal) {
      const tally = tallies.get(deal.ruleVersion) ?? newTally(deal.ruleVersion);
      tallies.set(deal.ruleVersion, tally);
      count(tally, deal);
    },
    state: () => [...tallies.values()].map(keep),
    conclude: () => [...tallies.values()].map(conclude),
  };
}

/** What a diagnosis has counted so far, a version each, safe for JSON. */
export type DiagnosisState = readonly {
  readonly ruleVersion: string;
  readonly deals: number;
  /** By id of the rule. */
  readonly explained: Readonly<Record<string, number>>;
  readonly first: { readonly dealId: string; readonly closedOn: string } | null;
}[];

function keep({ ruleVersion, deals, explained, first }: Tally): DiagnosisState[number] {
  const counts: Record<string, number> = {};
  for (const [rule, count] of explained) counts[rule.id] = count;
  return { ruleVersion, deals, explained: counts, first: first ?? null };
}

function tallyOf({ ruleVersion, deals, explained, first }: DiagnosisState[number]): Tally {
  const counts = ruleCatalogue.map((rule) => [rule, explained[rule.id] ?? 0] as const);
  return { ruleVersion, deals, explained: new Map(counts), first: first ?? undefined };
}

type Tally = {
  readonly ruleVersion: string;
  readonly explained: Map<Rule, number>;
  deals: number;
  first: { dealId: string; closedOn: string } | undefined;
};

function newTally(ruleVersion: string): Tally {
  const explained = new Map(ruleCatalogue.map((rule) => [rule, 0]));
  return { ruleVersion, explained, deals: 0, first: undefined };
}

function count(tally: Tally, deal: DiagnosableDeal): void {
  const { dealId, closedOn, currency, allocation, commitments } = deal;
  const asks = toAsks(currency, commitments);
  tally.deals += 1;
  for (const rule of ruleCatalogue) {
    const shares = rule.allocate(allocation, asks);
    const reproduces = commitments.every((row) => shares.get(row.investorId) === row.allocated);
    if (reproduces) tally.explained.set(rule, (tally.explained.get(rule) ?? 0) + 1);
    else if (rule.id === rightRule) tally.first ??= { dealId, closedOn };
  }
}

const rightRule = 'prorate@1';

function conclude(tally: Tally): Diagnosis {
  const { ruleVersion, deals, first } = tally;
  const counts = [...tally.explained].map(([rule, explained]) => ({ rule: rule.id, explained }));
  const whole = counts.filter(({ explained }) => explained === deals);
  // The sort is stable: equals keep the order of the catalogue.
  const nearest = counts
    .filter(({ explained }) => explained > 0)
    .sort((a, b) => b.explained - a.explained)
    .slice(0, candidatesMax);
  const right = counts.find(({ rule }) => rule === rightRule);
  return {
    ruleVersion,
    rule: whole[0]?.rule ?? null,
    deals,
    explained: (whole[0] ?? nearest[0])?.explained ?? 0,
    affected: deals - (right?.explained ?? 0),
    firstDeal: first?.dealId ?? null,
    firstClosedOn: first?.closedOn ?? null,
    candidates: whole.length > 0 ? whole.slice(1) : nearest,
  };
}
