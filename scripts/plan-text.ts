import type { StoredPlan, WaitingDeal } from '../activities/ports/plans';
import { compareCodePoints } from '../domain/code-points';
import { formatMinor, parseMinor } from '../domain/money';
import type { SealedDeal } from '../proof/plan-digest';
import { grouped } from '../domain/grouped';
import { textTable } from './text-table';
import { waitingDealsLines } from './waiting-deals-text';

/** How many deals a screen shows; sums always count all of them. */
const dealsMax = 60;
const accountsMax = 60;

/**
 * A plan as people read it: what is signed, deal by deal, and what each account pays in all.
 *
 * Ensures: what is left out is counted, with the command that shows it.
 */
export function planText(plan: StoredPlan, waiting: readonly WaitingDeal[] = []): string {
  const { version, digest, manifest, draftedAt, makers } = plan;
  const { deals, incident, payOn, goodThrough } = manifest;
  const some = deals.slice(0, dealsMax);
  const accounts = accountRows(deals);
  const whole = `The whole list: ./makewhole plan ${incident} --version ${String(version)} --deals`;
  const more = (left: number, of: string) =>
    left > 0 ? [`And ${grouped(String(left))} more ${of}. ${whole}`] : [];
  return [
    `Plan of ${incident}, version ${String(version)}, drafted ${draftedAt}`,
    `Digest ${digest}`,
    `Pay on ${payOn}, good through ${goodThrough}; made by ${makers.join(', ')}`,
    '',
    textTable(['deal', 'remedy', 'currency', 'out', 'in', 'units', 'stands'], some.map(dealRow)),
    ...more(deals.length - some.length, 'deals'),
    '',
    textTable(['account', 'pays', 'is paid by calls', 'currency'], accounts.slice(0, accountsMax)),
    ...more(accounts.length - accountsMax, 'accounts, each of a deal'),
    ...some.flatMap(({ deal, remedy, reasons }) => [
      '',
      `Why ${deal} gets ${remedy}:`,
      ...reasons.map((reason) => `  - ${reason}`),
    ]),
    ...more(deals.length - some.length, 'deals with reasons of their own'),
    ...(waiting.length === 0 ? [] : ['', ...waitingDealsLines(incident, waiting)]),
  ].join('\n');
}

function dealRow({ deal, remedy, totals }: SealedDeal): string[] {
  const { currency, units, letStand } = totals;
  const [moved, stands] = [grouped(units), grouped(letStand)];
  return [deal, remedy, currency, flows(totals.out), flows(totals.in), moved, stands];
}

function flows(amounts: Readonly<Record<string, string>>): string {
  const said = Object.entries(amounts).map(([account, amount]) => `${account} ${grouped(amount)}`);
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
    const [out, called] = [row.out, row.in].map((sum) => grouped(formatMinor(sum, currency)));
    return [account, out ?? '', called ?? '', currency];
  });
}
