-- Written from the catalogue by tools/schema.ts after all migrations; never edited. CI fails when it drifts.

CREATE TABLE api_keys (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  key_id text NOT NULL,
  hint text NOT NULL,
  ciphertext text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  retires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  CONSTRAINT api_keys_pkey PRIMARY KEY (company_id, environment_id, key_id),
  CONSTRAINT api_keys_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON api_keys TO tallystick_app;

CREATE TABLE attempts (
  company_id text NOT NULL,
  delivery_id text NOT NULL,
  attempt_id text NOT NULL,
  number integer NOT NULL,
  url text NOT NULL,
  request_headers jsonb NOT NULL,
  status integer,
  error text,
  response_headers jsonb,
  response_body text,
  duration_ms integer NOT NULL,
  started_at timestamp with time zone NOT NULL,
  CONSTRAINT attempts_pkey PRIMARY KEY (company_id, delivery_id, attempt_id),
  CONSTRAINT attempts_company_id_delivery_id_fkey FOREIGN KEY (company_id, delivery_id) REFERENCES deliveries(company_id, delivery_id)
);
GRANT INSERT, SELECT ON attempts TO tallystick_app;
GRANT DELETE, SELECT ON attempts TO tallystick_eraser;
GRANT UPDATE (request_headers, response_body, response_headers) ON attempts TO tallystick_eraser;

CREATE TABLE audit_checkpoints (
  company_id text NOT NULL,
  chain_seq bigint NOT NULL,
  chain_hash text NOT NULL,
  entries bigint NOT NULL,
  newest_at timestamp with time zone NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT audit_checkpoints_pkey PRIMARY KEY (company_id, chain_seq)
);
GRANT SELECT ON audit_checkpoints TO tallystick_app;
GRANT INSERT, SELECT ON audit_checkpoints TO tallystick_eraser;

CREATE TABLE audit_entries (
  company_id text NOT NULL,
  audit_id text NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  target_type text NOT NULL,
  target_id text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'::jsonb,
  at timestamp with time zone NOT NULL DEFAULT now(),
  origin text,
  CONSTRAINT audit_entries_pkey PRIMARY KEY (company_id, audit_id)
);
CREATE INDEX audit_entries_by_actor ON audit_entries USING btree (company_id, actor, at DESC, audit_id DESC);
CREATE INDEX audit_entries_by_target ON audit_entries USING btree (company_id, target_id, at DESC, audit_id DESC);
CREATE INDEX audit_entries_by_time ON audit_entries USING btree (company_id, at DESC, audit_id DESC);
GRANT INSERT, SELECT ON audit_entries TO tallystick_app;
GRANT DELETE, INSERT, SELECT ON audit_entries TO tallystick_eraser;

CREATE TABLE audit_heads (
  company_id text NOT NULL,
  chain_seq bigint NOT NULL,
  chain_hash text NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT audit_heads_pkey PRIMARY KEY (company_id)
);
GRANT INSERT, SELECT, UPDATE ON audit_heads TO tallystick_app;
GRANT SELECT ON audit_heads TO tallystick_eraser;
GRANT UPDATE (sealed_at) ON audit_heads TO tallystick_eraser;

CREATE TABLE audit_seals (
  company_id text NOT NULL,
  chain_seq bigint NOT NULL,
  audit_id text NOT NULL,
  entry_hash text NOT NULL,
  chain_hash text NOT NULL,
  sealed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT audit_seals_pkey PRIMARY KEY (company_id, chain_seq),
  CONSTRAINT audit_seals_company_id_audit_id_key UNIQUE (company_id, audit_id),
  CONSTRAINT audit_seals_company_id_audit_id_fkey FOREIGN KEY (company_id, audit_id) REFERENCES audit_entries(company_id, audit_id)
);
GRANT INSERT, SELECT ON audit_seals TO tallystick_app;
GRANT DELETE, SELECT ON audit_seals TO tallystick_eraser;

CREATE TABLE audit_unsealed (
  company_id text NOT NULL,
  audit_id text NOT NULL,
  CONSTRAINT audit_unsealed_pkey PRIMARY KEY (company_id, audit_id),
  CONSTRAINT audit_unsealed_company_id_audit_id_fkey FOREIGN KEY (company_id, audit_id) REFERENCES audit_entries(company_id, audit_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON audit_unsealed TO tallystick_app;
GRANT INSERT, SELECT ON audit_unsealed TO tallystick_eraser;

CREATE TABLE companies (
  company_id text NOT NULL,
  name text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}'::jsonb,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  archived_at timestamp with time zone,
  CONSTRAINT companies_pkey PRIMARY KEY (company_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON companies TO tallystick_app;
GRANT SELECT ON companies TO tallystick_eraser;

CREATE TABLE consents (
  company_id text NOT NULL,
  session_id text NOT NULL,
  run integer NOT NULL,
  decision text NOT NULL,
  privacy_policy_url text,
  text_version text NOT NULL,
  language text NOT NULL,
  decided_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT consents_pkey PRIMARY KEY (company_id, session_id, run),
  CONSTRAINT consents_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id),
  CONSTRAINT consents_decision_check CHECK ((decision = ANY (ARRAY['accepted'::text, 'declined'::text])))
);
GRANT INSERT, SELECT ON consents TO tallystick_app;

CREATE TABLE deliveries (
  company_id text NOT NULL,
  delivery_id text NOT NULL,
  event_id text NOT NULL,
  endpoint_id text NOT NULL,
  environment_id text NOT NULL,
  state text NOT NULL,
  attempt_count integer NOT NULL DEFAULT 0,
  due_at timestamp with time zone NOT NULL DEFAULT now(),
  lease_id text,
  lease_until timestamp with time zone,
  last_status integer,
  last_error text,
  delivered_at timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  attempts_before integer NOT NULL DEFAULT 0,
  replay_id text,
  CONSTRAINT deliveries_pkey PRIMARY KEY (company_id, delivery_id),
  CONSTRAINT deliveries_company_id_endpoint_id_fkey FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints(company_id, endpoint_id),
  CONSTRAINT deliveries_company_id_event_id_fkey FOREIGN KEY (company_id, event_id) REFERENCES events(company_id, event_id),
  CONSTRAINT deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'held'::text, 'delivered'::text, 'dead'::text])))
) WITH (fillfactor=50);
CREATE INDEX deliveries_by_environment ON deliveries USING btree (company_id, environment_id, created_at DESC, delivery_id DESC);
CREATE INDEX deliveries_by_event ON deliveries USING btree (company_id, event_id);
CREATE INDEX deliveries_due ON deliveries USING btree (company_id, endpoint_id, due_at) WHERE (state = 'pending'::text);
CREATE INDEX deliveries_undelivered ON deliveries USING btree (company_id, environment_id, created_at, delivery_id) INCLUDE (state) WHERE (state <> 'delivered'::text);
GRANT DELETE, INSERT, SELECT, UPDATE ON deliveries TO tallystick_app;
GRANT DELETE, SELECT ON deliveries TO tallystick_eraser;
GRANT UPDATE (last_error, lease_id, lease_until, state) ON deliveries TO tallystick_eraser;

CREATE TABLE deployments (
  company_id text NOT NULL,
  deployment_id text NOT NULL,
  name text NOT NULL,
  product text NOT NULL DEFAULT 'psychometric'::text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  archived_at timestamp with time zone,
  CONSTRAINT deployments_pkey PRIMARY KEY (company_id, deployment_id),
  CONSTRAINT deployments_company_id_name_key UNIQUE (company_id, name),
  CONSTRAINT deployments_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id),
  CONSTRAINT deployments_product_check CHECK ((product = ANY (ARRAY['psychometric'::text, 'device_data'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON deployments TO tallystick_app;

CREATE TABLE dispatch_due (
  company_id text NOT NULL,
  due_at timestamp with time zone NOT NULL,
  CONSTRAINT dispatch_due_pkey PRIMARY KEY (company_id),
  CONSTRAINT dispatch_due_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON dispatch_due TO tallystick_app;

CREATE TABLE endpoint_notices (
  company_id text NOT NULL,
  notice_id text NOT NULL,
  endpoint_id text NOT NULL,
  environment_id text NOT NULL,
  episode integer NOT NULL,
  kind text NOT NULL,
  url text,
  failing_since timestamp with time zone,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  mail_due_at timestamp with time zone NOT NULL DEFAULT now(),
  mailed_at timestamp with time zone,
  CONSTRAINT endpoint_notices_pkey PRIMARY KEY (company_id, notice_id),
  CONSTRAINT endpoint_notices_company_id_endpoint_id_episode_kind_key UNIQUE (company_id, endpoint_id, episode, kind),
  CONSTRAINT endpoint_notices_company_id_endpoint_id_fkey FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints(company_id, endpoint_id),
  CONSTRAINT endpoint_notices_kind_check CHECK ((kind = ANY (ARRAY['failing'::text, 'disabling_soon'::text, 'disabled'::text, 'gone'::text, 'recovered'::text])))
);
CREATE INDEX endpoint_notices_by_time ON endpoint_notices USING btree (company_id, created_at DESC, notice_id DESC);
CREATE INDEX endpoint_notices_unmailed ON endpoint_notices USING btree (company_id, mail_due_at) WHERE (mailed_at IS NULL);
GRANT DELETE, INSERT, SELECT, UPDATE ON endpoint_notices TO tallystick_app;
GRANT DELETE, SELECT ON endpoint_notices TO tallystick_eraser;

CREATE TABLE endpoint_secrets (
  company_id text NOT NULL,
  endpoint_id text NOT NULL,
  secret_id text NOT NULL,
  ciphertext text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  retires_at timestamp with time zone,
  CONSTRAINT endpoint_secrets_pkey PRIMARY KEY (company_id, endpoint_id, secret_id),
  CONSTRAINT endpoint_secrets_company_id_endpoint_id_fkey FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints(company_id, endpoint_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON endpoint_secrets TO tallystick_app;

CREATE TABLE endpoints (
  company_id text NOT NULL,
  endpoint_id text NOT NULL,
  environment_id text NOT NULL,
  url text,
  state text NOT NULL DEFAULT 'enabled'::text,
  disabled_reason text,
  failing_since timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  episode integer NOT NULL DEFAULT 0,
  told boolean NOT NULL DEFAULT false,
  CONSTRAINT endpoints_pkey PRIMARY KEY (company_id, endpoint_id),
  CONSTRAINT endpoints_company_id_environment_id_key UNIQUE (company_id, environment_id),
  CONSTRAINT endpoints_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id),
  CONSTRAINT endpoints_state_check CHECK ((state = ANY (ARRAY['enabled'::text, 'disabled'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON endpoints TO tallystick_app;
GRANT SELECT (company_id, endpoint_id, episode) ON endpoints TO tallystick_eraser;

CREATE TABLE environment_evidence (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  kind text NOT NULL,
  count bigint NOT NULL DEFAULT 1,
  first_at timestamp with time zone NOT NULL DEFAULT now(),
  last_at timestamp with time zone NOT NULL DEFAULT now(),
  details jsonb NOT NULL DEFAULT '{}'::jsonb,
  CONSTRAINT environment_evidence_pkey PRIMARY KEY (company_id, environment_id, kind),
  CONSTRAINT environment_evidence_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON environment_evidence TO tallystick_app;

CREATE TABLE environments (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  deployment_id text NOT NULL,
  kind text NOT NULL,
  integration_id text NOT NULL,
  settings jsonb NOT NULL DEFAULT '{}'::jsonb,
  settings_version integer NOT NULL DEFAULT 1,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT environments_pkey PRIMARY KEY (company_id, environment_id),
  CONSTRAINT environments_company_id_deployment_id_kind_key UNIQUE (company_id, deployment_id, kind),
  CONSTRAINT environments_company_id_integration_id_key UNIQUE (company_id, integration_id),
  CONSTRAINT environments_company_id_deployment_id_fkey FOREIGN KEY (company_id, deployment_id) REFERENCES deployments(company_id, deployment_id),
  CONSTRAINT environments_kind_check CHECK ((kind = ANY (ARRAY['test'::text, 'production'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON environments TO tallystick_app;
GRANT SELECT ON environments TO tallystick_eraser;

CREATE TABLE erased_uids (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  uid_hash text NOT NULL,
  session_id text NOT NULL,
  erased_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT erased_uids_pkey PRIMARY KEY (company_id, environment_id, uid_hash)
);
GRANT INSERT, SELECT ON erased_uids TO tallystick_app;
GRANT SELECT ON erased_uids TO tallystick_eraser;

CREATE TABLE erasures (
  company_id text NOT NULL,
  erasure_id text NOT NULL,
  session_id text NOT NULL,
  state text NOT NULL,
  steps jsonb NOT NULL DEFAULT '{}'::jsonb,
  requested_by text NOT NULL,
  requested_at timestamp with time zone NOT NULL DEFAULT now(),
  started_at timestamp with time zone,
  finished_at timestamp with time zone,
  environment_id text NOT NULL,
  uid_hash text NOT NULL,
  not_before timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT erasures_pkey PRIMARY KEY (company_id, erasure_id),
  CONSTRAINT erasures_company_id_session_id_key UNIQUE (company_id, session_id),
  CONSTRAINT erasures_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id),
  CONSTRAINT erasures_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'running'::text, 'done'::text, 'held'::text])))
);
CREATE INDEX erasures_by_time ON erasures USING btree (company_id, requested_at DESC, erasure_id DESC);
CREATE INDEX erasures_open ON erasures USING btree (company_id, not_before) WHERE (state <> 'done'::text);
GRANT INSERT, SELECT, UPDATE ON erasures TO tallystick_app;
GRANT SELECT ON erasures TO tallystick_eraser;
GRANT UPDATE (finished_at, not_before, started_at, state, steps) ON erasures TO tallystick_eraser;

CREATE TABLE event_heads (
  company_id text NOT NULL,
  last_seq bigint NOT NULL,
  CONSTRAINT event_heads_pkey PRIMARY KEY (company_id)
);
GRANT INSERT, SELECT, UPDATE ON event_heads TO tallystick_app;

CREATE TABLE events (
  company_id text NOT NULL,
  event_id text NOT NULL,
  event_seq bigint,
  environment_id text NOT NULL,
  session_id text,
  run integer,
  type text NOT NULL,
  body text,
  body_hash text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT events_pkey PRIMARY KEY (company_id, event_id),
  CONSTRAINT events_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id)
);
CREATE INDEX events_by_environment ON events USING btree (company_id, environment_id, created_at, event_id);
CREATE UNIQUE INDEX events_by_seq ON events USING btree (company_id, event_seq) WHERE (event_seq IS NOT NULL);
CREATE INDEX events_by_session ON events USING btree (company_id, session_id);
CREATE INDEX events_feed ON events USING btree (company_id, environment_id, event_seq) WHERE (event_seq IS NOT NULL);
CREATE INDEX events_feed_by_type ON events USING btree (company_id, environment_id, type, event_seq) WHERE (event_seq IS NOT NULL);
CREATE UNIQUE INDEX events_once ON events USING btree (company_id, session_id, run, type) WHERE (session_id IS NOT NULL);
CREATE INDEX events_unnumbered ON events USING btree (company_id, event_id) WHERE (event_seq IS NULL);
GRANT INSERT, SELECT ON events TO tallystick_app;
GRANT UPDATE (event_seq) ON events TO tallystick_app;
GRANT SELECT ON events TO tallystick_eraser;
GRANT UPDATE (body) ON events TO tallystick_eraser;

CREATE TABLE idempotency_keys (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  idempotency_key text NOT NULL,
  body_hash text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT idempotency_keys_pkey PRIMARY KEY (company_id, environment_id, idempotency_key)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON idempotency_keys TO tallystick_app;

CREATE TABLE input_batches (
  company_id text NOT NULL,
  session_id text NOT NULL,
  run integer NOT NULL,
  task_index integer NOT NULL,
  attempt integer NOT NULL,
  seq integer NOT NULL,
  epoch integer NOT NULL,
  body_hash text NOT NULL,
  body text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT input_batches_pkey PRIMARY KEY (company_id, session_id, run, task_index, attempt, seq),
  CONSTRAINT input_batches_company_id_session_id_run_task_index_attempt_fkey FOREIGN KEY (company_id, session_id, run, task_index, attempt) REFERENCES task_attempts(company_id, session_id, run, task_index, attempt)
);
GRANT INSERT, SELECT ON input_batches TO tallystick_app;
GRANT DELETE, SELECT ON input_batches TO tallystick_eraser;

CREATE TABLE input_conflicts (
  company_id text NOT NULL,
  session_id text NOT NULL,
  conflict_id text NOT NULL,
  run integer NOT NULL,
  task_index integer NOT NULL,
  attempt integer NOT NULL,
  seq integer NOT NULL,
  body_hash text NOT NULL,
  body text NOT NULL,
  received_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT input_conflicts_pkey PRIMARY KEY (company_id, session_id, conflict_id),
  CONSTRAINT input_conflicts_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id)
);
GRANT INSERT, SELECT ON input_conflicts TO tallystick_app;
GRANT DELETE, SELECT ON input_conflicts TO tallystick_eraser;

CREATE TABLE integration_directory (
  integration_id text NOT NULL,
  company_id text NOT NULL,
  environment_id text NOT NULL,
  CONSTRAINT integration_directory_pkey PRIMARY KEY (integration_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON integration_directory TO tallystick_app;

CREATE TABLE invitations (
  invitation_id text NOT NULL,
  token_hash text NOT NULL,
  company_id text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  role text NOT NULL,
  invited_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT invitations_pkey PRIMARY KEY (invitation_id),
  CONSTRAINT invitations_token_hash_key UNIQUE (token_hash),
  CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'viewer'::text])))
);
CREATE INDEX invitations_by_company ON invitations USING btree (company_id, created_at DESC);
GRANT DELETE, INSERT, SELECT, UPDATE ON invitations TO tallystick_app;

CREATE TABLE key_directory (
  key_hash text NOT NULL,
  company_id text NOT NULL,
  environment_id text NOT NULL,
  key_id text NOT NULL,
  CONSTRAINT key_directory_pkey PRIMARY KEY (key_hash)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON key_directory TO tallystick_app;

CREATE TABLE legal_holds (
  company_id text NOT NULL,
  hold_id text NOT NULL,
  session_id text,
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamp with time zone NOT NULL DEFAULT now(),
  released_by text,
  released_at timestamp with time zone,
  CONSTRAINT legal_holds_pkey PRIMARY KEY (company_id, hold_id)
);
CREATE INDEX legal_holds_alive ON legal_holds USING btree (company_id, session_id) WHERE (released_at IS NULL);
GRANT INSERT, SELECT, UPDATE ON legal_holds TO tallystick_app;
GRANT SELECT ON legal_holds TO tallystick_eraser;

CREATE TABLE link_batches (
  company_id text NOT NULL,
  batch_id text NOT NULL,
  environment_id text NOT NULL,
  name text NOT NULL,
  state text NOT NULL,
  source text NOT NULL,
  clock text NOT NULL,
  valid_until timestamp with time zone NOT NULL,
  requested integer NOT NULL,
  created integer NOT NULL DEFAULT 0,
  skipped jsonb NOT NULL DEFAULT '[]'::jsonb,
  failure text,
  language text,
  stakes text NOT NULL DEFAULT 'high'::text,
  idempotency_key text,
  body_hash text,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  heartbeat_at timestamp with time zone NOT NULL DEFAULT now(),
  finished_at timestamp with time zone,
  revoked_at timestamp with time zone,
  warnings jsonb NOT NULL DEFAULT '[]'::jsonb,
  revoking boolean NOT NULL DEFAULT false,
  revoked_by text,
  CONSTRAINT link_batches_pkey PRIMARY KEY (company_id, batch_id),
  CONSTRAINT link_batches_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id),
  CONSTRAINT link_batches_clock_check CHECK ((clock = ANY (ARRAY['running'::text, 'at_opening'::text]))),
  CONSTRAINT link_batches_source_check CHECK ((source = ANY (ARRAY['count'::text, 'list'::text]))),
  CONSTRAINT link_batches_state_check CHECK ((state = ANY (ARRAY['creating'::text, 'ready'::text, 'failed'::text])))
);
CREATE INDEX link_batches_by_environment ON link_batches USING btree (company_id, environment_id, created_at DESC, batch_id DESC);
CREATE UNIQUE INDEX link_batches_once ON link_batches USING btree (company_id, environment_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX link_batches_unfinished ON link_batches USING btree (company_id) WHERE ((state = 'creating'::text) OR revoking);
GRANT DELETE, INSERT, SELECT, UPDATE ON link_batches TO tallystick_app;

CREATE TABLE link_directory (
  code text NOT NULL,
  company_id text NOT NULL,
  session_id text NOT NULL,
  replaced_at timestamp with time zone,
  CONSTRAINT link_directory_pkey PRIMARY KEY (code)
);
CREATE INDEX link_directory_by_session ON link_directory USING btree (company_id, session_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON link_directory TO tallystick_app;

CREATE TABLE logos (
  company_id text NOT NULL,
  logo_id text NOT NULL,
  image bytea NOT NULL,
  width integer NOT NULL,
  height integer NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT logos_pkey PRIMARY KEY (company_id, logo_id),
  CONSTRAINT logos_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id)
);
GRANT INSERT, SELECT ON logos TO tallystick_app;

CREATE TABLE memberships (
  company_id text NOT NULL,
  user_id text NOT NULL,
  role text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT memberships_pkey PRIMARY KEY (company_id, user_id),
  CONSTRAINT memberships_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id),
  CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['admin'::text, 'viewer'::text])))
);
CREATE INDEX memberships_by_user ON memberships USING btree (user_id);
GRANT DELETE, INSERT, SELECT, UPDATE ON memberships TO tallystick_app;

CREATE TABLE model_versions (
  company_id text NOT NULL,
  model_version text NOT NULL,
  origin text NOT NULL,
  artefact jsonb NOT NULL,
  content_hash text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT model_versions_pkey PRIMARY KEY (company_id, model_version),
  CONSTRAINT model_versions_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies(company_id),
  CONSTRAINT model_versions_origin_check CHECK ((origin = ANY (ARRAY['shipped'::text, 'local'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON model_versions TO tallystick_app;

CREATE TABLE monitoring_days (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  part text NOT NULL,
  day date NOT NULL,
  fingerprint text NOT NULL,
  content jsonb NOT NULL,
  counted_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT monitoring_days_pkey PRIMARY KEY (company_id, environment_id, part, day),
  CONSTRAINT monitoring_days_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id),
  CONSTRAINT monitoring_days_part_check CHECK ((part = ANY (ARRAY['journeys'::text, 'results'::text, 'webhooks'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON monitoring_days TO tallystick_app;

CREATE TABLE password_resets (
  token_hash text NOT NULL,
  user_id text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT password_resets_pkey PRIMARY KEY (token_hash),
  CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON password_resets TO tallystick_app;

CREATE TABLE recovery_codes (
  user_id text NOT NULL,
  code_hash text NOT NULL,
  used_at timestamp with time zone,
  CONSTRAINT recovery_codes_pkey PRIMARY KEY (user_id, code_hash),
  CONSTRAINT recovery_codes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON recovery_codes TO tallystick_app;

CREATE TABLE replay_jobs (
  company_id text NOT NULL,
  replay_id text NOT NULL,
  environment_id text NOT NULL,
  which text NOT NULL,
  delivery_id text,
  from_at timestamp with time zone,
  to_at timestamp with time zone,
  include_delivered boolean NOT NULL DEFAULT false,
  state text NOT NULL DEFAULT 'running'::text,
  total integer NOT NULL,
  done integer NOT NULL DEFAULT 0,
  queued integer NOT NULL DEFAULT 0,
  after_at timestamp with time zone,
  after_id text,
  created_by text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  finished_at timestamp with time zone,
  CONSTRAINT replay_jobs_pkey PRIMARY KEY (company_id, replay_id),
  CONSTRAINT replay_jobs_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id),
  CONSTRAINT replay_jobs_state_check CHECK ((state = ANY (ARRAY['running'::text, 'done'::text, 'cancelled'::text]))),
  CONSTRAINT replay_jobs_which_check CHECK ((which = ANY (ARRAY['delivery'::text, 'failed'::text, 'range'::text])))
);
CREATE INDEX replay_jobs_by_environment ON replay_jobs USING btree (company_id, environment_id, created_at DESC, replay_id DESC);
CREATE INDEX replay_jobs_running ON replay_jobs USING btree (company_id) WHERE (state = 'running'::text);
GRANT DELETE, INSERT, SELECT, UPDATE ON replay_jobs TO tallystick_app;
GRANT DELETE, SELECT ON replay_jobs TO tallystick_eraser;

CREATE TABLE result_views (
  company_id text NOT NULL,
  user_id text NOT NULL,
  view_id text NOT NULL,
  name text NOT NULL,
  name_key text NOT NULL,
  filter jsonb NOT NULL,
  columns jsonb NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT result_views_pkey PRIMARY KEY (company_id, user_id, view_id),
  CONSTRAINT result_views_company_id_user_id_name_key_key UNIQUE (company_id, user_id, name_key),
  CONSTRAINT result_views_company_id_user_id_fkey FOREIGN KEY (company_id, user_id) REFERENCES memberships(company_id, user_id) ON DELETE CASCADE,
  CONSTRAINT result_views_filter_check CHECK ((NOT (filter ? 'uid_prefix'::text)))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON result_views TO tallystick_app;

CREATE TABLE results (
  company_id text NOT NULL,
  session_id text NOT NULL,
  result_id text NOT NULL,
  run integer NOT NULL,
  environment_id text NOT NULL,
  battery_version text NOT NULL,
  model_version text NOT NULL,
  model_hash text NOT NULL,
  inputs_checksum text NOT NULL,
  score integer,
  risk_band text,
  score_confidence text NOT NULL,
  trust_score integer NOT NULL,
  calculated jsonb NOT NULL,
  calculated_hash text NOT NULL,
  partial boolean NOT NULL DEFAULT false,
  scored_at timestamp with time zone NOT NULL DEFAULT now(),
  origin text NOT NULL DEFAULT 'finish'::text,
  CONSTRAINT results_pkey PRIMARY KEY (company_id, session_id, result_id),
  CONSTRAINT results_company_id_model_version_fkey FOREIGN KEY (company_id, model_version) REFERENCES model_versions(company_id, model_version),
  CONSTRAINT results_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id),
  CONSTRAINT results_origin_check CHECK ((origin = ANY (ARRAY['finish'::text, 'rescore'::text])))
);
CREATE INDEX results_by_environment ON results USING btree (company_id, environment_id, scored_at DESC, result_id DESC) WHERE (origin = 'finish'::text);
CREATE INDEX results_mismatched ON results USING btree (company_id, scored_at DESC, result_id DESC) WHERE ((origin = 'finish'::text) AND ((calculated #>> '{working,integrity}'::text[]) = 'replay_mismatch'::text));
CREATE UNIQUE INDEX results_rescored_once ON results USING btree (company_id, session_id, run, model_hash, inputs_checksum) WHERE (origin = 'rescore'::text);
CREATE INDEX results_to_review ON results USING btree (company_id, environment_id, scored_at) WHERE ((origin = 'finish'::text) AND (score_confidence = 'LOW'::text));
CREATE INDEX results_unscorable ON results USING btree (company_id, environment_id, scored_at) WHERE ((origin = 'finish'::text) AND (score IS NULL));
GRANT INSERT, SELECT ON results TO tallystick_app;
GRANT DELETE, SELECT ON results TO tallystick_eraser;

CREATE TABLE retention_progress (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  data_class text NOT NULL,
  through_at timestamp with time zone NOT NULL DEFAULT '-infinity'::timestamp with time zone,
  through_id text NOT NULL DEFAULT ''::text,
  sessions bigint NOT NULL DEFAULT 0,
  removed bigint NOT NULL DEFAULT 0,
  passed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT retention_progress_pkey PRIMARY KEY (company_id, environment_id, data_class),
  CONSTRAINT retention_progress_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id),
  CONSTRAINT retention_progress_data_class_check CHECK ((data_class = ANY (ARRAY['inputs'::text, 'results'::text, 'deliveries'::text])))
);
GRANT INSERT, SELECT, UPDATE ON retention_progress TO tallystick_app;
GRANT INSERT, SELECT, UPDATE ON retention_progress TO tallystick_eraser;

CREATE TABLE schema_migrations (
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT schema_migrations_pkey PRIMARY KEY (name)
);
GRANT SELECT ON schema_migrations TO tallystick_app;

CREATE TABLE session_facts (
  company_id text NOT NULL,
  session_id text NOT NULL,
  fact_id text NOT NULL,
  run integer NOT NULL,
  kind text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'::jsonb,
  at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT session_facts_pkey PRIMARY KEY (company_id, session_id, fact_id),
  CONSTRAINT session_facts_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id)
);
GRANT INSERT, SELECT ON session_facts TO tallystick_app;
GRANT SELECT ON session_facts TO tallystick_eraser;
GRANT UPDATE (details) ON session_facts TO tallystick_eraser;

CREATE TABLE sessions (
  company_id text NOT NULL,
  session_id text NOT NULL,
  environment_id text NOT NULL,
  uid text NOT NULL,
  uid_canonical text NOT NULL,
  state text NOT NULL,
  outcome text,
  end_reasons text[] NOT NULL DEFAULT '{}'::text[],
  run integer NOT NULL DEFAULT 1,
  epoch integer NOT NULL DEFAULT 0,
  link_code text NOT NULL,
  language text,
  metadata jsonb NOT NULL DEFAULT '{}'::jsonb,
  stakes text NOT NULL DEFAULT 'high'::text,
  simulated boolean NOT NULL DEFAULT false,
  battery_version text NOT NULL,
  task_plan jsonb NOT NULL,
  model_version text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  opened_at timestamp with time zone,
  consented_at timestamp with time zone,
  ended_at timestamp with time zone,
  last_activity_at timestamp with time zone,
  clock text NOT NULL DEFAULT 'running'::text,
  batch_id text,
  unscored_result_at timestamp with time zone,
  CONSTRAINT sessions_pkey PRIMARY KEY (company_id, session_id),
  CONSTRAINT sessions_company_id_environment_id_uid_key UNIQUE (company_id, environment_id, uid),
  CONSTRAINT sessions_clock_check CHECK ((clock = ANY (ARRAY['running'::text, 'at_token'::text, 'at_opening'::text]))),
  CONSTRAINT sessions_state_check CHECK ((state = ANY (ARRAY['created'::text, 'opened'::text, 'in_progress'::text, 'completed'::text, 'cancelled'::text, 'incomplete'::text, 'expired'::text, 'erased'::text])))
);
CREATE INDEX sessions_by_batch ON sessions USING btree (company_id, batch_id, session_id) WHERE (batch_id IS NOT NULL);
CREATE INDEX sessions_by_canonical ON sessions USING btree (company_id, uid_canonical COLLATE "C");
CREATE INDEX sessions_by_end ON sessions USING btree (company_id, environment_id, ended_at, session_id) WHERE (ended_at IS NOT NULL);
CREATE INDEX sessions_by_environment ON sessions USING btree (company_id, environment_id, created_at DESC, session_id DESC) INCLUDE (state, run, simulated);
CREATE INDEX sessions_open_by_expiry ON sessions USING btree (company_id, expires_at) WHERE (state = ANY (ARRAY['created'::text, 'opened'::text, 'in_progress'::text]));
CREATE INDEX sessions_scored_later ON sessions USING btree (company_id, environment_id, created_at, session_id) WHERE (unscored_result_at IS NOT NULL);
CREATE INDEX sessions_scored_later_by_result ON sessions USING btree (company_id, environment_id, unscored_result_at, session_id) WHERE (unscored_result_at IS NOT NULL);
CREATE INDEX sessions_simulated_open ON sessions USING btree (company_id, created_at) WHERE (simulated AND (state = ANY (ARRAY['created'::text, 'opened'::text, 'in_progress'::text])));
GRANT DELETE, INSERT, SELECT, UPDATE ON sessions TO tallystick_app;
GRANT SELECT ON sessions TO tallystick_eraser;
GRANT UPDATE (language, metadata, uid, uid_canonical) ON sessions TO tallystick_eraser;

CREATE TABLE setting_changes (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  change_id text NOT NULL,
  setting text NOT NULL,
  from_value jsonb,
  to_value jsonb,
  actor text NOT NULL,
  changed_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT setting_changes_pkey PRIMARY KEY (company_id, environment_id, change_id),
  CONSTRAINT setting_changes_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id)
);
GRANT INSERT, SELECT ON setting_changes TO tallystick_app;

CREATE TABLE sign_in_throttle (
  throttle_key text NOT NULL,
  failures integer NOT NULL,
  blocked_until timestamp with time zone,
  updated_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT sign_in_throttle_pkey PRIMARY KEY (throttle_key)
);
CREATE INDEX sign_in_throttle_by_age ON sign_in_throttle USING btree (updated_at);
GRANT DELETE, INSERT, SELECT, UPDATE ON sign_in_throttle TO tallystick_app;

CREATE TABLE system_keys (
  name text NOT NULL,
  ciphertext text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT system_keys_pkey PRIMARY KEY (name)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON system_keys TO tallystick_app;

CREATE TABLE task_attempts (
  company_id text NOT NULL,
  session_id text NOT NULL,
  run integer NOT NULL,
  task_index integer NOT NULL,
  attempt integer NOT NULL,
  task_key text NOT NULL,
  task_version integer NOT NULL,
  seed text NOT NULL,
  state text NOT NULL DEFAULT 'open'::text,
  epoch integer NOT NULL,
  granted_at timestamp with time zone NOT NULL DEFAULT now(),
  shown_digest text,
  closed_at timestamp with time zone,
  CONSTRAINT task_attempts_pkey PRIMARY KEY (company_id, session_id, run, task_index, attempt),
  CONSTRAINT task_attempts_company_id_session_id_fkey FOREIGN KEY (company_id, session_id) REFERENCES sessions(company_id, session_id),
  CONSTRAINT task_attempts_attempt_check CHECK (((attempt >= 1) AND (attempt <= 3))),
  CONSTRAINT task_attempts_shown_digest_check CHECK ((shown_digest ~ '^[0-9a-f]{16}$'::text)),
  CONSTRAINT task_attempts_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'interrupted'::text])))
);
GRANT DELETE, INSERT, SELECT, UPDATE ON task_attempts TO tallystick_app;
GRANT SELECT ON task_attempts TO tallystick_eraser;
GRANT UPDATE (shown_digest) ON task_attempts TO tallystick_eraser;

CREATE TABLE token_keys (
  company_id text NOT NULL,
  environment_id text NOT NULL,
  kid text NOT NULL,
  ciphertext text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  retired_at timestamp with time zone,
  CONSTRAINT token_keys_pkey PRIMARY KEY (company_id, environment_id, kid),
  CONSTRAINT token_keys_company_id_environment_id_fkey FOREIGN KEY (company_id, environment_id) REFERENCES environments(company_id, environment_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON token_keys TO tallystick_app;

CREATE TABLE user_identities (
  issuer text NOT NULL,
  subject text NOT NULL,
  user_id text NOT NULL,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  CONSTRAINT user_identities_pkey PRIMARY KEY (issuer, subject),
  CONSTRAINT user_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON user_identities TO tallystick_app;

CREATE TABLE user_sessions (
  session_hash text NOT NULL,
  user_session_id text NOT NULL,
  user_id text NOT NULL,
  method text NOT NULL,
  origin text,
  agent text,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  last_seen_at timestamp with time zone NOT NULL DEFAULT now(),
  expires_at timestamp with time zone NOT NULL,
  second_factor_at timestamp with time zone,
  confirmed_at timestamp with time zone,
  revoked_at timestamp with time zone,
  CONSTRAINT user_sessions_pkey PRIMARY KEY (session_hash),
  CONSTRAINT user_sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(user_id),
  CONSTRAINT user_sessions_method_check CHECK ((method = ANY (ARRAY['password'::text, 'oidc'::text])))
);
CREATE INDEX user_sessions_by_user ON user_sessions USING btree (user_id, created_at DESC);
GRANT DELETE, INSERT, SELECT, UPDATE ON user_sessions TO tallystick_app;

CREATE TABLE users (
  user_id text NOT NULL,
  email text NOT NULL,
  email_key text NOT NULL,
  name text NOT NULL,
  password_hash text,
  password_changed_at timestamp with time zone,
  must_change_password boolean NOT NULL DEFAULT false,
  totp_ciphertext text,
  totp_confirmed_at timestamp with time zone,
  totp_last_step bigint,
  created_at timestamp with time zone NOT NULL DEFAULT now(),
  disabled_at timestamp with time zone,
  CONSTRAINT users_pkey PRIMARY KEY (user_id),
  CONSTRAINT users_email_key_key UNIQUE (email_key)
);
GRANT DELETE, INSERT, SELECT, UPDATE ON users TO tallystick_app;
