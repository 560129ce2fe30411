-- safe-while-running: yes, because the new column may be null and writers of before leave it out.
-- A document's PDF, made of what its body was made of; the digest is that of the body.
ALTER TABLE documents ADD COLUMN pdf bytea;
