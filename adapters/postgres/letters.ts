import type { Pool } from 'pg';
import type {
  LetterLedger,
  LetterOutcome,
  NewLetter,
  StageOf,
  StoredText,
} from '../../activities/ports/letter-ledger';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { lockDecisions } from './incident-lock';
import { asLetterRow, letterColumns, type StoredLetter } from './letter-rows';
import { endLetterWaits, wantLetterPersons } from './letter-waits';
import { inTransaction, type Queryable } from './pool';
import { sealRows } from './sealed-rows';

/** The letters in Postgres. */
export function postgresLetters(pool: Pool): LetterLedger {
  return {
    texts: (of) => readTexts(pool, of),
    keepStandard: (given) => inTransaction(pool, (tx) => keepStandard(tx, given)),
    exclusively: (of, work) => exclusively({ pool, of, work }),
    abandon: (given) => inTransaction(pool, (tx) => abandon(tx, given)),
    book: (given) => inTransaction(pool, (tx) => book(tx, given)),
    hold: (given) => inTransaction(pool, (tx) => hold(tx, given)),
    release: (given) => inTransaction(pool, (tx) => release(tx, given)),
    claim: (given) => claim(pool, given),
    record: (given) => inTransaction(pool, (tx) => record(tx, given)),
    async unsettled({ incidentId, stage }) {
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM letters
         WHERE incident_id = $1 AND stage = $2 AND state IN ('unknown', 'failed')`,
        [incidentId, stage],
      );
      return rows[0]?.count ?? 0;
    },
    async list(incidentId) {
      const { rows } = await pool.query<StoredLetter>(
        `SELECT ${letterColumns} FROM letters WHERE incident_id = $1
         ORDER BY queued_at, stage, investor_id, revision`,
        [incidentId],
      );
      return rows.map(asLetterRow);
    },
  };
}

type TextRow = Omit<StoredText, 'digest'>;

async function readTexts(db: Queryable, { incidentId, stage }: StageOf): Promise<StoredText[]> {
  const { rows } = await db.query<TextRow>(
    `SELECT subject, body_text AS text, body_html AS html, submitted_by AS "submittedBy"
     FROM letter_texts WHERE incident_id = $1 AND stage = $2
     ORDER BY submitted_at DESC, submitted_by NULLS LAST, digest`,
    [incidentId, stage],
  );
  return rows.map((row) => {
    const { subject, text, html } = row;
    return { ...row, digest: digestOf({ stage, subject, text, html }) };
  });
}

async function keepStandard(
  tx: Queryable,
  given: Parameters<LetterLedger['keepStandard']>[0],
): Promise<{ digest: string }> {
  const { incidentId, stage, text: wording, at } = given;
  await lockDecisions(tx, incidentId);
  const [newest] = await readTexts(tx, given);
  if (newest !== undefined) return { digest: newest.digest };
  const { subject, text, html } = wording;
  const digest = digestOf({ stage, subject, text, html });
  await tx.query(
    `INSERT INTO letter_texts (digest, incident_id, stage, subject, body_text, body_html,
       submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [digest, incidentId, stage, subject, text, html, at],
  );
  const body = { stage, digest, standard: true };
  await appendEvidence(tx, {
    chain: incidentId,
    at,
    actor: 'makewhole',
    kind: 'letter-text',
    body,
  });
  return { digest };
}

/** A lock of the session: it ends with the connection, so that nobody inherits it from the dead. */
async function exclusively<T>(given: {
  pool: Pool;
  of: StageOf;
  work: () => Promise<T>;
}): Promise<T | undefined> {
  const { pool, of, work } = given;
  const name = `letters/${of.incidentId}/${of.stage}`;
  const session = await pool.connect();
  let broken = true;
  try {
    const { rows } = await session.query<{ mine: boolean }>(
      'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS mine',
      [name],
    );
    if (rows[0]?.mine !== true) {
      broken = false;
      return undefined;
    }
    try {
      return await work();
    } finally {
      await session.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]);
      broken = false;
    }
  } finally {
    session.release(broken);
  }
}

async function abandon(tx: Queryable, given: StageOf & { at: string }): Promise<number> {
  const { incidentId, stage, at } = given;
  const { rows } = await tx.query<{ messageId: string; investor: string; bodyDigest: string }>(
    `SELECT message_id AS "messageId", investor_id AS investor, body_digest AS "bodyDigest"
     FROM letters WHERE incident_id = $1 AND stage = $2 AND state = 'sending' FOR UPDATE`,
    [incidentId, stage],
  );
  const cause = 'whoever was sending it vanished before saying how it went';
  const outcomes = rows.map((row) => ({ ...row, state: 'unknown' as const, cause }));
  await record(tx, { incidentId, stage, at, outcomes });
  return rows.length;
}

type Booking = Parameters<LetterLedger['book']>[0];

async function book(tx: Queryable, given: Booking): Promise<void> {
  const { incidentId, stage, at, template, letters } = given;
  const fresh: NewLetter[] = [];
  for (const letter of letters) {
    const { investor, revision, deals, bodyDigest, messageId, question } = letter;
    const { rowCount } = await tx.query(
      `INSERT INTO letters (incident_id, stage, investor_id, revision, deals, template_digest,
         body_digest, message_id, state, cause, queued_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
      [
        ...[incidentId, stage, investor, revision, deals, template, bodyDigest, messageId],
        ...[question === undefined ? 'queued' : 'held', question ?? null, at],
      ],
    );
    if (rowCount === 1) fresh.push(letter);
  }
  if (fresh.length === 0) return;
  const held = fresh.flatMap(({ investor, question }) =>
    question === undefined ? [] : [{ investor, question }],
  );
  await wantLetterPersons(tx, { incidentId, stage, at, persons: held });
  const leaves = fresh.map(({ messageId, bodyDigest }) => `${messageId} ${bodyDigest}`);
  const body = {
    stage,
    template,
    count: fresh.length,
    held: held.length,
    root: await sealRows(tx, { chain: incidentId, leaves }),
    keys: fresh.map(({ messageId }) => messageId),
  };
  await appendEvidence(tx, {
    chain: incidentId,
    at,
    actor: 'makewhole',
    kind: 'letter-queued',
    body,
  });
}

async function hold(
  tx: Queryable,
  given: StageOf & { at: string; investor: string; revision: number; question: string },
): Promise<void> {
  const { incidentId, stage, at, investor, revision, question } = given;
  await tx.query(
    `UPDATE letters SET state = 'held', cause = $5 WHERE incident_id = $1 AND stage = $2
       AND investor_id = $3 AND revision = $4 AND state IN ('queued', 'held')`,
    [incidentId, stage, investor, revision, question],
  );
  await wantLetterPersons(tx, { incidentId, stage, at, persons: [{ investor, question }] });
}

async function release(
  tx: Queryable,
  given: StageOf & { at: string; investor: string; revision: number },
): Promise<void> {
  const { incidentId, stage, at, investor, revision } = given;
  await tx.query(
    `UPDATE letters SET state = 'queued', cause = NULL WHERE incident_id = $1 AND stage = $2
       AND investor_id = $3 AND revision = $4 AND state = 'held'`,
    [incidentId, stage, investor, revision],
  );
  await endLetterWaits(tx, { incidentId, stage, at, investors: [investor] });
}

async function claim(
  db: Queryable,
  { letter, template }: { letter: NewLetter; template: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE letters SET state = 'sending', attempts = attempts + 1, cause = NULL, deals = $2,
       template_digest = $3, body_digest = $4 WHERE message_id = $1 AND state = 'queued'`,
    [letter.messageId, letter.deals, template, letter.bodyDigest],
  );
  return rowCount === 1;
}

/** What became of a letter, and under which approved text it went out. */
type Recorded = LetterOutcome & { template: string };

async function record(
  tx: Queryable,
  given: StageOf & { at: string; outcomes: LetterOutcome[] },
): Promise<void> {
  const { incidentId, stage, at } = given;
  const changed: Recorded[] = [];
  for (const outcome of given.outcomes) {
    const { messageId, state, cause } = outcome;
    const { rows } = await tx.query<{ template: string }>(
      `UPDATE letters SET state = $2, cause = $3,
         sent_at = CASE WHEN $2 = 'sent' THEN $4::timestamptz END
       WHERE message_id = $1 AND (state = 'sending' OR (state = 'unknown' AND $2 = 'sent'))
       RETURNING template_digest AS template`,
      [messageId, state, cause ?? null, at],
    );
    changed.push(...rows.map(({ template }) => ({ ...outcome, template })));
  }
  const over = changed.filter(({ state }) => state !== 'queued');
  if (over.length === 0) return;
  const open = over.filter(({ state }) => state !== 'sent');
  const persons = open.map((outcome) => ({ ...outcome, question: questionOf(outcome) }));
  await wantLetterPersons(tx, { incidentId, stage, at, persons });
  const sent = over.filter(({ state }) => state === 'sent');
  await endLetterWaits(tx, { ...given, investors: sent.map(({ investor }) => investor) });
  for (const [kind, letters] of [
    ['letter-sent', sent],
    ['letter-unknown', open],
  ] as const) {
    if (letters.length > 0) await appendOutcomes(tx, { incidentId, stage, at, kind, letters });
  }
}

async function appendOutcomes(
  tx: Queryable,
  given: StageOf & { at: string; kind: string; letters: readonly Recorded[] },
): Promise<void> {
  const { incidentId, stage, at, kind, letters } = given;
  const leaves = letters.map(({ messageId, bodyDigest, state, template }) => {
    return `${messageId} ${bodyDigest} ${state} ${template}`;
  });
  const count = (state: string) => letters.filter((letter) => letter.state === state).length;
  const counts =
    kind === 'letter-sent' ? {} : { unknown: count('unknown'), refused: count('failed') };
  const keys = letters.map(({ messageId }) => messageId);
  const root = await sealRows(tx, { chain: incidentId, leaves });
  const body = { stage, count: letters.length, ...counts, root, keys };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind, body });
}

function questionOf({ investor, messageId, state, cause = '' }: LetterOutcome): string {
  if (state === 'failed') {
    return `The mail server refused the letter to ${investor} (${cause}): which address is right?`;
  }
  return (
    `Nobody knows whether ${messageId} to ${investor} has left (${cause}): ` +
    'what does the mail server’s log say? Then settle it with letters resolve.'
  );
}
