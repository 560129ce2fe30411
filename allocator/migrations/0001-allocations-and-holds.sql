-- safe-while-running: yes, because it only creates what did not exist.

CREATE SCHEMA IF NOT EXISTS allocator;

CREATE FUNCTION allocator.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: correct it with a new entry', TG_TABLE_NAME
    USING ERRCODE = 'restrict_violation';
END $$;

-- One row. Whoever allocates, holds, deploys or moves units locks it first, so that a hold either
-- sees an allocation finished or stops it.
CREATE TABLE allocator.service (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
INSERT INTO allocator.service DEFAULT VALUES;

CREATE TABLE allocator.rule_versions (
  rule_version text COLLATE "C" PRIMARY KEY, -- The platform's own label.
  rule text NOT NULL,
  averages text NOT NULL CHECK (averages IN ('recorded', 'corrected')),
  restated jsonb NOT NULL -- As given: [deal, investor, amount], in order.
);
CREATE TABLE allocator.deployments (
  deployment_no integer PRIMARY KEY,
  rule_version text COLLATE "C" NOT NULL REFERENCES allocator.rule_versions,
  deployed_at timestamptz NOT NULL,
  incident_id text -- Whose hold let it through while frozen.
);
INSERT INTO allocator.rule_versions VALUES ('initial', 'prorate@1', 'recorded', '[]');
INSERT INTO allocator.deployments VALUES (1, 'initial', now(), NULL);

CREATE TABLE allocator.investors (
  investor_id text COLLATE "C" PRIMARY KEY,
  name text NOT NULL,
  email text NOT NULL,
  locale text NOT NULL,
  class text NOT NULL,
  status text NOT NULL,
  history_total_minor bigint CHECK (history_total_minor >= 0),
  history_count integer CHECK (history_count >= 0),
  history_currency char(3),
  facts jsonb NOT NULL DEFAULT '{}',
  CHECK (num_nulls(history_total_minor, history_count, history_currency) IN (0, 3)),
  CHECK (history_count > 0 OR history_total_minor = 0)
);

CREATE TABLE allocator.deals (
  deal_id text COLLATE "C" PRIMARY KEY,
  seq integer NOT NULL UNIQUE CHECK (seq > 0), -- Order of allocation, without a gap.
  name text NOT NULL,
  company text NOT NULL,
  closed_on date NOT NULL,
  currency char(3) NOT NULL,
  allocation_minor bigint NOT NULL CHECK (allocation_minor >= 0),
  rule_version text COLLATE "C" NOT NULL REFERENCES allocator.rule_versions,
  facts jsonb NOT NULL, -- Further columns of the import, by their names.
  request jsonb NOT NULL, -- As asked, to tell a repeat from another deal of the same id.
  allocated_at timestamptz NOT NULL
);
CREATE INDEX deals_closed_on ON allocator.deals (currency, closed_on);
CREATE TABLE allocator.commitments (
  deal_id text COLLATE "C" NOT NULL REFERENCES allocator.deals,
  investor_id text COLLATE "C" NOT NULL REFERENCES allocator.investors,
  row_number integer NOT NULL,
  requested_minor bigint NOT NULL CHECK (requested_minor >= 0),
  average text NOT NULL, -- As it was when the deal was allocated.
  allocated_minor bigint NOT NULL CHECK (allocated_minor >= 0),
  PRIMARY KEY (deal_id, investor_id),
  UNIQUE (deal_id, row_number)
);
CREATE INDEX commitments_investor ON allocator.commitments (investor_id);

-- What a remedy put right, as signed for with the version that uses corrected averages.
CREATE TABLE allocator.restatements (
  rule_version text COLLATE "C" NOT NULL REFERENCES allocator.rule_versions,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  allocated_minor bigint NOT NULL CHECK (allocated_minor >= 0),
  PRIMARY KEY (rule_version, deal_id, investor_id),
  FOREIGN KEY (deal_id, investor_id) REFERENCES allocator.commitments
);

-- No foreign key to deals: a hold may stand on a deal this service never saw.
CREATE TABLE allocator.holds (
  token text COLLATE "C" PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('service', 'deal')),
  deal_id text COLLATE "C" NOT NULL DEFAULT '',
  incident_id text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_at timestamptz,
  CHECK ((kind = 'deal') = (deal_id <> ''))
);
CREATE UNIQUE INDEX holds_standing ON allocator.holds (incident_id, kind, deal_id)
  WHERE lifted_at IS NULL;
CREATE FUNCTION allocator.only_lift() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.lifted_at IS NOT NULL
    OR (to_jsonb(NEW) - 'lifted_at') <> (to_jsonb(OLD) - 'lifted_at') THEN
    RAISE EXCEPTION 'a hold can be lifted once, and nothing else about it changes'
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER holds_only_lifted BEFORE UPDATE ON allocator.holds
  FOR EACH ROW EXECUTE FUNCTION allocator.only_lift();

DO $$
DECLARE kept text;
BEGIN
  FOREACH kept IN ARRAY ARRAY['rule_versions', 'deployments', 'deals', 'commitments',
    'restatements']
  LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON allocator.%I FOR EACH ROW
      EXECUTE FUNCTION allocator.refuse_change()', kept || '_append_only', kept);
  END LOOP;
  FOREACH kept IN ARRAY ARRAY['rule_versions', 'deployments', 'deals', 'commitments',
    'restatements', 'holds', 'service']
  LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON allocator.%I FOR EACH STATEMENT
      EXECUTE FUNCTION allocator.refuse_change()', kept || '_no_truncate', kept);
  END LOOP;
END $$;
CREATE TRIGGER holds_no_delete BEFORE DELETE ON allocator.holds
  FOR EACH ROW EXECUTE FUNCTION allocator.refuse_change();
CREATE TRIGGER service_no_delete BEFORE DELETE ON allocator.service
  FOR EACH ROW EXECUTE FUNCTION allocator.refuse_change();
