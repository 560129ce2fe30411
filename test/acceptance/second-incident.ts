import { randomBytes, sign, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { readPrivateKey } from '../../adapters/signing/private-key-file';
import type { IncidentStatus, Waiting } from '../../activities/ports/status';
import type { CommandAnswer, CommandEnvelope } from '../../contracts/command';
import { canonicalJson } from '../../proof/canonical-json';
import type { ChainHead } from '../../proof/evidence-chain';
import { kidOf } from '../../proof/key-id';
import { wireStatus } from '../../workers/wire-status';
import { until } from '../support/until';
import type { RunningStack } from './running-stack';

/** What of a command a test says itself; the rest is as it should be. */
export type Draft = Partial<CommandEnvelope> & {
  kind: CommandEnvelope['kind'];
  /** Whose key signs; `iss`, unless said. */
  signedWith?: KeyObject;
};

/** An incident on a running stack, and commands to it that the command line would never send. */
export class SecondIncident {
  private constructor(
    readonly stack: RunningStack,
    readonly id: string,
  ) {}

  static async open(stack: RunningStack, words: readonly string[]): Promise<SecondIncident> {
    const opening = ['incident', 'open', '--drill', '--summary', 'Another report', ...words];
    const { incident } = await stack.json<{ incident: string }>(opening);
    return new SecondIncident(stack, incident);
  }

  async status(): Promise<IncidentStatus> {
    const reader = wireStatus(this.stack.addresses.databaseUrl);
    try {
      const status = await reader.read(this.id);
      if (status === undefined) throw new Error(`there is no incident ${this.id}`);
      return status;
    } finally {
      await reader.close();
    }
  }

  /** The gate as `status` shows it, once it is open. */
  async gate(gateId: string): Promise<Waiting & { digest: string }> {
    let found: Waiting | undefined;
    await until(`gate ${gateId} of ${this.id} is open`, async () => {
      const { waitingFor } = await this.status();
      found = waitingFor.find((wait) => wait.gate === gateId);
      return found !== undefined;
    });
    return { ...found, digest: String(found?.digest) } as Waiting & { digest: string };
  }

  /** The key file of a person on this machine. */
  keyOf(person: string): KeyObject {
    return readPrivateKey(join(this.stack.stateDir, 'keys', `${person}.pem`));
  }

  /** A command as its bytes; whatever the draft says of itself, the key of `signedWith` signs. */
  command(by: string, draft: Draft): string {
    const { signedWith = this.keyOf(by), ...said } = draft;
    const now = Math.floor(Date.now() / 1000);
    const envelope = {
      iss: by,
      incident: this.id,
      subject: '',
      body: {},
      iat: now,
      exp: now + 600,
      jti: randomBytes(16).toString('base64url'),
      ...said,
    };
    return jwsOf({ envelope, kid: kidOf(this.keyOf(by)), key: signedWith });
  }

  /** Sends whatever it is as the update `command`, and gives the desk's answer. */
  async update(input: unknown): Promise<CommandAnswer> {
    const words = ['workflow', 'update', 'execute', '--workflow-id', `${this.id}/desk`];
    const message = ['--name', 'command', '--input', JSON.stringify(input)];
    const { code, out, err } = await this.stack.temporal([...words, ...message]);
    if (code !== 0) throw new Error(`temporal ${words.join(' ')}: ${err}${out}`);
    return (JSON.parse(out) as { result: CommandAnswer }).result;
  }

  async signal(to: { workflowId: string; name: string; input?: unknown }): Promise<void> {
    const words = ['workflow', 'signal', '--workflow-id', to.workflowId, '--name', to.name];
    const input = to.input === undefined ? [] : ['--input', JSON.stringify(to.input)];
    const { code, err } = await this.stack.temporal([...words, ...input]);
    if (code !== 0) throw new Error(`temporal ${words.join(' ')}: ${err}`);
  }

  /** How far the chain has come, as whoever decides signs it. */
  async head(): Promise<ChainHead> {
    const [head] = await this.stack.sql<ChainHead>(
      'SELECT seq::int, hash FROM evidence WHERE chain = $1 ORDER BY seq DESC LIMIT 1',
      [this.id],
    );
    if (head === undefined) throw new Error(`${this.id} has no evidence`);
    return head;
  }

  /** The codes of all refusals in evidence, oldest first. */
  async refusals(): Promise<string[]> {
    const rows = await this.stack.sql<{ code: string }>(
      `SELECT entry::jsonb #>> '{body,code}' AS code FROM evidence
       WHERE chain = $1 AND kind = 'refusal' ORDER BY seq`,
      [this.id],
    );
    return rows.map(({ code }) => code);
  }

  /** Everything a decision could change, as it stands. */
  async standing(): Promise<unknown> {
    const ofThis = (table: string, columns: string) =>
      this.stack.sql(`SELECT ${columns} FROM ${table} WHERE incident_id = $1 ORDER BY 1, 2`, [
        this.id,
      ]);
    return {
      gates: await ofThis('gates', 'gate_id, opening, subject, state'),
      votes: await ofThis('votes', 'gate_id, person_id, decision, opening'),
      payments: await ofThis('payments', 'payment_key, state'),
      transfers: await ofThis('unit_transfers', 'transfer_key, state'),
      letters: await ofThis('letters', 'stage, investor_id, state'),
      fixes: await ofThis('fixes', 'attempt, state'),
      holds: await ofThis('holds', 'kind, deal_id, state'),
      plans: await ofThis('plans', 'version, digest'),
      people: await this.stack.sql('SELECT person_id, roles, revoked_at FROM people ORDER BY 1'),
    };
  }
}

const encode = (value: unknown) => Buffer.from(canonicalJson(value)).toString('base64url');

/** A compact JWS whose header names one key and whose signature may be another's, or nobody's. */
export function jwsOf(given: {
  envelope: object;
  kid: string;
  key: KeyObject | null;
  alg?: string;
}): string {
  const { envelope, kid, key, alg = 'EdDSA' } = given;
  const input = `${encode({ alg, kid, typ: 'makewhole+jws' })}.${encode(envelope)}`;
  const signature = key === null ? '' : sign(null, Buffer.from(input), key).toString('base64url');
  return `${input}.${signature}`;
}
