import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from './hands';
import { approve, has, lettersSent, statusOf, type Drill } from './drill';
import { grouped } from '../../domain/grouped';
import { formAnswers } from './form-answers';
import type { DrillPerson } from './people';

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
  const { oldDeal: old, freshDeal: fresh } = drill.history;
  const forms = formAnswers({ today: drill.today, old, fresh });
  for (const [team, { person, answers }] of Object.entries(forms)) {
    await waitFor(`the form of ${team} is open`, async () => {
      const { waitingFor } = await statusOf(drill);
      return waitingFor.some((wait) => wait.for === 'form' && wait.id === team);
    });
    await handsIn(drill, { team, person, answers });
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
      return [deal, investor, ...amounts.map(grouped)];
    }),
  );
  const [{ rule, ruleVersion } = { rule: null, ruleVersion: '' }] = await wrongVersions(drill);
  tell.say(`Version ${ruleVersion} of the allocator is explained to the cent by ${String(rule)}.`);
  await settleContradictions(drill, { ...forms.operations.answers, deals: [old, fresh] });
  await tellDeadlines(drill);
  await approve(drill, { gate: 'letters/acknowledgement', by: ['carla', 'lena'] });
  await lettersSent(drill, { stage: 'acknowledgement', count: 2 });
  tell.say('Two investors have a first letter: no amount, no side, a person and a calendar.');
}

type Form = { team: string; person: DrillPerson; answers: object };

async function handsIn(drill: Drill, { team, person, answers }: Form): Promise<void> {
  const file = join(drill.folder, `${team}.json`);
  writeFileSync(file, JSON.stringify(answers));
  await has(drill, [person, 'answer', drill.incident, '--team', team, '--file', file]);
}

type Said = { id: string; about: string; says: { who: string; what: string }[]; state: string };

/** One is settled by looking again and answering anew, the other by an explanation, signed. */
async function settleContradictions(drill: Drill, lookedAgain: object): Promise<void> {
  const { tell, incident } = drill;
  const open = await contradictionsOf(drill, 'open');
  tell.say('What does not agree in answers and records:');
  tell.table(
    ['about', 'who', 'says'],
    open.flatMap(({ about, says }) =>
      says.map(({ who, what }, row) => [row === 0 ? about : '', who, what]),
    ),
  );
  await handsIn(drill, { team: 'operations', person: 'omar', answers: lookedAgain });
  const reason = 'Operations names the day its own check found it. Deadlines run from the call.';
  await has(drill, ['lena', 'form', 'explain', incident, 'first-known', '--reason', reason]);
  const left = await contradictionsOf(drill, 'open');
  tell.say(
    `Omar looked again and answered anew, Lena explained the rest; open: ${String(left.length)}.`,
  );
}

async function contradictionsOf({ hands, incident }: Drill, state: string): Promise<Said[]> {
  const { contradictions } = (await hands.run(['form', incident])) as { contradictions: Said[] };
  return contradictions.filter((each) => each.state === state);
}

type Deadline = { deal: string | null; name: string; dueOn: string | null; assumed: boolean };

async function tellDeadlines({ hands, tell, incident, today }: Drill): Promise<void> {
  const { clocks } = (await hands.run(['incident', 'clocks', incident])) as { clocks: Deadline[] };
  const next = clocks.find(({ dueOn }) => dueOn !== null && dueOn >= today);
  if (next === undefined) return;
  const { name, deal, dueOn, assumed } = next;
  const about = deal === null ? name : `${name} of ${deal}`;
  const sure = assumed ? ', the earliest it can be' : '';
  tell.say(
    `${String(clocks.length)} deadlines are watched; next is ${about}: ${dueOn ?? ''}${sure}.`,
  );
}

async function wrongVersions({ hands }: Drill) {
  const versions = (await hands.run(['diagnose'])) as {
    ruleVersion: string;
    rule: string | null;
    affected: number;
  }[];
  return versions.filter(({ affected }) => affected > 0);
}
