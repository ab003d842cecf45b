-- The whole product's spine. Rules (tested): company_id leads every primary, unique and foreign key, except in the
-- directory tables, which must answer before the company is known. Ids are made by the application; times are the
-- database's; no triggers, sequences or advisory locks on the hot path.

-- Directories and system rows ------------------------------------------------------------------------------------------

CREATE TABLE system_keys (
  name        text PRIMARY KEY,          -- 'pepper', 'seed', 'check'
  ciphertext  text NOT NULL,             -- wrapped by the key-encryption key ring: '<kek id>:<base64 nonce|tag|data>'
  created_at  timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE key_directory (
  key_hash        text PRIMARY KEY,      -- hex HMAC-SHA256 of the raw key under the pepper
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  key_id          text NOT NULL
);

CREATE TABLE integration_directory (
  integration_id  text PRIMARY KEY,
  company_id      text NOT NULL,
  environment_id  text NOT NULL
);

CREATE TABLE link_directory (
  code        text PRIMARY KEY,          -- >= 60 random bits, the part after /a/
  company_id  text NOT NULL,
  session_id  text NOT NULL
);

-- Companies, deployments, environments ---------------------------------------------------------------------------------

CREATE TABLE companies (
  company_id  text PRIMARY KEY,
  name        text NOT NULL,
  settings    jsonb NOT NULL DEFAULT '{}',
  created_at  timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);

CREATE TABLE deployments (
  company_id     text NOT NULL REFERENCES companies,
  deployment_id  text NOT NULL,
  name           text NOT NULL,
  product        text NOT NULL DEFAULT 'psychometric' CHECK (product IN ('psychometric', 'device_data')),
  created_at     timestamptz NOT NULL DEFAULT now(),
  archived_at    timestamptz,
  PRIMARY KEY (company_id, deployment_id),
  UNIQUE (company_id, name)
);

CREATE TABLE environments (
  company_id        text NOT NULL,
  environment_id    text NOT NULL,
  deployment_id     text NOT NULL,
  kind              text NOT NULL CHECK (kind IN ('test', 'production')),
  integration_id    text NOT NULL,
  settings          jsonb NOT NULL DEFAULT '{}',   -- validated by the contract's EnvironmentSettings; absent = default
  settings_version  integer NOT NULL DEFAULT 1,
  created_at        timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id),
  UNIQUE (company_id, deployment_id, kind),
  UNIQUE (company_id, integration_id),
  FOREIGN KEY (company_id, deployment_id) REFERENCES deployments
);

CREATE TABLE api_keys (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  key_id          text NOT NULL,
  hint            text NOT NULL,                   -- prefix and last four characters, for people
  ciphertext      text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  retires_at      timestamptz,                     -- end of the overlap once a newer key exists
  revoked_at      timestamptz,
  last_used_at    timestamptz,
  PRIMARY KEY (company_id, environment_id, key_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);

-- Signs the access and journey tokens of one environment; never the API key.
CREATE TABLE token_keys (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  kid             text NOT NULL,
  ciphertext      text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  retired_at      timestamptz,
  PRIMARY KEY (company_id, environment_id, kid),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);

-- Shipped artefacts are copied to each company, so that a company's own recalibrated versions stand beside them.
CREATE TABLE model_versions (
  company_id     text NOT NULL REFERENCES companies,
  model_version  text NOT NULL,
  origin         text NOT NULL CHECK (origin IN ('shipped', 'local')),
  artefact       jsonb NOT NULL,
  content_hash   text NOT NULL,                    -- sha256 hex of the canonical JSON
  created_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, model_version)
);

-- Sessions and what the phone sent -------------------------------------------------------------------------------------

-- No foreign key to environments, whose rows are never deleted: every creation of a lender would lock the same row, and
-- that lock with two more CHECKs cost a quarter of the rate (7 500/s instead of 5 800/s on 2 cores).
CREATE TABLE sessions (
  company_id        text NOT NULL,
  session_id        text NOT NULL,
  environment_id    text NOT NULL,
  uid               text NOT NULL,                 -- stands here and in stored webhook bodies only
  uid_canonical     text NOT NULL,
  state             text NOT NULL CHECK (state IN
                      ('created', 'opened', 'in_progress', 'completed', 'cancelled', 'incomplete', 'expired', 'erased')),
  outcome           text,                          -- scored, unscorable; null before completed
  end_reasons       text[] NOT NULL DEFAULT '{}',
  run               integer NOT NULL DEFAULT 1,
  epoch             integer NOT NULL DEFAULT 0,    -- raised whenever a page opens or takes over the journey
  link_code         text NOT NULL,
  language          text,
  metadata          jsonb NOT NULL DEFAULT '{}',
  stakes            text NOT NULL DEFAULT 'high',  -- high, low
  simulated         boolean NOT NULL DEFAULT false,
  battery_version   text NOT NULL,
  task_plan         jsonb NOT NULL,                -- [{key, version}], pinned at creation
  model_version     text NOT NULL,
  created_at        timestamptz NOT NULL DEFAULT now(),
  expires_at        timestamptz NOT NULL,
  opened_at         timestamptz,                   -- first opening of this run
  consented_at      timestamptz,
  ended_at          timestamptz,
  last_activity_at  timestamptz,
  PRIMARY KEY (company_id, session_id),
  UNIQUE (company_id, environment_id, uid)
);
CREATE INDEX sessions_open_by_expiry ON sessions (company_id, expires_at)
  WHERE state IN ('created', 'opened', 'in_progress');
CREATE INDEX sessions_by_environment ON sessions (company_id, environment_id, created_at DESC, session_id DESC);
-- A simulated journey that a crash cut off is found and played to its end.
CREATE INDEX sessions_simulated_open ON sessions (company_id, created_at)
  WHERE simulated AND state IN ('created', 'opened', 'in_progress');

CREATE TABLE idempotency_keys (
  company_id       text NOT NULL,
  environment_id   text NOT NULL,
  idempotency_key  text NOT NULL,
  body_hash        text NOT NULL,
  created_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id, idempotency_key)
);

-- The stored facts of a journey that no other row tells: opened (with device), taken over, interrupted, redirected, …
CREATE TABLE session_facts (
  company_id  text NOT NULL,
  session_id  text NOT NULL,
  fact_id     text NOT NULL,                       -- time-ordered
  run         integer NOT NULL,
  kind        text NOT NULL,
  details     jsonb NOT NULL DEFAULT '{}',
  at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, fact_id),
  FOREIGN KEY (company_id, session_id) REFERENCES sessions
);

CREATE TABLE consents (
  company_id          text NOT NULL,
  session_id          text NOT NULL,
  run                 integer NOT NULL,
  decision            text NOT NULL CHECK (decision IN ('accepted', 'declined')),
  privacy_policy_url  text,
  text_version        text NOT NULL,
  language            text NOT NULL,
  decided_at          timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, run),
  FOREIGN KEY (company_id, session_id) REFERENCES sessions
);

CREATE TABLE task_attempts (
  company_id    text NOT NULL,
  session_id    text NOT NULL,
  run           integer NOT NULL,
  task_index    integer NOT NULL,
  attempt       integer NOT NULL CHECK (attempt BETWEEN 1 AND 3),
  task_key      text NOT NULL,
  task_version  integer NOT NULL,
  seed          text NOT NULL,
  state         text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'interrupted')),
  epoch         integer NOT NULL,                  -- of the opening that holds the grant: this row alone admits a batch
  granted_at    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, run, task_index, attempt),
  FOREIGN KEY (company_id, session_id) REFERENCES sessions
);

CREATE TABLE input_batches (
  company_id  text NOT NULL,
  session_id  text NOT NULL,
  run         integer NOT NULL,
  task_index  integer NOT NULL,
  attempt     integer NOT NULL,
  seq         integer NOT NULL,
  epoch       integer NOT NULL,
  body_hash   text NOT NULL,                       -- sha256 hex of `body`
  body        text NOT NULL,                       -- the JSON array of inputs exactly as stored
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, run, task_index, attempt, seq),
  FOREIGN KEY (company_id, session_id, run, task_index, attempt) REFERENCES task_attempts
);

-- A batch that names a stored seq with other content: kept aside as evidence, never scored.
CREATE TABLE input_conflicts (
  company_id  text NOT NULL,
  session_id  text NOT NULL,
  conflict_id text NOT NULL,
  run         integer NOT NULL,
  task_index  integer NOT NULL,
  attempt     integer NOT NULL,
  seq         integer NOT NULL,
  body_hash   text NOT NULL,
  body        text NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, conflict_id),
  FOREIGN KEY (company_id, session_id) REFERENCES sessions
);

-- Results, events, deliveries ------------------------------------------------------------------------------------------

CREATE TABLE results (
  company_id        text NOT NULL,
  session_id        text NOT NULL,
  result_id         text NOT NULL,
  run               integer NOT NULL,
  environment_id    text NOT NULL,
  battery_version   text NOT NULL,
  model_version     text NOT NULL,
  model_hash        text NOT NULL,
  inputs_checksum   text NOT NULL,                 -- sha256 over the scored batches' hashes in order
  score             integer,
  risk_band         text,
  score_confidence  text NOT NULL,
  trust_score       integer NOT NULL,
  calculated        jsonb NOT NULL,                -- the whole Calculated document
  calculated_hash   text NOT NULL,
  partial           boolean NOT NULL DEFAULT false,
  scored_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, session_id, result_id),
  FOREIGN KEY (company_id, session_id) REFERENCES sessions,
  FOREIGN KEY (company_id, model_version) REFERENCES model_versions
);
CREATE INDEX results_by_environment ON results (company_id, environment_id, scored_at DESC, result_id DESC);

CREATE TABLE endpoints (
  company_id       text NOT NULL,
  endpoint_id      text NOT NULL,
  environment_id   text NOT NULL,
  url              text,                           -- null: not set
  state            text NOT NULL DEFAULT 'enabled' CHECK (state IN ('enabled', 'disabled')),
  disabled_reason  text,
  failing_since    timestamptz,
  updated_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, endpoint_id),
  UNIQUE (company_id, environment_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);

CREATE TABLE endpoint_secrets (
  company_id   text NOT NULL,
  endpoint_id  text NOT NULL,
  secret_id    text NOT NULL,
  ciphertext   text NOT NULL,                      -- of 'whsec_<base64>'
  created_at   timestamptz NOT NULL DEFAULT now(),
  retires_at   timestamptz,
  PRIMARY KEY (company_id, endpoint_id, secret_id),
  FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints
);

CREATE TABLE events (
  company_id      text NOT NULL,
  event_id        text NOT NULL,                   -- also the webhook-id
  event_seq       bigint,                          -- given by the numberer after commit
  environment_id  text NOT NULL,
  session_id      text,                            -- null: about the endpoint itself (webhook test, notices)
  run             integer,
  type            text NOT NULL,
  body            text,                            -- serialised once, sent unchanged; null after erasure
  body_hash       text NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, event_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);
CREATE UNIQUE INDEX events_by_seq ON events (company_id, event_seq) WHERE event_seq IS NOT NULL;
CREATE INDEX events_unnumbered ON events (company_id) WHERE event_seq IS NULL;
CREATE INDEX events_by_session ON events (company_id, session_id);
-- One journey event of a kind per run: a second finish, sweep or click can not announce it twice.
CREATE UNIQUE INDEX events_once ON events (company_id, session_id, run, type) WHERE session_id IS NOT NULL;

CREATE TABLE deliveries (
  company_id      text NOT NULL,
  delivery_id     text NOT NULL,
  event_id        text NOT NULL,
  endpoint_id     text NOT NULL,
  environment_id  text NOT NULL,
  state           text NOT NULL CHECK (state IN ('pending', 'held', 'delivered', 'dead')),
  attempt_count   integer NOT NULL DEFAULT 0,
  due_at          timestamptz NOT NULL DEFAULT now(),
  lease_id        text,                            -- fencing: a late worker's outcome is refused
  lease_until     timestamptz,
  last_status     integer,
  last_error      text,
  delivered_at    timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, delivery_id),
  FOREIGN KEY (company_id, event_id) REFERENCES events,
  FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints
);
-- By endpoint: claims are made endpoint by endpoint, so that the backlog of a dead one is never read past.
CREATE INDEX deliveries_due ON deliveries (company_id, endpoint_id, due_at) WHERE state = 'pending';
CREATE INDEX deliveries_by_event ON deliveries (company_id, event_id);
CREATE INDEX deliveries_by_environment ON deliveries (company_id, environment_id, created_at DESC, delivery_id DESC);

CREATE TABLE attempts (
  company_id        text NOT NULL,
  delivery_id       text NOT NULL,
  attempt_id        text NOT NULL,
  number            integer NOT NULL,
  url               text NOT NULL,
  request_headers   jsonb NOT NULL,
  status            integer,                       -- null: no answer
  error             text,
  response_headers  jsonb,
  response_body     text,                          -- at most 16 KiB
  duration_ms       integer NOT NULL,
  started_at        timestamptz NOT NULL,
  PRIMARY KEY (company_id, delivery_id, attempt_id),
  FOREIGN KEY (company_id, delivery_id) REFERENCES deliveries
);

-- Who has work: a row per company, so that a worker asks one small table and then claims inside one company.
CREATE TABLE dispatch_due (
  company_id  text PRIMARY KEY REFERENCES companies,
  due_at      timestamptz NOT NULL
);

-- Audit ----------------------------------------------------------------------------------------------------------------

CREATE TABLE audit_entries (
  company_id   text NOT NULL,
  audit_id     text NOT NULL,
  actor        text NOT NULL,                      -- 'cli:<os user>', 'key:<key id>', 'user:<user id>', 'system'
  action       text NOT NULL,                      -- 'deployment.created', 'environment.settings_changed', …
  target_type  text NOT NULL,
  target_id    text NOT NULL,
  details      jsonb NOT NULL DEFAULT '{}',
  at           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, audit_id)
);

-- Chained by the sealer after commit, so that no transaction waits for the chain.
CREATE TABLE audit_seals (
  company_id  text NOT NULL,
  chain_seq   bigint NOT NULL,
  audit_id    text NOT NULL,
  entry_hash  text NOT NULL,
  chain_hash  text NOT NULL,
  sealed_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, chain_seq),
  UNIQUE (company_id, audit_id),
  FOREIGN KEY (company_id, audit_id) REFERENCES audit_entries
);

-- What the server may do -----------------------------------------------------------------------------------------------

GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO tallystick_app;
REVOKE UPDATE, DELETE ON audit_entries, audit_seals, events, input_batches, input_conflicts, attempts, consents
  FROM tallystick_app;
GRANT UPDATE (event_seq) ON events TO tallystick_app;
