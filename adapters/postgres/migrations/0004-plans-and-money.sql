-- safe-while-running: yes, because it only creates what did not exist.

CREATE TABLE plans (
  incident_id text NOT NULL REFERENCES incidents,
  version integer NOT NULL,
  digest char(64) NOT NULL,
  manifest jsonb NOT NULL,
  manifest_text text NOT NULL, -- Canonical JSON: what the digest is of.
  makers text[] NOT NULL,
  drafted_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, version),
  UNIQUE (incident_id, digest)
);
CREATE TABLE plan_lines (
  incident_id text NOT NULL,
  version integer NOT NULL,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL, -- 'firm' or a company for legs that are nobody's.
  leg text NOT NULL CHECK (leg IN ('compensation', 'interest', 'refund', 'call', 'transfer-out',
    'transfer-in', 'repurchase', 'let-stand', 'residue')),
  branch text NOT NULL DEFAULT 'always' CHECK
    (branch IN ('always', 'accepted', 'declined', 'silent')),
  sequence integer NOT NULL CHECK (sequence > 0),
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0), -- Money, or units at cost for transfers.
  currency char(3) NOT NULL,
  payer text NOT NULL, -- firm, escrow:<deal>, spv:<deal>, investor:<id>, …; '' where nothing moves.
  payee text NOT NULL,
  computed text NOT NULL, -- How the amount came about, in one sentence.
  leaf text NOT NULL, -- Canonical JSON of the line: what the Merkle leaf is of.
  PRIMARY KEY (incident_id, version, deal_id, investor_id, leg, branch, sequence),
  FOREIGN KEY (incident_id, version) REFERENCES plans
);
-- What was weighed for the version that was next, also for deals it left out to wait for a fact.
CREATE TABLE options (
  incident_id text NOT NULL REFERENCES incidents,
  version integer NOT NULL,
  deal_id text COLLATE "C" NOT NULL,
  remedy text NOT NULL,
  option jsonb NOT NULL, -- RemedyOption of domain/remedy.ts.
  PRIMARY KEY (incident_id, version, deal_id, remedy)
);
GRANT SELECT, INSERT ON plans, plan_lines, options TO makewhole_app;
GRANT UPDATE (option) ON options TO makewhole_app;

-- One row per payment ever meant: the key is fixed at approval and is its whole identity.
CREATE TABLE payments (
  payment_key char(64) PRIMARY KEY, -- hash(incident, deal, investor, leg, sequence)
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  leg text NOT NULL,
  sequence integer NOT NULL,
  plan_version integer NOT NULL,
  plan_digest char(64) NOT NULL,
  payer text NOT NULL,
  payee text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL,
  state text NOT NULL DEFAULT 'reserved' CHECK (state IN
    ('reserved', 'sending', 'settled', 'refused', 'unknown', 'returned', 'reissued', 'held',
    'unclaimed')),
  attempts integer NOT NULL DEFAULT 0,
  reference text NOT NULL, -- What the payee reads on the statement.
  rail_id text, -- The rail's own id.
  cause text, -- Why refused or unknown.
  intended_at timestamptz NOT NULL,
  booked_at timestamptz, -- As the paying account's statement says.
  settled_at timestamptz,
  UNIQUE (incident_id, deal_id, investor_id, leg, sequence)
);
CREATE INDEX payments_open ON payments (incident_id, payer, state);
GRANT SELECT, INSERT ON payments TO makewhole_app;
GRANT UPDATE (state, attempts, rail_id, cause, booked_at, settled_at) ON payments TO makewhole_app;

CREATE TABLE invoices (
  invoice_key char(64) PRIMARY KEY, -- Like a payment's key, of the call line.
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  sequence integer NOT NULL,
  plan_version integer NOT NULL,
  plan_digest char(64) NOT NULL,
  payee text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL,
  reference text NOT NULL UNIQUE, -- What the investor is asked to quote.
  document_digest char(64) REFERENCES documents,
  state text NOT NULL DEFAULT 'issued' CHECK (state IN ('issued', 'short', 'paid', 'over')),
  issued_at timestamptz NOT NULL,
  due_on date NOT NULL,
  paid_at timestamptz,
  UNIQUE (incident_id, deal_id, investor_id, sequence)
);
-- What the bank reported as come in, once per entry of an account's statement.
CREATE TABLE receipts (
  account text NOT NULL,
  entry_seq bigint NOT NULL,
  incident_id text NOT NULL REFERENCES incidents,
  counterparty text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency char(3) NOT NULL,
  reference text NOT NULL,
  booked_at timestamptz NOT NULL,
  invoice_key char(64) REFERENCES invoices, -- Null: in suspense, waits for a person.
  match text NOT NULL CHECK (match IN ('exact', 'short', 'over', 'twice', 'unknown')),
  PRIMARY KEY (account, entry_seq)
);
-- How far each account's statement has been read for an incident.
CREATE TABLE statement_cursors (
  incident_id text NOT NULL REFERENCES incidents,
  account text NOT NULL,
  entry_seq bigint NOT NULL,
  PRIMARY KEY (incident_id, account)
);
GRANT SELECT, INSERT ON invoices, receipts, statement_cursors TO makewhole_app;
GRANT UPDATE (state, paid_at) ON invoices TO makewhole_app;
GRANT UPDATE (entry_seq) ON statement_cursors TO makewhole_app;

CREATE TABLE unit_transfers (
  transfer_key char(64) PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  from_holder text NOT NULL,
  to_holder text NOT NULL,
  sequence integer NOT NULL, -- Of the transfer-out and transfer-in lines it carries out.
  plan_version integer NOT NULL,
  plan_digest char(64) NOT NULL,
  units_minor bigint NOT NULL CHECK (units_minor > 0),
  currency char(3) NOT NULL,
  state text NOT NULL DEFAULT 'intended' CHECK (state IN ('intended', 'confirmed', 'refused')),
  instrument text, -- The signed instrument as sent.
  reference text,
  cause text,
  intended_at timestamptz NOT NULL,
  confirmed_at timestamptz,
  UNIQUE (incident_id, deal_id, sequence, from_holder, to_holder)
);
GRANT SELECT, INSERT ON unit_transfers TO makewhole_app;
GRANT UPDATE (state, instrument, reference, cause, confirmed_at) ON unit_transfers TO makewhole_app;

-- Double entry: every entry's postings sum to zero per currency, and nothing is ever edited.
CREATE TABLE entries (
  entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_key text NOT NULL UNIQUE, -- '<payment key>/settled': a state change posts once.
  incident_id text NOT NULL REFERENCES incidents,
  posting_rule text NOT NULL,
  booked_at timestamptz NOT NULL
);
CREATE TABLE postings (
  entry_id bigint NOT NULL REFERENCES entries,
  line integer NOT NULL,
  account text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor <> 0), -- Debit positive, credit negative.
  currency char(3) NOT NULL,
  PRIMARY KEY (entry_id, line)
);
CREATE INDEX postings_account ON postings (account);
CREATE FUNCTION entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM postings WHERE entry_id = NEW.entry_id
             GROUP BY currency HAVING sum(amount_minor) <> 0)
     OR NOT EXISTS (SELECT FROM postings WHERE entry_id = NEW.entry_id) THEN
    RAISE EXCEPTION 'entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entries_balance AFTER INSERT ON entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
CREATE CONSTRAINT TRIGGER postings_balance AFTER INSERT ON postings
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION entry_balances();
CREATE TRIGGER entries_append_only BEFORE UPDATE OR DELETE ON entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON entries, postings TO makewhole_app;

-- Which register lines an incident has put right, for later scans and corrected averages.
CREATE TABLE restatements (
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  recorded_minor bigint NOT NULL,
  restated_minor bigint NOT NULL,
  currency char(3) NOT NULL,
  restated_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, deal_id, investor_id)
);
GRANT SELECT, INSERT ON restatements TO makewhole_app;
