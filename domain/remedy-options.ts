import { formatMinor } from './money';
import { compensateInCash } from './remedies/compensate-in-cash';
import { letStand } from './remedies/let-stand';
import { newRound } from './remedies/new-round';
import { reCutBeforeClose } from './remedies/re-cut-before-close';
import { redistributeUnderAgreement } from './remedies/redistribute-under-agreement';
import { refundExcess } from './remedies/refund-excess';
import { repurchaseOffer } from './remedies/repurchase-offer';
import { topUpOffer } from './remedies/top-up-offer';
import { transferBetweenInvestors } from './remedies/transfer-between-investors';
import type { DealCase, Gate, Remedy, RemedyId, RemedyOption } from './remedy';

/** Every remedy there is, one file each. Order: R1 to R9. */
export const remedyCatalogue: Readonly<Record<RemedyId, Remedy>> = {
  R1: reCutBeforeClose,
  R2: redistributeUnderAgreement,
  R3: transferBetweenInvestors,
  R4: repurchaseOffer,
  R5: refundExcess,
  R6: topUpOffer,
  R7: newRound,
  R8: compensateInCash,
  R9: letStand,
};

/** The options of one deal by their id, all nine, none chosen yet. */
export type Options = Readonly<Record<RemedyId, RemedyOption>>;

/**
 * Weighs every remedy for a deal: gates with the facts they read, cost, cash need, consents, risk.
 *
 * Order: R1 to R9, so that R2 and R7 stand side by side with their risk and reason.
 * Ensures: an option is `open` only when no gate fails and none is unknown.
 */
export function optionsFor(deal: DealCase): Options {
  const weighed = Object.values(remedyCatalogue).map((remedy) => weigh(deal, remedy));
  return Object.fromEntries(weighed.map((option) => [option.remedy, option])) as Options;
}

function weigh(deal: DealCase, remedy: Remedy): RemedyOption {
  const { cost, cashNeed, ...terms } = remedy.terms(deal);
  const gates = remedy.gates(deal);
  const { notYetOffered } = remedy;
  return {
    deal: deal.deal,
    remedy: remedy.id,
    name: remedy.name,
    standing: notYetOffered === undefined ? standingOf(gates) : 'notYetOffered',
    ...(notYetOffered === undefined ? {} : { notYetOffered }),
    currency: deal.currency,
    ...terms,
    cost: cost === null ? null : formatMinor(cost, deal.currency),
    cashNeed: cashNeed === null ? null : formatMinor(cashNeed, deal.currency),
    gates,
    chosen: false,
  };
}

/** One failed gate settles it, so nobody is asked for facts that could not change the answer. */
function standingOf(gates: readonly Gate[]): 'open' | 'waits' | 'blocked' {
  if (gates.some(({ result }) => result === 'fail')) return 'blocked';
  const waits = gates.some(({ result, rowOnly }) => result === 'unknown' && rowOnly !== true);
  return waits ? 'waits' : 'open';
}
