-- safe-while-running: yes, because it only creates what did not exist.

-- Refusals of one key in a row, until a command of it is accepted: three of them are an alarm.
CREATE TABLE refusal_series (
  key text NOT NULL, -- The enrolled key that was named; 'unknown' for all others together.
  number integer NOT NULL CHECK (number > 0),
  person_id text REFERENCES people, -- Whose key it is; null where it is nobody's.
  chain text NOT NULL, -- Where it was refused last.
  refusals integer NOT NULL CHECK (refusals > 0),
  since timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  last_code text NOT NULL,
  ended_at timestamptz,
  told_at timestamptz, -- When admins and people on call were told.
  PRIMARY KEY (key, number)
);
CREATE UNIQUE INDEX refusal_series_open ON refusal_series (key) WHERE ended_at IS NULL;
GRANT SELECT, INSERT ON refusal_series TO makewhole_app;
GRANT UPDATE (chain, refusals, last_at, last_code, ended_at, told_at)
  ON refusal_series TO makewhole_app;
