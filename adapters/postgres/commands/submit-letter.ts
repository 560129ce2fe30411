import { commandBodies } from '../../../contracts/command';
import { digestOf } from '../../../proof/digest';
import type { Look } from './verified-command';

const stages = ['acknowledgement', 'call', 'advice', 'resolution'];

/** A letter's text in somebody's own words; it has a digest, and so a gate, of its own. */
export const lookAtSubmitLetter: Look = async (tx, { incidentId, person, body, at }) => {
  const { stage, letter } = commandBodies['submit-letter'].parse(body);
  if (!stages.includes(stage)) {
    const message = `there is no letter ${stage}; there are ${stages.join(', ')}`;
    return { facts: { found: { code: 'NOT_FOUND', message } } };
  }
  const { subject, text } = letter;
  const html = asHtml(text);
  const digest = digestOf({ stage, subject, text, html });
  const { rowCount } = await tx.query(
    'SELECT FROM letter_texts WHERE incident_id = $1 AND stage = $2 AND digest = $3',
    [incidentId, stage, digest],
  );
  if (rowCount !== 0) {
    const message = `this very text of ${stage} is on file already under digest ${digest}`;
    return { facts: { found: { code: 'ALREADY_DONE', message } } };
  }
  return {
    facts: {},
    effect: {
      evidence: { kind: 'letter-text', body: { stage, digest } },
      result: { stage, digest },
      async write(db) {
        await db.query(
          `INSERT INTO letter_texts (digest, incident_id, stage, subject, body_text, body_html,
             submitted_by, submitted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [digest, incidentId, stage, subject, text, html, person.id, at],
        );
      },
    },
  };
};

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The same words as HTML: an empty line ends a paragraph, a line's end is a line's end. */
function asHtml(text: string): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => paragraph.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign))
    .map((paragraph) => `<p>${paragraph.replaceAll('\n', '<br>\n')}</p>`)
    .join('\n');
}
