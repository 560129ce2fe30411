import type { PolicyPack } from '../contracts/pack';
import type { RemedyRules } from '../domain/remedy';

/** The part of a pack that decides about remedies, without sources and dates. */
export function remedyRulesOf(pack: PolicyPack): RemedyRules {
  return {
    floor: pack.floor.value,
    residue: pack.residue.value,
    markTolerance: pack.markTolerance.value,
    redistribution: pack.redistribution.value,
    interest: pack.interest.value,
  };
}
