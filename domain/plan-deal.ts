import { chooseRemedy } from './choose-remedy';
import { compareLines, type PlanLine } from './plan-line';
import { assertConserved } from './plan-conservation';
import type { Assumption, DealCase, Gate, RemedyId, RemedyOption } from './remedy';
import type { FactOwner } from './remedy-facts';
import { optionsFor, remedyCatalogue } from './remedy-options';

/** What a deal, or one investor's rows of it, waits for. */
export type Question = {
  readonly deal: string;
  readonly investor?: string;
  readonly fact: string;
  readonly question: string;
  readonly owner: FactOwner;
};

/** One deal as planned: its options, the chosen one with reasons, its lines, what is asked. */
export type DealPlan = {
  readonly deal: string;
  /** Null while the deal waits for a fact. */
  readonly remedy: RemedyId | null;
  readonly reasons: readonly string[];
  readonly options: readonly RemedyOption[];
  readonly lines: readonly PlanLine[];
  readonly questions: readonly Question[];
  readonly assumptions: readonly Assumption[];
};

/**
 * Plans one deal: weighs all remedies, chooses one, and writes its lines.
 *
 * Ensures: the lines conserve units and every account's legs; an investor who cannot take what is
 * owed holds their own rows only; an unknown fact holds this deal and no other.
 */
export function planDeal(deal: DealCase): DealPlan {
  const options = optionsFor(deal);
  const { remedy, reasons, open } = chooseRemedy(deal, options);
  const lines = remedy === null ? [] : linesOf({ deal, remedy, open });
  assertConserved(deal, lines);
  const planned = lines.length === 0 ? null : remedy;
  return {
    deal: deal.deal,
    remedy: planned,
    reasons,
    options: Object.values(options).map((option) => {
      return option.remedy === planned ? { ...option, chosen: true } : option;
    }),
    lines,
    questions: open.flatMap((gate) => questionOf(deal.deal, gate)),
    assumptions: planned === null ? [] : (remedyCatalogue[planned].assumptions?.(deal) ?? []),
  };
}

function linesOf(given: {
  deal: DealCase;
  remedy: RemedyId;
  open: readonly Gate[];
}): readonly PlanLine[] {
  const { deal, remedy, open } = given;
  const waiting = new Set(open.filter(({ rowOnly }) => rowOnly).map(({ investor }) => investor));
  const holders = deal.holders.filter(({ investor }) => !waiting.has(investor));
  return remedyCatalogue[remedy].lines({ ...deal, holders }).toSorted(compareLines);
}

function questionOf(deal: string, gate: Gate): Question[] {
  const { investor, fact, question, owner } = gate;
  if (question === undefined || owner === undefined) return [];
  return [{ deal, ...(investor === undefined ? {} : { investor }), fact, question, owner }];
}
