import { readEntry, type EvidenceContent } from '../../proof/evidence-chain';
import type { Queryable } from './pool';
import { Refused } from './refused';

/** An entry with the columns that repeat parts of its text for queries. */
export type EvidenceRow = {
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  entry: string;
  prevHash: string;
  hash: string;
};

const pageRows = 1_000;

/**
 * The stored entries of a chain in order, a page at a time.
 *
 * Method: the next page is on its way while somebody works on this one.
 */
export async function* evidencePages(
  db: Queryable,
  { chain, after = 0 }: { chain: string; after?: number },
): AsyncGenerator<EvidenceRow[]> {
  let page = await readPage(db, { chain, after });
  for (let last = page.at(-1); last !== undefined; last = page.at(-1)) {
    const next = page.length < pageRows ? [] : readPage(db, { chain, after: last.seq });
    // Whoever stops here never asks for it, and then nobody minds that it did not come.
    Promise.resolve(next).catch(() => undefined);
    yield page;
    page = await next;
  }
}

/**
 * What the stored entries of a chain say, in order.
 *
 * @throws EVIDENCE_BROKEN (refused) when a text is no entry.
 */
export async function* evidenceEntries(
  db: Queryable,
  of: { chain: string; after?: number },
): AsyncGenerator<{ content: EvidenceContent; prevHash: string; hash: string }> {
  for await (const page of evidencePages(db, of)) {
    for (const { seq, entry, prevHash, hash } of page) {
      const content = readEntry(entry);
      if (typeof content === 'string') {
        const advice = `see ./makewhole evidence verify ${of.chain}.`;
        throw new Refused('EVIDENCE_BROKEN', `entry ${seq} of ${of.chain}: ${content}; ${advice}`);
      }
      yield { content, prevHash, hash };
    }
  }
}

async function readPage(
  db: Queryable,
  { chain, after }: { chain: string; after: number },
): Promise<EvidenceRow[]> {
  const { rows } = await db.query<EvidenceRow>(
    `SELECT seq::integer, at, actor, kind, entry, prev_hash AS "prevHash", hash FROM evidence
     WHERE chain = $1 AND seq > $2 ORDER BY evidence.seq LIMIT $3`,
    [chain, after, pageRows],
  );
  return rows;
}

/** Whether there is an incident of this id, or a chain left of one. */
export async function isChain(db: Queryable, chain: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>(
    `SELECT $1 = 'registry' OR EXISTS (SELECT FROM incidents WHERE incident_id = $1)
       OR EXISTS (SELECT FROM evidence WHERE chain = $1) AS known`,
    [chain],
  );
  return rows[0]?.known === true;
}
