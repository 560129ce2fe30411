import { z } from 'zod';
import { countdown, counted, seconds } from './counted';
import { faultKind } from './fault-kind';

/**
 * The next `count` orders (to `match.to`, if named) are booked, and come back `seconds` after that:
 * the payee's bank sends the money to the payer again.
 */
export const returnLater = faultKind({
  kind: 'return-later',
  schema: z.strictObject({ kind: z.literal('return-later'), seconds, ...counted }),
  arm: (settings) => {
    const { left, hit } = countdown(settings);
    const later = { returnAfter: settings.seconds };
    return { left, later: (order) => (hit(order) ? later : undefined) };
  },
});
