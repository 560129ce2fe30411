import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

/** An order as a fault sees it. */
export type FaultyOrder = { readonly from: string; readonly to: string };

/** Ends the exchange in place of the bank's own answer, after the payment is stored. */
export type SpoiltAnswer = (reply: FastifyReply) => void;

/**
 * A fault at work. A kind answers only the questions it is about.
 *
 * `refusal` is asked before booking; `spoil` once for each booked order, and may use the fault up.
 */
export type ArmedFault = {
  /** The fault as it stands now, in the shape it is set with; `undefined` once it is used up. */
  left(): object | undefined;
  refusal?(order: FaultyOrder): string | undefined;
  spoil?(order: FaultyOrder): SpoiltAnswer | undefined;
};

/** One entry of the catalogue: a kind's name, and how its settings become a fault at work. */
export type FaultKind = {
  readonly kind: string;
  arm(settings: unknown): ArmedFault;
};

/** Makes an entry of the catalogue. @throws ZodError from `arm` when the settings do not fit. */
export function faultKind<Schema extends z.ZodType>(entry: {
  kind: string;
  schema: Schema;
  arm: (settings: z.infer<Schema>) => ArmedFault;
}): FaultKind {
  return { kind: entry.kind, arm: (settings) => entry.arm(entry.schema.parse(settings)) };
}
