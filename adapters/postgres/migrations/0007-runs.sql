-- safe-while-running: yes, because it only creates what did not exist, and fills it.

-- Which run of an incident's workflow is the live one: whatever an earlier run asks is refused.
CREATE TABLE runs (
  incident_id text NOT NULL REFERENCES incidents,
  number integer NOT NULL CHECK (number > 0),
  jti text, -- The command that began it; null for incidents opened before this table was there.
  workflow_run_id text, -- Temporal's id of it; null until it is known to have started.
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (incident_id, number)
);
CREATE UNIQUE INDEX runs_one_live ON runs (incident_id) WHERE ended_at IS NULL;
INSERT INTO runs (incident_id, number, workflow_run_id, started_at, ended_at)
  SELECT incident_id, 1, run_id, opened_at, closed_at FROM incidents;
GRANT SELECT, INSERT ON runs TO makewhole_app;
GRANT UPDATE (workflow_run_id, ended_at) ON runs TO makewhole_app;
