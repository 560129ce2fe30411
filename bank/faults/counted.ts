import { z } from 'zod';

/** Which orders a fault hits: the next `count` of them, to `match.to` where that is named. */
export const counted = {
  count: z.int().min(1).max(1_000_000),
  match: z.strictObject({ to: z.string().optional() }).optional(),
};

/** How long after an order something happens; 0 is before the next request. Units: seconds. */
export const seconds = z
  .number()
  .min(0)
  .max(365 * 86_400);

type Counted = { count: number; match?: { to?: string | undefined } | undefined };

/** Counts a fault's hits down. `hit` spends one, unless the order is to somebody else. */
export function countdown<Settings extends Counted>(settings: Settings) {
  let { count } = settings;
  return {
    left: (): Settings | undefined => (count > 0 ? { ...settings, count } : undefined),
    hit: ({ to }: { readonly to: string }): boolean => {
      if (count === 0 || (settings.match?.to ?? to) !== to) return false;
      count -= 1;
      return true;
    },
  };
}
