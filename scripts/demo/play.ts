import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StackAddresses } from '../stack/stack-file';
import { close } from './close-act';
import type { Drill } from './drill';
import { fix } from './fix-act';
import { handsOn, type RunWords } from './hands';
import { buildHistory } from './history';
import { impact } from './impact-act';
import { narrator } from './narrator';
import { alarm } from './open-act';
import { plan } from './plan-act';
import { prove, type Proof } from './proof';
import { settle } from './settle-act';

/** What a played drill leaves. */
export type PlayedDrill = Proof & { incident: string; outcome: string; postMortem: string };

/**
 * Plays the two-deal incident from alarm to proof on a running stack.
 *
 * Order: the six steps of the story; the runbook itself goes at its own pace beside them.
 * Ensures: throws what a command said, when one did not do what it should.
 */
export async function playDrill(given: Play): Promise<PlayedDrill> {
  const drill = prepare(given);
  const on = { ...drill, incident: await alarm(drill) };
  await impact(on);
  await plan(on);
  await fix(on);
  await settle(on);
  const { postMortem } = await close(on);
  const proof = await prove(on);
  return { incident: on.incident, outcome: 'made-whole', ...proof, postMortem };
}

type Play = {
  stack: StackAddresses;
  stateDir: string;
  write: (line: string) => void;
  runWords: RunWords;
};

function prepare({ stack, stateDir, write, runWords }: Play): Drill {
  const folder = join(stateDir, 'drill');
  mkdirSync(folder, { recursive: true });
  const today = new Date().toISOString().slice(0, 10);
  const history = buildHistory(today);
  const shared = { stack, stateDir, folder, today, history };
  return { ...shared, hands: handsOn({ stateDir, runWords }), tell: narrator(write), incident: '' };
}
