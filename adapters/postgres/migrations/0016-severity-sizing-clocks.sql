-- safe-while-running: yes, because it only creates what did not exist and allows one word more.

-- A severity falls by a signed decision alone; what every fact said then, it was weighed against.
CREATE TABLE severity_lowerings (
  jti text PRIMARY KEY REFERENCES commands,
  incident_id text NOT NULL REFERENCES incidents,
  from_severity text NOT NULL,
  to_severity text NOT NULL,
  reason text NOT NULL,
  reasons jsonb NOT NULL, -- [{fact, value, says}] as the signer saw them.
  person_id text NOT NULL REFERENCES people,
  given_at timestamptz NOT NULL
);
CREATE INDEX severity_lowerings_incident ON severity_lowerings (incident_id, given_at);
CREATE TRIGGER severity_lowerings_append_only BEFORE UPDATE OR DELETE ON severity_lowerings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- How big it turned out to be, each time that changed; the estimate stands with the incident.
CREATE TABLE sizings (
  incident_id text NOT NULL REFERENCES incidents,
  number integer NOT NULL CHECK (number > 0),
  sized_at timestamptz NOT NULL,
  stage text NOT NULL,
  actual jsonb NOT NULL, -- {deals, investors, amount, currency, hours}
  ratio jsonb NOT NULL, -- Actual over estimate, decimal texts; null where either is unknown.
  outside text[] NOT NULL, -- What lies outside the factor of the pack.
  PRIMARY KEY (incident_id, number)
);
CREATE TRIGGER sizings_append_only BEFORE UPDATE OR DELETE ON sizings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What was said of a clock, by the day it was due then: a clock that moves is said again.
CREATE TABLE clock_tellings (
  incident_id text NOT NULL REFERENCES incidents,
  clock_id text NOT NULL,
  deal_id text COLLATE "C" NOT NULL DEFAULT '', -- Empty where it is the incident's.
  due_on date NOT NULL,
  told text NOT NULL CHECK (told IN ('warned', 'passed')),
  round integer NOT NULL, -- Of the notice that says so.
  told_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, clock_id, deal_id, due_on, told)
);
CREATE TRIGGER clock_tellings_append_only BEFORE UPDATE OR DELETE ON clock_tellings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What a clock was for has been done, by somebody's word; the latest one counts.
CREATE TABLE clocks_met (
  jti text PRIMARY KEY REFERENCES commands,
  incident_id text NOT NULL REFERENCES incidents,
  clock_id text NOT NULL,
  deal_id text COLLATE "C" NOT NULL DEFAULT '',
  met_on date NOT NULL,
  source text NOT NULL,
  person_id text NOT NULL REFERENCES people,
  given_at timestamptz NOT NULL
);
CREATE INDEX clocks_met_incident ON clocks_met (incident_id, clock_id, deal_id);
CREATE TRIGGER clocks_met_append_only BEFORE UPDATE OR DELETE ON clocks_met
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON severity_lowerings, sizings, clock_tellings, clocks_met TO makewhole_app;

-- Facts about the incident itself: the firm, the service, the work.
ALTER TABLE facts DROP CONSTRAINT facts_subject_kind_check;
ALTER TABLE facts ADD CONSTRAINT facts_subject_kind_check
  CHECK (subject_kind IN ('deal', 'investor', 'incident'));
