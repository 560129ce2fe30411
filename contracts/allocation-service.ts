import { z } from 'zod';
import type { allocationsPage, previewAnswer, previewRequest } from './allocation-wire';
import type { probeAnswer, probeRequest } from './allocation-wire';
import type { deployAnswer, deployRequest, holdAnswer, holdRequest } from './hold-wire';
import type { liftAnswer, serviceState } from './hold-wire';
import type { registerAnswer, registerRequest, transferAnswer } from './register-wire';

/** How every refusal and failure of the service is worded. */
export const serviceFailure = z.object({
  error: z.object({
    code: z.string(),
    kind: z.enum(['rejected', 'refused', 'fault', 'bug']),
    message: z.string(),
  }),
});

/** A lawful no of the service, in its own words. */
export type ServiceRefusal = {
  readonly kind: 'refused';
  readonly code: string;
  readonly reason: string;
};

/** What is live and what is held. */
export type ServiceState = z.infer<typeof serviceState>;

/** A hold to place: on the service, or on one deal. */
export type HoldOrder = z.infer<typeof holdRequest>;

/** A hold that stands, with the token that lifts it. */
export type PlacedHold = z.infer<typeof holdAnswer>;

/** What became of a lift; `HOLD_UNKNOWN` when the token was never given out. */
export type LiftAnswer =
  | { readonly kind: 'lifted'; readonly hold: Omit<z.infer<typeof liftAnswer>, 'lifted'> }
  | ServiceRefusal;

/** Past deals to be allocated by a rule, without effect. */
export type PreviewOrder = z.infer<typeof previewRequest>;

/** What a rule gives; a refusal when the service does not know the rule or cannot read a deal. */
export type PreviewAnswer =
  ({ readonly kind: 'previewed' } & z.infer<typeof previewAnswer>) | ServiceRefusal;

/** A made-up deal for the live version. */
export type ProbeOrder = z.infer<typeof probeRequest>;

/** What the live version gives, and which it is. */
export type ProbeAnswer = z.infer<typeof probeAnswer>;

/** Recorded allocations in order, and where to go on. */
export type AllocationsPage = z.infer<typeof allocationsPage>;

/** A deployment; while the service is frozen, under the token of a service hold that stands. */
export type DeployOrder = z.infer<typeof deployRequest> & { readonly holdToken?: string };

/** What became of a deployment. */
export type DeployAnswer =
  ({ readonly kind: 'deployed' } & z.infer<typeof deployAnswer>) | ServiceRefusal;

/** The register a deal begins with. */
export type RegisterFilling = z.infer<typeof registerRequest> & { readonly deal: string };

/** Who holds what of a deal, and how it came to be. */
export type Register = z.infer<typeof registerAnswer>;

/** What became of a filling; `REGISTER_EXISTS` when the register began otherwise. */
export type FillAnswer = { readonly kind: 'filled'; readonly register: Register } | ServiceRefusal;

/** What became of a transfer. */
export type TransferAnswer =
  ({ readonly kind: 'confirmed' } & z.infer<typeof transferAnswer>) | ServiceRefusal;

/**
 * The errors the service's adapter throws, told apart by `code`; every lawful no is a value.
 *
 * `SERVICE_UNREACHABLE` (fault): no answer, or an answer that it cannot work now. What was asked
 * may have happened; every call here may be made again.
 * `SERVICE_REJECTED` (bug): it cannot read what we send, or we cannot read its answer.
 */
export type ServiceFailureCode = 'SERVICE_UNREACHABLE' | 'SERVICE_REJECTED';

/**
 * The allocation service under response: the port through which an incident reads and moves it.
 *
 * Retry: every call is safe to repeat; see each endpoint in docs/allocator.md.
 */
export type AllocationService = {
  /** What is live, what is held, and how far allocations have come. */
  state(): Promise<ServiceState>;

  /** Freezes the service or holds one deal, and gives the token that lifts exactly this. */
  hold(order: HoldOrder): Promise<PlacedHold>;

  /** Whether the hold of this token stands; a token nobody gave out stands for nothing. */
  holdStanding(token: string): Promise<boolean>;

  /** Lifts one hold. Others go on standing, those of other incidents too. */
  lift(token: string): Promise<LiftAnswer>;

  /** Past deals under any rule of the catalogue, without effect; goes on while frozen. */
  preview(order: PreviewOrder): Promise<PreviewAnswer>;

  /** A made-up deal by the live version, recorded as no deal; goes on while frozen. */
  probe(order: ProbeOrder): Promise<ProbeAnswer>;

  /** Makes a rule live under a label that is new, or was given to the same content. */
  deploy(order: DeployOrder): Promise<DeployAnswer>;

  /** Allocations recorded after `seq`, at most `limit` of them. Order: by `seq`. */
  allocationsSince(seq: number, limit?: number): Promise<AllocationsPage>;

  /** Gives a deal its register, where it has none. */
  fillRegister(filling: RegisterFilling): Promise<FillAnswer>;

  /** Who holds what of a deal, and how it came to be; nothing when it has no register. */
  register(deal: string): Promise<Register | undefined>;

  /** Moves units by a signed instrument, once however often it is sent. */
  transfer(instrument: string): Promise<TransferAnswer>;

  /** The transfer confirmed under a key, if there is one. */
  transferByKey(key: string): Promise<z.infer<typeof transferAnswer> | undefined>;

  /** Writes the history as the three files of an import into `folder`, made where missing. */
  exportFolder(folder: string): Promise<void>;
};
