import { z } from 'zod';
import type { Activities } from '../contracts/activities';
import { ofIncident } from '../contracts/activity-input';
import type { AllocationService } from '../contracts/allocation-service';
import { asRequest, sharesHold } from './certify-service';
import { versionOf } from './deploy-fix';
import { fail, parseInput } from './fail';
import type { Fixes } from './ports/fixes';

/**
 * Asks the live version for the incident's own deals, recorded as no deal, and certifies each.
 *
 * Ensures: another version than the one deployed does not hold, whatever it answers.
 */
export const probeFix = ({ fixes, service }: { fixes: Fixes; service: AllocationService }) =>
  async function probeFix(input) {
    const { incidentId, attempt, at } = parseInput(ofIncident.extend({ attempt: z.int() }), input);
    const fix = await fixes.latest(incidentId);
    if (fix?.attempt !== attempt) throw fail('NOT_FOUND', `no fix ${String(attempt)} is proposed`);
    const ruleVersion = versionOf({ incidentId, attempt, rule: fix.rule });
    const broken: string[] = [];
    const deals = await fixes.affectedDeals(incidentId);
    for (const deal of deals) {
      const { currency, allocation, requests } = asRequest(deal);
      const answer = await service.probe({ currency, allocation, requests });
      const right = answer.ruleVersion === ruleVersion && sharesHold(deal, answer.allocations);
      if (!right) broken.push(deal.dealId);
    }
    const holds = broken.length === 0;
    const state = holds ? 'live' : 'failed';
    const body = { attempt, ruleVersion, deals: deals.length, holds, broken };
    await fixes.moved({ incidentId, attempt, state, kind: 'probed', body, at });
    return { holds };
  } satisfies Activities['probeFix'];
