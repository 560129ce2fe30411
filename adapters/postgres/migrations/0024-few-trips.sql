-- safe-while-running: no, because workers before it write entries themselves, which ends here.

-- Puts entries at the end of a chain and gives its new head. Each column comes as lines of one
-- text; a line of `said` is an entry's canonical JSON up to its number, which stands last in it.
-- From here to the commit everybody else waits who writes to this chain.
CREATE FUNCTION append_evidence(
  to_chain text, ats text, actors text, kinds text, said text, OUT seq bigint, OUT hash text
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  begun bigint;
  before text;
  line text;
  hashes text[] := '{}';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('evidence/' || to_chain, 0));
  SELECT e.seq, e.hash INTO begun, before FROM evidence e
    WHERE e.chain = to_chain ORDER BY e.seq DESC LIMIT 1;
  begun := coalesce(begun, 0);
  before := coalesce(before, repeat('0', 64));
  seq := begun;
  hash := before;
  FOREACH line IN ARRAY string_to_array(said, E'\n') LOOP
    seq := seq + 1;
    hash := encode(sha256(convert_to(hash || line || seq || '}', 'UTF8')), 'hex');
    hashes := hashes || hash;
  END LOOP;
  INSERT INTO evidence (chain, seq, at, actor, kind, entry, prev_hash, hash)
  SELECT to_chain, begun + n, t.at::timestamptz, t.actor, t.kind, t.said || begun + n || '}',
    t.before, t.hash
  FROM unnest(string_to_array(ats, E'\n'), string_to_array(actors, E'\n'),
    string_to_array(kinds, E'\n'), string_to_array(said, E'\n'), before || hashes, hashes
  ) WITH ORDINALITY AS t (at, actor, kind, said, before, hash, n)
  WHERE n <= cardinality(hashes);
END $$;
REVOKE EXECUTE ON FUNCTION append_evidence FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_evidence TO makewhole_app;

-- The workers' role adds what fits at the end, and nothing else.
REVOKE INSERT ON evidence FROM makewhole_app;

-- An entry holds its number, so no two hash alike, and nobody looks one up by its hash.
ALTER TABLE evidence DROP CONSTRAINT evidence_chain_hash_key;

-- What every command is judged by, in one question that a connection plans once. Null stands for
-- what is not on file.
CREATE FUNCTION command_facts(
  desk text, of_jti text, named text, of_kid text,
  OUT desk_known boolean, -- Whether the desk it came to is that of an incident.
  OUT named_closed boolean, -- Whether the incident it names is closed.
  OUT digest text, OUT answer jsonb, -- What was answered under its jti before, to which text.
  OUT head text, -- The hash of the registry's newest entry.
  OUT kid text, OUT person text, OUT public_key text, OUT valid_from timestamptz,
  OUT valid_until timestamptz, OUT revoked_at timestamptz,
  OUT in_series boolean -- Whether commands of the key were refused, and none accepted since.
) LANGUAGE plpgsql STABLE AS $$
BEGIN
  desk_known := EXISTS (SELECT FROM incidents i WHERE i.incident_id = desk);
  SELECT i.closed_at IS NOT NULL INTO named_closed FROM incidents i WHERE i.incident_id = named;
  SELECT c.jws_digest, c.answer INTO digest, answer FROM commands c WHERE c.jti = of_jti;
  SELECT e.hash INTO head FROM evidence e WHERE e.chain = 'registry' ORDER BY e.seq DESC LIMIT 1;
  SELECT k.kid, k.person_id, k.public_key, k.valid_from, k.valid_until,
    least(k.revoked_at, p.revoked_at),
    EXISTS (SELECT FROM refusal_series s WHERE s.key = k.kid AND s.ended_at IS NULL)
  INTO kid, person, public_key, valid_from, valid_until, revoked_at, in_series
  FROM person_keys k JOIN people p USING (person_id) WHERE k.kid = of_kid;
END $$;
