import type { WaitingDeal } from '../../activities/ports/plans';
import type { Queryable } from './pool';

type Row = { deal: string; partly: boolean; asks: WaitingDeal['asks'] };

/**
 * Deals that are wrong and neither in the newest plan nor approved before, and those of which an
 * investor is left out of it, each with the facts that are waited for.
 *
 * Order: by deal, then by whom or what a fact is about, by code point.
 */
export async function readWaitingDeals(db: Queryable, incidentId: string): Promise<WaitingDeal[]> {
  const { rows } = await db.query<Row>(waitingSql, [incidentId]);
  return rows;
}

const waitingSql = `
  WITH wrong AS (
    SELECT w.deal_id, w.investor_id FROM impacts w JOIN incidents i USING (incident_id)
    WHERE w.incident_id = $1 AND w.recorded_minor <> CASE i.basis
      WHEN 'asRecorded' THEN w.as_recorded_minor ELSE w.as_should_have_been_minor END),
  counted AS (
    SELECT version FROM plans p WHERE incident_id = $1 AND (
      version = (SELECT max(version) FROM plans WHERE incident_id = $1)
      OR EXISTS (SELECT FROM gates g WHERE g.incident_id = $1 AND g.gate_id = 'plan'
        AND g.subject = p.digest AND g.state = 'passed'))),
  lines AS (
    SELECT DISTINCT deal_id, investor_id FROM plan_lines JOIN counted USING (version)
    WHERE incident_id = $1),
  asked AS (
    SELECT regexp_replace(wait_id, '/[^/]*$', '') AS about, regexp_replace(wait_id, '^.*/', '')
      AS fact, role, question FROM waits
    WHERE incident_id = $1 AND waiting_for = 'fact' AND over_at IS NULL),
  planned AS (SELECT DISTINCT deal_id FROM lines),
  -- Rows of an investor that are left out, where others of the same deal are planned.
  partial AS (
    SELECT w.deal_id, w.investor_id FROM wrong w JOIN planned USING (deal_id)
    WHERE w.investor_id IN (SELECT about FROM asked)
      AND NOT EXISTS (SELECT FROM lines l WHERE l.deal_id = w.deal_id
        AND l.investor_id = w.investor_id)),
  waiting AS (
    SELECT DISTINCT deal_id, false AS partly FROM wrong
    WHERE deal_id NOT IN (SELECT deal_id FROM planned)
    UNION SELECT DISTINCT deal_id, true FROM partial)
  SELECT deal_id AS deal, partly, coalesce((
    SELECT json_agg(json_build_object('subject', subject, 'id', about, 'fact', fact, 'role', role,
        'question', question) ORDER BY subject, about COLLATE "C", fact COLLATE "C")
    FROM (
      SELECT 'deal' AS subject, a.* FROM asked a WHERE a.about = d.deal_id AND NOT partly
      UNION ALL
      SELECT 'investor', a.* FROM asked a JOIN wrong w ON w.investor_id = a.about
      WHERE w.deal_id = d.deal_id AND a.about <> d.deal_id AND (NOT partly
        OR EXISTS (SELECT FROM partial p WHERE p.deal_id = d.deal_id AND p.investor_id = a.about))
    ) asks), '[]') AS asks
  FROM waiting d ORDER BY deal_id COLLATE "C"`;
