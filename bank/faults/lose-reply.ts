import { z } from 'zod';
import { faultKind } from './fault-kind';

/**
 * The next `count` orders (to `match.to`, if named) are booked, and then the line goes dead:
 * the caller hears nothing and cannot know.
 */
export const loseReply = faultKind({
  kind: 'lose-reply',
  schema: z.strictObject({
    kind: z.literal('lose-reply'),
    count: z.int().min(1).max(1_000_000),
    match: z.strictObject({ to: z.string().optional() }).optional(),
  }),
  arm: (settings) => {
    let count = settings.count;
    return {
      left: () => (count > 0 ? { ...settings, count } : undefined),
      spoil: ({ to }) => {
        if (count === 0 || (settings.match?.to ?? to) !== to) return undefined;
        count -= 1;
        return (reply) => {
          reply.hijack();
          reply.raw.destroy();
        };
      },
    };
  },
});
