import { waitFor } from './hands';
import { approve, has, statusOf, type Drill } from './drill';
import { allocateLive } from './seed';

/** 4. The fix is proven on all past deals before two people let it go live. */
export async function fix(drill: Drill): Promise<void> {
  const { tell, hands, incident, stack, today } = drill;
  tell.act('The fix: replayed on every past deal, signed, deployed frozen, probed, live');
  const words = ['fix', 'propose', incident, '--rule', 'prorate@1', '--averages', 'recorded'];
  await has(drill, ['olga', ...words]);
  await approve(drill, { gate: 'unfreeze', by: ['erik', 'omar'] });
  await waitFor('the service is online again', async () => {
    return (await statusOf(drill)).freeze.state === 'lifted';
  });
  tell.say(
    'The service hold is lifted; the holds of both deals stand until their money has moved.',
  );
  await allocateLive(stack.allocatorUrl, today);
  await waitFor('the live allocation is certified', async () => {
    const entries = await hands.lines(['evidence', 'show', incident]);
    return entries.some((entry) => entry['kind'] === 'live-check');
  });
  tell.say('One new deal was allocated live, and its certificate holds.');
}
