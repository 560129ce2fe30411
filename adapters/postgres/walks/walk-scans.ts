import { canonicalJson } from '../../../proof/canonical-json';
import { digestOf, sha256Hex } from '../../../proof/digest';
import type { Queryable } from '../pool';
import { rowsUnder } from './rows-under';
import type { Break, Sealed, SealedRoot } from './sealed';

/** What is stored of a deal, as a walk has to have sealed it. */
type Stored = {
  readonly deal: string;
  /** Digests by basis. */
  readonly certificates: Map<string, string>;
  impacts: string;
  mismatches: string;
};

const leafOf = {
  scanned: ({ deal, certificates }: Stored): string => {
    const certificate = certificates.get('recorded') ?? null;
    return canonicalJson({ deal, holds: certificate === null, certificate });
  },
  recomputed: ({ deal, certificates, impacts, mismatches }: Stored): string =>
    canonicalJson({
      deal,
      differences: sha256Hex(impacts),
      mismatches: sha256Hex(mismatches),
      asRecorded: certificates.get('asRecorded') ?? null,
      asShouldHaveBeen: certificates.get('asShouldHaveBeen') ?? null,
    }),
} as const;
type Kind = keyof typeof leafOf;

/**
 * Walks from each deal that a walk over all deals has sealed to what is stored of it
 * (certificates, shares that differ, averages that do not follow), and from all of that back.
 */
export async function walkScans(db: Queryable, sealed: Sealed): Promise<Break | undefined> {
  const { chain, roots } = sealed;
  for (const kind of ['scanned', 'recomputed'] as const) {
    const entry = roots.findLast((root) => root.kind === kind);
    if (entry === undefined) continue;
    const found = await walkScan(db, { chain, kind, entry });
    if ('what' in found) return found;
    const stray = await strayDeal(db, { incidentId: chain, kind, deals: found.deals });
    if (stray !== undefined) {
      return { seq: entry.seq, what: `deal ${stray}, of which something is stored, is not in it` };
    }
  }
  return undefined;
}

async function walkScan(
  db: Queryable,
  { chain, kind, entry }: { chain: string; kind: Kind; entry: SealedRoot },
): Promise<Break | { deals: string[] }> {
  const { seq, root } = entry;
  const chunks = await rowsUnder(db, { chain, root });
  if ('flaw' in chunks) return { seq, what: chunks.flaw };
  const deals: string[] = [];
  for (const chunk of chunks.leaves) {
    const rows = await rowsUnder(db, { chain, root: chunk });
    if ('flaw' in rows) return { seq, what: rows.flaw };
    const leaves = rows.leaves.map((leaf) => ({ leaf, ...(JSON.parse(leaf) as { deal: string }) }));
    const ofChunk = leaves.map(({ deal }) => deal);
    const stored = await readStored(db, { incidentId: chain, deals: ofChunk });
    const other = leaves.find(({ deal, leaf }) => {
      const is = stored.get(deal);
      return is === undefined || leafOf[kind](is) !== leaf;
    });
    if (other !== undefined) {
      return { seq, what: `what is stored of deal ${other.deal} is not what it seals` };
    }
    deals.push(...ofChunk);
  }
  return { deals };
}

type OfDeals = { incidentId: string; deals: readonly string[] };

async function readStored(
  db: Queryable,
  { incidentId, deals }: OfDeals,
): Promise<Map<string, Stored>> {
  const stored = new Map<string, Stored>();
  for (const deal of deals) {
    stored.set(deal, { deal, certificates: new Map(), impacts: '', mismatches: '' });
  }
  const of = [incidentId, deals];
  const certificates = await db.query<{ deal: string; basis: string; at: boolean; text: unknown }>(
    `SELECT deal_id AS deal, basis, holds = (basis <> 'recorded') AS at, certificate AS text
     FROM certificates WHERE incident_id = $1 AND deal_id = ANY ($2)`,
    of,
  );
  for (const { deal, basis, at, text } of certificates.rows) {
    stored.get(deal)?.certificates.set(basis, at ? digestOf(text) : 'turned round');
  }
  const impacts = await db.query<{ deal: string; line: (string | null)[]; amounts: string }>(
    `SELECT deal_id AS deal, ARRAY[investor_id, finding] AS line, concat_ws(',', recorded_minor,
       as_recorded_minor, as_should_have_been_minor) AS amounts FROM impacts
     WHERE incident_id = $1 AND deal_id = ANY ($2) ORDER BY investor_id COLLATE "C"`,
    of,
  );
  for (const { deal, line, amounts } of impacts.rows) {
    const [investor, finding] = line.map((text) => JSON.stringify(text));
    append(stored, { deal, to: 'impacts', line: `[${investor},${amounts},${finding}]` });
  }
  const mismatches = await db.query<{ deal: string; line: string[] }>(
    `SELECT deal_id AS deal, ARRAY[investor_id, average_following] AS line FROM basis_mismatches
     WHERE incident_id = $1 AND deal_id = ANY ($2) ORDER BY investor_id COLLATE "C"`,
    of,
  );
  for (const { deal, line } of mismatches.rows) {
    append(stored, { deal, to: 'mismatches', line: JSON.stringify(line) });
  }
  return stored;
}

function append(
  stored: ReadonlyMap<string, Stored>,
  given: { deal: string; to: 'impacts' | 'mismatches'; line: string },
): void {
  const deal = stored.get(given.deal);
  if (deal !== undefined) deal[given.to] += `${given.line}\n`;
}

const rowsOf: Readonly<Record<Kind, string>> = {
  scanned: `SELECT deal_id FROM certificates WHERE incident_id = $1 AND basis = 'recorded'`,
  recomputed: `SELECT deal_id FROM certificates WHERE incident_id = $1 AND basis <> 'recorded'
    UNION ALL SELECT deal_id FROM impacts WHERE incident_id = $1
    UNION ALL SELECT deal_id FROM basis_mismatches WHERE incident_id = $1`,
};

async function strayDeal(
  db: Queryable,
  { incidentId, kind, deals }: OfDeals & { kind: Kind },
): Promise<string | undefined> {
  const { rows } = await db.query<{ deal: string }>(
    `SELECT deal_id AS deal FROM (${rowsOf[kind]}) AS stored
     EXCEPT SELECT unnest($2::text[]) ORDER BY 1 LIMIT 1`,
    [incidentId, deals],
  );
  return rows[0]?.deal;
}
