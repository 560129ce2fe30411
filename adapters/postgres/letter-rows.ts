import type { LetterRow } from '../../activities/ports/letter-ledger';

/** The columns of a letter, named as its row is read. */
export const letterColumns = `stage, investor_id AS investor, revision, deals,
  template_digest AS template, body_digest AS "bodyDigest", message_id AS "messageId", state,
  attempts, cause, queued_at AS "queuedAt", sent_at AS "sentAt"`;

/** A letter as Postgres or its JSON gives it. */
export type StoredLetter = Omit<LetterRow, 'queuedAt' | 'sentAt'> & {
  queuedAt: Date | string;
  sentAt: Date | string | null;
};

/** A letter with its instants as ISO 8601. */
export function asLetterRow({ queuedAt, sentAt, ...row }: StoredLetter): LetterRow {
  return {
    ...row,
    queuedAt: new Date(queuedAt).toISOString(),
    sentAt: sentAt === null ? null : new Date(sentAt).toISOString(),
  };
}
