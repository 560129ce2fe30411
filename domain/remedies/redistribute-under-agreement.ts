import { canActGate, computedGate, factGate, overHolders, perHolder } from '../gates';
import { markOf, nearCost } from '../mark';
import { formatMinor } from '../money';
import type { DealCase, Gate, Remedy, Terms } from '../remedy';
import { differenceFor, redistributionLines } from './redistribution-lines';
import { interestOnExcess } from './transfer-between-investors';

/**
 * R2: units go from those who have too many to those who have too few, as the agreement allows.
 *
 * Method: the under-holder pays cost to the vehicle, the vehicle pays it on to the over-holder, and
 * the firm adds interest on the capital and whatever units at cost would take from either side.
 * Ensures: the vehicle pays out what came in for the same units; nobody ends below recorded facts.
 * Source: docs/remedies.md, R2: 3,540.64 called and refunded, interest of 14 days at 8 % is 10.86.
 */
export const redistributeUnderAgreement: Remedy = {
  id: 'R2',
  name: 'redistribution under the agreement',
  terms,
  gates,
  lines: redistributionLines,
};

function terms(deal: DealCase): Terms {
  const differences = deal.holders.reduce((sum, holder) => sum + differenceFor(deal, holder), 0n);
  const cost = markOf(deal) === 'unknown' ? null : interestOnExcess(deal) + differences;
  return {
    gets: {
      over: 'cost of the excess back, with interest; the units go',
      under: 'the missing units at cost, against an invoice',
    },
    cost,
    cashNeed: cost,
    consents: ['none beyond the agreement: its clause binds'],
    days: 30,
    risk: {
      level: 'medium',
      reason: 'may alienate investors: a position already confirmed is taken back',
    },
    silenceMeans: 'nothing: the clause binds without an answer; in a vote of holders, abstain',
  };
}

function gates(deal: DealCase): Gate[] {
  return [stageGate(deal), ...agreementGates(deal), priceGate(deal), ...partyGates(deal)];
}

function stageGate(deal: DealCase): Gate {
  return factGate({
    gate: 'closed',
    fact: deal.facts.stage,
    opens: 'R2',
    passes: (stage) => stage === 'closed',
    pass: 'The deal has closed and its units are held.',
    fail: 'The units are not issued yet, or no longer held.',
  });
}

function agreementGates({ facts, imbalance, currency }: DealCase): Gate[] {
  const amended = factGate({
    gate: 'tax',
    fact: facts.tax_amendment_accepted,
    opens: 'R2',
    passes: (value) => value === 'yes',
    pass: 'Tax papers are filed, and their amendment is accepted.',
    fail: 'Tax papers are filed, and amending them is not accepted.',
  });
  return [
    computedGate({
      gate: 'conserved',
      fact: 'allocations',
      found: formatMinor(imbalance, currency),
      passes: imbalance === 0n,
      says: 'What some have too much must be what others lack; the figure is the difference.',
    }),
    factGate({
      gate: 'clause',
      fact: facts.error_clause,
      opens: 'R2',
      passes: (clause) => clause === 'redistribution',
      pass: 'The agreement lets an error be redistributed.',
      fail: 'The agreement has no clause under which units may be moved back.',
    }),
    factGate({
      gate: 'residual-commitment',
      fact: facts.residual_commitment,
      opens: 'R2',
      passes: (binds) => binds === 'yes',
      pass: 'A signed request still binds, so the missing units can be called.',
      fail: 'The call would be an offer, and offers are not made yet.',
    }),
    facts.tax_filed.value === 'yes'
      ? amended
      : factGate({
          gate: 'tax',
          fact: facts.tax_filed,
          opens: 'R2',
          passes: () => true,
          pass: 'Tax papers are not filed yet.',
          fail: '',
        }),
  ];
}

function priceGate({ facts, rules }: DealCase): Gate {
  const paysDifference = facts.firm_pays_difference.value === 'yes';
  return factGate({
    gate: 'price',
    fact: facts.mark,
    opens: 'R2',
    passes: (mark) => paysDifference || nearCost(mark, rules.markTolerance),
    pass: 'Units can move at cost; where the mark is not 1, the firm pays the difference.',
    fail: `The mark is more than ${rules.markTolerance} from 1, and moving at cost would hurt.`,
  });
}

function partyGates(deal: DealCase): Gate[] {
  const { redistribution } = deal.rules;
  return [
    ...perHolder({
      holders: overHolders(deal),
      gate: 'class',
      fact: 'class',
      pass: 'The policy lets the excess of these investors be redistributed.',
      test: ({ facts }) =>
        factGate({
          gate: 'class',
          fact: facts.class,
          opens: 'R2',
          passes: (value) => redistribution[value],
          pass: '',
          fail: 'The policy leaves the excess with investors of this class unless they consent.',
        }),
    }),
    ...perHolder({
      holders: deal.holders,
      gate: 'can-act',
      fact: 'status',
      pass: 'Everybody on either side can act.',
      test: (holder) => canActGate(holder, 'R2'),
    }),
  ];
}
