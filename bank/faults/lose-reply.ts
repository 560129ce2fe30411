import { z } from 'zod';
import { countdown, counted } from './counted';
import { faultKind, type SpoiltAnswer } from './fault-kind';

const cut: SpoiltAnswer = (reply) => {
  reply.hijack();
  reply.raw.destroy();
};

/**
 * The next `count` orders (to `match.to`, if named) are booked, and then the line goes dead:
 * the caller hears nothing and cannot know.
 */
export const loseReply = faultKind({
  kind: 'lose-reply',
  schema: z.strictObject({ kind: z.literal('lose-reply'), ...counted }),
  arm: (settings) => {
    const { left, hit } = countdown(settings);
    return { left, spoil: (order) => (hit(order) ? cut : undefined) };
  },
});
