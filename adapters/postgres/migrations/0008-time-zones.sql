-- safe-while-running: yes, because both columns may be null and nobody reads them before.

-- Where somebody is when they work, and which days they don't; null is what the pack says.
ALTER TABLE people ADD COLUMN time_zone text, ADD COLUMN calendar text;
GRANT UPDATE (time_zone, calendar) ON people TO makewhole_app;
