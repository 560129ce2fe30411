import { digestOf } from '../../../proof/digest';
import type { Queryable } from '../pool';
import type { Break, Sealed } from './sealed';

/** What a row says, as the entry it came with has to say it. */
type Recorded = { what: string; kind: string; body: object };

/**
 * Walks from what was recorded of an incident (its snapshot, its severity, how it was sized, second
 * opinions) to the entries that tell of it, and back.
 */
export async function walkRecords(db: Queryable, { chain }: Sealed): Promise<Break | undefined> {
  const broken = await standingBreak(db, chain);
  if (broken !== undefined) return broken;
  const rows = [...(await readSizings(db, chain)), ...(await readOpinions(db, chain))];
  const told = await readTold(db, { chain, kinds: ['sizing', 'second-opinion'] });
  // What was thought at first stands with the incident, not with each sizing.
  return unmatched(
    rows,
    told.map(({ body: { estimate: _, ...body }, ...entry }) => ({ ...entry, body })),
  );
}

/** Walks from each snapshot that was imported to the entry of its import, and back. */
export async function walkSnapshots(db: Queryable, { chain }: Sealed): Promise<Break | undefined> {
  const { rows } = await db.query<{ snapshot: string; deals: number } & Numbers>(
    `SELECT digest AS snapshot, deal_count AS deals, investor_count AS investors,
       commitment_count AS commitments FROM snapshots`,
  );
  const records = rows.map((body) => {
    return { what: `the import of snapshot ${body.snapshot}`, kind: 'imported', body };
  });
  const told = await readTold(db, { chain, kinds: ['imported'] });
  return unmatched(
    records,
    told.map(({ body, ...entry }) => {
      const { snapshot, deals, investors, commitments } = body;
      return { ...entry, body: { snapshot, deals, investors, commitments } };
    }),
  );
}

type Numbers = { investors: number; commitments: number };
type Told = { seq: number; kind: string; body: Readonly<Record<string, unknown>> };

function unmatched(rows: readonly Recorded[], told: readonly Told[]): Break | undefined {
  const left = new Map(told.map((entry) => [nameOf(entry), entry]));
  for (const row of rows) {
    const name = nameOf(row);
    if (!left.delete(name)) return { seq: 0, what: `${row.what} is told so in no entry` };
  }
  const [lost] = left.values();
  if (lost === undefined) return undefined;
  return { seq: lost.seq, what: `the ${lost.kind} that it tells of stands so in no table` };
}

const nameOf = ({ kind, body }: { kind: string; body: object }): string =>
  `${kind} ${digestOf(body)}`;

async function readTold(
  db: Queryable,
  { chain, kinds }: { chain: string; kinds: string[] },
): Promise<Told[]> {
  const { rows } = await db.query<Told>(
    `SELECT seq::int, kind, entry::jsonb -> 'body' AS body FROM evidence
     WHERE chain = $1 AND kind = ANY ($2) ORDER BY seq`,
    [chain, kinds],
  );
  return rows.filter(({ kind, body }) => kind !== 'second-opinion' || body['agrees'] === true);
}

async function readSizings(db: Queryable, incidentId: string): Promise<Recorded[]> {
  const { rows } = await db.query<{ number: number }>(
    'SELECT number, stage, actual, ratio, outside FROM sizings WHERE incident_id = $1',
    [incidentId],
  );
  return rows.map((body) => ({ what: `sizing ${String(body.number)}`, kind: 'sizing', body }));
}

type OpinionRow = { impactDigest: string; affected: number; sampled: number; commitments: number };

async function readOpinions(db: Queryable, incidentId: string): Promise<Recorded[]> {
  const { rows } = await db.query<OpinionRow>(
    `SELECT impact_digest AS "impactDigest", deals_affected AS affected, deals_sampled AS sampled,
       commitment_count AS commitments FROM second_opinions WHERE incident_id = $1`,
    [incidentId],
  );
  return rows.map(({ impactDigest, affected, sampled, commitments }) => {
    const compared = { shares: 2 * commitments, averages: commitments };
    const deals = { affected, sampled };
    const body = { agrees: true, deals, compared, differences: 0, impactDigest };
    return { what: `the second opinion on ${impactDigest}`, kind: 'second-opinion', body };
  });
}

type Standing = Readonly<Record<'severity' | 'snapshot', string | null>>;

/** The snapshot an incident looks at and the level that stands, by the rows and by the chain. */
async function standingBreak(db: Queryable, chain: string): Promise<Break | undefined> {
  const { rows } = await db.query<Standing & { toldSeverity: Said; toldSnapshot: Said }>(
    `SELECT severity, digest AS snapshot, (${lastSaid}) AS "toldSeverity",
       (${lastBound}) AS "toldSnapshot" FROM incidents LEFT JOIN snapshots USING (snapshot_id)
     WHERE incident_id = $1`,
    [chain],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { toldSeverity, toldSnapshot } = row;
  const severity = flawOf('severity', { row: row.severity, told: toldSeverity });
  return severity ?? flawOf('snapshot', { row: row.snapshot, told: toldSnapshot });
}

type Said = { seq: number; value: string } | null;

const lastSaid = `
  SELECT json_build_object('seq', seq, 'value',
    coalesce(entry::jsonb #>> '{body,to}', entry::jsonb #>> '{body,severity}')) FROM evidence
  WHERE chain = $1 AND kind IN ('severity', 'severity-lowered') ORDER BY evidence.seq DESC LIMIT 1`;
const lastBound = `
  SELECT json_build_object('seq', seq, 'value', entry::jsonb #>> '{body,snapshot}') FROM evidence
  WHERE chain = $1 AND kind = 'imported' ORDER BY evidence.seq DESC LIMIT 1`;

function flawOf(what: string, given: { row: string | null; told: Said }): Break | undefined {
  const { row, told } = given;
  if (row === (told?.value ?? null)) return undefined;
  const says = told === null ? 'no entry tells of one' : `this entry says ${told.value}`;
  const is = `the ${what} of the incident is ${row ?? 'none'}`;
  return { seq: told?.seq ?? 0, what: `${is}, and ${says}` };
}
