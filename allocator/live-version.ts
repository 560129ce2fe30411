import type { Pool } from 'pg';
import { isOutage, rowsOf, type Queryable } from './database';
import { stateUnreadable } from './service-error';

/** What allocates now: a rule under the platform's label, and where its averages come from. */
export type LiveVersion = {
  readonly rule: string;
  readonly ruleVersion: string;
  readonly averages: 'recorded' | 'corrected';
};

/** The version deployed last. */
export async function readLiveVersion(db: Queryable): Promise<LiveVersion> {
  const [live] = await rowsOf<LiveVersion>(
    db,
    `SELECT v.rule, v.rule_version AS "ruleVersion", v.averages
      FROM allocator.deployments d JOIN allocator.rule_versions v USING (rule_version)
      ORDER BY d.deployment_no DESC LIMIT 1`,
  );
  if (!live) throw new Error('allocator.deployments is empty; its migration deploys a first rule');
  return live;
}

/** Remembers the live version, so that probes go on while the database is down. */
export class LiveVersionMemory {
  #last: LiveVersion | undefined;
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * The live version as the database has it, or as it was last read while the database is down.
   *
   * @throws STATE_UNREADABLE (fault) when it was never read.
   */
  async current(): Promise<LiveVersion> {
    try {
      this.#last = await readLiveVersion(this.#pool);
    } catch (error) {
      if (!isOutage(error)) throw error;
      if (!this.#last) throw stateUnreadable(error);
    }
    return this.#last;
  }
}
