import fc from 'fast-check';
import {
  appendAllEvidence,
  appendEvidence,
  appending,
  headOf,
} from '../../adapters/postgres/evidence';
import { inTransaction } from '../../adapters/postgres/pool';
import {
  entryHash,
  genesis,
  type ChainHead,
  type EvidenceContent,
  type StoredEntry,
} from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';
import { EnrolmentDesk, noon } from './enrolment-desk';

let desk: EnrolmentDesk;
beforeAll(async () => {
  desk = await EnrolmentDesk.open();
  // Whoever owns the database can switch the triggers off; that must show afterwards.
  await desk.intruder.query(`ALTER TABLE evidence DISABLE TRIGGER evidence_append_only`);
});
afterAll(() => desk.close());

let chains = 0;

/** A chain of its own with so many entries, written by the workers' role. */
async function chainOf(length: number): Promise<string> {
  chains += 1;
  const chain = `INC-2026-${String(chains).padStart(4, '0')}`;
  await inTransaction(desk.pool, async (tx) => {
    for (let index = 1; index <= length; index += 1) {
      const body = { amount: `${index}.00`, currency: 'USD' };
      await appendEvidence(tx, { chain, at: noon, actor: 'makewhole', kind: 'fact', body });
    }
  });
  return chain;
}

/** Seals one entry after another, by the rule as it is written for whoever checks. */
function sealedAfter(head: ChainHead) {
  let last = head;
  return (said: Omit<EvidenceContent, 'seq'>): StoredEntry => {
    const sealed = sealEntry(last, said);
    last = { seq: sealed.seq, hash: sealed.hash };
    return sealed;
  };
}

const tamper = (sql: string, values: unknown[] = []) => desk.intruder.query(sql, values);

describe('an evidence chain in Postgres', () => {
  it('has no gap and no fork after 50 appends at once', async () => {
    const chain = await chainOf(1);
    const appends = Array.from({ length: 50 }, (_, index) =>
      inTransaction(desk.pool, (tx) =>
        appendEvidence(tx, { chain, at: noon, actor: 'makewhole', kind: 'fact', body: { index } }),
      ),
    );
    const seqs = (await Promise.all(appends)).map(({ seq }) => seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
    const { hash } = await headOf(desk.pool, chain);
    expect(await desk.evidence().verify(chain)).toMatchObject({
      ...{ holds: true, entries: 51, head: hash },
    });
  });

  it('is sealed by the database as by its rule, 300 texts of any kind at once', async () => {
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 40 }), 300);
    const bodies = ['', "'", '\\', '\n', '"seq":1}', '{"seq":1}', '😀\u2028', ...texts].map(
      (text) => {
        return { [text.replaceAll('\u0000', '')]: text.replaceAll('\u0000', '') };
      },
    );
    const chain = await chainOf(1);
    const head = await headOf(desk.pool, chain);
    const said = bodies.map((body) => ({ at: noon, actor: 'lea', kind: 'fact', body }));
    const now = await inTransaction(desk.pool, async (tx) => {
      for (const entry of said.slice(0, 5)) await appendEvidence(tx, { chain, ...entry });
      await appendAllEvidence(tx, { chain, entries: said.slice(5) });
      await tx.query(
        appending({ chain, at: noon, actor: 'lea', kind: 'fact', body: { "'": "\\'" } }),
      );
      return headOf(tx, chain);
    });
    const stored = await desk.pool.query<{ entry: string; hash: string }>(
      `SELECT entry, hash FROM evidence WHERE chain = $1 AND seq > 1 ORDER BY seq`,
      [chain],
    );
    const sealed = [...said, { at: noon, actor: 'lea', kind: 'fact', body: { "'": "\\'" } }].map(
      sealedAfter(head),
    );
    expect(stored.rows).toEqual(sealed.map(({ entry, hash }) => ({ entry, hash })));
    expect(now).toEqual({ seq: 309, hash: sealed.at(-1)?.hash });
  });

  it('keeps nothing of a transaction rolled back, and takes its number again', async () => {
    const chain = await chainOf(1);
    const entry = { chain, at: noon, actor: 'makewhole', kind: 'fact', body: {} };
    const failing = inTransaction(desk.pool, async (tx) => {
      await appendEvidence(tx, entry);
      throw new Error('the effect failed');
    });
    await expect(failing).rejects.toThrow('the effect failed');
    const { seq } = await inTransaction(desk.pool, (tx) => appendEvidence(tx, entry));
    expect(seq).toBe(2);
  });

  it('is read in order, from any entry on, across pages of 1,000', async () => {
    const chain = await chainOf(2_001);
    const seqs: number[] = [];
    for await (const { seq } of desk.evidence().read(chain, 998)) seqs.push(seq);
    expect(seqs).toEqual(Array.from({ length: 1_003 }, (_, index) => index + 999));
    expect(await desk.evidence().verify(chain)).toMatchObject({ holds: true, entries: 2_001 });
  });

  it('refuses to speak of an incident that never was', async () => {
    const unknown = { code: 'INCIDENT_UNKNOWN', kind: 'refused' };
    await expect(desk.evidence().verify('INC-2020-0001')).rejects.toMatchObject(unknown);
    const lines = desk.evidence().read('INC-2020-0001')[Symbol.asyncIterator]();
    await expect(lines.next()).rejects.toMatchObject(unknown);
  });
});

describe('the role of the workers', () => {
  it.each([
    'UPDATE evidence SET kind = kind',
    'DELETE FROM evidence',
    'TRUNCATE evidence',
    'INSERT INTO evidence TABLE evidence',
  ])('may not run %s', async (sql) => {
    await expect(desk.pool.query(sql)).rejects.toThrow('permission denied for table evidence');
  });
});

describe('the owner of the database, triggers on', () => {
  it.each(['UPDATE evidence SET kind = kind', 'DELETE FROM evidence', 'TRUNCATE evidence'])(
    'is refused %s',
    async (sql) => {
      const other = await EnrolmentDesk.open();
      await expect(other.intruder.query(sql)).rejects.toThrow('evidence is append-only');
      await other.close();
    },
  );
});

describe('verification', () => {
  it.each([
    ['an edited text', 4, `UPDATE evidence SET entry = replace(entry, 'USD', 'EUR') WHERE seq = 4`],
    ['an edited hash', 4, `UPDATE evidence SET hash = repeat('a', 64) WHERE seq = 4`],
    ['an edited previous hash', 4, `UPDATE evidence SET prev_hash = repeat('a', 64) WHERE seq = 4`],
    ['an edited column', 4, `UPDATE evidence SET actor = 'lea' WHERE seq = 4`],
    ['an edited time', 4, `UPDATE evidence SET at = at + interval '1 ms' WHERE seq = 4`],
    ['a dropped entry', 4, 'DELETE FROM evidence WHERE seq = 4'],
    ['a dropped beginning', 1, 'DELETE FROM evidence WHERE seq = 1'],
    ['a gap closed by renumbering', 4, 'UPDATE evidence SET seq = seq - 1 WHERE seq > 4'],
    [
      'two entries in each other’s place',
      4,
      'UPDATE evidence SET seq = 9 - seq WHERE seq IN (4, 5)',
    ],
  ])('finds %s at entry %d', async (what, seq, sql) => {
    const chain = await chainOf(8);
    if (what.startsWith('a gap')) {
      await tamper('DELETE FROM evidence WHERE chain = $1 AND seq = 4', [chain]);
    }
    const moved = sql
      .replace('seq = 9 - seq', 'seq = 1009 - seq')
      .replace('seq = seq - 1', 'seq = seq + 999');
    await tamper(`${moved} AND chain = $1`, [chain]);
    await tamper('UPDATE evidence SET seq = seq - 1000 WHERE chain = $1 AND seq > 1000', [chain]);
    expect(await desk.evidence().verify(chain)).toMatchObject({
      holds: false,
      firstBreak: { seq, what: expect.any(String) as string },
    });
  });

  it('finds an entry put in between, well sealed, with all after it moved up', async () => {
    const chain = await chainOf(5);
    const { rows } = await desk.pool.query<{ hash: string }>(
      'SELECT hash FROM evidence WHERE chain = $1 AND seq = 3',
      [chain],
    );
    const head = { seq: 3, hash: rows[0]?.hash ?? '' };
    const forged = sealEntry(head, { at: noon, actor: 'makewhole', kind: 'fact', body: {} });
    await tamper('UPDATE evidence SET seq = seq + 1001 WHERE chain = $1 AND seq > 3', [chain]);
    await tamper('UPDATE evidence SET seq = seq - 1000 WHERE chain = $1 AND seq > 1000', [chain]);
    await tamper(
      `INSERT INTO evidence (chain, seq, at, actor, kind, entry, prev_hash, hash)
       VALUES ($1, 4, $2, 'makewhole', 'fact', $3, $4, $5)`,
      [chain, noon, forged.entry, forged.prevHash, forged.hash],
    );
    const found = await desk.evidence().verify(chain);
    expect(found).toMatchObject({ holds: false, entries: 4, firstBreak: { seq: 5 } });
  });

  it('finds a registry that speaks otherwise of somebody’s roles than its evidence', async () => {
    const chain = await chainOf(2);
    await tamper(`UPDATE people SET roles = '{admin,legal}' WHERE person_id = 'admin'`);
    const what = expect.stringContaining('the registry says other things of admin') as string;
    expect(await desk.evidence().verify('registry')).toMatchObject({
      firstBreak: { seq: 1, what },
    });
    // An incident's votes stand on the registry: its evidence holds no better.
    expect(await desk.evidence().verify(chain)).toMatchObject({ holds: false, entries: 2 });
    await tamper(`UPDATE people SET roles = '{admin}' WHERE person_id = 'admin'`);
    expect(await desk.evidence().verify(chain)).toMatchObject({ holds: true });
  });

  it('finds a person and a key that were slipped into the registry', async () => {
    const { kid, publicKeyPem } = desk.signer('mallory');
    const slip = (sql: string, values: unknown[]) => tamper(sql, values);
    await slip(
      `INSERT INTO person_keys (kid, person_id, public_key, valid_from)
       VALUES ($1, 'admin', $2, $3)`,
      [kid, publicKeyPem, noon],
    );
    const registry = () => desk.evidence().verify('registry');
    expect(await registry()).toMatchObject({
      firstBreak: {
        seq: 0,
        what: expect.stringContaining(`key ${kid} is enrolled in no`) as string,
      },
    });
    await slip('DELETE FROM person_keys WHERE kid = $1', [kid]);
    await slip(
      `INSERT INTO people (person_id, name, email, roles, enrolled_at, enrolled_by)
       VALUES ('mallory', 'M', 'm@example.com', '{finance}', $1, 'admin')`,
      [noon],
    );
    expect(await registry()).toMatchObject({
      firstBreak: { seq: 0, what: expect.stringContaining('mallory is enrolled in no') as string },
    });
    await slip(`DELETE FROM people WHERE person_id = 'mallory'`, []);
    expect(await registry()).toMatchObject({ holds: true });
  });
});

it('hashes the first entry after 64 zeros', async () => {
  const chain = await chainOf(1);
  const { rows } = await desk.pool.query<{ entry: string; hash: string }>(
    'SELECT entry, hash FROM evidence WHERE chain = $1',
    [chain],
  );
  expect(rows[0]?.hash).toBe(entryHash(genesis.hash, rows[0]?.entry ?? ''));
});
