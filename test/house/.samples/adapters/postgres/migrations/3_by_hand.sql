-- safe-while-running: no, because it was numbered by hand. flagged: house/migration-name
CREATE TABLE commitments (deal_id text PRIMARY KEY);
