import { besideOneAtATime } from './nudges';
import type { World } from './world';

/**
 * Brings management and legal the dossier as things stand, each time it is asked for, beside
 * whatever follows: nobody's mail holds up a gate.
 *
 * Ensures: nothing is sent where what was sent last still says it all.
 */
export function dossierBringer(world: World): () => void {
  let sent = '';
  return besideOneAtATime(async () => {
    const { digest } = await world.draftDossier();
    if (digest !== sent) await world.sendDossier({ digest });
    sent = digest;
  });
}
