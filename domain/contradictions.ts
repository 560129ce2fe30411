import { compareCodePoints } from './code-points';
import { topics } from './contradiction-topics';
import type { Claims } from './form-answers';
import type { Basis } from './plan';

/** Somebody's word on what a contradiction is about. */
export type Saying = { readonly who: string; readonly what: string };

/** Two words that cannot both be true. Shapes: `id` names what it is about, the same ever after. */
export type Contradiction = {
  readonly id: string;
  readonly about: string;
  readonly says: readonly Saying[];
};

/** What the scan of all deals found, as far as answers can be held against it. */
export type Found = {
  readonly basis: Basis;
  readonly dealsAffected: number;
  readonly peopleAffected: number;
  /** Some of the affected deals, first closed first. */
  readonly firstDeals: readonly string[];
  /** Of the deals that answers name: those that are wrong, and those that are on file. */
  readonly wrongDeals: ReadonlySet<string>;
  readonly dealsOnFile: ReadonlySet<string>;
  /** Of the people that answers name: their wrong shares, and who is on file. */
  readonly wrongShares: readonly { readonly investor: string; readonly deal: string }[];
  readonly peopleOnFile: ReadonlySet<string>;
  /** The platform's rule versions in the order in which they first appear. */
  readonly versions: readonly {
    readonly ruleVersion: string;
    readonly affected: number;
    readonly firstDeal: string | null;
    readonly firstClosedOn: string | null;
  }[];
};

/** An answer that was given, as far as it can be held against others. */
export type Said = { readonly who: string; readonly claims: Claims };

/** What answers are held against. */
export type Records = {
  /** The day it was first known, and what it was elsewhere on earth; none if not recorded. */
  readonly firstKnownOn: readonly string[];
  /** Null before the scan. */
  readonly found: Found | null;
};

/** A contradiction that stands, or one that a changed answer has ended. */
export type ListedContradiction = Contradiction & { readonly state: 'open' | 'changed' };

/** What contradicts each other among answers and records that stand at the same time. */
export function contradictionsOf(said: readonly Said[], records: Records): Contradiction[] {
  return topics.flatMap((topic) => topic(said, records));
}

/**
 * Every contradiction there has been while answers came in, each once: as it stands, or as it last
 * stood before a changed answer ended it. None is dropped.
 *
 * Method: after each answer, the newest of each team are held against each other and the records.
 * Order: open ones first, then by id.
 */
export function contradictionsOver(answers: readonly Said[], records: Records) {
  const newest = new Map<string, Said>();
  const seen = new Map<string, Contradiction>();
  let open = new Set<string>();
  for (const answer of answers) {
    newest.set(answer.who, answer);
    const said = [...newest.values()].sort((a, b) => compareCodePoints(a.who, b.who));
    const now = contradictionsOf(said, records);
    for (const each of now) seen.set(each.id, each);
    open = new Set(now.map(({ id }) => id));
  }
  const listed = [...seen.values()].map((each): ListedContradiction => {
    return { ...each, state: open.has(each.id) ? 'open' : 'changed' };
  });
  const rank = ({ state }: ListedContradiction) => (state === 'open' ? 0 : 1);
  return listed.sort((a, b) => rank(a) - rank(b) || compareCodePoints(a.id, b.id));
}
