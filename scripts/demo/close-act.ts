import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './hands';
import { approve, openGate, statusOf, type Drill } from './drill';
import { grouped } from '../../domain/grouped';

type Sums = { owed: string; booked: string; moved: string; difference: string };

/** What the reconciliation says, out and in apart. */
export type Reconciliation = { out: Record<string, Sums>; in: Record<string, Sums> };

/** 6. Reconciled to the cent, written up, signed, mailed, closed. */
export async function close(drill: Drill): Promise<{ postMortem: string }> {
  const { tell, hands, incident } = drill;
  tell.act('The end: reconciled, written up, signed, mailed, closed');
  await openGate(drill, 'close');
  const sums = (await hands.run(['reconcile', incident])) as Reconciliation;
  tell.table(
    ['', 'owed', 'booked', 'moved', 'difference'],
    (['out', 'in'] as const).flatMap((way) =>
      Object.entries(sums[way]).map(([currency, { owed, booked, moved, difference }]) => {
        return [`${way} ${currency}`, ...[owed, booked, moved, difference].map(grouped)];
      }),
    ),
  );
  const postMortem = join(drill.folder, `${incident}-post-mortem.md`);
  writeFileSync(postMortem, await textOf(drill));
  await approve(drill, { gate: 'close', by: ['lena', 'maya'] });
  await waitFor('the incident is closed', async () => (await statusOf(drill)).stage === 'closed');
  tell.say(`The post-mortem is signed and mailed; a copy: ${postMortem}`);
  return { postMortem };
}

async function textOf({ hands, incident }: Drill): Promise<string> {
  const { markdown } = (await hands.run(['post-mortem', incident])) as { markdown: string };
  return markdown;
}
