// flagged in this file: imports/contracts-may-run
import { z } from 'zod';
import type { Share } from '../domain/share';
import { halve } from '../domain/share';

/** An order with its share. */
export const order = z.object({ amount: z.string() });
export type Order = z.infer<typeof order>;
/** The share that an order is about, halved. */
export const halved = (share: Share): bigint => halve(share.units);
/** A flag from the environment, which reads 'false' as true. */
export const flag = z.coerce.boolean(); // flagged: no-restricted-syntax
