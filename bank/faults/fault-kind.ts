import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { Entry } from '../book';

/** An order as a fault sees it. */
export type FaultyOrder = { readonly from: string; readonly to: string };

/** What becomes of an order later than usual. Units: seconds after it was taken. */
export type Later = { readonly bookAfter?: number; readonly returnAfter?: number };

/** Ends the exchange its own way, after the payment is stored; `answer` is the bank's own word. */
export type SpoiltAnswer = (reply: FastifyReply, answer: () => void) => void;

/** A part of a statement, and the newest entry there is. */
export type Page = {
  readonly account: string;
  readonly lastSeq: number;
  readonly entries: readonly Entry[];
};

/**
 * A fault at work. A kind answers only the questions it is about, and may be used up by an answer.
 *
 * `refusal` and `later` are asked before an order is taken, `spoil` once for each one taken, `page`
 * for each page of a statement.
 */
export type ArmedFault = {
  /** The fault as it stands now, in the shape it is set with; `undefined` once it is used up. */
  left(): object | undefined;
  refusal?(order: FaultyOrder): string | undefined;
  later?(order: FaultyOrder): Later | undefined;
  spoil?(order: FaultyOrder): SpoiltAnswer | undefined;
  page?(page: Page): Page | undefined;
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
