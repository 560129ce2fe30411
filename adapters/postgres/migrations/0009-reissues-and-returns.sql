-- safe-while-running: no, because older workers name keys of receipts that change here.

-- A payment is one row for ever; each order for it at the bank has a number and a key of its own.
ALTER TABLE payments ADD COLUMN issue integer NOT NULL DEFAULT 1 CHECK (issue > 0);
ALTER TABLE payments ADD COLUMN order_key char(64) UNIQUE; -- Null: the payment's own key, issue 1.
GRANT UPDATE (issue, order_key) ON payments TO makewhole_app;
CREATE INDEX payments_reference ON payments (reference);

-- What a person of finance said of an order; it counts only by the signed command behind it.
CREATE TABLE payment_words (
  jti text PRIMARY KEY REFERENCES commands,
  incident_id text NOT NULL REFERENCES incidents,
  payment_key char(64) NOT NULL REFERENCES payments,
  issue integer NOT NULL,
  word text NOT NULL CHECK (word IN ('settled', 'absent')),
  person_id text NOT NULL REFERENCES people,
  given_at timestamptz NOT NULL
);
CREATE INDEX payment_words_payment ON payment_words (payment_key, issue);
GRANT SELECT, INSERT ON payment_words TO makewhole_app;

-- A payment of ours that came back to the account it was paid from.
ALTER TABLE receipts ADD COLUMN payment_key char(64) REFERENCES payments;
ALTER TABLE receipts DROP CONSTRAINT receipts_match_check;
ALTER TABLE receipts ADD CONSTRAINT receipts_match_check
  CHECK (match IN ('exact', 'short', 'over', 'twice', 'unknown', 'return'));

-- An account's name is held in several currencies, each with a statement of its own.
ALTER TABLE receipts DROP CONSTRAINT receipts_pkey, ADD PRIMARY KEY (account, currency, entry_seq);
ALTER TABLE statement_cursors ADD COLUMN currency char(3);
UPDATE statement_cursors c SET currency = (
  SELECT l.currency FROM plan_lines l
  WHERE l.incident_id = c.incident_id AND c.account IN (l.payee, l.payer) LIMIT 1);
DELETE FROM statement_cursors WHERE currency IS NULL;
ALTER TABLE statement_cursors DROP CONSTRAINT statement_cursors_pkey,
  ADD PRIMARY KEY (incident_id, account, currency);
