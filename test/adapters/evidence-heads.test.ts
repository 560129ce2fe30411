import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signHeads } from '../../activities/sign-heads';
import { postgresChainHeads } from '../../adapters/postgres/chain-heads';
import { appendEvidence } from '../../adapters/postgres/evidence';
import { inTransaction } from '../../adapters/postgres/pool';
import { openInstanceSigner } from '../../adapters/signing/instance-signer';
import { instanceKeys } from '../../scripts/stack/secrets';
import { signedHeadLine } from '../../templates/case-sections';
import { EnrolmentDesk, noon } from './enrolment-desk';

const incident = 'INC-2026-0042';
let desk: EnrolmentDesk;
let folder: string;

beforeAll(async () => {
  desk = await EnrolmentDesk.open();
  folder = mkdtempSync(join(tmpdir(), 'makewhole-heads-'));
  for (const table of ['evidence', 'signed_heads']) {
    await desk.intruder.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  }
  await inTransaction(desk.pool, async (tx) => {
    for (let index = 1; index <= 8; index += 1) {
      const entry = {
        chain: incident,
        at: noon,
        actor: 'makewhole',
        kind: 'stage',
        body: { index },
      };
      await appendEvidence(tx, entry);
    }
  });
});
afterAll(async () => {
  await desk.close();
  rmSync(folder, { recursive: true });
});

const signer = () => openInstanceSigner(instanceKeys(folder).privateKeyPath);
const sign = () =>
  signHeads(
    { heads: postgresChainHeads(desk.pool), signer: signer() },
    { incidentId: incident, at: noon },
  );
const verify = (more = {}) =>
  desk.evidence().verify(incident, { instanceKeyPem: signer().publicKeyPem, ...more });

/** Changes tables behind the triggers' back, verifies, and puts everything back as it was. */
async function verifiedAfter(tampering: string, more = {}): Promise<unknown> {
  const run = (sql: string) => desk.intruder.query(sql);
  await run('CREATE TABLE kept AS TABLE evidence; CREATE TABLE kept_heads AS TABLE signed_heads');
  await run(tampering);
  try {
    return await verify(more);
  } finally {
    await run('DELETE FROM evidence; INSERT INTO evidence TABLE kept; DROP TABLE kept');
    await run('DELETE FROM signed_heads; INSERT INTO signed_heads TABLE kept_heads');
    await run('DROP TABLE kept_heads');
  }
}

const broken = (seq: number, what: string) => ({
  holds: false,
  firstBreak: { seq, what: expect.stringContaining(what) as string },
});
const cut = `DELETE FROM evidence WHERE chain = '${incident}' AND seq > 6`;

describe('the head of a chain, signed by the instance', () => {
  it('is kept once an entry, and compared with what stands there', async () => {
    const { seq, hash } = await sign();
    await sign();
    expect(await verify({ inWorkflow: [{ seq, hash }] })).toMatchObject({
      ...{ holds: true, entries: 8, head: hash },
      compared: { signed: 1, documents: 0, workflow: 1 },
    });
  });

  it('tells that 2 entries were cut off the end, though all before them holds', async () => {
    expect(await verifiedAfter(cut)).toMatchObject(broken(7, 'the chain ends at 6: it was cut'));
  });

  it('tells it from the workflow’s history alone when signed heads were cut as well', async () => {
    const inWorkflow = [await sign()];
    const both = `${cut}; DELETE FROM signed_heads`;
    expect(await verifiedAfter(both)).toMatchObject({ holds: true, entries: 6 });
    expect(await verifiedAfter(both, { inWorkflow })).toMatchObject(
      broken(7, 'the workflow keeps'),
    );
  });

  it('tells it from the post-mortem alone, and a head in it that nobody signed', async () => {
    const jws = String((await sign()).jws);
    const file = (text: string) => `BEGIN; SET LOCAL session_replication_role = replica;
      INSERT INTO documents (digest, incident_id, kind, media_type, body, drafted_at)
      VALUES (repeat('d', 64), '${incident}', 'post-mortem', 'text/markdown', '${text}', now());
      COMMIT`;
    const gone = `DELETE FROM signed_heads; ${file(signedHeadLine(jws))}`;
    try {
      expect(await verifiedAfter(gone)).toMatchObject({ holds: true });
      expect(await verifiedAfter(`${cut}; DELETE FROM signed_heads`)).toMatchObject(
        broken(7, 'the post-mortem carries an entry 8'),
      );
      await desk.intruder.query('DELETE FROM documents');
      const forged = file(signedHeadLine(`${jws.slice(0, -86)}${'A'.repeat(86)}`));
      expect(await verifiedAfter(forged)).toMatchObject(
        broken(0, 'the head in the post-mortem: this instance has not signed it'),
      );
    } finally {
      await desk.intruder.query('DELETE FROM documents');
    }
  });

  it.each([
    ['with another signature', `SET jws = jws || 'A'`, 'has not signed it'],
    ['that is no text of ours', `SET jws = 'x.y.z'`, 'it cannot be read'],
    ['under another number', `SET seq = 5`, 'is of entry 8'],
  ])('counts for nothing %s, and is named', async (_, change, what) => {
    const sql = `UPDATE signed_heads ${change} WHERE chain = '${incident}'`;
    expect(await verifiedAfter(sql)).toMatchObject({
      holds: false,
      firstBreak: { what: expect.stringContaining(what) as string },
    });
  });
});

describe('the role of the workers, on what proves the chain', () => {
  it.each(
    ['sealed_rows', 'signed_heads'].flatMap((table) => [
      `UPDATE ${table} SET chain = chain`,
      `DELETE FROM ${table}`,
      `TRUNCATE ${table}`,
    ]),
  )('may not run %s', async (sql) => {
    await expect(desk.pool.query(sql)).rejects.toThrow('permission denied for table');
  });
});
