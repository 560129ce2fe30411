import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { postgresEvidenceLog } from '../../adapters/postgres/evidence-log';
import { postgresPeople } from '../../adapters/postgres/people';
import { openPool } from '../../adapters/postgres/pool';
import { issueCommand } from '../../adapters/signing/issue-command';
import { makeSigner, type PersonSigner } from '../../adapters/signing/person-signer';
import type { CommandAnswer, CommandBody, CommandKind, Role } from '../../contracts/command';
import { createDatabase, type TestDatabase } from '../support/database';

/** The time at which everything in these tests happens. */
export const noon = '2026-11-21T12:00:00.000Z';
/** An instant so many seconds after noon. */
export const after = (seconds: number): string =>
  new Date(Date.parse(noon) + seconds * 1000).toISOString();

/** A registry of people on a database of its own, with everybody's key files in a folder. */
export class EnrolmentDesk {
  readonly stateDir = mkdtempSync(join(tmpdir(), 'makewhole-keys-'));
  /** As `makewhole_app`, like the workers. */
  readonly pool: Pool;
  /** As the owner: whoever gets at the tables behind our back. */
  readonly intruder: Pool;

  private constructor(readonly database: TestDatabase) {
    this.pool = openPool(database.appUrl);
    this.intruder = openPool(database.adminUrl);
  }

  /** With `admin` enrolled as the first one. */
  static async open(): Promise<EnrolmentDesk> {
    const desk = new EnrolmentDesk(await createDatabase());
    const { publicKeyPem } = desk.signer('admin');
    await desk.people().bootstrapAdmin({
      id: 'admin',
      name: 'Ada Admin',
      email: 'admin@example.com',
      publicKeyPem,
      at: noon,
    });
    return desk;
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.intruder.end()]);
    await this.database.drop();
    rmSync(this.stateDir, { recursive: true });
  }

  readonly people = () => postgresPeople(this.pool);
  readonly evidence = () => postgresEvidenceLog(this.pool);
  readonly signer = (person: string): PersonSigner => makeSigner(this.stateDir, person);

  /** What enrolling a person says; the key is made on the way. */
  entry(id: string, ...roles: Role[]): CommandBody<'people-add'> {
    const publicKey = this.signer(id).publicKeyPem;
    return {
      id,
      name: `Name of ${id}`,
      email: `${id}@example.com`,
      roles,
      publicKey,
      interests: [],
    };
  }

  sign<K extends CommandKind>(
    as: string,
    given: { kind: K; body: CommandBody<K>; incident?: string; subject?: string; at?: string },
  ): string {
    const { incident = 'registry', at = noon, ...draft } = given;
    return issueCommand({ ...draft, signer: this.signer(as), incident, at });
  }

  send(jws: string, at = noon): Promise<CommandAnswer> {
    return this.people().answer({ jws, at });
  }

  add(as: string, entry: CommandBody<'people-add'> & { at?: string }): Promise<CommandAnswer> {
    const { at = noon, ...body } = entry;
    return this.send(this.sign(as, { kind: 'people-add', body, at }), at);
  }

  /** The refusals on the registry's chain, oldest first, as their codes. */
  async refusals(): Promise<string[]> {
    const codes: string[] = [];
    for await (const { kind, body } of this.evidence().read('registry')) {
      if (kind === 'refusal') codes.push(String(body['code']));
    }
    return codes;
  }
}

/** The code of a refusal, or 'accepted'. */
export const codeOf = (answer: CommandAnswer): string =>
  answer.accepted ? 'accepted' : answer.error.code;
