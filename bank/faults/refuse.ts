import { z } from 'zod';
import { faultKind } from './fault-kind';

/** Payments from or to the named accounts are refused as closed, each for ever under its key. */
export const refuse = faultKind({
  kind: 'refuse',
  schema: z.strictObject({ kind: z.literal('refuse'), accounts: z.array(z.string()).min(1) }),
  arm: (settings) => {
    const closed = new Set(settings.accounts);
    return {
      left: () => settings,
      refusal: ({ from, to }) =>
        closed.has(from) || closed.has(to) ? 'ACCOUNT_CLOSED' : undefined,
    };
  },
});
