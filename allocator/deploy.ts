import type { Pool } from 'pg';
import type { z } from 'zod';
import { compareCodePoints } from '../domain/code-points';
import type { deployAnswer, deployRequest } from '../contracts/hold-wire';
import { rowsOf, whileLocked, type Queryable } from './database';
import { holdByToken, refuseWhileFrozen } from './holds';
import { knownRule } from './known-rule';
import { ServiceError } from './service-error';
import { minorAt } from './wire-amount';

type Order = z.infer<typeof deployRequest>;
type Deployed = { deployed: boolean; answer: z.infer<typeof deployAnswer> };

/**
 * Makes a rule live, and keeps when and under whose hold.
 *
 * Retry: safe; what is live already stays live, with the same answer.
 * @throws INPUT_INVALID (rejected) on an unknown rule.
 * @throws RULE_VERSION_TAKEN (refused) when the label was given to other content.
 * @throws ALLOCATIONS_FROZEN (refused) while frozen without a token; HOLD_LIFTED or HOLD_UNKNOWN
 * when the token is of no service hold that stands.
 */
export async function deploy(
  pool: Pool,
  { order, holdToken }: { readonly order: Order; readonly holdToken: string | undefined },
): Promise<Deployed> {
  knownRule(order.rule);
  return whileLocked(pool, async (db) => {
    const isNew = await refuseOtherContent(db, order);
    const before = await lastDeployment(db);
    if (before?.rule_version === order.ruleVersion) {
      return { deployed: false, answer: await deployedAs(db, order.ruleVersion) };
    }
    const incident = await allowedBy(db, holdToken);
    if (isNew) await keepVersion(db, order);
    await db.query(
      `INSERT INTO allocator.deployments (deployment_no, rule_version, deployed_at, incident_id)
        VALUES ($1, $2, clock_timestamp(), $3)`,
      [(before?.deployment_no ?? 0) + 1, order.ruleVersion, incident ?? null],
    );
    return { deployed: true, answer: await deployedAs(db, order.ruleVersion) };
  });
}

/** Whose hold lets a deployment through; nobody's while nothing is frozen. */
async function allowedBy(db: Queryable, token: string | undefined): Promise<string | undefined> {
  if (token === undefined) {
    await refuseWhileFrozen(db).catch((error: unknown) => {
      if (!(error instanceof ServiceError)) throw error;
      throw new ServiceError({
        code: error.code,
        kind: 'refused',
        message:
          `${error.message} To deploy while frozen, send the token of a standing service hold` +
          ' in the header Makewhole-Hold.',
        also: error.also,
      });
    });
    return undefined;
  }
  const hold = await holdByToken(db, token);
  if (hold.kind === 'service' && hold.liftedAt === null) return hold.incident;
  throw new ServiceError({
    code: 'HOLD_LIFTED',
    kind: 'refused',
    message:
      'The token is of no service hold that stands, so the service may be live under somebody' +
      " else's eyes. Place the hold again and deploy under its token.",
  });
}

/** Whether the label is new. @throws RULE_VERSION_TAKEN (refused) when it means something else. */
async function refuseOtherContent(db: Queryable, order: Order): Promise<boolean> {
  const { rule, ruleVersion, averages } = order;
  const [known] = await rowsOf<{ same: boolean; rule: string; averages: string }>(
    db,
    `SELECT rule, averages, (rule, averages, restated) = ($2, $3, $4::jsonb) AS same
      FROM allocator.rule_versions WHERE rule_version = $1`,
    [ruleVersion, rule, averages, JSON.stringify(restated(order))],
  );
  if (known && !known.same) {
    throw new ServiceError({
      code: 'RULE_VERSION_TAKEN',
      kind: 'refused',
      message:
        `${ruleVersion} is already ${known.rule} on ${known.averages} averages, with its own` +
        ' restatements. Deploy other content under a new label.',
    });
  }
  return !known;
}

async function keepVersion(db: Queryable, order: Order): Promise<void> {
  const { rule, ruleVersion, averages } = order;
  const rows = restated(order);
  await db.query(`INSERT INTO allocator.rule_versions VALUES ($1, $2, $3, $4)`, [
    ruleVersion,
    rule,
    averages,
    JSON.stringify(rows),
  ]);
  const matched = await rowsOf<{ place: number; currency: string }>(
    db,
    `SELECT asked.place::integer, d.currency
      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked(deal_id, investor_id, place)
      JOIN allocator.commitments c USING (deal_id, investor_id)
      JOIN allocator.deals d USING (deal_id)`,
    [rows.map(([deal]) => deal), rows.map(([, investor]) => investor)],
  );
  const kept = matched.flatMap(({ place, currency }) => {
    const row = rows[place - 1];
    if (!row) return [];
    const [deal, investor, amount] = row;
    const path = `restatements of ${deal}, ${investor}`;
    return [{ deal, investor, minor: minorAt({ amount, currency, path }).toString() }];
  });
  await db.query(
    `INSERT INTO allocator.restatements (rule_version, deal_id, investor_id, allocated_minor)
      SELECT $1, * FROM unnest($2::text[], $3::text[], $4::bigint[])`,
    [ruleVersion, kept.map((r) => r.deal), kept.map((r) => r.investor), kept.map((r) => r.minor)],
  );
}

/** The restatements in an order of their own, so that the same content is equal. */
function restated({ restatements = [] }: Order): [string, string, string][] {
  return restatements
    .map((row): [string, string, string] => [row.dealId, row.investorId, row.allocated])
    .sort((a, b) => compareCodePoints(a[0], b[0]) || compareCodePoints(a[1], b[1]));
}

type DeploymentRow = { deployment_no: number; rule_version: string; deployed_at: Date };

async function lastDeployment(db: Queryable): Promise<DeploymentRow | undefined> {
  const [row] = await rowsOf<DeploymentRow>(
    db,
    `SELECT deployment_no, rule_version, deployed_at FROM allocator.deployments
      ORDER BY deployment_no DESC LIMIT 1`,
  );
  return row;
}

async function deployedAs(db: Queryable, ruleVersion: string): Promise<Deployed['answer']> {
  const [row] = await rowsOf<Omit<Deployed['answer'], 'deployedAt'> & { deployedAt: Date }>(
    db,
    `SELECT v.rule, v.rule_version AS "ruleVersion", v.averages, d.deployed_at AS "deployedAt",
        (SELECT count(*)::integer FROM allocator.restatements r
          WHERE r.rule_version = v.rule_version) AS "restatementsMatched"
      FROM allocator.rule_versions v JOIN allocator.deployments d USING (rule_version)
      WHERE v.rule_version = $1 ORDER BY d.deployment_no DESC LIMIT 1`,
    [ruleVersion],
  );
  if (!row) throw new Error(`${ruleVersion} vanished while it was deployed`);
  return { ...row, deployedAt: row.deployedAt.toISOString() };
}
