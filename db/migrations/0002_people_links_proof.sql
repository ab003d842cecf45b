-- People, links in bulk, proofs of what is set up, erasure, the audit chain's queue. Rules as in 0001.

-- People: users belong to no company; a membership does ------------------------------------------------------------------

CREATE TABLE users (
  user_id               text PRIMARY KEY,
  email                 text NOT NULL,             -- as typed, for mails
  email_key             text NOT NULL UNIQUE,      -- trimmed, NFC, lower case: what sign-in looks up
  name                  text NOT NULL,
  password_hash         text,                      -- argon2id; null: none set yet, or signs in by OIDC alone
  password_changed_at   timestamptz,
  must_change_password  boolean NOT NULL DEFAULT false,
  totp_ciphertext       text,                      -- of the base32 secret; set but not confirmed = enrolment under way
  totp_confirmed_at     timestamptz,
  totp_last_step        bigint,                    -- a code is taken once
  created_at            timestamptz NOT NULL DEFAULT now(),
  disabled_at           timestamptz
);

CREATE TABLE memberships (
  company_id  text NOT NULL REFERENCES companies,
  user_id     text NOT NULL,
  role        text NOT NULL CHECK (role IN ('admin', 'viewer')),
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, user_id)
);
CREATE INDEX memberships_by_user ON memberships (user_id);

CREATE TABLE user_sessions (
  session_hash       text PRIMARY KEY,             -- keyed hash of the cookie's token
  user_session_id    text NOT NULL,                -- what people see and revoke
  user_id            text NOT NULL REFERENCES users,
  method             text NOT NULL CHECK (method IN ('password', 'oidc')),
  origin             text,                         -- address of the sign-in
  agent              text,                         -- browser and system in a few words
  created_at         timestamptz NOT NULL DEFAULT now(),
  last_seen_at       timestamptz NOT NULL DEFAULT now(),
  expires_at         timestamptz NOT NULL,
  second_factor_at   timestamptz,                  -- null with a confirmed second factor: half signed in
  confirmed_at       timestamptz,                  -- last time the password or a code was given (re-authentication)
  revoked_at         timestamptz
);
CREATE INDEX user_sessions_by_user ON user_sessions (user_id, created_at DESC);

CREATE TABLE recovery_codes (
  user_id    text NOT NULL REFERENCES users,
  code_hash  text NOT NULL,
  used_at    timestamptz,
  PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE password_resets (
  token_hash  text PRIMARY KEY,
  user_id     text NOT NULL REFERENCES users,
  created_at  timestamptz NOT NULL DEFAULT now(),
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz
);

CREATE TABLE user_identities (
  issuer      text NOT NULL,
  subject     text NOT NULL,
  user_id     text NOT NULL REFERENCES users,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (issuer, subject)
);

CREATE TABLE invitations (
  invitation_id  text PRIMARY KEY,
  token_hash     text NOT NULL UNIQUE,             -- replaced when it is sent again
  company_id     text NOT NULL,
  email          text NOT NULL,
  email_key      text NOT NULL,
  role           text NOT NULL CHECK (role IN ('admin', 'viewer')),
  invited_by     text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  expires_at     timestamptz NOT NULL,
  accepted_at    timestamptz,
  revoked_at     timestamptz
);
CREATE INDEX invitations_by_company ON invitations (company_id, created_at DESC);

-- Failures of sign-in, by keyed hashes of (account), (account, device) and (address).
CREATE TABLE sign_in_throttle (
  throttle_key   text PRIMARY KEY,
  failures       integer NOT NULL,
  blocked_until  timestamptz,
  updated_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sign_in_throttle_by_age ON sign_in_throttle (updated_at);

-- Sessions: when the clock starts, where they come from, who is alike -----------------------------------------------------

-- 'running': expires_at is fixed. 'at_token', 'at_opening': the next POST tokens (or opening), the next opening starts it;
-- until then expires_at says how long the link may wait.
ALTER TABLE sessions
  ADD COLUMN clock text NOT NULL DEFAULT 'running' CHECK (clock IN ('running', 'at_token', 'at_opening')),
  ADD COLUMN batch_id text;
-- "C": ranges of a prefix are ranges of bytes.
CREATE INDEX sessions_by_canonical ON sessions (company_id, uid_canonical COLLATE "C");
CREATE INDEX sessions_by_batch ON sessions (company_id, batch_id, session_id) WHERE batch_id IS NOT NULL;

-- A code that was given again: the old one says so instead of opening the journey.
ALTER TABLE link_directory ADD COLUMN replaced_at timestamptz;
CREATE INDEX link_directory_by_session ON link_directory (company_id, session_id);

CREATE TABLE link_batches (
  company_id       text NOT NULL,
  batch_id         text NOT NULL,
  environment_id   text NOT NULL,
  name             text NOT NULL,
  state            text NOT NULL CHECK (state IN ('creating', 'ready', 'failed')),
  source           text NOT NULL CHECK (source IN ('count', 'list')),
  clock            text NOT NULL CHECK (clock IN ('running', 'at_opening')),
  valid_until      timestamptz NOT NULL,           -- end date of links that nobody opened
  requested        integer NOT NULL,
  created          integer NOT NULL DEFAULT 0,     -- progress while creating
  skipped          jsonb NOT NULL DEFAULT '[]',    -- [{line, code}], never a uid
  failure          text,
  language         text,
  stakes           text NOT NULL DEFAULT 'high',
  idempotency_key  text,
  body_hash        text,
  created_by       text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  heartbeat_at     timestamptz NOT NULL DEFAULT now(),
  finished_at      timestamptz,
  revoked_at       timestamptz,
  PRIMARY KEY (company_id, batch_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);
CREATE INDEX link_batches_by_environment ON link_batches (company_id, environment_id, created_at DESC, batch_id DESC);
CREATE UNIQUE INDEX link_batches_once ON link_batches (company_id, environment_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;

-- Deployments: history of settings, proofs for going live ----------------------------------------------------------------

CREATE TABLE setting_changes (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  change_id       text NOT NULL,                   -- time-ordered
  setting         text NOT NULL,                   -- member of EnvironmentSettings, or webhook_url
  from_value      jsonb,
  to_value        jsonb,
  actor           text NOT NULL,
  changed_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id, change_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);

-- What the system itself saw happen: the newest time and how often.
CREATE TABLE environment_evidence (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  kind            text NOT NULL,
  count           bigint NOT NULL DEFAULT 1,
  first_at        timestamptz NOT NULL DEFAULT now(),
  last_at         timestamptz NOT NULL DEFAULT now(),
  details         jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (company_id, environment_id, kind),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);

-- Erasure and retention ------------------------------------------------------------------------------------------------

-- A uid that was erased stays used up, known by its keyed hash alone.
CREATE TABLE erased_uids (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  uid_hash        text NOT NULL,
  session_id      text NOT NULL,
  erased_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id, uid_hash)
);

CREATE TABLE erasures (
  company_id    text NOT NULL,
  erasure_id    text NOT NULL,
  session_id    text NOT NULL,
  state         text NOT NULL CHECK (state IN ('requested', 'running', 'done', 'held')),
  steps         jsonb NOT NULL DEFAULT '{}',       -- {step: rows}, so that a cut-off job goes on where it was
  requested_by  text NOT NULL,
  requested_at  timestamptz NOT NULL DEFAULT now(),
  started_at    timestamptz,
  finished_at   timestamptz,
  PRIMARY KEY (company_id, erasure_id),
  UNIQUE (company_id, session_id)
);

CREATE TABLE legal_holds (
  company_id   text NOT NULL,
  hold_id      text NOT NULL,
  session_id   text,                               -- null: everything of the company
  reason       text NOT NULL,
  placed_by    text NOT NULL,
  placed_at    timestamptz NOT NULL DEFAULT now(),
  released_by  text,
  released_at  timestamptz,
  PRIMARY KEY (company_id, hold_id)
);
CREATE INDEX legal_holds_alive ON legal_holds (company_id, session_id) WHERE released_at IS NULL;

-- Audit ----------------------------------------------------------------------------------------------------------------

ALTER TABLE audit_entries ADD COLUMN origin text;  -- the address a request came from

-- Written with the entry, removed by the sealer: what is not in the chain yet.
CREATE TABLE audit_unsealed (
  company_id  text NOT NULL,
  audit_id    text NOT NULL,
  PRIMARY KEY (company_id, audit_id),
  FOREIGN KEY (company_id, audit_id) REFERENCES audit_entries
);
INSERT INTO audit_unsealed (company_id, audit_id) SELECT company_id, audit_id FROM audit_entries;

GRANT SELECT, INSERT, UPDATE, DELETE ON users, memberships, user_sessions, recovery_codes, password_resets, user_identities,
  invitations, sign_in_throttle, link_batches, environment_evidence, erasures, legal_holds, audit_unsealed TO tallystick_app;
GRANT SELECT, INSERT ON setting_changes, erased_uids TO tallystick_app;
