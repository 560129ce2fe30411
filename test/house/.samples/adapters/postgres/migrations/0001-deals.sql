-- safe-while-running: yes, because it only creates what did not exist.
CREATE TABLE deals (deal_id text PRIMARY KEY);
