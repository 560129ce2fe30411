import type { AllocationService, HoldOrder } from '../contracts/allocation-service';
import { fail } from './fail';
import type { Hold, Holds, HoldWish } from './ports/holds';

type Needs = { holds: Holds; service: AllocationService };

/** Of thousands of deals, what is done is booked as it goes: a try that is cut short keeps it. */
function* inHundreds<T>(items: readonly T[]): Generator<T[]> {
  for (let from = 0; from < items.length; from += 100) yield items.slice(from, from + 100);
}

/**
 * Has the service hold `subjects` for this incident, and books the tokens.
 *
 * Order: the wish is booked before the service is asked, so that a crash leaves a wish, no hold
 * nobody knows of.
 * Retry: safe; the service gives the same token for the same incident and subject.
 */
export async function placeHolds(
  { holds, service }: Needs,
  wish: HoldWish,
): Promise<{ placed: number }> {
  const { incidentId, at } = wish;
  await holds.ask(wish);
  const missing = (await holds.open(incidentId)).filter(({ state }) => {
    return state === 'asked' || state === 'lapsed';
  });
  for (const some of inHundreds(missing)) {
    // The service first: it is what stops the harm from growing.
    const placed: { kind: Hold['kind']; dealId: string; token: string }[] = [];
    try {
      for (const { kind, dealId } of some) {
        const { token } = await service.hold(orderOf(incidentId, { kind, dealId }));
        placed.push({ kind, dealId, token });
      }
    } finally {
      await holds.placed({ incidentId, holds: placed, at }); // Also what stood before a fault.
    }
  }
  return { placed: missing.length };
}

/**
 * Lifts holds: the watch lets go first, with how far allocations have come; then the service is
 * told, then it is booked.
 *
 * Method: the service is asked which holds of this incident stand, and for the token of each: one
 * in our books may be old, or somebody else's.
 * Retry: safe; what is gone is not lifted twice.
 * @throws LIFT_REFUSED (bug) when the service keeps a hold whose token it has just given.
 */
export async function liftHolds(
  { holds, service }: Needs,
  lift: { incidentId: string; holds: Hold[]; at: string; why: string; lastSeq?: number },
): Promise<void> {
  for (const some of inHundreds(lift.holds)) {
    await holds.lifting({ ...lift, holds: some });
    await letGo(service, { ...lift, holds: some });
    await holds.lifted({ ...lift, holds: some });
  }
}

async function letGo(
  service: AllocationService,
  { incidentId, holds }: { incidentId: string; holds: readonly Hold[] },
): Promise<void> {
  const standing = await standingOf(service, incidentId);
  for (const hold of holds) {
    if (!standing.has(nameOf(hold))) continue;
    const { token } = await service.hold(orderOf(incidentId, hold));
    const answer = await service.lift(token);
    if (answer.kind === 'lifted') continue;
    throw fail('LIFT_REFUSED', `${nameOf(hold)} still stands: ${answer.code}, ${answer.reason}`);
  }
}

type Subject = Pick<Hold, 'kind' | 'dealId'>;

/** What a hold is on, in one word. */
export const nameOf = ({ kind, dealId }: Subject): string => `${kind}:${dealId}`;

/** What the service itself says is held by an incident, by name. */
export async function standingOf(
  service: Pick<AllocationService, 'state'>,
  incidentId: string,
): Promise<Set<string>> {
  const { holds } = await service.state();
  const own = holds.filter(({ incident }) => incident === incidentId);
  return new Set(own.map(({ kind, deal = '' }) => nameOf({ kind, dealId: deal })));
}

function orderOf(incident: string, { kind, dealId }: Subject): HoldOrder {
  const reason = `${incident}: allocations are under investigation`;
  return kind === 'service' ? { kind, incident, reason } : { kind, deal: dealId, incident, reason };
}
