-- safe-while-running: yes, because it only creates what did not exist.

-- A platform's history as imported, whole and dated. An incident keeps the one it started with.
CREATE TABLE snapshots (
  snapshot_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest char(64) NOT NULL UNIQUE, -- Of the imported content.
  source text NOT NULL,
  imported_at timestamptz NOT NULL,
  superseded_reason text,
  deal_count integer NOT NULL,
  investor_count integer NOT NULL,
  commitment_count integer NOT NULL
);
CREATE TABLE deals (
  snapshot_id bigint NOT NULL REFERENCES snapshots,
  deal_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  company text NOT NULL,
  closed_on date NOT NULL,
  currency char(3) NOT NULL,
  allocation_minor bigint NOT NULL CHECK (allocation_minor >= 0),
  rule_version text NOT NULL,
  facts jsonb NOT NULL DEFAULT '{}', -- stage, policy, error_clause, mark, …: texts by name.
  PRIMARY KEY (snapshot_id, deal_id)
);
CREATE INDEX deals_in_order ON deals (snapshot_id, closed_on, deal_id);
CREATE TABLE investors (
  snapshot_id bigint NOT NULL REFERENCES snapshots,
  investor_id text COLLATE "C" NOT NULL,
  name text NOT NULL,
  email text NOT NULL,
  locale text NOT NULL,
  history_total_minor bigint CHECK (history_total_minor >= 0),
  history_count integer CHECK (history_count >= 0),
  history_currency char(3),
  facts jsonb NOT NULL DEFAULT '{}', -- class, status, kyc, residence, …: texts by name.
  PRIMARY KEY (snapshot_id, investor_id)
);
CREATE TABLE commitments (
  snapshot_id bigint NOT NULL,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  row_number integer NOT NULL, -- Order of the import, which some rules depend on.
  requested_minor bigint NOT NULL CHECK (requested_minor >= 0),
  average text NOT NULL DEFAULT '', -- As recorded at the time; more decimals than money has.
  allocated_minor bigint NOT NULL CHECK (allocated_minor >= 0),
  PRIMARY KEY (snapshot_id, deal_id, investor_id),
  UNIQUE (snapshot_id, deal_id, row_number),
  FOREIGN KEY (snapshot_id, deal_id) REFERENCES deals,
  FOREIGN KEY (snapshot_id, investor_id) REFERENCES investors
);
CREATE TABLE payment_details (
  snapshot_id bigint NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  sealed bytea NOT NULL, -- AES-256-GCM under the instance's key.
  verified_on date,
  PRIMARY KEY (snapshot_id, investor_id),
  FOREIGN KEY (snapshot_id, investor_id) REFERENCES investors
);
GRANT SELECT, INSERT ON snapshots, deals, investors, commitments, payment_details TO makewhole_app;
DO $$
BEGIN -- Imports are staged in temporary tables.
  EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO makewhole_app', current_database());
END $$;

-- What a scan found: one row per commitment that is wrong on either basis.
CREATE TABLE impacts (
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  currency char(3) NOT NULL,
  recorded_minor bigint NOT NULL,
  as_recorded_minor bigint NOT NULL,
  as_should_have_been_minor bigint NOT NULL,
  PRIMARY KEY (incident_id, deal_id, investor_id)
);
CREATE TABLE findings (
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  kind text NOT NULL, -- unit-short, over-request, stranded, wrong-share, basis-mismatch
  investor_id text COLLATE "C" NOT NULL DEFAULT '',
  detail jsonb NOT NULL,
  PRIMARY KEY (incident_id, deal_id, kind, investor_id)
);
CREATE TABLE certificates (
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  basis text NOT NULL CHECK (basis IN ('recorded', 'asRecorded', 'asShouldHaveBeen')),
  holds boolean NOT NULL,
  certificate jsonb NOT NULL,
  PRIMARY KEY (incident_id, deal_id, basis)
);
-- Progress of bulk work: one row a chunk, so that a retried chunk is skipped.
CREATE TABLE chunks (
  incident_id text NOT NULL REFERENCES incidents,
  work text NOT NULL, -- 'scan', 'recompute', 'settle/1/firm', …
  chunk integer NOT NULL,
  row_count integer NOT NULL,
  root char(64) NOT NULL, -- Merkle root of the rows it wrote.
  done_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, work, chunk)
);
CREATE TABLE scans (
  incident_id text PRIMARY KEY REFERENCES incidents,
  snapshot_id bigint NOT NULL REFERENCES snapshots,
  summary jsonb NOT NULL, -- The summary of `scan` in docs.
  impact_digest char(64) NOT NULL,
  finished_at timestamptz NOT NULL
);
GRANT SELECT, INSERT ON impacts, findings, certificates, chunks, scans TO makewhole_app;
