-- safe-while-running: no, because a worker of before counts a vote that was withdrawn.

-- A withdrawal is a signed command with its evidence; a vote after it is the person's next round.
ALTER TABLE votes ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round > 0);
ALTER TABLE votes DROP CONSTRAINT votes_pkey;
ALTER TABLE votes ADD PRIMARY KEY (incident_id, gate_id, opening, person_id, round);
