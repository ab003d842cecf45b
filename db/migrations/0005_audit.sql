-- The audit chain's head and what stands for a purged beginning; erasing and keeping in time. Rules as in 0001.

-- The end of a company's chain: the row that sealers lock, and what a chain with its last rows cut off would not reach.
CREATE TABLE audit_heads (
  company_id  text PRIMARY KEY,
  chain_seq   bigint NOT NULL,                     -- 0: nothing is sealed yet
  chain_hash  text NOT NULL,
  sealed_at   timestamptz NOT NULL DEFAULT now()
);

-- Stands for the entries up to chain_seq that retention removed: what is left is verified from here.
CREATE TABLE audit_checkpoints (
  company_id  text NOT NULL,
  chain_seq   bigint NOT NULL,
  chain_hash  text NOT NULL,                       -- of the last entry removed
  entries     bigint NOT NULL,                     -- removed with this checkpoint
  newest_at   timestamptz NOT NULL,                -- time of the last entry removed
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, chain_seq)
);

CREATE INDEX audit_entries_by_time ON audit_entries (company_id, at DESC, audit_id DESC);
CREATE INDEX audit_entries_by_target ON audit_entries (company_id, target_id, at DESC, audit_id DESC);
CREATE INDEX audit_entries_by_actor ON audit_entries (company_id, actor, at DESC, audit_id DESC);

ALTER TABLE erasures
  ADD COLUMN environment_id text NOT NULL,
  ADD COLUMN uid_hash text NOT NULL,
  ADD COLUMN not_before timestamptz NOT NULL DEFAULT now(),  -- the next step may begin
  ADD FOREIGN KEY (company_id, session_id) REFERENCES sessions;
CREATE INDEX erasures_open ON erasures (company_id, not_before) WHERE state <> 'done';
CREATE INDEX erasures_by_time ON erasures (company_id, requested_at DESC, erasure_id DESC);

-- How far retention has come through the sessions of an environment, in the order of their ends; counts since the last
-- entry of the audit log about it.
CREATE TABLE retention_progress (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  data_class      text NOT NULL CHECK (data_class IN ('inputs', 'results', 'deliveries')),
  through_at      timestamptz NOT NULL DEFAULT '-infinity',
  through_id      text NOT NULL DEFAULT '',
  sessions        bigint NOT NULL DEFAULT 0,
  removed         bigint NOT NULL DEFAULT 0,
  passed_at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id, data_class),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments
);
CREATE INDEX sessions_by_end ON sessions (company_id, environment_id, ended_at, session_id) WHERE ended_at IS NOT NULL;

-- What the serving role may do: results and facts of a journey are added, never changed.
REVOKE UPDATE, DELETE ON results, session_facts FROM tallystick_app;
GRANT SELECT, INSERT, UPDATE ON audit_heads TO tallystick_app;
GRANT SELECT ON audit_checkpoints TO tallystick_app;
GRANT SELECT, INSERT, UPDATE ON retention_progress TO tallystick_app;
REVOKE DELETE ON erasures, legal_holds FROM tallystick_app;

-- What the eraser may do: look where things are, take personal content away, and leave a record of it. It can neither
-- add nor change what a journey was, nor change an entry of the audit log.
GRANT SELECT ON companies, environments, sessions, events, deliveries, attempts, results, input_batches, input_conflicts,
  session_facts, erased_uids, erasures, legal_holds, audit_entries, audit_seals, audit_heads, audit_checkpoints,
  audit_unsealed, retention_progress TO tallystick_eraser;
GRANT UPDATE (uid, uid_canonical, metadata, language) ON sessions TO tallystick_eraser;
GRANT UPDATE (body) ON events TO tallystick_eraser;
GRANT UPDATE (state, lease_id, lease_until, last_error) ON deliveries TO tallystick_eraser;
GRANT UPDATE (request_headers, response_headers, response_body) ON attempts TO tallystick_eraser;
GRANT UPDATE (details) ON session_facts TO tallystick_eraser;
GRANT UPDATE (state, steps, not_before, started_at, finished_at) ON erasures TO tallystick_eraser;
GRANT DELETE ON input_batches, input_conflicts, results, attempts, deliveries, audit_entries, audit_seals TO tallystick_eraser;
GRANT INSERT ON audit_entries, audit_unsealed, audit_checkpoints TO tallystick_eraser;
-- FOR UPDATE of a chain's head needs the right to write it.
GRANT UPDATE (sealed_at) ON audit_heads TO tallystick_eraser;
GRANT INSERT, UPDATE ON retention_progress TO tallystick_eraser;
