-- safe-while-running: yes, because it only creates what did not exist.

-- Commands that came where nobody could answer at once: a text is one row, however often it comes.
CREATE TABLE command_inbox (
  incident_id text NOT NULL REFERENCES incidents, -- Whose desk it was sent to.
  digest char(64) NOT NULL, -- SHA-256 of the text; of the batch's name where there is no text.
  position bigint GENERATED ALWAYS AS IDENTITY, -- The order in which they are answered.
  jws text, -- Null: nothing that could be a command, so it is not kept.
  copies integer NOT NULL CHECK (copies > 0),
  last_batch text NOT NULL, -- The batch that brought it last: no batch counts twice.
  arrived_at timestamptz NOT NULL,
  taken_at timestamptz, -- When it was answered.
  taken_by text, -- The desk's call that answered it: its second try nudges the same people.
  code text, -- Why not, from contracts/failures.ts; null with taken_at: accepted.
  PRIMARY KEY (incident_id, digest)
);
CREATE INDEX command_inbox_waiting ON command_inbox (incident_id, position)
  WHERE taken_at IS NULL;
CREATE INDEX command_inbox_taken_by ON command_inbox (incident_id, taken_by);
GRANT SELECT, INSERT ON command_inbox TO makewhole_app;
GRANT UPDATE (copies, last_batch, taken_at, taken_by, code) ON command_inbox TO makewhole_app;
