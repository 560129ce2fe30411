import { z } from 'zod';
import { countdown, counted } from './counted';
import { faultKind, type SpoiltAnswer } from './fault-kind';

const fail: SpoiltAnswer = (reply) => {
  const message = 'Something went wrong here; nothing is said about the order.';
  void reply.code(500).send({ error: { code: 'BANK_BROKEN', message } });
};

/** The next `count` orders (to `match.to`, if named) are booked, and answered with a 500. */
export const failAfterCommit = faultKind({
  kind: 'fail-after-commit',
  schema: z.strictObject({ kind: z.literal('fail-after-commit'), ...counted }),
  arm: (settings) => {
    const { left, hit } = countdown(settings);
    return { left, spoil: (order) => (hit(order) ? fail : undefined) };
  },
});
