-- safe-while-running: yes, because it only creates what did not exist.

-- A text of one stage; approved at gate letters/<stage> by digest. Ours have no submitter.
CREATE TABLE letter_texts (
  digest char(64) NOT NULL, -- SHA-256 of the canonical {stage, subject, text, html}.
  incident_id text NOT NULL REFERENCES incidents,
  stage text NOT NULL CHECK (stage IN ('acknowledgement', 'notice', 'offer', 'call', 'advice',
    'resolution', 'closure', 'holding', 'cleared', 'correction')),
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  submitted_by text REFERENCES people,
  submitted_at timestamptz NOT NULL,
  PRIMARY KEY (incident_id, stage, digest)
);
-- One row per letter ever meant, written before SMTP sees it.
CREATE TABLE letters (
  incident_id text NOT NULL REFERENCES incidents,
  stage text NOT NULL,
  investor_id text COLLATE "C" NOT NULL,
  revision integer NOT NULL CHECK (revision > 0),
  deals text[] NOT NULL,
  template_digest char(64) NOT NULL,
  body_digest char(64) NOT NULL, -- Of the rendered letter.
  message_id text NOT NULL UNIQUE,
  state text NOT NULL DEFAULT 'queued'
    CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'failed', 'held')),
  attempts integer NOT NULL DEFAULT 0,
  cause text,
  queued_at timestamptz NOT NULL,
  sent_at timestamptz,
  PRIMARY KEY (incident_id, stage, investor_id, revision)
);
GRANT SELECT, INSERT ON letter_texts, letters TO makewhole_app;
-- Rendered again at each try: what is on file is what left.
GRANT UPDATE (state, attempts, cause, sent_at, deals, template_digest, body_digest) ON letters
  TO makewhole_app;
