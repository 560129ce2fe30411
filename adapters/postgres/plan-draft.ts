import type { PlanDrafting } from '../../activities/ports/plans';
import { parseMinor } from '../../domain/money';
import type { DealPlan, Question } from '../../domain/plan-deal';
import type { SealedPlan } from '../../proof/plan-digest';
import { appendEvidence } from './evidence';
import { makersOf } from './makers';
import type { Queryable } from './pool';
import { want } from './waits';

const rowsPerStatement = 5_000;
const assumptionsNamedMax = 1_000;

/**
 * Stores a draft in the caller's transaction: version, lines, options, waits, and evidence last.
 *
 * Ensures: two drafts at once cannot both become the next version.
 */
export async function savePlanDraft(tx: Queryable, drafting: PlanDrafting): Promise<void> {
  const { incidentId, sealed } = drafting;
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('plans/' || $1, 0))`, [incidentId]);
  await refuseOvertaken(tx, drafting);
  if (sealed !== undefined) await insertVersion(tx, { ...drafting, sealed });
  await upsertOptions(tx, drafting);
  await showQuestions(tx, drafting);
  if (sealed !== undefined) await appendDraftEvidence(tx, { ...drafting, sealed });
}

async function refuseOvertaken(tx: Queryable, { incidentId, after }: PlanDrafting): Promise<void> {
  const { rows } = await tx.query<{ newest: number }>(
    'SELECT coalesce(max(version), 0) AS newest FROM plans WHERE incident_id = $1',
    [incidentId],
  );
  const newest = rows[0]?.newest ?? 0;
  if (newest === after) return;
  const expected = `expected version ${String(after)} of the plan to be the newest`;
  throw new Error(`${expected}, found ${String(newest)}: the plan has to be drafted again`);
}

type Sealing = PlanDrafting & { sealed: SealedPlan };

async function insertVersion(tx: Queryable, { incidentId, at, sealed }: Sealing): Promise<void> {
  const { manifest, manifestText, digest } = sealed;
  const makers = await makersOf(tx, { incidentId, gateId: 'plan', subject: digest });
  const people = [...new Set(makers.map(({ person }) => person))];
  await tx.query(
    `INSERT INTO plans (incident_id, version, digest, manifest, manifest_text, makers, drafted_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [incidentId, manifest.version, digest, manifestText, manifestText, people, at],
  );
  const lines = sealed.lines.map(({ deal, investor, when, amount, ...line }) => {
    const minor = parseMinor(amount, line.currency).toString();
    return { ...line, deal_id: deal, investor_id: investor, branch: when, amount_minor: minor };
  });
  for (let first = 0; first < lines.length; first += rowsPerStatement) {
    const rows = JSON.stringify(lines.slice(first, first + rowsPerStatement));
    await tx.query(insertLines, [incidentId, manifest.version, rows]);
  }
}

const insertLines = `
  INSERT INTO plan_lines (incident_id, version, deal_id, investor_id, leg, branch, sequence,
    amount_minor, currency, payer, payee, computed, leaf)
  SELECT $1, $2, r.* FROM jsonb_to_recordset($3::jsonb) AS r (deal_id text, investor_id text,
    leg text, branch text, sequence integer, amount_minor bigint, currency text, payer text,
    payee text, computed text, leaf text)`;

async function upsertOptions(tx: Queryable, drafting: PlanDrafting): Promise<void> {
  const { incidentId, version, planned } = drafting;
  const options = planned.flatMap((deal) => deal.options);
  for (let first = 0; first < options.length; first += rowsPerStatement) {
    const rows = JSON.stringify(options.slice(first, first + rowsPerStatement));
    await tx.query(
      `INSERT INTO options (incident_id, version, deal_id, remedy, option)
       SELECT $1, $2, o ->> 'deal', o ->> 'remedy', o FROM jsonb_array_elements($3::jsonb) AS o
       ON CONFLICT (incident_id, version, deal_id, remedy) DO UPDATE SET option = excluded.option`,
      [incidentId, version, rows],
    );
  }
}

/** One wait a fact, however many deals it holds; those answered are over. */
async function showQuestions(tx: Queryable, drafting: PlanDrafting): Promise<void> {
  const { incidentId, at, planned } = drafting;
  const asked = new Map<string, Question>();
  for (const question of planned.flatMap((deal) => deal.questions)) {
    const id = waitIdOf(question);
    if (!asked.has(id)) asked.set(id, question);
  }
  const wanted = [...asked].map(([id, { question, owner }]) => ({ id, question, role: owner }));
  await tx.query(
    `UPDATE waits SET over_at = $2 WHERE incident_id = $1 AND waiting_for = 'fact'
       AND over_at IS NULL AND wait_id <> ALL ($3::text[])`,
    [incidentId, at, [...asked.keys()]],
  );
  await want(tx, { incidentId, waitingFor: 'fact', at, wanted });
}

/** Named like the command that answers it: whose fact, and which. */
function waitIdOf({ deal, investor, fact }: Question): string {
  return `${investor ?? deal}/${fact}`;
}

async function appendDraftEvidence(tx: Queryable, given: Sealing): Promise<void> {
  const { incidentId, at, sealed, planned } = given;
  const entry = { chain: incidentId, at, actor: 'makewhole' };
  const { manifest, digest, lines } = sealed;
  const { version, deals, impactDigest, payOn, basis } = manifest;
  const assumptions = planned.flatMap((deal) => deal.assumptions);
  if (assumptions.length > 0) {
    const body = { version, count: assumptions.length, assumptions };
    const named = { ...body, assumptions: assumptions.slice(0, assumptionsNamedMax) };
    await appendEvidence(tx, { ...entry, kind: 'assumption', body: named });
  }
  const waiting = planned.flatMap(waitingDeal);
  const head = { version, digest, impactDigest, payOn, basis };
  const counts = { deals: deals.length, lines: lines.length, waiting: waiting.length };
  await appendEvidence(tx, { ...entry, kind: 'plan-drafted', body: { ...head, ...counts } });
}

function waitingDeal({ remedy, deal }: DealPlan): string[] {
  return remedy === null ? [deal] : [];
}
