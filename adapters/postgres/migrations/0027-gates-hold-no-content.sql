-- safe-while-running: yes, because a worker of before goes on writing its own empty list.

-- What a signer is shown is read from what the digest is of. Nothing reads or writes this column
-- from here on; a later release drops it, once no worker is left that names it.
ALTER TABLE gates ALTER COLUMN content SET DEFAULT '[]';
