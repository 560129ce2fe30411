import type { VerifiedLines } from '../../activities/ports/settlements';
import { formatMinor } from '../../domain/money';
import type { PlanLine } from '../../domain/plan-line';
import { digestOf, sha256Hex } from '../../proof/digest';
import { leafOf, rootOf, type PlanManifest, type SealedDeal } from '../../proof/plan-digest';
import type { Queryable } from './pool';
import { Refused } from './refused';

type Version = { incidentId: string; version: number };

/** A plan's head as it was hashed: its digest is computed from the text, not read. */
export async function readHead(
  db: Queryable,
  { incidentId, version }: Version,
): Promise<{ digest: string; manifest: PlanManifest }> {
  const { rows } = await db.query<{ text: string }>(
    'SELECT manifest_text AS text FROM plans WHERE incident_id = $1 AND version = $2',
    [incidentId, version],
  );
  const [row] = rows;
  const named = `plan ${String(version)} of ${incidentId}`;
  if (row === undefined) throw new Refused('PLAN_MISMATCH', `${named} is not on file`);
  const manifest = JSON.parse(row.text) as PlanManifest;
  if (manifest.incident !== incidentId || manifest.version !== version) {
    const found = `${manifest.incident}, version ${String(manifest.version)}`;
    throw new Refused('PLAN_MISMATCH', `expected ${named}, found the manifest of ${found}`);
  }
  return { digest: sha256Hex(row.text), manifest };
}

/**
 * The lines of some deals of a plan, each deal verified from its lines up to the plan's digest.
 *
 * Order: as their leaves. Ensures: what belongs to other deals is not read, so that a part of a
 * large plan costs what the part costs.
 * @throws PLAN_MISMATCH (bug) when a line, root or digest is not what was hashed.
 */
export async function verifiedLines(
  db: Queryable,
  { deals, ...of }: Version & { deals: readonly string[] },
): Promise<VerifiedLines> {
  const { digest, manifest } = await readHead(db, of);
  const wanted = new Set(deals);
  const entries = manifest.deals.filter(({ deal }) => wanted.has(deal));
  const lines = await readLines(db, { ...of, deals: [...wanted] });
  const faults = entries.flatMap((entry) => faultsOf(entry, lines));
  if (faults.length === 0) {
    const named = new Set(entries.map(({ deal }) => deal));
    return { digest, lines: lines.filter(({ deal }) => named.has(deal)) };
  }
  const what = `plan ${String(of.version)} of ${of.incidentId} is not what was signed`;
  const shown = faults.slice(0, 10).join('; ');
  throw new Refused('PLAN_MISMATCH', `${what}, so nothing is done under it: ${shown}`);
}

type Stored = PlanLine & { leaf: string };

async function readLines(
  db: Queryable,
  { incidentId, version, deals }: Version & { deals: string[] },
): Promise<Stored[]> {
  const { rows } = await db.query<Omit<Stored, 'amount'> & { minor: string }>(
    `SELECT deal_id AS deal, investor_id AS investor, leg, branch AS "when", sequence,
       amount_minor AS minor, currency, payer, payee, computed, leaf
     FROM plan_lines WHERE incident_id = $1 AND version = $2 AND deal_id = ANY ($3::text[])
     ORDER BY deal_id, investor_id, leg COLLATE "C", branch COLLATE "C", sequence`,
    [incidentId, version, deals],
  );
  return rows.map(({ minor, ...line }) => {
    return { ...line, amount: formatMinor(BigInt(minor), line.currency) };
  });
}

function faultsOf({ dealDigest, ...rest }: SealedDeal, all: readonly Stored[]): string[] {
  const { deal, root } = rest;
  const lines = all.filter((line) => line.deal === deal);
  const edited = lines.filter((line) => leafOf(line) !== line.leaf);
  const faults = edited.map(({ investor, leg, sequence }) => {
    return `line ${deal}/${investor}/${leg}/${String(sequence)} is not what its leaf says`;
  });
  const found = rootOf(lines);
  if (found !== root) faults.push(`deal ${deal}: root says ${root}, lines give ${found}`);
  const digest = digestOf(rest);
  if (digest !== dealDigest)
    faults.push(`deal ${deal}: digest says ${dealDigest}, gives ${digest}`);
  return faults;
}
