import type { DealCase, Holder, RemedyRules } from '../../domain/remedy';
import { readDealFacts, readInvestorFacts, type FactTexts } from '../../domain/remedy-facts';

/** The rules of the packs `us-private` and `demo`, as remedies read them. */
export const rules: RemedyRules = {
  floor: { USD: '10.00' },
  residue: 'state',
  markTolerance: '0.05',
  redistribution: { retail: true, professional: true },
  interest: { method: 'simple', ratePercent: '8', dayCount: 'ACT/365F' },
};

/** Facts under which R2 is lawful at cost. */
export const redistributable = {
  stage: 'closed',
  error_clause: 'redistribution',
  mark: '1.00',
  mark_on: '2026-07-15',
  mark_source: 'Valuer Ltd',
  residual_commitment: 'yes',
  tax_filed: 'no',
};

/** Facts under which only cash compensation is left, three times above cost. */
export const compensable = {
  stage: 'closed',
  error_clause: 'none',
  mark: '3.00',
  mark_on: '2026-07-15',
  mark_source: 'Valuer Ltd',
};

/** Facts as they are stored, all from one source. */
export const texts = (facts: Record<string, string>): FactTexts =>
  new Map(Object.entries(facts).map(([name, text]) => [name, { text, source: 'test' }]));

type HolderArguments = [
  investor: string,
  delta: bigint,
  given?: { facts?: Record<string, string>; recorded?: bigint; detailsOnFile?: boolean },
];

/** A holder whose share is off by `delta`, in cents; active and professional unless said. */
export function holder(...[investor, delta, given = {}]: HolderArguments): Holder {
  const facts = readInvestorFacts(
    texts({ class: 'professional', status: 'active', ...given.facts }),
  );
  const { recorded = 10_000_000n, detailsOnFile = false } = given;
  return { investor, recorded, delta, facts, detailsOnFile };
}

/** D has 3,540.64 too much and E as much too little, paid on 2026-07-15, 14 days after closing. */
export function dealCase(
  facts: Record<string, string>,
  given: Partial<Omit<DealCase, 'facts'>> = {},
): DealCase {
  const holders = given.holders ?? [holder('D', 354_064n), holder('E', -354_064n)];
  return {
    deal: 'FRESH',
    currency: 'USD',
    closedOn: '2026-07-01',
    payOn: '2026-07-15',
    held: true,
    imbalance: holders.reduce((sum, { delta }) => sum + delta, 0n),
    rules,
    ...given,
    holders,
    facts: readDealFacts(texts(facts)),
  };
}
