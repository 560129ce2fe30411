import { createHash, type Hash } from 'node:crypto';
import {
  decimalFacts,
  type CommitmentRow,
  type DealRow,
  type InvestorRow,
} from '../../contracts/import-row';
import { compareCodePoints } from '../../domain/code-points';
import { formatScaled, parseScaled } from '../../domain/money';

/** Gathers what an import's digest is of, row by row. */
export type ImportDigest = {
  deal(row: DealRow): void;
  investor(row: InvestorRow): void;
  /** Answers the row's number within its deal, from 1. */
  commitment(row: CommitmentRow): number;
  /** `fingerprint` stands for payment details, which no digest may give away. */
  paymentDetails(row: { investorId: string; fingerprint: string }): void;
  hex(): string;
};

/** A deal's part, growing: what is hashed already, and what waits to be, many rows at a time. */
type DealPart = { readonly hash: Hash; waiting: string; rows: number };

const waitingMax = 1 << 13;

/**
 * Opens the digest of an import's content: SHA-256, lower-case hex.
 *
 * Method: a JSON array per row, amounts in minor units, other decimals without zeros they can
 * spare; a deal's row and its commitments in the order of the file are one part, an investor's row
 * is one, payment details are one; the digest is of the parts' own digests, a line each, sorted by
 * kind and id.
 * Ensures: order of files' columns and of deals, quoting, zeros behind amounts change nothing; the
 * order of commitments within a deal does, since some rules go by it.
 */
export function openImportDigest(): ImportDigest {
  const deals = new Map<string, DealPart>();
  const others = new Map<string, string>();
  // Said twice is another content than said once, so that a fault never passes for what is there.
  const addOther = (part: string, line: string): void => {
    others.set(part, sha256(`${others.get(part) ?? ''}${line}`));
  };
  let current: DealPart | undefined;
  const dealPart = (dealId: string): DealPart => {
    const part = deals.get(dealId) ?? { hash: createHash('sha256'), waiting: '', rows: 0 };
    if (part === current) return part;
    if (part.rows === 0) deals.set(dealId, part);
    // Text that waits keeps what it was cut from in memory, so only one deal's may.
    if (current !== undefined) flush(current);
    return (current = part);
  };
  return {
    deal(row) {
      const { dealId, name, company, closedOn, currency, allocation, ruleVersion } = row;
      const head = [dealId, name, company, closedOn, currency, String(allocation), ruleVersion];
      dealPart(dealId).waiting += lineOf([...head, sorted(row.facts)]);
    },
    investor({ investorId, name, email, locale, history, facts }) {
      const past =
        history === null ? [] : [String(history.total), String(history.count), history.currency];
      const line = lineOf([investorId, name, email, locale, past, sorted(facts)]);
      addOther(`investor ${investorId}`, line);
    },
    commitment({ dealId, investorId, requested, average, allocated }) {
      const part = dealPart(dealId);
      const amounts = `"${requested}","${canonicalAverage(average)}","${allocated}"`;
      part.waiting += `[${JSON.stringify(investorId)},${amounts}]\n`;
      if (part.waiting.length > waitingMax) flush(part);
      return (part.rows += 1);
    },
    paymentDetails({ investorId, fingerprint }) {
      addOther(`payment-details ${investorId}`, lineOf([investorId, fingerprint]));
    },
    hex() {
      const whole = createHash('sha256').update('makewhole import 1\n');
      const ofDeals = [...deals].map(([dealId, part]): [string, string] => {
        return [`deal ${dealId}`, flush(part).copy().digest('hex')];
      });
      const inOrder = [...ofDeals, ...others].sort(([a], [b]) => compareCodePoints(a, b));
      for (const [, digest] of inOrder) whole.update(`${digest}\n`);
      return whole.digest('hex');
    },
  };
}

function flush(part: DealPart): Hash {
  part.hash.update(part.waiting);
  part.waiting = '';
  return part.hash;
}

const lineOf = (fields: readonly unknown[]): string => `${JSON.stringify(fields)}\n`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const decimalFact: ReadonlySet<string> = new Set(decimalFacts);

function sorted(facts: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(facts)
    .map(([name, text]): [string, string] => {
      return [name, decimalFact.has(name) ? canonicalDecimal(text) : text];
    })
    .sort(([a], [b]) => compareCodePoints(a, b));
}

/** Nothing and 0 are the same: no history. */
function canonicalAverage(text: string): string {
  const decimal = text === '' ? '' : canonicalDecimal(text);
  return decimal === '0' ? '' : decimal;
}

const canonicalForm = /^(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/** A database column has as many decimals for all of its rows, a file what each row needs. */
function canonicalDecimal(text: string): string {
  return canonicalForm.test(text) ? text : formatScaled(parseScaled(text));
}
