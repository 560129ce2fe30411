import { createHash, type Hash } from 'node:crypto';
import type { CommitmentRow, DealRow, InvestorRow } from '../../contracts/import-row';
import { compareCodePoints } from '../../domain/code-points';

/** Gathers what an import's digest is of, row by row. */
export type ImportDigest = {
  deal(row: DealRow): void;
  investor(row: InvestorRow): void;
  commitment(row: CommitmentRow): void;
  /** `fingerprint` stands for payment details, which no digest may give away. */
  paymentDetails(row: { investorId: string; fingerprint: string }): void;
  hex(): string;
};

/**
 * Opens the digest of an import's content: SHA-256, lower-case hex.
 *
 * Method: a JSON array per row, amounts in minor units; a deal's row and its commitments in the
 * order of the file are one part, an investor's row is one, payment details are one; the digest is
 * of the parts' own digests, a line each, sorted by kind and id.
 * Ensures: order of files' columns and of deals, quoting, zeros behind amounts change nothing; the
 * order of commitments within a deal does, since some rules go by it.
 */
export function openImportDigest(): ImportDigest {
  const parts = new Map<string, Hash>();
  const add = (part: string, fields: readonly unknown[]): void => {
    const hash = parts.get(part) ?? createHash('sha256');
    parts.set(part, hash.update(`${JSON.stringify(fields)}\n`));
  };
  return {
    deal(row) {
      const { dealId, name, company, closedOn, currency, allocation, ruleVersion } = row;
      const head = [dealId, name, company, closedOn, currency, String(allocation), ruleVersion];
      add(`deal ${dealId}`, [...head, sorted(row.facts)]);
    },
    investor({ investorId, name, email, locale, history, facts }) {
      const past =
        history === null ? [] : [String(history.total), String(history.count), history.currency];
      add(`investor ${investorId}`, [investorId, name, email, locale, past, sorted(facts)]);
    },
    commitment({ dealId, investorId, requested, average, allocated }) {
      add(`deal ${dealId}`, [investorId, String(requested), average, String(allocated)]);
    },
    paymentDetails({ investorId, fingerprint }) {
      add(`payment-details ${investorId}`, [investorId, fingerprint]);
    },
    hex() {
      const whole = createHash('sha256').update('makewhole import 1\n');
      const inOrder = [...parts].sort(([a], [b]) => compareCodePoints(a, b));
      for (const [, hash] of inOrder) whole.update(`${hash.copy().digest('hex')}\n`);
      return whole.digest('hex');
    },
  };
}

function sorted(facts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(facts).sort(([a], [b]) => compareCodePoints(a, b));
}
