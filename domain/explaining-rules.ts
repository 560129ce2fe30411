import { toAsks } from './asks';
import type { DiagnosableDeal } from './diagnose';
import type { DealColumns } from './kernel/deal-columns';
import { certifyColumns } from './kernel/certify-columns';
import { askColumns, toColumn } from './kernel/ask-columns';
import type { ReplayDeal } from './replay';
import { ruleCatalogue } from './rule-catalogue';
import type { Rule } from './rules/rule';

/** A recorded deal in columns, with the platform's own label of the rule that divided it. */
export type DiagnosableColumns = {
  readonly dealId: string;
  /** An ISO date, `2026-11-07`. */
  readonly closedOn: string;
  readonly ruleVersion: string;
  /** On averages as recorded; `undefined` where they have no place in exact floats. */
  readonly columns: DealColumns | undefined;
  /** What was recorded, a place per row. Units: minor units. */
  readonly recorded: Float64Array;
  /** The same deal in exact integers, made only where columns do not reach. */
  readonly plain: () => ReplayDeal;
};

/** The rule by which all others are measured. */
export const rightRule = 'prorate@1';

/**
 * Which rules of the catalogue reproduce a recorded deal to the unit, in columns where they can.
 *
 * Order: of the catalogue.
 * Ensures: the same rules as `explainingRulesOf`.
 */
export function explainingRules(deal: DiagnosableColumns): Rule[] {
  const { columns, recorded } = deal;
  const isRight = columns && certifyColumns(columns, recorded);
  let inIntegers: ((rule: Rule) => boolean) | undefined;
  return ruleCatalogue.filter((rule) => {
    if (rule.id === rightRule && isRight !== undefined) return isRight;
    const answer = columns && reproducesInColumns(rule, { columns, recorded });
    if (answer !== undefined) return answer;
    inIntegers ??= reproducesInIntegers(deal.plain());
    return inIntegers(rule);
  });
}

/** As `explainingRules`, every rule run in exact integers: slow, and nothing is skipped. */
export function explainingRulesOf(deal: ReplayDeal): Rule[] {
  return ruleCatalogue.filter(reproducesInIntegers(deal));
}

/** Brings a deal to columns, for callers who have it in integers only. */
export function diagnosableColumns(deal: DiagnosableDeal): DiagnosableColumns {
  const { dealId, closedOn, ruleVersion, currency, allocation, commitments } = deal;
  const recorded = toColumn(commitments.map((row) => row.allocated));
  const columns = recorded && askColumns(allocation, toAsks(currency, commitments));
  const plain = () => deal;
  return { dealId, closedOn, ruleVersion, columns, recorded: recorded ?? nothing, plain };
}

const nothing = new Float64Array(0);

let room = new Float64Array(256);

function reproducesInColumns(
  rule: Rule,
  { columns, recorded }: { columns: DealColumns; recorded: Float64Array },
): boolean | undefined {
  if (room.length < recorded.length) room = new Float64Array(2 * recorded.length);
  const shares = room.subarray(0, recorded.length);
  if (rule.inColumns?.(columns, shares) !== true) return undefined;
  for (let place = 0; place < recorded.length; place += 1) {
    if (shares[place] !== recorded[place]) return false;
  }
  return true;
}

function reproducesInIntegers(deal: ReplayDeal): (rule: Rule) => boolean {
  const { currency, allocation, commitments } = deal;
  const asks = toAsks(currency, commitments);
  return (rule) => {
    const shares = rule.allocate(allocation, asks);
    return commitments.every((row) => shares.get(row.investorId) === row.allocated);
  };
}
