import { setImmediate } from 'node:timers/promises';
import type { z } from 'zod';
import type { previewAnswer, previewRequest } from '../contracts/allocation-wire';
import type { probeAnswer, probeRequest } from '../contracts/allocation-wire';
import { formatMinor } from '../domain/money';
import type { Rule } from '../domain/rules/rule';
import { knownRule } from './known-rule';
import type { LiveVersion } from './live-version';
import { asksAt, minorAt } from './wire-amount';

/**
 * Allocates past deals by any rule of the catalogue, without effect and without the database.
 *
 * Order: deals as asked; between two of them others are served, a freeze above all.
 * @throws INPUT_INVALID (rejected) on an unknown rule or on an amount that cannot be read.
 */
export async function preview(
  request: z.infer<typeof previewRequest>,
): Promise<z.infer<typeof previewAnswer>> {
  const rule = knownRule(request.rule);
  const deals = [];
  for (const [index, { dealId, ...made }] of request.deals.entries()) {
    const path = `deals[${String(index)}].`;
    deals.push({ dealId, allocations: divideBy(rule, { ...made, path }) });
    await setImmediate();
  }
  return { rule: rule.id, deals };
}

/**
 * Allocates one made-up deal by the live version, recorded as no deal.
 *
 * @throws INPUT_INVALID (rejected) on an amount that cannot be read.
 */
export function probe(
  live: LiveVersion,
  request: z.infer<typeof probeRequest>,
): z.infer<typeof probeAnswer> {
  const { rule, ruleVersion } = live;
  return { ruleVersion, rule, allocations: divideBy(knownRule(rule), { ...request, path: '' }) };
}

type MadeDeal = z.infer<typeof probeRequest> & { readonly path: string };

function divideBy(rule: Rule, { currency, allocation, requests, path }: MadeDeal) {
  const amount = minorAt({ amount: allocation, currency, path: `${path}allocation` });
  const shares = rule.allocate(amount, asksAt({ currency, path: `${path}requests` }, requests));
  return requests.map(({ investorId }) => {
    return { investorId, allocated: formatMinor(shares.get(investorId) ?? 0n, currency) };
  });
}
