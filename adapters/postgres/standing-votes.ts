/**
 * SQL: whether vote `v` has not been withdrawn, by the chain alone, from which nobody takes an
 * entry away. A withdrawal that cannot be read counts too: it lets nothing pass.
 */
export const voteStands = `NOT EXISTS (SELECT FROM evidence withdrawn
  WHERE withdrawn.chain = v.incident_id AND withdrawn.kind = 'vote-withdrawn'
    AND withdrawn.entry::jsonb #>> '{body,vote}' = v.jti)`;
