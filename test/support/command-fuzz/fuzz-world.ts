import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { DecisionDesk, noon, type Draft } from '../../adapters/decision-desk';
import type { ChainHead } from '../../../proof/evidence-chain';
import { kidOf } from '../../../proof/key-id';

/** What every vote here is about. */
export const subject = '3'.repeat(64);
/** A number below `below`, the same for the same seed. */
export type Pick = (below: number) => number;

const lettersOfJti = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** People, incidents with an open gate each, and drafts that nobody has used before. */
export class FuzzWorld {
  readonly incidents: string[] = [];
  /** How far each chain had come before its gate was opened. */
  readonly early = new Map<string, ChainHead>();
  readonly voters: string[];
  /** Each has a second key: `<id>#2`. */
  readonly twoKeyed: string[];
  /** Whose keys are taken away while commands are under way. */
  readonly leaving: string[];
  readonly pick: Pick;
  private votesGiven = 0;

  private constructor(
    readonly desk: DecisionDesk,
    { size, pick }: { size: number; pick: Pick },
  ) {
    this.pick = pick;
    const named = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => `${name}${String(index)}`);
    this.voters = named('voter', 24);
    this.twoKeyed = named('pair', Math.max(4, Math.ceil(size / 80)));
    this.leaving = named('leaver', Math.max(3, Math.ceil(size / 200)));
  }

  static async open({ size, pick }: { size: number; pick: Pick }): Promise<FuzzWorld> {
    const desk = await DecisionDesk.open();
    const world = new FuzzWorld(desk, { size, pick });
    const { voters, twoKeyed, leaving } = world;
    await desk.enrol('olga', 'on-call');
    await desk.enrol('carla', 'customer-success');
    await desk.enrol('erin', 'engineering');
    for (const id of [...voters, ...twoKeyed, ...leaving]) await desk.enrol(id, 'legal');
    for (const id of twoKeyed) await world.addKey(id);
    desk.keys.set('stranger', generateKeyPairSync('ed25519').privateKey);
    const count = Math.max(4, Math.ceil((size * 0.6) / voters.length));
    while (world.incidents.length < count) {
      const incidentId = await desk.openIncident('olga');
      world.early.set(incidentId, await desk.head(incidentId));
      await desk.gates().open({ incidentId, gateId: 'close', subject, at: noon });
      world.incidents.push(incidentId);
    }
    return world;
  }

  private async addKey(id: string): Promise<void> {
    const { privateKey } = generateKeyPairSync('ed25519');
    this.desk.keys.set(`${id}#2`, privateKey);
    const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' });
    const jws = this.desk.sign('admin', { kind: 'people-add-key', body: { id, publicKey } });
    const answer = await this.desk.people().answer({ jws, at: noon });
    if (!answer.accepted) throw new Error(answer.error.message);
  }

  /** Whose each enrolled key is, by its id. */
  owners(): Map<string, string> {
    const enrolled = [...this.desk.keys].filter(([name]) => name !== 'stranger');
    return new Map(enrolled.map(([name, key]) => [kidOf(key), name.replace('#2', '')]));
  }

  one<T>(of: readonly T[]): T {
    return of[this.pick(of.length)]!;
  }

  /** An id drawn from the seed, so that the same seed sends the same commands. */
  jti(): string {
    return Array.from({ length: 22 }, () => lettersOfJti[this.pick(64)]).join('');
  }

  /** A person and an incident where they have not voted yet. */
  nextVote(): { by: string; incidentId: string } {
    const turn = this.votesGiven++;
    const by = this.voters[turn % this.voters.length]!;
    const place = Math.floor(turn / this.voters.length);
    const incidentId = this.incidents[place];
    if (incidentId === undefined) throw new Error('expected more incidents to vote on');
    return { by, incidentId };
  }

  vote(incidentId: string, given: Partial<Draft> = {}): Draft {
    const decision = this.pick(5) === 0 ? 'reject' : 'approve';
    const body = { gate: 'close', opening: 1, decision };
    return { kind: 'decide', incident: incidentId, subject, body, jti: this.jti(), ...given };
  }

  update(incidentId: string, given: Partial<Draft> = {}): Draft {
    const body = { text: `told everybody, ${this.jti()}` };
    return { kind: 'updated', incident: incidentId, body, jti: this.jti(), ...given };
  }
}
