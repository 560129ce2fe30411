import { z } from 'zod';
import { countdown, counted, seconds } from './counted';
import { faultKind } from './fault-kind';

/**
 * The next `count` orders (to `match.to`, if named) are late by `seconds`: the `answer`, although
 * they are booked at once, or the `booking`, until when they are accepted and pending.
 */
export const delay = faultKind({
  kind: 'delay',
  schema: z.strictObject({
    kind: z.literal('delay'),
    of: z.enum(['answer', 'booking']),
    seconds,
    ...counted,
  }),
  arm: (settings) => {
    const { left, hit } = countdown(settings);
    if (settings.of === 'booking') {
      const later = { bookAfter: settings.seconds };
      return { left, later: (order) => (hit(order) ? later : undefined) };
    }
    const spoilt = (_: unknown, answer: () => void): void => {
      setTimeout(answer, settings.seconds * 1000).unref();
    };
    return { left, spoil: (order) => (hit(order) ? spoilt : undefined) };
  },
});
