import type { PaymentWord } from '../../activities/ports/payment-ledger';
import type { Queryable } from './pool';
import { readSignedCommands, type FlawedCommand, type SignedCommand } from './signed-commands';

/** What was said of the orders of one payment, by their number; the last word stands. */
export type Words = ReadonlyMap<number, PaymentWord>;

type Row = { jti: string; key: string; issue: number; word: PaymentWord };

/**
 * What persons of finance have said of the orders of these payments.
 *
 * Ensures: a row counts only where the signed command behind it says the same of this payment, and
 * was given by somebody of finance.
 */
export async function readWords(
  db: Queryable,
  { incidentId, keys }: { incidentId: string; keys: readonly string[] },
): Promise<ReadonlyMap<string, Words>> {
  const words = new Map<string, Map<number, PaymentWord>>();
  if (keys.length === 0) return words;
  const { rows } = await db.query<Row>(
    `SELECT jti, payment_key AS key, issue, word FROM payment_words
     WHERE incident_id = $1 AND payment_key = ANY ($2::bpchar[]) ORDER BY given_at, jti`,
    [incidentId, keys],
  );
  const jtis = rows.map(({ jti }) => jti);
  const evidenceKind = 'payment-word';
  const commands = await readSignedCommands(db, { incidentId, evidenceKind, jtis });
  for (const row of rows) {
    if (!isBorneOut(row, commands.get(row.jti))) continue;
    const ofPayment = words.get(row.key) ?? new Map<number, PaymentWord>();
    words.set(row.key, ofPayment.set(row.issue, row.word));
  }
  return words;
}

function isBorneOut(row: Row, command: SignedCommand | FlawedCommand | undefined): boolean {
  if (command === undefined || 'flaw' in command) return false;
  const { envelope, roles } = command;
  const { key, state } = envelope.body as Partial<Record<string, unknown>>;
  const same = envelope.kind === 'resolve-payment' && key === row.key && state === row.word;
  return same && roles.includes('finance');
}

/** The orders that the bank never took, as persons have said. */
export function absentAmong(words: Words | undefined): number[] {
  return [...(words ?? [])].flatMap(([issue, word]) => (word === 'absent' ? [issue] : []));
}
