import type { StoredPlan } from '../activities/ports/plans';
import { compareCodePoints } from '../domain/code-points';
import { formatMinor, parseMinor } from '../domain/money';
import type { SealedDeal } from '../proof/plan-digest';
import { textTable } from './text-table';

/** A plan as people read it: what is signed, deal by deal, and what each account pays in all. */
export function planText({ version, digest, manifest, draftedAt, makers }: StoredPlan): string {
  const { deals, incident, payOn, goodThrough } = manifest;
  return [
    `Plan of ${incident}, version ${String(version)}, drafted ${draftedAt}`,
    `Digest ${digest}`,
    `Pay on ${payOn}, good through ${goodThrough}; made by ${makers.join(', ')}`,
    '',
    textTable(['deal', 'remedy', 'currency', 'out', 'in', 'units', 'stands'], deals.map(dealRow)),
    '',
    textTable(['account', 'pays', 'is paid by calls', 'currency'], accountRows(deals)),
    ...deals.flatMap(({ deal, remedy, reasons }) => [
      '',
      `Why ${deal} gets ${remedy}:`,
      ...reasons.map((reason) => `  - ${reason}`),
    ]),
  ].join('\n');
}

function dealRow({ deal, remedy, totals }: SealedDeal): string[] {
  const { currency, units, letStand } = totals;
  return [deal, remedy, currency, flows(totals.out), flows(totals.in), units, letStand];
}

function flows(amounts: Readonly<Record<string, string>>): string {
  const said = Object.entries(amounts).map(([account, amount]) => `${account} ${amount}`);
  return said.length === 0 ? '-' : said.join('\n');
}

/** Every account of the plan once per currency, what it pays and what is called in to it apart. */
function accountRows(deals: readonly SealedDeal[]): string[][] {
  const rows = new Map<string, { account: string; currency: string; out: bigint; in: bigint }>();
  for (const { totals } of deals) {
    const { currency } = totals;
    for (const side of ['out', 'in'] as const) {
      for (const [account, amount] of Object.entries(totals[side])) {
        const key = `${account} ${currency}`;
        const row = rows.get(key) ?? { account, currency, out: 0n, in: 0n };
        row[side] += parseMinor(amount, currency);
        rows.set(key, row);
      }
    }
  }
  const sorted = [...rows].sort(([a], [b]) => compareCodePoints(a, b)).map(([, row]) => row);
  return sorted.map((row) => {
    const { account, currency } = row;
    return [account, formatMinor(row.out, currency), formatMinor(row.in, currency), currency];
  });
}
