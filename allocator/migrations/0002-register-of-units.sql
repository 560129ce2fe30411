-- safe-while-running: yes, because it only creates what did not exist.

CREATE TABLE allocator.registers (
  deal_id text COLLATE "C" PRIMARY KEY,
  currency char(3) NOT NULL,
  issued_minor bigint NOT NULL CHECK (issued_minor >= 0),
  filled jsonb NOT NULL, -- The holdings it began with, to tell a repeat from other content.
  filled_at timestamptz NOT NULL
);
CREATE TABLE allocator.holdings (
  deal_id text COLLATE "C" NOT NULL REFERENCES allocator.registers,
  holder text COLLATE "C" NOT NULL,
  units_minor bigint NOT NULL CONSTRAINT holdings_never_negative CHECK (units_minor >= 0),
  PRIMARY KEY (deal_id, holder)
);
CREATE TABLE allocator.transfers (
  transfer_key text COLLATE "C" PRIMARY KEY,
  transfer_no integer NOT NULL GENERATED ALWAYS AS IDENTITY UNIQUE,
  deal_id text COLLATE "C" NOT NULL REFERENCES allocator.registers,
  incident_id text COLLATE "C" NOT NULL,
  from_holder text COLLATE "C" NOT NULL,
  to_holder text COLLATE "C" NOT NULL,
  units_minor bigint NOT NULL CHECK (units_minor > 0),
  instrument text NOT NULL, -- As signed.
  confirmed_at timestamptz NOT NULL,
  CHECK (from_holder <> to_holder)
);
CREATE INDEX transfers_deal ON allocator.transfers (deal_id, transfer_no);
-- Closings, wires, distributions and transfers that were let through.
CREATE TABLE allocator.deal_actions (
  action_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  deal_id text COLLATE "C" NOT NULL,
  action text NOT NULL CHECK (action IN ('closing', 'wire', 'distribution', 'transfer')),
  incident_id text COLLATE "C",
  instrument_key text COLLATE "C" UNIQUE,
  passed_at timestamptz NOT NULL,
  CHECK ((incident_id IS NULL) = (instrument_key IS NULL))
);

-- Units of a deal are neither made nor lost: after every statement the holdings sum to the issue.
CREATE FUNCTION allocator.conserve_units() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE broken text;
BEGIN
  SELECT r.deal_id INTO broken FROM allocator.registers r
    WHERE r.deal_id IN (SELECT deal_id FROM touched)
      AND r.issued_minor <> (
        SELECT COALESCE(sum(h.units_minor), 0) FROM allocator.holdings h
        WHERE h.deal_id = r.deal_id)
    LIMIT 1;
  IF broken IS NOT NULL THEN
    RAISE EXCEPTION 'units of deal % are not conserved', broken USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER holdings_conserved_insert AFTER INSERT ON allocator.holdings
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION allocator.conserve_units();
CREATE TRIGGER holdings_conserved_update AFTER UPDATE ON allocator.holdings
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION allocator.conserve_units();
CREATE TRIGGER holdings_conserved_delete AFTER DELETE ON allocator.holdings
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION allocator.conserve_units();

-- A register is inserted before its holdings, so its own check waits for the commit.
CREATE FUNCTION allocator.register_is_filled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.issued_minor <> (SELECT COALESCE(sum(h.units_minor), 0) FROM allocator.holdings h
    WHERE h.deal_id = NEW.deal_id) THEN
    RAISE EXCEPTION 'units of deal % are not conserved', NEW.deal_id
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER registers_filled AFTER INSERT ON allocator.registers
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION allocator.register_is_filled();

CREATE TRIGGER registers_append_only BEFORE UPDATE OR DELETE ON allocator.registers
  FOR EACH ROW EXECUTE FUNCTION allocator.refuse_change();
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON allocator.transfers
  FOR EACH ROW EXECUTE FUNCTION allocator.refuse_change();
CREATE TRIGGER deal_actions_append_only BEFORE UPDATE OR DELETE ON allocator.deal_actions
  FOR EACH ROW EXECUTE FUNCTION allocator.refuse_change();
CREATE TRIGGER holdings_no_truncate BEFORE TRUNCATE ON allocator.holdings
  FOR EACH STATEMENT EXECUTE FUNCTION allocator.refuse_change();
CREATE TRIGGER transfers_no_truncate BEFORE TRUNCATE ON allocator.transfers
  FOR EACH STATEMENT EXECUTE FUNCTION allocator.refuse_change();
