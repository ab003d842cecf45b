-- What Home and Monitoring count. Rules as in 0001.

-- A task's time from the server's side. Earlier attempts have none.
ALTER TABLE task_attempts ADD COLUMN closed_at timestamptz;  -- when it was done; null: not done, or before this column

-- The counts of one day of one environment, made anew when the fingerprint of their rows is no longer the stored one.
-- Derived: may be emptied at any time.
CREATE TABLE monitoring_days (
  company_id      text NOT NULL,
  environment_id  text NOT NULL,
  part            text NOT NULL CHECK (part IN ('journeys', 'results', 'webhooks')),
  day             date NOT NULL,             -- UTC
  fingerprint     text NOT NULL,             -- of the rows it was counted from, read before they were counted
  content         jsonb NOT NULL,
  counted_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, environment_id, part, day),
  FOREIGN KEY (company_id, environment_id) REFERENCES environments (company_id, environment_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON monitoring_days TO tallystick_app;

-- State, run and the mark of the sandbox come along, so that a day's fingerprint is read from the index alone. None of
-- them changes without an entry of its own being written already: state stands in the condition of two other indexes.
DROP INDEX sessions_by_environment;
CREATE INDEX sessions_by_environment ON sessions (company_id, environment_id, created_at DESC, session_id DESC)
  INCLUDE (state, run, simulated);
DROP INDEX deliveries_undelivered;
CREATE INDEX deliveries_undelivered ON deliveries (company_id, environment_id, created_at, delivery_id)
  INCLUDE (state) WHERE state <> 'delivered';

-- Home's two questions about results: a handful of rows among all of them.
CREATE INDEX results_to_review ON results (company_id, environment_id, scored_at)
  WHERE origin = 'finish' AND score_confidence = 'LOW';
CREATE INDEX results_unscorable ON results (company_id, environment_id, scored_at)
  WHERE origin = 'finish' AND score IS NULL;
