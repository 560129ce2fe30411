-- safe-while-running: no, because a worker of before writes findings where only a view is left.

-- Why a recorded share is wrong on the averages as recorded; null where contamination alone tells.
ALTER TABLE impacts ADD COLUMN finding text
  CHECK (finding IN ('unit-short', 'over-request', 'stranded', 'wrong-share'));
UPDATE impacts w SET finding = f.kind FROM findings f
  WHERE f.incident_id = w.incident_id AND f.deal_id = w.deal_id AND f.investor_id = w.investor_id
    AND f.kind NOT IN ('basis-mismatch', 'contamination');
-- One look for each of a million rows; the row of progress written with them has had it.
ALTER TABLE impacts DROP CONSTRAINT impacts_incident_id_fkey;

-- A recorded average that does not follow from recorded history; the recorded one is in the import.
CREATE TABLE basis_mismatches (
  incident_id text NOT NULL,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  average_following text NOT NULL, -- Major units.
  PRIMARY KEY (incident_id, deal_id, investor_id)
);
INSERT INTO basis_mismatches SELECT incident_id, deal_id, investor_id, detail ->> 'averageFollowing'
  FROM findings WHERE kind = 'basis-mismatch';
GRANT SELECT, INSERT ON basis_mismatches TO makewhole_app;

-- Every finding is a comparison of what is stored anyway: shares in minor units, averages in major.
DROP TABLE findings;
CREATE VIEW findings AS
  SELECT incident_id, deal_id, investor_id, finding AS kind,
    recorded_minor::text AS found, as_recorded_minor::text AS expected
  FROM impacts WHERE finding IS NOT NULL
  UNION ALL
  SELECT incident_id, deal_id, investor_id, 'contamination',
    as_recorded_minor::text, as_should_have_been_minor::text
  FROM impacts WHERE as_recorded_minor <> as_should_have_been_minor
  UNION ALL
  SELECT m.incident_id, m.deal_id, m.investor_id, 'basis-mismatch', c.average, m.average_following
  FROM basis_mismatches m JOIN incidents i USING (incident_id)
  JOIN commitments c ON c.snapshot_id = i.snapshot_id AND c.deal_id = m.deal_id
    AND c.investor_id = m.investor_id;
GRANT SELECT ON findings TO makewhole_app;

-- What everything up to and with a chunk came to, for whoever goes on after it.
ALTER TABLE chunks ADD COLUMN tally jsonb;
