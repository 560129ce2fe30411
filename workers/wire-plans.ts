import type { Incidents } from '../activities/ports/incidents';
import type { Plans } from '../activities/ports/plans';
import { postgresIncidents } from '../adapters/postgres/incidents';
import { postgresPlans } from '../adapters/postgres/plans';
import { openPool } from '../adapters/postgres/pool';

/** What commands that show plans and options need of the database. */
export type PlanReading = {
  readonly plans: Plans;
  readonly incidents: Incidents;
  close(): Promise<void>;
};

/** Connects to plans in Postgres; close it in the end. */
export function wirePlans(databaseUrl: string): PlanReading {
  const pool = openPool(databaseUrl, { max: 2, name: 'makewhole-command' });
  return {
    plans: postgresPlans(pool),
    incidents: postgresIncidents(pool),
    close: () => pool.end(),
  };
}
