import type { Pool } from 'pg';
import type { IncidentStatus } from '../../activities/ports/status';
import type { Sizing, Sizings, SizingSources } from '../../activities/ports/sizings';
import { policyPack } from '../../contracts/pack';
import { formatMinor } from '../../domain/money';
import { deviationOf, sizes, type Size } from '../../domain/sizing';
import { digestOf } from '../../proof/digest';
import { appendEvidence } from './evidence';
import { inTransaction, type Queryable } from './pool';
import { affectedSql } from './severity-facts';

/** The sizes of incidents in Postgres; a row for each time that something turned out otherwise. */
export function postgresSizings(pool: Pool): Sizings {
  return { size: (given) => inTransaction(pool, (tx) => size(tx, given)) };
}

async function size(
  tx: Queryable,
  { incidentId, at, compare }: Parameters<Sizings['size']>[0],
): ReturnType<Sizings['size']> {
  const { estimate, actual, factor, stage } = await readSources(tx, incidentId);
  const before = await readSizings(tx, incidentId);
  const last = before.at(-1);
  const { ratio, outside } = compare({ estimate, actual, factor });
  const isNew = digestOf({ ...actual }) !== digestOf({ ...(last?.actual ?? unknownSize) });
  if (!isNew) return last === undefined ? null : standing(estimate, before);
  const number = (last?.number ?? 0) + 1;
  await tx.query(
    `INSERT INTO sizings (incident_id, number, sized_at, stage, actual, ratio, outside)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [incidentId, number, at, stage, JSON.stringify(actual), JSON.stringify(ratio), outside],
  );
  const body = { number, stage, estimate, actual, ratio, outside };
  await appendEvidence(tx, { chain: incidentId, at, actor: 'makewhole', kind: 'sizing', body });
  const sizing = { number, sizedAt: at, stage, actual, ratio, outside };
  return standing(estimate, [...before, sizing]);
}

function standing(estimate: Size, history: readonly Sizing[]) {
  const [last, previous] = [history.at(-1), history.at(-2)];
  if (last === undefined) return null;
  const newlyOutside = last.outside.filter((what) => previous?.outside.includes(what) !== true);
  return { ...last, estimate, newlyOutside };
}

/** How an incident was sized each time. Order: oldest first. */
async function readSizings(db: Queryable, incidentId: string): Promise<Sizing[]> {
  const { rows } = await db.query<Omit<Sizing, 'sizedAt'> & { sizedAt: Date }>(
    `SELECT number, sized_at AS "sizedAt", stage, actual, ratio, outside FROM sizings
     WHERE incident_id = $1 ORDER BY number`,
    [incidentId],
  );
  return rows.map((row) => ({ ...row, sizedAt: row.sizedAt.toISOString() }));
}

/** How an incident is sized now, with its assumptions and its history. */
export async function readSizing(
  db: Queryable,
  incidentId: string,
): Promise<IncidentStatus['sizing']> {
  const { estimate, actual, factor, assumptions } = await readSources(db, incidentId);
  const isKnown = sizes.some((what) => actual[what] !== null);
  return {
    ...{ estimate, actual: isKnown ? actual : null, assumptions },
    ...deviationOf({ estimate, actual, factor }),
    history: await readSizings(db, incidentId),
  };
}

const unknownSize: Size = {
  ...{ deals: null, investors: null, amount: null, currency: null, hours: null },
};

type Row = {
  pack: unknown;
  stage: string;
  assumptions: string[];
  estimate: { deals?: number; investors?: number; amount?: string; currency?: string } & {
    hours?: string;
  };
  scanned: boolean;
  deals: number;
  investors: number;
  over: Record<string, string> | null;
  under: Record<string, string> | null;
  said: string | null;
};

const sourcesSql = `
  WITH ${affectedSql},
  sides AS (SELECT currency, sum(greatest(delta, 0))::text AS over,
    sum(greatest(-delta, 0))::text AS under FROM affected GROUP BY currency)
  SELECT pack_snapshot AS pack, stage, estimate, assumptions,
    EXISTS (SELECT FROM scans s WHERE s.incident_id = i.incident_id) AS scanned,
    (SELECT count(DISTINCT deal_id)::int FROM affected) AS deals,
    (SELECT count(DISTINCT investor_id)::int FROM affected) AS investors,
    (SELECT json_object_agg(currency, over) FROM sides) AS over,
    (SELECT json_object_agg(currency, under) FROM sides) AS under,
    (SELECT value FROM facts f WHERE f.incident_id = $1 AND subject_kind = 'incident'
      AND name = 'hours' ORDER BY fact_id DESC LIMIT 1) AS said
  FROM incidents i WHERE incident_id = $1`;

/** What the incident was thought to be, and what is recorded of it now. */
async function readSources(
  db: Queryable,
  incidentId: string,
): Promise<SizingSources & { stage: string; assumptions: string[] }> {
  const { rows } = await db.query<Row>(sourcesSql, [incidentId]);
  const [row] = rows;
  if (row === undefined) throw new Error(`no incident ${incidentId} is on file`);
  const { deals = null, investors = null, amount = null } = row.estimate;
  const { currency = null, hours = null } = row.estimate;
  const estimate = { deals, investors, amount, currency, hours };
  const { deviationFactor: factor } = policyPack.parse(row.pack).sizing.value;
  const { stage, assumptions } = row;
  return { estimate, actual: actualOf(row), factor, stage, assumptions };
}

/**
 * What was found, the amount in the estimate's currency or in the only one there is: whatever lies
 * in the wrong hands. Hours are what somebody signed for; how long a page was open says how long
 * was waited, not how long somebody worked.
 */
function actualOf(row: Row): Size {
  const hours = readable(row.said);
  if (!row.scanned) return { ...unknownSize, hours };
  const { deals, investors } = row;
  const met = Object.keys(row.over ?? {});
  const currency = row.estimate.currency ?? (met.length === 1 ? (met[0] ?? null) : null);
  if (currency === null) return { deals, investors, amount: null, currency, hours };
  const over = BigInt(row.over?.[currency] ?? '0');
  const under = BigInt(row.under?.[currency] ?? '0');
  const amount = formatMinor(over > under ? over : under, currency);
  return { deals, investors, amount, currency, hours };
}

const readable = (text: string | null): string | null =>
  text !== null && /^\d{1,7}(\.\d{1,2})?$/.test(text) ? text : null;
