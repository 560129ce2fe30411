import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { postgresCommandInbox } from '../../adapters/postgres/command-inbox';
import { appendAllEvidence } from '../../adapters/postgres/evidence';
import { postgresPeople } from '../../adapters/postgres/people';
import { inTransaction, openPool } from '../../adapters/postgres/pool';
import { makeSigner, type PersonSigner } from '../../adapters/signing/person-signer';
import { signCommand } from '../../proof/command-jws';
import { scratchDatabase, settled } from '../impact/scratch-database';

const incident = 'INC-2026-0001';
const at = '2026-11-21T12:00:00.000Z';
const now = Date.parse(at) / 1000;

/** A body as entries have them: ids, counts, digests. */
const body = (index: number) => ({
  count: index,
  digest: 'a'.repeat(64),
  totals: { USD: '10632.78' },
  gate: 'plan',
});

const jti = () => randomBytes(16).toString('base64url');
const times = { iat: now - 60, exp: now + 3600 };

function enrolment(admin: PersonSigner, { personId: id, publicKeyPem: publicKey }: PersonSigner) {
  const person = { id, name: id, email: `${id}@example.com`, roles: ['on-call'], interests: [] };
  const claims = { iss: 'admin', kind: 'people-add', incident: 'registry', subject: '' } as const;
  const envelope = { ...claims, ...times, jti: jti(), body: { ...person, publicKey } };
  return signCommand(envelope, admin.privateKey);
}

/** An incident with somebody who signs, and tables without any of our rules beside ours. */
export class DecisionsDesk {
  #appended = 0;

  private constructor(
    private readonly made: {
      pool: Pool;
      signer: PersonSigner;
      settle: () => Promise<void>;
      close: () => Promise<void>;
    },
  ) {}

  get pool(): Pool {
    return this.made.pool;
  }

  static async open(): Promise<DecisionsDesk> {
    const database = await scratchDatabase();
    const { adminUrl, appUrl, stateDir } = database;
    const owner = openPool(adminUrl);
    const pool = openPool(appUrl);
    const [admin, signer] = [makeSigner(stateDir, 'admin'), makeSigner(stateDir, 'olga')];
    const people = postgresPeople(pool);
    const { publicKeyPem } = admin;
    const first = { id: 'admin', name: 'Admin', email: 'admin@example.com', publicKeyPem, at };
    await people.bootstrapAdmin(first);
    await people.answer({ jws: enrolment(admin, signer), at });
    await owner.query(
      `CREATE TABLE plain_commands (jti text PRIMARY KEY, jws text, digest char(64), said text);
       CREATE TABLE plain_entries (chain text, seq bigint, at timestamptz, actor text, kind text,
         said text, PRIMARY KEY (chain, seq));
       CREATE INDEX ON plain_entries (chain, kind);
       GRANT INSERT, SELECT ON plain_commands, plain_entries TO makewhole_app;
       INSERT INTO incidents (incident_id, number, summary, drill, pack, pack_digest,
         pack_snapshot, opened_by, opened_at, stage_since)
       VALUES ('${incident}', 1, 'bench', true, 'demo', repeat('0', 64), '{}', 'olga', '${at}',
         '${at}')`,
    );
    await owner.end();
    const settle = () => settled(adminUrl);
    return new DecisionsDesk({ pool, signer, settle, close: () => database.close() });
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.made.close();
  }

  /** As the server does by itself after a while: what was written is counted, and on disk. */
  settle(): Promise<void> {
    return this.made.settle();
  }

  /** Commands that nobody has given yet, signed beforehand. */
  commands(count: number): string[] {
    return Array.from({ length: count }, () => {
      const said = { text: 'What is known so far has been told to everybody who waits.' };
      const claims = { iss: 'olga', kind: 'updated', incident, subject: '', body: said } as const;
      return signCommand({ ...claims, ...times, jti: jti() }, this.made.signer.privateKey);
    });
  }

  /** As the incident's desk does. */
  async takeIn(jws: string): Promise<void> {
    const inbox = postgresCommandInbox(this.pool);
    const { answer } = await inbox.answer({ incidentId: incident, jws, at });
    if (!answer.accepted) throw new Error(answer.error.message);
  }

  async append(count: number): Promise<void> {
    const entries = this.#bodies(count).map((said) => {
      return { at, actor: 'makewhole', kind: 'fact', body: said };
    });
    await inTransaction(this.pool, (tx) => appendAllEvidence(tx, { chain: 'bench', entries }));
  }

  async plainInsert(count: number): Promise<void> {
    const said = this.#bodies(count);
    await inTransaction(this.pool, (tx) =>
      tx.query(
        `INSERT INTO plain_entries SELECT 'bench', seq, at, 'makewhole', 'fact', said
         FROM unnest($1::bigint[], $2::timestamptz[], $3::text[]) AS t (seq, at, said)`,
        [
          said.map(({ count: seq }) => seq),
          said.map(() => at),
          said.map((each) => JSON.stringify(each)),
        ],
      ),
    );
  }

  #bodies(count: number) {
    this.#appended += count;
    return Array.from({ length: count }, (_, index) => body(this.#appended + index));
  }
}
