import { compareCodePoints } from './code-points';
import { parseMinor } from './money';

/** How severe an incident is, gravest first; the value is what search attributes hold. */
export const severities = ['Sev X', 'Sev 1', 'Sev 2', 'Sev 3'] as const;

/** A level of severity. */
export type Severity = (typeof severities)[number];

/** What severity is decided from. Shapes: amounts are decimal texts by currency. */
export type SeverityFacts = {
  readonly reportedDeals: number;
  /** People with a wrong share, as far as known. */
  readonly people: number;
  /** Σ of all wrong shares without sign, by currency. */
  readonly amount: Readonly<Record<string, string>>;
  /** Days since the first wrong deal closed. */
  readonly ageDays: number;
  /** Whether the service still allocates, or held deals still move. */
  readonly moneyStillMoving: boolean;
  /** Whether the platform's service as a whole has failed. */
  readonly serviceDown: boolean;
  /** Whether all deals have been recomputed, so that the figures above are facts. */
  readonly snapshotKnown: boolean;
};

/** From which sum of wrong shares a level applies. Shapes: decimal texts by currency. */
export type SeverityThresholds = {
  readonly sev1Amount: Readonly<Record<string, string>>;
  readonly sev2Amount: Readonly<Record<string, string>>;
};

/** One fact as the rule read it, and what follows from it. */
export type SeverityReason = {
  readonly fact: string;
  readonly value: string;
  readonly says: Severity;
};

/** A decided level with every fact that had a say in it. */
export type SeverityDecision = {
  readonly severity: Severity;
  readonly reasons: readonly SeverityReason[];
};

/**
 * Decides how severe an incident is, by the gravest of what its facts say.
 *
 * Method: a service that has failed as a whole is Sev X; money that still moves, or figures not
 * known yet, are Sev 1; then by the sum of wrong shares; a currency without a threshold is Sev 1.
 * Source: the brief's S1: a fault in a mission-critical operation is Sev 1, complete failure Sev X.
 */
export function decideSeverity(facts: SeverityFacts, limits: SeverityThresholds): SeverityDecision {
  const reasons: SeverityReason[] = [
    say({
      fact: 'serviceDown',
      value: facts.serviceDown,
      says: facts.serviceDown ? 'Sev X' : null,
    }),
    say({
      fact: 'moneyStillMoving',
      value: facts.moneyStillMoving,
      says: facts.moneyStillMoving ? 'Sev 1' : null,
    }),
    say({
      fact: 'snapshotKnown',
      value: facts.snapshotKnown,
      says: facts.snapshotKnown ? null : 'Sev 1',
    }),
    ...byAmount(facts, limits),
    say({ fact: 'people', value: facts.people, says: facts.people > 0 ? 'Sev 2' : null }),
    say({ fact: 'ageDays', value: facts.ageDays, says: null }),
    say({ fact: 'reportedDeals', value: facts.reportedDeals, says: null }),
  ];
  return { severity: gravest(reasons.map(({ says }) => says)), reasons };
}

/**
 * The level that holds after another decision: it rises by itself, and never falls by itself.
 */
export function raisedSeverity(standing: Severity | null, decided: Severity): Severity {
  return standing === null ? decided : gravest([standing, decided]);
}

/** Whether a text is a level of severity. */
export function isSeverity(text: string): text is Severity {
  return severities.some((severity) => severity === text);
}

function byAmount({ amount }: SeverityFacts, limits: SeverityThresholds): SeverityReason[] {
  const currencies = Object.keys(amount).sort(compareCodePoints);
  return currencies.map((currency) => {
    const value = amount[currency] ?? '0';
    const says = levelOf({ currency, value, limits });
    return { fact: `amount.${currency}`, value, says };
  });
}

function levelOf(given: { currency: string; value: string; limits: SeverityThresholds }): Severity {
  const { currency, value, limits } = given;
  const minor = parseMinor(value, currency);
  const reaches = (threshold: string | undefined): boolean =>
    threshold === undefined || minor >= parseMinor(threshold, currency);
  if (minor === 0n) return 'Sev 3';
  if (reaches(limits.sev1Amount[currency])) return 'Sev 1';
  return reaches(limits.sev2Amount[currency]) ? 'Sev 2' : 'Sev 3';
}

/** A fact that says nothing by itself leaves the mildest level standing. */
function say(given: {
  fact: string;
  value: boolean | number;
  says: Severity | null;
}): SeverityReason {
  return { fact: given.fact, value: String(given.value), says: given.says ?? 'Sev 3' };
}

function gravest(levels: readonly Severity[]): Severity {
  return severities.find((severity) => levels.includes(severity)) ?? 'Sev 3';
}
