import type { Pool } from 'pg';
import type { BrokenGlass, RegistryAlarms } from '../../activities/ports/registry-alarms';

/** The alarms about people and keys, read from the registry's chain in Postgres. */
export function postgresRegistryAlarms(pool: Pool): RegistryAlarms {
  return {
    async brokenGlass() {
      const { rows } = await pool.query<BrokenGlass>(sql);
      return rows;
    },
  };
}

/** Whoever was an admin until then is revoked by the same deed, at that very time. */
const sql = `
  SELECT e.seq::int, said #>> '{body,id}' AS person, said ->> 'at' AS at,
    (SELECT coalesce(json_agg(json_build_object('id', person_id, 'name', name, 'email', email)
       ORDER BY person_id), '[]') FROM people p
     WHERE (p.revoked_at IS NULL OR p.revoked_at = e.at)
       AND roles && '{admin,legal,management}') AS people
  FROM evidence e, LATERAL (SELECT e.entry::jsonb AS said) AS entry
  WHERE chain = 'registry' AND kind = 'person' AND said #>> '{body,did}' = 'break-glass'
    AND (EXISTS (SELECT FROM notices n WHERE n.kind = 'break-glass/' || e.seq
        AND n.incident_id = 'registry' AND n.state = 'queued')
      OR NOT EXISTS (SELECT FROM notices n WHERE n.kind = 'break-glass/' || e.seq
        AND n.incident_id = 'registry'))
  ORDER BY e.seq`;
