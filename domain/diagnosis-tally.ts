import { rightRule } from './explaining-rules';

/** A deal by which something is dated. */
export type DatedDeal = { readonly dealId: string; readonly closedOn: string };

/** A contiguous run of a version's deals, in order of closing, that the same rules explain. */
export type Run = {
  /** Rules that reproduce every deal of the run, earliest of the catalogue first; may be none. */
  readonly rules: readonly string[];
  readonly deals: number;
  readonly first: DatedDeal;
  readonly last: DatedDeal;
};

/** What is counted of one recorded rule version so far, safe for JSON. */
export type VersionTally = {
  readonly ruleVersion: string;
  readonly deals: number;
  /** By id of the rule: deals it reproduces to the unit. */
  readonly explained: Readonly<Record<string, number>>;
  /** The first deal that differs from `prorate@1`, and the last right one before it. */
  readonly firstWrong: DatedDeal | null;
  readonly lastRight: DatedDeal | null;
  /** Runs that are over: the first `runsMax` of `runsOver`. */
  readonly runs: readonly Run[];
  readonly runsOver: number;
  /** The run that may go on; null before the first deal. */
  readonly run: Run | null;
};

/** A version that changes its rule more often is told by its first runs and their number. */
export const runsMax = 20;

/** The tally of a version nobody has seen a deal of. */
export function emptyTally(ruleVersion: string): VersionTally {
  const dates = { firstWrong: null, lastRight: null };
  return { ruleVersion, deals: 0, explained: {}, ...dates, runs: [], runsOver: 0, run: null };
}

/**
 * Counts one more deal, explained by these rules.
 *
 * Order: deals by closing. A run goes on as long as one rule explains all of it, or none explains
 * any of it, which gives the least number of runs.
 */
export function tallyDeal(
  tally: VersionTally,
  { deal, rules }: { deal: DatedDeal; rules: readonly string[] },
): VersionTally {
  const dated = { dealId: deal.dealId, closedOn: deal.closedOn };
  const explained: Record<string, number> = { ...tally.explained };
  for (const rule of rules) explained[rule] = (explained[rule] ?? 0) + 1;
  const isRight = rules.includes(rightRule);
  const { ruleVersion, deals, firstWrong, lastRight } = tally;
  return {
    ruleVersion,
    deals: deals + 1,
    explained,
    firstWrong: firstWrong ?? (isRight ? null : dated),
    lastRight: firstWrong === null && isRight ? dated : lastRight,
    ...runsWith(tally, { dated, rules }),
  };
}

function runsWith(
  { runs, runsOver, run }: VersionTally,
  { dated, rules }: { dated: DatedDeal; rules: readonly string[] },
): Pick<VersionTally, 'runs' | 'runsOver' | 'run'> {
  const begun = { rules, deals: 1, first: dated, last: dated };
  if (run === null) return { runs, runsOver, run: begun };
  const common = run.rules.filter((rule) => rules.includes(rule));
  if (common.length > 0 || (run.rules.length === 0 && rules.length === 0)) {
    return { runs, runsOver, run: { ...run, rules: common, deals: run.deals + 1, last: dated } };
  }
  return {
    runs: runs.length < runsMax ? [...runs, run] : runs,
    runsOver: runsOver + 1,
    run: begun,
  };
}
