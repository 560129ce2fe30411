import { join } from 'node:path';
import { exportHistory } from '../../workers/wire-allocator';
import { waitFor } from './hands';
import { has, statusOf, type Drill } from './drill';
import { drillPeople, enrol } from './people';
import { liveHistory, openAccounts, tryToAllocate } from './seed';

/** 1. People with keys, three years of history, the import, and the alarm that freezes at once. */
export async function alarm(drill: Drill): Promise<string> {
  const { hands, tell, stack, history, folder } = drill;
  tell.act('The alarm: a history, an import, and a freeze before anybody discusses it');
  await enrol(hands);
  const roles = Object.values(drillPeople).map(({ name, role }) => `${name} (${role})`);
  tell.say(`The admin enrolled seven people with keys of their own: ${roles.join(', ')}.`);

  await liveHistory(stack.allocatorUrl, history);
  await openAccounts(stack.bankUrl, history.freshDeal);
  const csv = join(folder, 'history');
  await exportHistory(stack.allocatorUrl, csv);
  tell.ran('olga', ['import', csv]);
  const imported = (await hands.run(['import', csv])) as { deals: number; investors: number };
  const { deals, investors } = imported;
  tell.say(`${String(deals)} deals of ${String(investors)} investors are on file.`);

  const opened = (await has(drill, [
    'olga',
    ...['incident', 'open', '--drill', '--summary', 'Two investors report wrong shares of deals'],
    ...['--deals', `${history.oldDeal},${history.freshDeal}`, '--reported-by', 'an investor'],
    ...['--estimate-deals', '2', '--estimate-investors', '4', '--estimate-amount', '8000 USD'],
    ...['--estimate-hours', '40', '--assume', 'only the two reported deals'],
  ])) as { incident: string };
  const on = { ...drill, incident: opened.incident };
  const severity = await waitFor('the service is frozen', async () => {
    const status = await statusOf(on);
    return status.freeze.state === 'frozen' ? status.severity : undefined;
  });
  tell.say(
    `${opened.incident} is open: ${severity}, the service and both reported deals are held.`,
  );
  const refused = await waitFor('the allocation service answers', () =>
    tryToAllocate(stack.allocatorUrl, drill.today),
  );
  tell.say(`A new allocation is refused at once: ${refused}`);
  return opened.incident;
}
