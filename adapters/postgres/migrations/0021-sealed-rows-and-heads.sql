-- safe-while-running: yes, because it only creates what did not exist.

-- The rows behind every Merkle root that evidence names, as they were when it was sealed: a row
-- stays provable whatever becomes of it later. A root is its own key: other rows, another root.
CREATE TABLE sealed_rows (
  chain text NOT NULL,
  root char(64) NOT NULL,
  leaves text[] NOT NULL, -- In the order of the tree.
  PRIMARY KEY (chain, root)
);
CREATE TRIGGER sealed_rows_append_only BEFORE UPDATE OR DELETE ON sealed_rows
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER sealed_rows_no_truncate BEFORE TRUNCATE ON sealed_rows
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- How far a chain had come, signed with the instance's key: whoever cuts its end has to lie here.
CREATE TABLE signed_heads (
  chain text NOT NULL,
  seq bigint NOT NULL CHECK (seq > 0),
  jws text NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE TRIGGER signed_heads_append_only BEFORE UPDATE OR DELETE ON signed_heads
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signed_heads_no_truncate BEFORE TRUNCATE ON signed_heads
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON sealed_rows, signed_heads TO makewhole_app;
