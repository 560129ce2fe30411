import type { Remedy } from '../remedy';
import { interestOnExcess } from './transfer-between-investors';

/**
 * R5: the vehicle pays the excess back and cancels the units, against capital from somebody named.
 *
 * Source: docs/remedies.md, R5.
 */
export const refundExcess: Remedy = {
  id: 'R5',
  name: 'refund of excess',
  notYetOffered: 'never alone once closed, and who replaces the capital cannot be named yet',
  terms: (deal) => ({
    gets: { over: 'the excess back; the units are cancelled', under: 'nothing' },
    cost: interestOnExcess(deal),
    cashNeed: interestOnExcess(deal),
    consents: ['whoever replaces the capital'],
    days: 20,
    risk: { level: 'medium', reason: 'takes capital out unless somebody puts it back first' },
    silenceMeans: 'no',
  }),
  gates: () => [],
  lines: () => [],
};
