import type { DealEntry, PlanDraft, PlanHead } from '../domain/plan';
import { totalsOf } from '../domain/plan';
import { compareLines, type PlanLine } from '../domain/plan-line';
import { canonicalJson } from './canonical-json';
import { digestOf, sha256Hex } from './digest';
import { merkleRoot } from './merkle';

/** A deal as a manifest names it: its entry, the Merkle root of its lines, its own digest. */
export type SealedDeal = DealEntry & { readonly root: string; readonly dealDigest: string };

/** What people vote on: a plan without its lines, which the roots stand for. */
export type PlanManifest = PlanHead & { readonly deals: readonly SealedDeal[] };

/** A plan as it is stored and voted on. */
export type SealedPlan = {
  readonly manifest: PlanManifest;
  /** The canonical JSON that `digest` is the SHA-256 of. */
  readonly manifestText: string;
  readonly digest: string;
  readonly lines: readonly (PlanLine & { readonly leaf: string })[];
};

/** The text a line's Merkle leaf is the hash of: its canonical JSON. */
export function leafOf(line: PlanLine): string {
  const { deal, investor, leg, when, sequence, amount, currency, payer, payee, computed } = line;
  const members = { deal, investor, leg, when, sequence, amount, currency, payer, payee, computed };
  return canonicalJson(members);
}

/**
 * The root over a deal's lines.
 *
 * Order: leaves by deal, investor, leg, `when` and sequence, however the lines come in.
 */
export function rootOf(lines: readonly PlanLine[]): string {
  return merkleRoot(lines.toSorted(compareLines).map(leafOf));
}

/**
 * Gives a plan its roots and digests.
 *
 * Method: `dealDigest` = SHA-256 of the deal's canonical entry without that member; `digest` =
 * SHA-256 of the canonical manifest; lower-case hex.
 */
export function sealPlan({ allLines, deals, ...head }: PlanDraft): SealedPlan {
  const linesOf = byDeal(allLines);
  const sealed = deals.map((entry) => {
    const root = rootOf(linesOf.get(entry.deal) ?? []);
    return { ...entry, root, dealDigest: digestOf({ ...entry, root }) };
  });
  const manifest = { ...head, deals: sealed };
  const manifestText = canonicalJson(manifest);
  const lines = allLines.map((line) => ({ ...line, leaf: leafOf(line) }));
  return { manifest, manifestText, digest: sha256Hex(manifestText), lines };
}

/**
 * Recomputes a stored plan from its lines up and names every difference; none means it holds.
 *
 * Ensures: no stored leaf, root or digest is taken on trust; a deal without an entry, an entry
 * without lines and totals that do not add up are differences too.
 */
export function planFaults(stored: {
  digest: string;
  manifest: unknown;
  manifestText: string;
  lines: readonly (PlanLine & { leaf: string })[];
}): string[] {
  const { digest, manifestText, lines } = stored;
  const faults = lines.flatMap((line) => (leafOf(line) === line.leaf ? [] : [edited(line)]));
  const found = sha256Hex(manifestText);
  if (found !== digest) faults.push(`the manifest hashes to ${found}, the plan says ${digest}`);
  if (canonicalJson(stored.manifest) !== manifestText) {
    faults.push('the manifest read by machines is not the text that was hashed');
  }
  const { deals } = stored.manifest as PlanManifest;
  const named = new Set(deals.map(({ deal }) => deal));
  const strays = new Set(lines.map(({ deal }) => deal).filter((deal) => !named.has(deal)));
  faults.push(...[...strays].map((deal) => `deal ${deal} has lines but stands in no entry`));
  const linesOf = byDeal(lines);
  return [...faults, ...deals.flatMap((entry) => dealFaults(entry, linesOf.get(entry.deal) ?? []))];
}

function byDeal<L extends PlanLine>(lines: readonly L[]): Map<string, L[]> {
  const linesOf = new Map<string, L[]>();
  for (const line of lines) {
    const same = linesOf.get(line.deal);
    if (same === undefined) linesOf.set(line.deal, [line]);
    else same.push(line);
  }
  return linesOf;
}

function dealFaults(entry: SealedDeal, lines: readonly PlanLine[]): string[] {
  const { dealDigest, ...rest } = entry;
  const checks: [string, string, string][] = [
    ['digest', dealDigest, digestOf(rest)],
    ['root', entry.root, rootOf(lines)],
    ['line count', String(entry.lines), String(lines.length)],
    [
      'totals',
      canonicalJson(entry.totals),
      lines.length === 0 ? '' : canonicalJson(totalsOf(lines)),
    ],
  ];
  return checks
    .filter(([, said, found]) => said !== found)
    .map(([what, said, found]) => `deal ${entry.deal}: ${what} says ${said}, lines give ${found}`);
}

function edited({ deal, investor, leg, sequence }: PlanLine): string {
  return `line ${deal}/${investor}/${leg}/${sequence} is not what its leaf says`;
}
