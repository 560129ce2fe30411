import { canonicalJson } from '../../proof/canonical-json';
import { genesis, type EvidenceContent } from '../../proof/evidence-chain';
import { sealEntry } from '../support/seal-entry';
import { sealPlan, type SealedPlan } from '../../proof/plan-digest';
import { totalsOf } from '../../domain/plan';
import type { PlanLine } from '../../domain/plan-line';
import { parseMinor } from '../../domain/money';
import type { DecisionDesk } from '../adapters/decision-desk';
import type { SettlementCase } from '../adapters/settlement-desk';

/** What somebody can do who owns the database, knows our code by heart, and has nobody's key. */
export class Insider {
  constructor(private readonly desk: DecisionDesk) {}

  /** Changes tables with their triggers off, without a trace but the change itself. */
  async edit(sql: string): Promise<void> {
    await this.desk.intruder.query(
      `BEGIN; SET LOCAL session_replication_role = replica; ${sql}; COMMIT`,
    );
  }

  /** Seals a plan anew with other lines, so that every leaf, root and digest of it is right. */
  async resealPlan(
    { incidentId, plan }: SettlementCase,
    change: (line: PlanLine) => PlanLine[],
  ): Promise<SealedPlan> {
    const { manifest } = (await plan.plans.readPlan({ incidentId }))!;
    const { version, deals, ...head } = manifest;
    const allLines = (await plan.plans.planLines({ incidentId, version })).flatMap(change);
    const entries = deals.map(({ root: _, dealDigest: __, ...entry }) => {
      const lines = allLines.filter(({ deal }) => deal === entry.deal);
      return { ...entry, totals: totalsOf(lines), lines: lines.length };
    });
    const sealed = sealPlan({ ...head, version, deals: entries, allLines });
    const of = [incidentId, version];
    const { intruder } = this.desk;
    await intruder.query(
      `UPDATE plans SET digest = $3, manifest = $4::jsonb, manifest_text = $5
       WHERE incident_id = $1 AND version = $2`,
      [...of, sealed.digest, sealed.manifestText, sealed.manifestText],
    );
    await intruder.query('DELETE FROM plan_lines WHERE incident_id = $1 AND version = $2', of);
    for (const line of sealed.lines) {
      const { deal, investor, leg, when, sequence, amount, currency, payer, payee } = line;
      const minor = parseMinor(amount, currency).toString();
      await intruder.query(
        `INSERT INTO plan_lines VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          ...[...of, deal, investor, leg, when, sequence, minor, currency, payer, payee],
          ...[line.computed, line.leaf],
        ],
      );
    }
    return sealed;
  }

  /** Rewrites entries of a chain and every hash from there on, so that it is whole again. */
  async rewriteChain(
    chain: string,
    change: (content: EvidenceContent) => EvidenceContent[],
  ): Promise<void> {
    const { rows } = await this.desk.intruder.query<{ entry: string }>(
      'SELECT entry FROM evidence WHERE chain = $1 ORDER BY seq',
      [chain],
    );
    const contents = rows.map(({ entry }) => JSON.parse(entry) as EvidenceContent).flatMap(change);
    let head = genesis;
    const sealed = contents.map(({ seq: _, ...said }) => {
      const entry = sealEntry(head, said);
      head = { seq: entry.seq, hash: entry.hash };
      return { ...said, ...entry };
    });
    const rewritten = JSON.stringify(sealed).replaceAll("'", "''");
    await this.edit(
      `DELETE FROM evidence WHERE chain = '${chain}';
       INSERT INTO evidence (chain, seq, at, actor, kind, entry, prev_hash, hash)
       SELECT '${chain}', seq, at, actor, kind, entry, "prevHash", hash
       FROM jsonb_to_recordset('${rewritten}') AS e (seq bigint, at timestamptz, actor text,
         kind text, entry text, "prevHash" text, hash text)`,
    );
  }

  /** What `evidence verify` says of a chain. */
  async verdict(chain: string): Promise<string> {
    return canonicalJson(await this.desk.verify(chain));
  }
}
