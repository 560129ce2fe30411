import { createPublicKey } from 'node:crypto';
import type { EvidenceFileLine } from '../../activities/ports/evidence-file';
import { compareCodePoints } from '../../domain/code-points';
import { canonicalJson } from '../../proof/canonical-json';
import type { EvidenceContent } from '../../proof/evidence-chain';
import { publicJwkOf } from '../../proof/key-id';
import { inclusionProofs } from '../../proof/merkle';
import type { PlanManifest } from '../../proof/plan-digest';
import { evidenceEntries } from './evidence-rows';
import { pagesOf } from './pages';
import { readPlanLines } from './plan-lines';
import type { Queryable } from './pool';

type Lines = AsyncGenerator<EvidenceFileLine>;

/** What the entries of both chains name that is written out after them. */
type Named = { commands: { chain: string; jti: string }[]; roots: NamedRoot[] };
/** `walks`: the leaves of the root are roots themselves. */
type NamedRoot = { root: string; walks: boolean };

const registry = 'registry';
/** Walks over all deals are sealed by chunks, and then by the chunks' roots. */
const walkKinds = ['scanned', 'recomputed'];
const atOnce = 500;

/**
 * Everything an outsider needs to check an incident, in the order of docs/evidence-format.md.
 *
 * Order: the same rows give the same lines, however often they are read.
 * Ensures: texts of commands of a kind in `withheld` are left out.
 */
export async function* evidenceFileLines(
  db: Queryable,
  { incidentId, withheld }: { incidentId: string; withheld: readonly string[] },
): Lines {
  const named: Named = { commands: [], roots: [] };
  yield* entryLines(db, { chain: registry, named });
  yield* keyLines(db);
  yield* entryLines(db, { chain: incidentId, named });
  yield* policyLine(db, incidentId);
  yield* commandLines(db, { named, withheld });
  yield* planLines(db, incidentId);
  yield* rowLines(db, { chain: incidentId, roots: named.roots });
  yield* certificateLines(db, incidentId);
  yield* headLines(db, incidentId);
}

async function* entryLines(
  db: Queryable,
  { chain, named }: { chain: string; named: Named },
): Lines {
  for await (const { content, prevHash, hash } of evidenceEntries(db, { chain })) {
    note(named, { chain, content });
    yield { type: 'entry', chain, entry: content, prevHash, hash };
  }
}

function note(named: Named, { chain, content }: { chain: string; content: EvidenceContent }): void {
  const { kind, body } = content;
  const { jti, jwsDigest, root } = body;
  // A refusal that names nobody may carry a jti that is somebody else's: it stands in no table.
  const signed = kind !== 'refusal' || typeof body['person'] === 'string';
  if (signed && typeof jti === 'string' && typeof jwsDigest === 'string') {
    named.commands.push({ chain, jti });
  }
  if (typeof root !== 'string' || named.roots.some((each) => each.root === root)) return;
  named.roots.push({ root, walks: walkKinds.includes(kind) });
}

async function* keyLines(db: Queryable): Lines {
  const { rows } = await db.query<{ kid: string; pem: string }>(
    'SELECT kid, public_key AS pem FROM person_keys ORDER BY kid COLLATE "C"',
  );
  for (const { kid, pem } of rows) {
    yield { type: 'key', kid, ...publicJwkOf(createPublicKey(pem)) };
  }
}

async function* policyLine(db: Queryable, incidentId: string): Lines {
  const { rows } = await db.query<{ policy: unknown }>(
    'SELECT pack_snapshot AS policy FROM incidents WHERE incident_id = $1',
    [incidentId],
  );
  // As a text: it may hold fractions, which readers of other languages write in other ways.
  for (const { policy } of rows) yield { type: 'policy', text: canonicalJson(policy) };
}

async function* commandLines(
  db: Queryable,
  { named, withheld }: { named: Named; withheld: readonly string[] },
): Lines {
  for (let first = 0; first < named.commands.length; first += atOnce) {
    const page = named.commands.slice(first, first + atOnce);
    const { rows } = await db.query<{ jti: string; kind: string; jws: string }>(
      'SELECT jti, kind, jws FROM commands WHERE jti = ANY ($1)',
      [page.map(({ jti }) => jti)],
    );
    const found = new Map(rows.map((row) => [row.jti, row]));
    for (const { chain, jti } of page) {
      const row = found.get(jti);
      if (row === undefined || withheld.includes(row.kind)) continue;
      yield { type: 'command', chain, jti, jws: row.jws };
    }
  }
}

async function* planLines(db: Queryable, incidentId: string): Lines {
  const { rows } = await db.query<{ version: number; digest: string; manifest: PlanManifest }>(
    'SELECT version, digest, manifest FROM plans WHERE incident_id = $1 ORDER BY version',
    [incidentId],
  );
  for (const { version, digest, manifest } of rows) {
    yield { type: 'plan', digest, manifest };
    for (const { deal } of manifest.deals) {
      const lines = await readPlanLines(db, { incidentId, version, deal });
      for (const { leaf: _, ...line } of lines) yield { type: 'line', plan: version, line };
    }
  }
}

async function* rowLines(
  db: Queryable,
  { chain, roots }: { chain: string; roots: readonly NamedRoot[] },
): Lines {
  for (const { root, walks } of roots) {
    const leaves = await leavesOf(db, { chain, root });
    yield* provenRows(root, leaves);
    if (!walks) continue;
    for (const chunk of leaves)
      yield* provenRows(chunk, await leavesOf(db, { chain, root: chunk }));
  }
}

function* provenRows(root: string, leaves: readonly string[]): Generator<EvidenceFileLine> {
  for (const proof of inclusionProofs(leaves)) {
    yield { type: 'row', root, leaf: leaves[proof.index] ?? '', ...proof };
  }
}

async function leavesOf(
  db: Queryable,
  of: { chain: string; root: string },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ leaves: string[] }>(
    'SELECT leaves FROM sealed_rows WHERE chain = $1 AND root = $2',
    [of.chain, of.root],
  );
  return rows[0]?.leaves ?? [];
}

type CertificateRow = { deal: string; basis: string; holds: boolean; certificate: unknown };

const certificatesSql = `
  SELECT * FROM (
    SELECT deal_id AS deal, basis, holds, certificate,
      concat(deal_id, E'\\x01', basis) COLLATE "C" AS key
    FROM certificates WHERE incident_id = $3) keyed
  WHERE $1::text IS NULL OR key > $1 ORDER BY key LIMIT $2`;

async function* certificateLines(db: Queryable, incidentId: string): Lines {
  const values = [incidentId];
  const pages = pagesOf<CertificateRow & { key: string }>(db, {
    sql: certificatesSql,
    values,
    keyOf: ({ key }) => key,
  });
  for await (const { deal, basis, holds, certificate } of pages) {
    yield { type: 'certificate', deal, basis, holds, certificate };
  }
}

async function* headLines(db: Queryable, incidentId: string): Lines {
  const { rows } = await db.query<{ chain: string; seq: number; jws: string }>(
    'SELECT chain, seq::integer, jws FROM signed_heads WHERE chain IN ($1, $2)',
    [registry, incidentId],
  );
  const inOrder = rows.sort((a, b) => compareCodePoints(a.chain, b.chain) || a.seq - b.seq);
  for (const { jws } of inOrder) yield { type: 'head', jws };
}
