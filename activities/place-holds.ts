import type { AllocationService } from '../contracts/allocation-service';
import type { Hold, Holds, HoldWish } from './ports/holds';

type Needs = { holds: Holds; service: AllocationService };

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
  // The service first: it is what stops the harm from growing.
  const placed: { kind: Hold['kind']; dealId: string; token: string }[] = [];
  try {
    for (const { kind, dealId } of missing) {
      const reason = `${incidentId}: allocations are under investigation`;
      const order =
        kind === 'service'
          ? ({ kind, incident: incidentId, reason } as const)
          : ({ kind, deal: dealId, incident: incidentId, reason } as const);
      const { token } = await service.hold(order);
      placed.push({ kind, dealId, token });
    }
  } finally {
    await holds.placed({ incidentId, holds: placed, at }); // Also what stood before a fault.
  }
  return { placed: placed.length };
}

/** Lifts one hold: the watch lets go first, then the service is told, then it is booked. */
export async function liftHolds(
  { holds, service }: Needs,
  lift: { incidentId: string; holds: Hold[]; at: string; why: string },
): Promise<void> {
  for (const hold of lift.holds) {
    await holds.lifting({ incidentId: lift.incidentId, hold });
    if (hold.token !== null) await service.lift(hold.token);
  }
  await holds.lifted(lift);
}
