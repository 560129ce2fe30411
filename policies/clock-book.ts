import type { PolicyPack } from '../contracts/pack';
import type { ClockBook } from '../domain/clocks';

/** The clocks of a pack, without sources and dates. */
export function clockBookOf({ clocks }: Pick<PolicyPack, 'clocks'>): ClockBook {
  const regimes = Object.entries(clocks).map(([regime, rules]) => {
    const own = Object.entries(rules).map(([clock, { value }]) => [clock, value] as const);
    return [regime, Object.fromEntries(own)] as const;
  });
  return Object.fromEntries(regimes);
}
