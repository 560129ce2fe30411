-- safe-while-running: yes, because it only creates what did not exist.

-- A second computation of an incident's shares, written apart from the first: what both agreed on.
CREATE TABLE second_opinions (
  incident_id text NOT NULL REFERENCES incidents,
  impact_digest char(64) NOT NULL, -- Of the results it agrees with; also the seed of its sample.
  deals_affected integer NOT NULL,
  deals_sampled integer NOT NULL,
  commitment_count integer NOT NULL, -- Each computed on both bases.
  agreed_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, impact_digest)
);
-- What they did not agree on: kept for whoever finds the bug, also when it is mended.
CREATE TABLE second_opinion_differences (
  incident_id text NOT NULL REFERENCES incidents,
  deal_id text COLLATE "C" NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  figure text NOT NULL CHECK (figure IN ('asRecorded', 'asShouldHaveBeen', 'average', 'recorded')),
  ours text NOT NULL, -- Major units.
  second text NOT NULL,
  found_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, deal_id, investor_id, figure, ours, second)
);
GRANT SELECT, INSERT ON second_opinions, second_opinion_differences TO makewhole_app;
