import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './hands';
import { approve, has, lettersSent, statusOf, type Drill } from './drill';
import { readable } from './narrator';
import { formAnswers } from './people';

type ImpactLine = {
  deal: string;
  investor: string;
  recorded: string;
  shouldBe: { asRecorded: string; asShouldHaveBeen: string };
  delta: { asRecorded: string; asShouldHaveBeen: string };
};

/** 2. Somebody has it, the teams answer, every share is recomputed, the first letter goes out. */
export async function impact(drill: Drill): Promise<void> {
  const { tell, hands, incident } = drill;
  tell.act('What happened: paged, taken, asked, scanned, recomputed, acknowledged');
  await has(drill, ['olga', 'take', incident]);
  for (const [team, { person, answers }] of Object.entries(formAnswers)) {
    const file = join(drill.folder, `${team}.json`);
    writeFileSync(file, JSON.stringify(answers));
    await waitFor(`the form of ${team} is open`, async () => {
      const { waitingFor } = await statusOf(drill);
      return waitingFor.some((wait) => wait.for === 'form' && wait.id === team);
    });
    await has(drill, [person, 'answer', incident, '--team', team, '--file', file]);
  }
  await waitFor('every share is recomputed', async () => {
    const { stage } = await statusOf(drill);
    return !['freezing', 'declaring', 'gathering', 'recomputing'].includes(stage);
  });
  const rows = (await hands.lines(['impact', incident])) as unknown as ImpactLine[];
  tell.table(
    ['deal', 'investor', 'recorded', 'should be', 'Δ', 'Δ with contamination'],
    rows.map(({ deal, investor, recorded, shouldBe, delta }) => {
      const amounts = [recorded, shouldBe.asRecorded, delta.asRecorded, delta.asShouldHaveBeen];
      return [deal, investor, ...amounts.map(readable)];
    }),
  );
  const [{ rule, ruleVersion } = { rule: null, ruleVersion: '' }] = await wrongVersions(drill);
  tell.say(`Version ${ruleVersion} of the allocator is explained to the cent by ${String(rule)}.`);
  await approve(drill, { gate: 'letters/acknowledgement', by: ['carla', 'lena'] });
  await lettersSent(drill, { stage: 'acknowledgement', count: 2 });
  tell.say('Two investors have a first letter: no amount, no side, a person and a calendar.');
}

async function wrongVersions({ hands }: Drill) {
  const versions = (await hands.run(['diagnose'])) as {
    ruleVersion: string;
    rule: string | null;
    affected: number;
  }[];
  return versions.filter(({ affected }) => affected > 0);
}
