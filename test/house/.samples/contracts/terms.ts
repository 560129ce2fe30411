import { z } from 'zod';
import type { Share } from '../domain/share';

/** Contracts may know the types of the domain, and run zod. */
export const terms = z.object({ amount: z.string() });
/** The units of a share. */
export const unitsOf = (share: Share): bigint => share.units;
