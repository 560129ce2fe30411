import type { StackAddresses } from '../stack/stack-file';
import { waitFor, type Hands } from './hands';
import type { DemoHistory } from './history';
import { short, type Narrator } from './narrator';
import { drillPeople, type DrillPerson } from './people';

/** What `incident status` says, as far as the drill reads it. */
export type Status = {
  stage: string;
  severity: string;
  waitingFor: { for: string; id: string; digest?: string }[];
  freeze: { state: string; since: string | null };
  plan: { version: number; digest: string } | null;
};

/** One drill on a running stack. */
export type Drill = {
  hands: Hands;
  tell: Narrator;
  stack: StackAddresses;
  stateDir: string;
  /** A folder for what the drill itself writes. */
  folder: string;
  history: DemoHistory;
  today: string;
  incident: string;
};

/** Has one of the seven run a command, and shows it; who it is stands before the words. */
export async function has(drill: Drill, [person, ...words]: Line) {
  const signed = [...words, '--as', person];
  drill.tell.ran(person, signed);
  return drill.hands.run(signed);
}

type Line = readonly [person: DrillPerson, ...words: readonly string[]];
type Signing = { gate: string; by: readonly DrillPerson[] };

/** How the incident stands. */
export async function statusOf({ hands, incident }: Drill): Promise<Status> {
  return (await hands.run(['incident', 'status', incident])) as Status;
}

/** Waits until a gate is open, and gives the digest it is about. */
export async function openGate(drill: Drill, gate: string): Promise<string> {
  return waitFor(`gate ${gate} is open`, async () => {
    const { waitingFor } = await statusOf(drill);
    return waitingFor.find((wait) => wait.for === 'gate' && wait.id === gate)?.digest;
  });
}

/** People read what a gate is about and sign exactly that. */
export async function approve(drill: Drill, signing: Signing): Promise<void> {
  const { gate, by: people } = signing;
  const digest = await openGate(drill, gate);
  for (const person of people) {
    const words = ['decide', drill.incident, '--gate', gate, '--digest', digest, '--approve'];
    await drill.hands.run([...words, '--as', person]);
  }
  const names = people.map((id) => `${drillPeople[id].name} (${drillPeople[id].role})`);
  const signers = new Intl.ListFormat('en-GB').format(names);
  drill.tell.say(`Signed at gate ${gate}: ${signers}, on ${short(digest)}`);
}

/** Waits until so many letters of a stage have been sent. */
export async function lettersSent(drill: Drill, wanted: { stage: string; count: number }) {
  const { stage, count } = wanted;
  return waitFor(`${String(count)} letters of stage ${stage} are sent`, async () => {
    const rows = await drill.hands.lines(['letters', drill.incident]);
    const sent = rows.filter((row) => row['stage'] === stage && row['state'] === 'sent');
    return sent.length >= count ? sent : undefined;
  });
}
