-- safe-while-running: yes -- flagged: house/migration-first-line
CREATE TABLE investors (investor_id text PRIMARY KEY);
