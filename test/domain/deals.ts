import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { toAllocationCase, type AllocationCase } from '../../domain/allocation-case';
import { formatMinor } from '../../domain/money';
import type { Ask } from '../../domain/prorate';

/** A case as published: amounts in major units, [requested, average] per investor. */
export type PublishedCase = {
  name: string;
  rule?: string;
  allocation: string;
  investors: Record<string, [string, string]>;
  expected: Record<string, string>;
};

/** Every published and worked case, read from the file beside this one. */
export function publishedCases(): PublishedCase[] {
  const text = readFileSync(join(__dirname, 'allocation-cases.json'), 'utf8');
  return (JSON.parse(text) as { cases: PublishedCase[] }).cases;
}

/** A USD deal from [requested, average] in major units. */
export function deal(
  allocation: string,
  investors: Record<string, [string, string]>,
): AllocationCase {
  return toAllocationCase({
    currency: 'USD',
    allocation_amount: allocation,
    investor_amounts: Object.entries(investors).map(([name, [requested, average]]) => {
      return { name, requested_amount: requested, average_amount: average };
    }),
  });
}

/** Shares in major units of USD, by name. */
export function shown(shares: ReadonlyMap<string, bigint>): Record<string, string> {
  return Object.fromEntries([...shares].map(([id, share]) => [id, formatMinor(share, 'USD')]));
}

/** An ask in whole units: requested, average. */
export function ask(investorId: string, ...[requested, average]: [number, number]): Ask {
  return { investorId, requested: BigInt(requested), average: BigInt(average) };
}

/** A deal in whole units: small numbers for ties and caps, large ones for long division. */
export const anyDeal: fc.Arbitrary<{ allocation: bigint; asks: Ask[] }> = fc
  .oneof(fc.constant(12n), fc.constant(1000n), fc.constant(10n ** 15n))
  .chain((max) => {
    const units = fc.bigInt({ min: 0n, max });
    const average = fc.oneof({ weight: 4, arbitrary: units }, fc.constant(0n));
    return fc.record({
      rows: fc.array(fc.tuple(units, average), { maxLength: 9 }),
      part: fc.integer({ min: 0, max: 110 }),
      few: units,
    });
  })
  .map(({ rows, part, few }) => {
    const asks = rows.map(([requested, average], index) => {
      return { investorId: `i-${index}`, requested, average };
    });
    const wanted = asks.reduce((sum, { requested }) => sum + requested, 0n);
    return { allocation: part > 100 ? few : (wanted * BigInt(part)) / 100n, asks };
  });
