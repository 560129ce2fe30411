-- safe-while-running: yes, because it only creates what did not exist.

CREATE TABLE incidents (
  incident_id text PRIMARY KEY CHECK (incident_id ~ '^INC-[0-9]{4}-[0-9]{4,}$'),
  number integer NOT NULL UNIQUE,
  summary text NOT NULL,
  drill boolean NOT NULL,
  pack text NOT NULL,
  pack_digest char(64) NOT NULL,
  pack_snapshot jsonb NOT NULL, -- The rules as they stood at opening; later edits don't reach it.
  opened_by text NOT NULL,
  opened_at timestamptz NOT NULL,
  first_known_at timestamptz,
  reported_by text,
  reported_deals text[] NOT NULL DEFAULT '{}',
  estimate jsonb NOT NULL DEFAULT '{}', -- {deals, investors, amount, currency}
  assumptions text[] NOT NULL DEFAULT '{}',
  stage text NOT NULL DEFAULT 'freezing',
  stage_since timestamptz NOT NULL,
  severity text,
  severity_reasons jsonb NOT NULL DEFAULT '[]',
  basis text NOT NULL DEFAULT 'asRecorded' CHECK (basis IN ('asRecorded', 'asShouldHaveBeen')),
  taken_by text,
  taken_at timestamptz,
  snapshot_id bigint, -- The import this incident started with; set once.
  run_id text, -- The live workflow run.
  closed_at timestamptz
);
GRANT SELECT, INSERT ON incidents TO makewhole_app;
GRANT UPDATE (stage, stage_since, severity, severity_reasons, basis, taken_by, taken_at,
  snapshot_id, run_id, closed_at) ON incidents TO makewhole_app;

-- Pages turned, for times per stage; both tracks.
CREATE TABLE stages (
  incident_id text NOT NULL REFERENCES incidents,
  stage text NOT NULL,
  entered_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, stage, entered_at)
);
GRANT SELECT, INSERT ON stages TO makewhole_app;

-- Who or what the incident waits for, so that status answers without a worker.
CREATE TABLE waits (
  incident_id text NOT NULL REFERENCES incidents,
  waiting_for text NOT NULL CHECK (waiting_for IN
    ('gate', 'form', 'take', 'fact', 'fix', 'receipt', 'import', 'payment', 'person')),
  wait_id text NOT NULL,
  role text,
  since timestamptz NOT NULL,
  next_reminder_at timestamptz,
  deadline_at timestamptz,
  question text,
  over_at timestamptz,
  PRIMARY KEY (incident_id, waiting_for, wait_id)
);
GRANT SELECT, INSERT ON waits TO makewhole_app;
GRANT UPDATE (role, since, next_reminder_at, deadline_at, question, over_at)
  ON waits TO makewhole_app;

-- Every command with a verified signature: the same jti and bytes get the first answer again.
CREATE TABLE commands (
  jti text PRIMARY KEY,
  incident_id text, -- Null: about people or an unknown incident.
  person_id text NOT NULL REFERENCES people,
  kid text NOT NULL REFERENCES person_keys,
  kind text NOT NULL,
  jws text NOT NULL,
  jws_digest char(64) NOT NULL,
  accepted boolean NOT NULL,
  code text, -- Why not, from contracts/failures.ts.
  answer jsonb NOT NULL,
  received_at timestamptz NOT NULL
);
CREATE INDEX commands_incident ON commands (incident_id, received_at);
GRANT SELECT, INSERT ON commands TO makewhole_app;

-- A gate opens, and after expiry or a new digest opens again: one row an opening.
CREATE TABLE gates (
  incident_id text NOT NULL REFERENCES incidents,
  gate_id text NOT NULL, -- 'plan', 'letters/advice', 'unfreeze', 'close', …
  opening integer NOT NULL CHECK (opening > 0),
  subject char(64) NOT NULL, -- The digest decided on.
  rule jsonb NOT NULL, -- GateRule of domain/gate-rule.ts.
  makers text[] NOT NULL,
  content jsonb NOT NULL, -- What the signer is shown, in plain words: [{label, value}].
  state text NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'passed', 'rejected', 'expired', 'void')),
  opened_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  decided_at timestamptz,
  PRIMARY KEY (incident_id, gate_id, opening)
);
CREATE UNIQUE INDEX gates_one_open ON gates (incident_id, gate_id) WHERE state = 'open';
GRANT SELECT, INSERT ON gates TO makewhole_app;
GRANT UPDATE (state, decided_at) ON gates TO makewhole_app;

CREATE TABLE votes (
  incident_id text NOT NULL,
  gate_id text NOT NULL,
  opening integer NOT NULL,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  decision text NOT NULL CHECK (decision IN ('approve', 'reject')),
  reason text,
  roles text[] NOT NULL, -- The person's roles in the registry when the vote was accepted.
  accepted_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, gate_id, opening, person_id), -- One person, one vote.
  FOREIGN KEY (incident_id, gate_id, opening) REFERENCES gates
);
CREATE TRIGGER votes_append_only BEFORE UPDATE OR DELETE ON votes
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON votes TO makewhole_app;

CREATE TABLE forms (
  incident_id text NOT NULL REFERENCES incidents,
  team text NOT NULL CHECK (team IN ('customer-success', 'engineering', 'operations')),
  opened_at timestamptz NOT NULL,
  deadline_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, team)
);
CREATE TABLE answers (
  answer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL,
  team text NOT NULL,
  body jsonb NOT NULL,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  answered_at timestamptz NOT NULL,
  late boolean NOT NULL,
  FOREIGN KEY (incident_id, team) REFERENCES forms
);
CREATE TABLE facts (
  fact_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- The latest one counts.
  incident_id text NOT NULL REFERENCES incidents,
  subject_kind text NOT NULL CHECK (subject_kind IN ('deal', 'investor')),
  subject_id text NOT NULL,
  name text NOT NULL,
  value text NOT NULL,
  source text NOT NULL,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  given_at timestamptz NOT NULL
);
CREATE TABLE redrafts (
  redraft_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text NOT NULL,
  remedy text NOT NULL,
  reason text NOT NULL,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  given_at timestamptz NOT NULL
);
CREATE TABLE documents (
  digest char(64) PRIMARY KEY, -- SHA-256 of body.
  incident_id text NOT NULL REFERENCES incidents,
  kind text NOT NULL CHECK
    (kind IN ('dossier', 'post-mortem', 'invoice', 'fix-report', 'scan-report')),
  media_type text NOT NULL,
  body bytea NOT NULL,
  drafted_at timestamptz NOT NULL
);
CREATE TABLE dossier_receipts (
  incident_id text NOT NULL REFERENCES incidents,
  digest char(64) NOT NULL REFERENCES documents,
  person_id text NOT NULL REFERENCES people,
  roles text[] NOT NULL,
  jti text NOT NULL UNIQUE REFERENCES commands,
  received_at timestamptz NOT NULL
);
CREATE TABLE fixes (
  incident_id text NOT NULL REFERENCES incidents,
  attempt integer NOT NULL,
  rule text NOT NULL,
  averages text NOT NULL CHECK (averages IN ('recorded', 'corrected')),
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  proposed_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'proposed'
    CHECK (state IN ('proposed', 'verified', 'failed', 'approved', 'rejected', 'deployed', 'live')),
  report_digest char(64) REFERENCES documents,
  PRIMARY KEY (incident_id, attempt)
);
GRANT SELECT, INSERT ON forms, answers, facts, redrafts, documents, dossier_receipts, fixes
  TO makewhole_app;
GRANT UPDATE (state, report_digest) ON fixes TO makewhole_app;

CREATE TABLE holds (
  incident_id text NOT NULL REFERENCES incidents,
  kind text NOT NULL CHECK (kind IN ('service', 'deal')),
  deal_id text NOT NULL DEFAULT '', -- Empty for the service.
  token text, -- The service's token; null until the hold stands.
  state text NOT NULL DEFAULT 'asked' CHECK
    (state IN ('asked', 'held', 'lapsed', 'lifting', 'lifted')),
  asked_at timestamptz NOT NULL,
  held_at timestamptz,
  verified_at timestamptz,
  lapsed_count integer NOT NULL DEFAULT 0,
  lifted_at timestamptz,
  PRIMARY KEY (incident_id, kind, deal_id)
);
GRANT SELECT, INSERT ON holds TO makewhole_app;
GRANT UPDATE (token, state, held_at, verified_at, lapsed_count, lifted_at)
  ON holds TO makewhole_app;

-- Mail to our own people: pages, reminders, dossier, post-mortem. Letters are elsewhere.
CREATE TABLE notices (
  incident_id text NOT NULL,
  kind text NOT NULL,
  person_id text NOT NULL REFERENCES people,
  round integer NOT NULL, -- How often this has been said.
  state text NOT NULL DEFAULT 'queued' CHECK
    (state IN ('queued', 'sending', 'sent', 'unknown', 'failed')),
  message_id text NOT NULL,
  queued_at timestamptz NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (incident_id, kind, person_id, round)
);
GRANT SELECT, INSERT ON notices TO makewhole_app;
GRANT UPDATE (state, sent_at) ON notices TO makewhole_app;
