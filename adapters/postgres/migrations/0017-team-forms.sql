-- safe-while-running: yes, because it creates what did not exist and refuses what nobody does.

-- Who answers a team's form in its place; the latest counts.
CREATE TABLE form_delegations (
  delegation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL,
  team text NOT NULL,
  delegate text NOT NULL REFERENCES people,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  delegated_at timestamptz NOT NULL,
  FOREIGN KEY (incident_id, team) REFERENCES forms
);
-- A contradiction that somebody has explained: exactly those words, by their digest.
CREATE TABLE contradiction_explanations (
  explanation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  incident_id text NOT NULL REFERENCES incidents,
  contradiction text NOT NULL,
  digest char(64) NOT NULL,
  explanation text NOT NULL,
  person_id text NOT NULL REFERENCES people,
  jti text NOT NULL UNIQUE REFERENCES commands,
  explained_at timestamptz NOT NULL,
  UNIQUE (incident_id, digest)
);
GRANT SELECT, INSERT ON form_delegations, contradiction_explanations TO makewhole_app;

-- A changed answer stands beside the one it changes.
CREATE TRIGGER answers_append_only BEFORE UPDATE OR DELETE ON answers
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER form_delegations_append_only BEFORE UPDATE OR DELETE ON form_delegations
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER contradiction_explanations_append_only
  BEFORE UPDATE OR DELETE ON contradiction_explanations
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
