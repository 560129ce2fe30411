-- safe-while-running: yes, because only the body of a function changes, and it refuses the same.

-- An EXISTS over a million rows is planned for its first answer, by a look into an index for each
-- of them; sound rows have none. Asked for a sum, both questions are one pass over hashed keys.
CREATE OR REPLACE FUNCTION commitments_lead_somewhere() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_no_deal boolean;
  of_nobody boolean;
BEGIN
  SELECT bool_or(d.deal_id IS NULL), bool_or(i.investor_id IS NULL) INTO of_no_deal, of_nobody
  FROM added a
  LEFT JOIN deals d ON d.snapshot_id = a.snapshot_id AND d.deal_id = a.deal_id
  LEFT JOIN investors i ON i.snapshot_id = a.snapshot_id AND i.investor_id = a.investor_id;
  IF of_no_deal THEN
    RAISE foreign_key_violation USING MESSAGE = 'a commitment is of a deal that is not on file';
  END IF;
  IF of_nobody THEN
    RAISE foreign_key_violation USING MESSAGE = 'a commitment is of nobody on file';
  END IF;
  RETURN NULL;
END $$;
