import type { PolicyPack } from '../../contracts/pack';
import type { Basis } from '../../domain/plan';
import type { DealPlan } from '../../domain/plan-deal';
import type { PlanLine } from '../../domain/plan-line';
import type { DealCase, RemedyOption } from '../../domain/remedy';
import type { PlanManifest, SealedPlan } from '../../proof/plan-digest';

/** A version of an incident's plan. */
export type PlanVersion = { incidentId: string; version: number };

/** A deal that still needs a remedy, with everything known about it but the day of payment. */
export type OpenDeal = Omit<DealCase, 'payOn' | 'rules'>;

/** What a plan is drafted from, as it stands now. */
export type PlanSources = {
  pack: PolicyPack;
  openedAt: string;
  basis: Basis;
  impactDigest: string;
  /** Deals with a difference on the basis and no approved line for it yet. */
  deals: OpenDeal[];
  /** The newest version, if there is one; `approved` when its gate has passed. */
  latest: { version: number; digest: string; manifest: PlanManifest; approved: boolean } | null;
};

/** What a draft leaves behind: all of it is committed together, or nothing is. */
export type PlanDrafting = {
  incidentId: string;
  at: string;
  /** The newest version the sources were read beside, 0 for none. */
  after: number;
  /** The version whose options these are. */
  version: number;
  planned: readonly DealPlan[];
  /** Left out where no new version came of it. */
  sealed?: SealedPlan;
};

/** A plan as stored. */
export type StoredPlan = {
  version: number;
  digest: string;
  manifest: PlanManifest;
  draftedAt: string;
  makers: string[];
};

/** A fact that a plan waits for: of whom or what, who can give it, and the question to them. */
export type AskedFact = {
  subject: 'deal' | 'investor';
  id: string;
  fact: string;
  role: string;
  question: string;
};

/**
 * A wrong deal that is in no plan yet, or only in part; `asks` is empty where no fact would help.
 */
export type WaitingDeal = { deal: string; partly: boolean; asks: AskedFact[] };

/** The plans of incidents: their sources, versions, lines and options. */
export type Plans = {
  /** Null while nothing has been recomputed; as if the version `besides` were not approved. */
  sources(incidentId: string, but?: { besides: number }): Promise<PlanSources | null>;
  /** The first version that a gate has passed and whose votes count no longer, unless rejected. */
  unsigned(incidentId: string): Promise<{ version: number; digest: string } | null>;
  /** Whether anybody has given a fact or chosen an option after a version was drafted. */
  changedSince(of: PlanVersion): Promise<boolean>;
  /**
   * Stores a draft: a version if there is one, its options, what waits for a fact, and evidence.
   *
   * Retry: a draft made beside an older version than the newest one is turned away, as a fault.
   */
  save(drafting: PlanDrafting): Promise<void>;
  /** One version, the newest unless said; null where there is none. */
  readPlan(of: { incidentId: string; version?: number }): Promise<StoredPlan | null>;
  /** A version's lines in the order of their leaves. */
  planLines(of: PlanVersion): Promise<(PlanLine & { leaf: string })[]>;
  /**
   * Recomputes a stored version from its lines up: every leaf, root, deal digest, and the digest.
   *
   * @throws PLAN_MISMATCH (bug) when anything differs, or there is no such version.
   */
  verifyPlan(of: PlanVersion): Promise<StoredPlan & { lines: PlanLine[] }>;
  /** The wrong deals that the newest plan and what is approved leave out. Order: by deal. */
  waitingDeals(incidentId: string): Promise<WaitingDeal[]>;
  /** The options weighed last for a deal, R1 to R9; none before the first draft. */
  options(of: { incidentId: string; deal: string }): Promise<RemedyOption[]>;
};
