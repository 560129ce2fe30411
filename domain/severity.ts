import { compareCodePoints } from './code-points';
import { parseMinor, parseScaled, toCommonScale } from './money';

/** How severe an incident is, gravest first; the value is what search attributes hold. */
export const severities = ['Sev X', 'Sev 1', 'Sev 2', 'Sev 3'] as const;

/** A level of severity. */
export type Severity = (typeof severities)[number];

const flags = ['serviceDown', 'moneyStillMoving', 'figuresUnknown'] as const;
const counts = [
  ...(['over', 'under', 'retail', 'deals', 'ageDays', 'capsBreached', 'freezeLapses'] as const),
] as const;

/**
 * What severity is decided from: as far as known, each named as reasons and matrices name it.
 *
 * Units: people are counted once a side, deals are those reported while no figure is known,
 * `ageDays` runs from the first wrong deal to the opening.
 * Shapes: amounts and ratios are decimal texts.
 */
export type SeverityFacts = {
  /** Whether the platform's service as a whole has failed. */
  readonly serviceDown: boolean;
  /** Whether the service still allocates, or held deals still move. */
  readonly moneyStillMoving: boolean;
  /** Whether shares have not been recomputed yet, so that the figures below are no facts. */
  readonly figuresUnknown: boolean;
  /** Σ of all wrong shares without sign, by currency. */
  readonly amount: Readonly<Record<string, string>>;
  /** The largest wrong share, by what that person holds or should hold, whichever is more. */
  readonly ofPosition: string;
} & Readonly<Record<(typeof counts)[number], number>>;

/** From which value on each fact says a level; one that is not named has no say. */
export type SeverityLimits = Partial<Record<(typeof flags)[number], true | undefined>> &
  Partial<Record<(typeof counts)[number], number | undefined>> & {
    readonly amount?: Readonly<Record<string, string>> | undefined;
    readonly ofPosition?: string | undefined;
  };

/** What says which level; a fact that reaches none says Sev 3. */
export type SeverityMatrix = Readonly<Record<Exclude<Severity, 'Sev 3'>, SeverityLimits>>;

/** One fact as the rule read it, and what follows from it. */
export type SeverityReason = {
  readonly fact: string;
  readonly value: string;
  readonly says: Severity;
  /** Somebody who signed has seen it at this value and lowered the level all the same. */
  readonly waived?: true;
};

/** A decided level with every fact that had a say in it. */
export type SeverityDecision = {
  readonly severity: Severity;
  readonly reasons: readonly SeverityReason[];
};

/** A level somebody lowered an incident to, and what every fact said when they signed. */
export type Lowering = {
  readonly to: Severity;
  readonly reasons: readonly SeverityReason[];
};

/**
 * Decides how severe an incident is, by the gravest of what its facts say.
 *
 * Method: each fact says the gravest level whose limit it reaches; an amount in a currency that the
 * matrix names nowhere says Sev 1, since nobody has said what it is worth.
 * Source: the brief's S1: a fault in a mission-critical operation is Sev 1, complete failure Sev X.
 */
export function decideSeverity(facts: SeverityFacts, matrix: SeverityMatrix): SeverityDecision {
  const says = (reaches: (limits: SeverityLimits) => boolean): Severity =>
    levels.find((level) => reaches(matrix[level])) ?? 'Sev 3';
  const reasons: SeverityReason[] = [
    ...flags.map((fact) => {
      const value = facts[fact];
      return { fact, value: String(value), says: says((limits) => value && limits[fact] === true) };
    }),
    ...amountReasons(facts, matrix),
    {
      fact: 'ofPosition',
      value: facts.ofPosition,
      says: says(({ ofPosition: limit }) => reached(facts.ofPosition, limit)),
    },
    ...counts.map((fact) => {
      const value = facts[fact];
      return {
        fact,
        value: String(value),
        says: says((limits) => value >= (limits[fact] ?? never)),
      };
    }),
  ];
  return { severity: gravest(reasons.map((reason) => reason.says)), reasons };
}

const levels = ['Sev X', 'Sev 1', 'Sev 2'] as const;
const never = Infinity;

function amountReasons({ amount }: SeverityFacts, matrix: SeverityMatrix): SeverityReason[] {
  const currencies = Object.keys(amount).sort(compareCodePoints);
  return currencies.map((currency) => {
    const value = amount[currency] ?? '0';
    const minor = parseMinor(value, currency);
    const limits = levels.flatMap((level) => {
      const limit = matrix[level].amount?.[currency];
      return limit === undefined ? [] : [{ level, from: parseMinor(limit, currency) }];
    });
    const unknown = limits.length === 0 && minor > 0n ? 'Sev 1' : 'Sev 3';
    const says = limits.find(({ from }) => minor >= from)?.level ?? unknown;
    return { fact: `amount.${currency}`, value, says };
  });
}

const reached = (value: string, limit: string | undefined): boolean =>
  limit !== undefined && !isMore(limit, value);

/**
 * The level that holds: it rises by itself and never falls by itself.
 *
 * Method: after somebody has lowered it, a fact counts again once it says a graver level than it
 * said to them, or reaches more; what they saw and weighed is waived.
 */
export function standingSeverity(given: {
  readonly decided: SeverityDecision;
  readonly standing: Severity | null;
  readonly lowering?: Lowering | undefined;
}): SeverityDecision {
  const { decided, standing, lowering } = given;
  const reasons = decided.reasons.map((reason): SeverityReason => {
    return lowering && isWaived(reason, lowering) ? { ...reason, waived: true } : reason;
  });
  const counting = reasons.filter(({ waived }) => waived !== true).map(({ says }) => says);
  return { severity: gravest([...counting, ...(standing === null ? [] : [standing])]), reasons };
}

function isWaived({ fact, value, says }: SeverityReason, { to, reasons }: Lowering): boolean {
  const then = reasons.find((reason) => reason.fact === fact);
  if (then === undefined || !isGraver(says, to) || isGraver(says, then.says)) return false;
  return !isMore(value, then.value);
}

/** Whether one decimal text is more than another; words such as `true` are never more. */
function isMore(value: string, than: string): boolean {
  if (!isDecimal.test(value) || !isDecimal.test(than)) return false;
  const [a = 0n, b = 0n] = toCommonScale([parseScaled(value), parseScaled(than)]);
  return a > b;
}

const isDecimal = /^\d+(\.\d+)?$/;

/** Whether a level is graver than another. */
export function isGraver(level: Severity, than: Severity): boolean {
  return severities.indexOf(level) < severities.indexOf(than);
}

/** Whether a text is a level of severity. */
export function isSeverity(text: string): text is Severity {
  return severities.some((severity) => severity === text);
}

function gravest(said: readonly Severity[]): Severity {
  return severities.find((severity) => said.includes(severity)) ?? 'Sev 3';
}
