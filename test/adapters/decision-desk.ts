import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { AnsweredCommand, OpeningPack } from '../../activities/ports/command-inbox';
import type { Gates } from '../../activities/ports/gates';
import { postgresApprovals } from '../../adapters/postgres/approvals';
import { postgresCommandBacklog } from '../../adapters/postgres/command-backlog';
import { postgresCommandInbox } from '../../adapters/postgres/command-inbox';
import { appendEvidence, headOf } from '../../adapters/postgres/evidence';
import { postgresGates } from '../../adapters/postgres/gates';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { postgresPeople } from '../../adapters/postgres/people';
import { inTransaction, openPool } from '../../adapters/postgres/pool';
import type { CommandEnvelope, CommandKind } from '../../contracts/command';
import type { PolicyPack } from '../../contracts/pack';
import type { DealTotals } from '../../domain/plan';
import { loadPack } from '../../policies/load-pack';
import { signCommand } from '../../proof/command-jws';
import { digestOf, sha256Hex } from '../../proof/digest';
import type { ChainHead } from '../../proof/evidence-chain';
import { keyIdOf } from '../../proof/registry-words';
import { createDatabase, type TestDatabase } from '../support/database';

/** The time at which everything in these tests begins. */
export const noon = '2026-11-21T12:00:00.000Z';
/** When everybody was enrolled. */
const longAgo = '2020-01-01T00:00:00.000Z';

/** An instant so many seconds after noon. */
export const after = (seconds: number): string =>
  new Date(Date.parse(noon) + seconds * 1000).toISOString();

const { pack } = loadPack({ folder: join(__dirname, '../../policies'), name: 'us-private' });
const days = (count: number) => count * 86_400;
const ladder = {
  reminders: [days(1), days(3), days(7)],
  escalateAfter: days(10),
  escalateTo: 'management',
  expireAfter: days(14),
};

/** The pack in days, at any hour: gates remind after 1, 3, 7 days, escalate at 10, lapse at 14. */
export const opening = packWith({
  ladder: { ...pack.ladder, value: ladder },
  workingTime: { ...pack.ladder, value: 'round-the-clock' },
});

/** The pack us-private with other waits. */
export function packWith(waits: Partial<PolicyPack>): OpeningPack {
  const changed = { ...pack, ...waits };
  return { pack: changed, digest: digestOf(changed) };
}

/** What a test signs; what it leaves out is as it should be. */
export type Draft = Partial<Omit<CommandEnvelope, 'kind' | 'iat' | 'exp'>> & {
  kind: CommandKind;
  /** When it is signed. Units: seconds after noon. */
  signedAt?: number;
  life?: number;
};

/** What somebody is enrolled with. */
type Holding = { roles: string[]; interests: string[]; timeZone?: string; calendar?: string };

/** A registry, an inbox and gates on a database of their own. */
export class DecisionDesk {
  readonly keys = new Map<string, KeyObject>();
  /** The head of each incident's chain as people here have seen it last: `look` again. */
  private readonly seen = new Map<string, ChainHead>();

  /** As `makewhole_app`, like the workers. */
  readonly pool: Pool;
  /** As the owner: whoever gets at the tables behind our back. */
  readonly intruder: Pool;

  private constructor(
    readonly database: TestDatabase,
    /** The pack that incidents are opened under here. */
    readonly under: OpeningPack,
  ) {
    this.pool = openPool(database.appUrl);
    this.intruder = openPool(database.adminUrl);
  }

  static async open(under = opening): Promise<DecisionDesk> {
    const desk = new DecisionDesk(await createDatabase(), under);
    const publicKeyPem = desk.publicKeyOf('admin');
    const first = { id: 'admin', name: 'Admin', email: 'admin@example.com', publicKeyPem };
    await desk.people().bootstrapAdmin({ ...first, at: longAgo });
    return desk;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.intruder.end()]);
    await this.database.drop();
  }

  readonly people = () => postgresPeople(this.pool);
  readonly inbox = () => postgresCommandInbox(this.pool);
  readonly backlog = () => postgresCommandBacklog(this.pool);
  readonly gates = () => this.seeing(postgresGates(this.pool));
  readonly approvals = () => postgresApprovals(this.pool);

  /** Enrols a person with the key they already have here, or a new one. */
  async enrol(id: string, holding: string | Holding): Promise<void> {
    const entry =
      typeof holding === 'string' ? { roles: holding.split(' '), interests: [] } : holding;
    const publicKey = this.publicKeyOf(id);
    const email = `${id}@example.com`;
    await this.asAdmin({
      at: longAgo,
      kind: 'people-add',
      body: { id, name: id, email, ...entry, publicKey },
    });
  }

  async revoke(id: string, given: { at: string; compromised?: boolean }): Promise<void> {
    const { at, compromised = false } = given;
    const body = { id, compromised, reason: 'a test' };
    await this.asAdmin({ at, kind: 'people-revoke', body });
  }

  /** Somebody's new key, with which they sign from now on. */
  async addKey(id: string): Promise<void> {
    this.keys.delete(id);
    const body = { id, publicKey: this.publicKeyOf(id) };
    await this.asAdmin({ at: longAgo, kind: 'people-add-key', body });
  }

  /** The key they sign with turns out to be in other hands. */
  async revokeKey(id: string): Promise<void> {
    const body = { id, key: keyIdOf(this.publicKeyOf(id)), compromised: true, reason: 'a test' };
    await this.asAdmin({ at: after(60), kind: 'people-revoke-key', body });
  }

  async standIn(body: { id: string; standIn: string; from: string; until: string }): Promise<void> {
    await this.asAdmin({ at: noon, kind: 'people-stand-in', body });
  }

  /** Appends an entry that no command made, as whoever may insert can. */
  async forge(
    chain: string,
    { actor = 'makewhole', ...entry }: { kind: string; actor?: string; body: Body },
  ): Promise<void> {
    await inTransaction(this.pool, (tx) =>
      appendEvidence(tx, { chain, at: noon, actor, ...entry }),
    );
  }

  /** Puts the next version of some deals, by their totals, on file; gives its digest. */
  async planOnFile(incidentId: string, totals: DealTotals[] = []): Promise<string> {
    const deals = totals.map((each, index) => {
      return { deal: `D${index}`, remedy: 'R8', reasons: [], lines: 1, totals: each };
    });
    const head = { pack: 'test', packVersion: '1', basis: 'asRecorded', payOn: noon.slice(0, 10) };
    const version = 1 + (await this.count('FROM plans WHERE incident_id = $1', incidentId));
    const text = JSON.stringify({ ...head, deals, incident: incidentId, version });
    await this.pool.query(
      `INSERT INTO plans (incident_id, version, digest, manifest, manifest_text, makers, drafted_at)
       VALUES ($1, $2, $3, $4::jsonb, $5, '{}', $6)`,
      [incidentId, version, sha256Hex(text), text, text, noon],
    );
    return sha256Hex(text);
  }

  private async asAdmin({ at, ...draft }: { at: string } & Draft): Promise<void> {
    const signedAt = (Date.parse(at) - Date.parse(noon)) / 1000;
    const answer = await this.people().answer({
      jws: this.sign('admin', { signedAt, ...draft }),
      at,
    });
    if (!answer.accepted) throw new Error(answer.error.message);
  }

  private publicKeyOf(id: string): string {
    const privateKey = this.keys.get(id) ?? generateKeyPairSync('ed25519').privateKey;
    this.keys.set(id, privateKey);
    return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  }

  /** Has people look at an incident: what they decide from now on is on what lies there now. */
  async look(incidentId: string): Promise<void> {
    this.seen.set(incidentId, await this.head(incidentId));
  }

  /** Gates at which people have seen what was opened last. */
  private seeing(gates: Gates): Gates {
    return {
      ...gates,
      open: async (wish) => {
        const opened = await gates.open(wish);
        await this.look(wish.incidentId);
        return opened;
      },
    };
  }

  /** Signs with `person`'s key, whatever the draft says of itself. */
  sign(person: string, draft: Draft): string {
    const { signedAt = 0, life = 3600, body = {}, ...given } = draft;
    const head = this.seen.get(given.incident ?? '') ?? { seq: 1, hash: '0'.repeat(64) };
    const seen = deciding.includes(given.kind) ? { evidenceHead: head } : {};
    const iat = Math.floor(Date.parse(noon) / 1000) + signedAt;
    const envelope = {
      iss: person,
      incident: 'registry',
      subject: '',
      body: { ...seen, ...(body as Body) },
      jti: randomBytes(16).toString('base64url'),
      ...given,
      iat,
      exp: iat + life,
    };
    return signCommand(envelope, this.keys.get(person)!);
  }

  async openIncident(by: string, deals: string[] = []): Promise<string> {
    const { under } = this;
    const body = { summary: 'Shares look wrong', deals, estimate: {}, assumptions: [] };
    const jws = this.sign(by, {
      kind: 'open',
      body: { ...body, pack: under.pack.name, drill: true },
    });
    const { answer } = await this.inbox().open({ jws, at: noon, opening: under });
    if (!answer.accepted) throw new Error(answer.error.message);
    return answer.incident;
  }

  send(given: { incidentId: string; jws: string; at?: string }): Promise<AnsweredCommand> {
    return this.inbox().answer({ at: noon, ...given });
  }

  /** Signs and sends; answers `accepted` or the code of the refusal. */
  async tell(given: { incidentId: string; by: string; at?: string } & Draft): Promise<string> {
    const { incidentId, by, at, ...draft } = given;
    await this.look(incidentId);
    const jws = this.sign(by, { incident: incidentId, ...draft });
    const { answer } = await this.send({ incidentId, jws, ...(at === undefined ? {} : { at }) });
    return answer.accepted ? 'accepted' : answer.error.code;
  }

  vote(given: {
    incidentId: string;
    by: string;
    gate: string;
    opening?: number;
    subject: string;
    decision?: 'approve' | 'reject';
    reason?: string;
    at?: string;
  }): Promise<string> {
    const { incidentId, by, gate, opening = 1, subject, decision = 'approve', reason, at } = given;
    const body = { gate, opening, decision, ...(reason === undefined ? {} : { reason }) };
    const signedAt = at === undefined ? 0 : (Date.parse(at) - Date.parse(noon)) / 1000;
    const told = { incidentId, by, kind: 'decide' as const, subject, body, signedAt };
    return this.tell({ ...told, ...(at === undefined ? {} : { at }) });
  }

  /** Puts a dossier on file and has `by` confirm it; answers as `tell` does. */
  async receipt(incidentId: string, by: string): Promise<string> {
    const subject = await this.dossier(incidentId, `dossier of ${incidentId}`);
    return this.tell({ incidentId, by, kind: 'receipt', subject });
  }

  async dossier(incidentId: string, text: string): Promise<string> {
    const digest = sha256Hex(text);
    await this.pool.query(
      `INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at)
       VALUES ($1, $2, 'dossier', 'text/markdown', $3, $4) ON CONFLICT DO NOTHING`,
      [digest, incidentId, Buffer.from(text), noon],
    );
    await this.forge(incidentId, { kind: 'dossier', body: { digest } });
    await this.look(incidentId);
    return digest;
  }

  readonly head = (chain: string) => headOf(this.pool, chain);

  async evidence(chain: string): Promise<{ kind: string; actor: string; body: Body }[]> {
    const { rows } = await this.pool.query<{ entry: string }>(
      'SELECT entry FROM evidence WHERE chain = $1 ORDER BY seq',
      [chain],
    );
    return rows.map(
      ({ entry }) => JSON.parse(entry) as { kind: string; actor: string; body: Body },
    );
  }

  /** Walks the chain, the tables and the registry, as `evidence verify` does. */
  readonly verify = (chain: string) => postgresEvidenceLog(this.pool).verify(chain);

  async count(sql: string, ...values: unknown[]): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>(
      `SELECT count(*)::int AS n ${sql}`,
      values,
    );
    return rows[0]!.n;
  }
}

type Body = Record<string, unknown>;

/** What is decided on what lies there: signed with the head of the chain. */
const deciding: readonly CommandKind[] = ['decide', 'withdraw-vote', 'ask-again', 'receipt'];
