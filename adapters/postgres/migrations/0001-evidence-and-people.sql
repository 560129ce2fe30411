-- safe-while-running: yes, because it only creates what did not exist.

-- Workers and commands run as this role: it may read and add, and change only what is listed.
DO $$
BEGIN
  CREATE ROLE makewhole_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- Roles belong to the whole cluster.
END $$;
DO $$
BEGIN
  -- So that SET ROLE works for the owner.
  EXECUTE format('GRANT makewhole_app TO %I', current_user);
END $$;
GRANT USAGE ON SCHEMA public TO makewhole_app;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: correct it with a new entry', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

-- One chain per incident, and 'registry' for people and for commands about unknown incidents.
CREATE TABLE evidence (
  chain text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  at timestamptz NOT NULL,
  actor text NOT NULL,
  kind text NOT NULL,
  entry text NOT NULL, -- The canonical JSON that was hashed, byte for byte.
  prev_hash char(64) NOT NULL,
  hash char(64) NOT NULL,
  PRIMARY KEY (chain, seq),
  UNIQUE (chain, hash)
);
CREATE INDEX evidence_kind ON evidence (chain, kind);
CREATE TRIGGER evidence_append_only BEFORE UPDATE OR DELETE ON evidence
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER evidence_no_truncate BEFORE TRUNCATE ON evidence
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON evidence TO makewhole_app;

CREATE TABLE people (
  person_id text PRIMARY KEY CHECK (person_id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
  name text NOT NULL,
  email text NOT NULL,
  roles text[] NOT NULL,
  interests text[] NOT NULL DEFAULT '{}', -- Deals this person holds: no vote on those.
  enrolled_at timestamptz NOT NULL,
  enrolled_by text NOT NULL,
  revoked_at timestamptz
);
CREATE TABLE person_keys (
  kid text PRIMARY KEY, -- RFC 7638 thumbprint of the public key.
  person_id text NOT NULL REFERENCES people,
  public_key text NOT NULL, -- SPKI PEM, Ed25519.
  valid_from timestamptz NOT NULL,
  valid_until timestamptz,
  revoked_at timestamptz,
  compromised boolean NOT NULL DEFAULT false
);
CREATE INDEX person_keys_person ON person_keys (person_id);
CREATE TABLE stand_ins (
  person_id text NOT NULL REFERENCES people,
  stand_in_id text NOT NULL REFERENCES people,
  valid_from timestamptz NOT NULL,
  valid_until timestamptz NOT NULL,
  PRIMARY KEY (person_id, stand_in_id, valid_from),
  CHECK (person_id <> stand_in_id AND valid_from < valid_until)
);
GRANT SELECT, INSERT ON people, person_keys, stand_ins TO makewhole_app;
GRANT UPDATE (name, email, roles, interests, revoked_at) ON people TO makewhole_app;
GRANT UPDATE (valid_until, revoked_at, compromised) ON person_keys TO makewhole_app;
