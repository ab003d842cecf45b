-- Replays as jobs that go on after a restart; what the admins are told about an endpoint. Rules as in 0001.

CREATE TABLE replay_jobs (
  company_id         text NOT NULL,
  replay_id          text NOT NULL,
  environment_id     text NOT NULL,
  which              text NOT NULL CHECK (which IN ('delivery', 'failed', 'range')),
  delivery_id        text,                     -- of 'delivery'
  from_at            timestamptz,              -- of 'range': events recorded from here …
  to_at              timestamptz,              -- … up to but not at this moment
  include_delivered  boolean NOT NULL DEFAULT false,
  state              text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled')),
  total              integer NOT NULL,         -- events or deliveries to look at
  done               integer NOT NULL DEFAULT 0,
  queued             integer NOT NULL DEFAULT 0,
  after_at           timestamptz,              -- the last one looked at; moves in the transaction that queues a page
  after_id           text,
  created_by         text NOT NULL,
  created_at         timestamptz NOT NULL DEFAULT now(),
  finished_at        timestamptz,
  PRIMARY KEY (company_id, replay_id),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments (company_id, environment_id)
);
CREATE INDEX replay_jobs_by_environment ON replay_jobs (company_id, environment_id, created_at DESC, replay_id DESC);
CREATE INDEX replay_jobs_running ON replay_jobs (company_id) WHERE state = 'running';
GRANT SELECT, INSERT, UPDATE, DELETE ON replay_jobs TO tallystick_app;

ALTER TABLE deliveries
  ADD COLUMN attempts_before integer NOT NULL DEFAULT 0,  -- made before the newest replay: the schedule begins behind them
  ADD COLUMN replay_id text;                              -- the newest replay that queued it
-- The log's filter by state, and the walk over what was not delivered.
CREATE INDEX deliveries_undelivered ON deliveries (company_id, environment_id, created_at, delivery_id)
  WHERE state <> 'delivered';
-- The walk over a range of time, which finds events that never had a delivery.
CREATE INDEX events_by_environment ON events (company_id, environment_id, created_at, event_id);

ALTER TABLE endpoints
  ADD COLUMN episode integer NOT NULL DEFAULT 0,      -- grows when a time of failing ends: each notice once in each
  ADD COLUMN told boolean NOT NULL DEFAULT false;     -- admins know of trouble, and not yet that it is over

CREATE TABLE endpoint_notices (
  company_id      text NOT NULL,
  notice_id       text NOT NULL,
  endpoint_id     text NOT NULL,
  environment_id  text NOT NULL,
  episode         integer NOT NULL,
  kind            text NOT NULL CHECK (kind IN ('failing', 'disabling_soon', 'disabled', 'gone', 'recovered')),
  url             text,                     -- where it sent to at that moment
  failing_since   timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  mail_due_at     timestamptz NOT NULL DEFAULT now(),  -- whoever sends the mails moves it ahead first
  mailed_at       timestamptz,
  PRIMARY KEY (company_id, notice_id),
  UNIQUE (company_id, endpoint_id, episode, kind),
  FOREIGN KEY (company_id, endpoint_id) REFERENCES endpoints (company_id, endpoint_id)
);
CREATE INDEX endpoint_notices_by_time ON endpoint_notices (company_id, created_at DESC, notice_id DESC);
CREATE INDEX endpoint_notices_unmailed ON endpoint_notices (company_id, mail_due_at) WHERE mailed_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON endpoint_notices TO tallystick_app;
