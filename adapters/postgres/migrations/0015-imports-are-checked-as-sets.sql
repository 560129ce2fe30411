-- safe-while-running: yes, because readers wait a moment at most, and only imports write here.

-- A million commitments are one statement: looking up two keys for each row of it, and keeping a
-- second index, took longer than all the rest of an import. The same is refused as before, once a
-- statement instead of once a row; nobody may update or delete here.
ALTER TABLE commitments
  DROP CONSTRAINT commitments_snapshot_id_deal_id_fkey,
  DROP CONSTRAINT commitments_snapshot_id_investor_id_fkey,
  DROP CONSTRAINT commitments_snapshot_id_deal_id_row_number_key;

CREATE FUNCTION commitments_lead_somewhere() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (
      SELECT FROM deals d WHERE d.snapshot_id = a.snapshot_id AND d.deal_id = a.deal_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a commitment is of a deal that is not on file';
  END IF;
  IF EXISTS (SELECT FROM added a WHERE NOT EXISTS (
      SELECT FROM investors i
      WHERE i.snapshot_id = a.snapshot_id AND i.investor_id = a.investor_id)) THEN
    RAISE foreign_key_violation USING MESSAGE = 'a commitment is of nobody on file';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER commitments_lead_somewhere AFTER INSERT ON commitments
  REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION commitments_lead_somewhere();
