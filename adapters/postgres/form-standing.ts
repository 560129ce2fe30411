import type {
  Explanation,
  FormAnswer,
  FormsStanding,
  FormStanding,
  StandingContradiction,
} from '../../activities/ports/forms';
import { claimsOf } from '../../contracts/forms';
import { contradictionsOver, type Said } from '../../domain/contradictions';
import { digestOf } from '../../proof/digest';
import type { Queryable } from './pool';
import { readRecords } from './form-records';

/** How the forms of an incident stand, and what in them does not agree. */
export async function readFormsStanding(db: Queryable, incidentId: string): Promise<FormsStanding> {
  const forms = await readForms(db, incidentId);
  return { forms, contradictions: await readContradictions(db, { incidentId, forms }) };
}

type FormRow = Omit<FormStanding, 'openedAt' | 'deadlineAt' | 'answers'> & {
  openedAt: Date;
  deadlineAt: Date;
};
type AnswerRow = Omit<FormAnswer, 'answeredAt'> & { team: string; answeredAt: Date };

async function readForms(db: Queryable, incidentId: string): Promise<FormStanding[]> {
  const { rows: forms } = await db.query<FormRow>(
    `SELECT team, opened_at AS "openedAt", deadline_at AS "deadlineAt", (
       SELECT delegate FROM form_delegations d WHERE d.incident_id = f.incident_id
         AND d.team = f.team ORDER BY delegation_id DESC LIMIT 1) AS delegate
     FROM forms f WHERE incident_id = $1 ORDER BY team`,
    [incidentId],
  );
  const { rows: answers } = await db.query<AnswerRow>(
    `SELECT team, body AS answers, person_id AS by, answered_at AS "answeredAt", late,
       row_number() OVER (PARTITION BY team ORDER BY answer_id)::int AS version
     FROM answers WHERE incident_id = $1 ORDER BY answer_id`,
    [incidentId],
  );
  return forms.map((form) => ({
    ...form,
    openedAt: form.openedAt.toISOString(),
    deadlineAt: form.deadlineAt.toISOString(),
    answers: answers
      .filter(({ team }) => team === form.team)
      .map(({ team: _, answeredAt, ...answer }) => {
        return { ...answer, answeredAt: answeredAt.toISOString() };
      }),
  }));
}

type Of = { incidentId: string; forms: readonly FormStanding[] };

async function readContradictions(
  db: Queryable,
  { incidentId, forms }: Of,
): Promise<StandingContradiction[]> {
  const said = inOrder(forms);
  if (said.length === 0) return [];
  const records = await readRecords(db, { incidentId, said });
  const explained = await readExplanations(db, incidentId);
  return contradictionsOver(said, records).map(({ state, ...each }) => {
    const digest = digestOf(each);
    const explanation = explained.get(digest) ?? null;
    const stands = state === 'open' && explanation !== null ? 'explained' : state;
    return { ...each, digest, state: stands, explanation };
  });
}

/** All answers in the order in which they came, as far as they can be held against others. */
function inOrder(forms: readonly FormStanding[]): Said[] {
  const all = forms.flatMap(({ team, answers }) => {
    return answers.map(({ answeredAt, answers: said, version }) => {
      return { who: team, at: answeredAt, version, claims: claimsOf(team, said) };
    });
  });
  return all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.version - b.version));
}

type ExplanationRow = { digest: string; by: string; at: Date; text: string };

async function readExplanations(
  db: Queryable,
  incidentId: string,
): Promise<Map<string, Explanation>> {
  const { rows } = await db.query<ExplanationRow>(
    `SELECT digest, person_id AS by, explained_at AS at, explanation AS text
     FROM contradiction_explanations WHERE incident_id = $1`,
    [incidentId],
  );
  return new Map(
    rows.map(({ digest, by, at, text }) => [digest, { by, at: at.toISOString(), text }]),
  );
}
