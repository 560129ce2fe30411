import { join } from 'node:path';
import { declareSeverity } from '../../activities/declare-severity';
import { draftPlan } from '../../activities/draft-plan';
import { postgresPlans } from '../../adapters/postgres/plans';
import { postgresSeverities } from '../../adapters/postgres/severities';
import { loadPack } from '../../policies/load-pack';
import type { OpeningPack } from '../../activities/ports/command-inbox';
import { noon, type DecisionDesk } from './decision-desk';

/** A deal as a test imports it; shares in cents, recorded and right on both bases. */
export type ImportedDeal = {
  deal: string;
  closedOn: string;
  facts: Record<string, string>;
  shares: [investor: string, recorded: bigint, asRecorded: bigint, asShouldHaveBeen?: bigint][];
};

const fiveShares: ImportedDeal['shares'] = [
  ['D', 13_211_207n, 12_857_143n],
  ['E', 31_788_793n, 32_142_857n],
];

/** Two years old, mark 3.00 of the day of payment, no clause. */
export const oldDeal: ImportedDeal = {
  deal: 'OLD',
  closedOn: '2024-11-21',
  facts: {
    stage: 'closed',
    error_clause: 'none',
    mark: '3.00',
    mark_on: noon.slice(0, 10),
    mark_source: 'Valuer Ltd',
  },
  shares: fiveShares,
};

/** Two weeks old, at cost, with a clause and a residual commitment. */
export const freshDeal: ImportedDeal = {
  deal: 'FRESH',
  closedOn: '2026-11-07',
  facts: {
    ...oldDeal.facts,
    mark: '1.00',
    error_clause: 'redistribution',
    residual_commitment: 'yes',
    tax_filed: 'no',
  },
  shares: fiveShares,
};

const packs = join(__dirname, '../../policies');

/** An incident whose impact is known, with the plans and severities that follow from it. */
export class PlanDesk {
  readonly plans;
  readonly draft;
  readonly declare;

  private constructor(
    readonly desk: DecisionDesk,
    readonly incidentId: string,
  ) {
    this.plans = postgresPlans(desk.pool);
    // `passes` writes a gate's row alone, without votes.
    const plans = { ...this.plans, unsigned: () => Promise.resolve(null) };
    const ports = { plans, approvals: desk.approvals() };
    this.draft = (at = noon) => draftPlan(ports)({ incidentId, at });
    const severities = postgresSeverities(desk.pool);
    this.declare = (phase: 'provisional' | 'computed', at = noon) =>
      declareSeverity({ severities })({ incidentId, at, phase });
  }

  /** Opens an incident under a pack; nothing is imported yet. */
  static async open(desk: DecisionDesk, pack: string | OpeningPack = 'demo'): Promise<PlanDesk> {
    const opening = typeof pack === 'string' ? loadPack({ folder: packs, name: pack }) : pack;
    const said = { summary: 'Shares look wrong', deals: ['OLD'], estimate: {}, assumptions: [] };
    const body = { ...said, pack: opening.pack.name, drill: true };
    const jws = desk.sign('oncall', { kind: 'open', body });
    const { answer } = await desk.inbox().open({ jws, at: noon, opening });
    if (!answer.accepted) throw new Error(answer.error.message);
    return new PlanDesk(desk, answer.incident);
  }

  /** Imports deals with all active and professional investors, and records the scan of them. */
  async imports(
    deals: readonly ImportedDeal[],
    investors: Record<string, Record<string, string>> = {},
  ): Promise<void> {
    const { pool } = this.desk;
    const { rows } = await pool.query<{ id: string; digest: string }>(
      `INSERT INTO snapshots (digest, source, imported_at, deal_count, investor_count,
         commitment_count) VALUES (md5($1) || md5($1), 'test', $2, 0, 0, 0)
       RETURNING snapshot_id AS id, digest`,
      [this.incidentId, noon],
    );
    const { id: snapshot, digest } = rows[0]!;
    const people = new Set(deals.flatMap(({ shares }) => shares.map(([investor]) => investor)));
    for (const id of people) {
      const facts = { class: 'professional', status: 'active', ...investors[id] };
      await pool.query(
        `INSERT INTO investors (snapshot_id, investor_id, name, email, locale, facts)
         VALUES ($1, $2, $2, $2 || '@investor.example', 'en', $3)`,
        [snapshot, id, facts],
      );
    }
    for (const { deal, closedOn, facts, shares } of deals) {
      await pool.query(
        `INSERT INTO deals (snapshot_id, deal_id, name, company, closed_on, currency,
           allocation_minor, rule_version, facts)
         VALUES ($1, $2, $2, $2 || ' Inc', $3, 'USD', 100000000, 'v2', $4)`,
        [snapshot, deal, closedOn, facts],
      );
      for (const [investor, recorded, asRecorded, asShould = asRecorded] of shares) {
        await pool.query(
          `INSERT INTO impacts (incident_id, deal_id, investor_id, currency, recorded_minor,
             as_recorded_minor, as_should_have_been_minor) VALUES ($1, $2, $3, 'USD', $4, $5, $6)`,
          [this.incidentId, deal, investor, recorded, asRecorded, asShould],
        );
      }
    }
    await pool.query(
      `INSERT INTO scans (incident_id, snapshot_id, summary, impact_digest, finished_at)
       VALUES ($1, $2, '{}', repeat('a', 64), $3)`,
      [this.incidentId, snapshot, noon],
    );
    await pool.query(
      `INSERT INTO second_opinions (incident_id, impact_digest, deals_affected, deals_sampled,
         commitment_count, agreed_at) VALUES ($1, repeat('a', 64), 0, 0, 0, $2)`,
      [this.incidentId, noon],
    );
    await pool.query('UPDATE incidents SET snapshot_id = $2 WHERE incident_id = $1', [
      this.incidentId,
      snapshot,
    ]);
    await this.tellOfImport(digest);
  }

  /** What evidence says of all that `imports` has written. */
  private async tellOfImport(snapshot: string): Promise<void> {
    const kind = 'imported';
    const body = { snapshot, deals: 0, investors: 0, commitments: 0 };
    await this.desk.forge('registry', { kind, body });
    await this.desk.forge(this.incidentId, { kind, body });
    const nothing = { shares: 0, averages: 0 };
    const found = { deals: { affected: 0, sampled: 0 }, compared: nothing, differences: 0 };
    const opinion = { agrees: true, ...found, impactDigest: 'a'.repeat(64) };
    await this.desk.forge(this.incidentId, { kind: 'second-opinion', body: opinion });
  }

  /** Gives a fact by a signed command; answers as the inbox does. */
  fact(given: { by: string; id: string; name: string; value: string; of?: 'investor' }) {
    const { by, id, name, value, of: subject = 'deal' } = given;
    const body = { subject, id, name, value, source: 'a letter on file' };
    return this.desk.tell({ incidentId: this.incidentId, by, kind: 'correct-fact', body });
  }

  redraft(deal: string, remedy: string) {
    const body = { deal, remedy, reason: 'the founders agree' };
    const said = { incidentId: this.incidentId, by: 'legal', kind: 'redraft' as const, body };
    return this.desk.tell(said);
  }

  /** As if the gate had passed; planning looks no further than the gate's own row. */
  async passes(gate: string, subject: string): Promise<void> {
    await this.desk.intruder.query(
      `INSERT INTO gates (incident_id, gate_id, opening, subject, rule, makers, state,
         opened_at, expires_at)
       SELECT $1, $2, count(*) + 1, $3, '{}', '{}', 'passed', $4, $4
       FROM gates WHERE incident_id = $1 AND gate_id = $2`,
      [this.incidentId, gate, subject, noon],
    );
  }

  /** Names this incident, as the ports take it. */
  get of(): { incidentId: string } {
    return { incidentId: this.incidentId };
  }

  /** Names one version of this incident's plan. */
  version(version: number): { incidentId: string; version: number } {
    return { incidentId: this.incidentId, version };
  }

  /** What is still waited for: id, role. */
  async waits(): Promise<string[]> {
    const { rows } = await this.desk.pool.query<{ wait: string }>(
      `SELECT wait_id || ' ' || role AS wait FROM waits WHERE incident_id = $1
         AND waiting_for = 'fact' AND over_at IS NULL ORDER BY wait_id COLLATE "C"`,
      [this.incidentId],
    );
    return rows.map(({ wait }) => wait);
  }

  async evidence(kind: string): Promise<Record<string, unknown>[]> {
    const entries = await this.desk.evidence(this.incidentId);
    return entries.filter((entry) => entry.kind === kind).map(({ body }) => body);
  }
}
