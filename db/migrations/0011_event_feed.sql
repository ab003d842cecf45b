-- The feed of events in the order in which they became readable. Rules as in 0001.

-- The last number given out in a company: the row that numberers lock. Numbers are given after the commit of an event,
-- so one that commits late gets a later number, and a reader who has seen a number has seen all below it.
CREATE TABLE event_heads (
  company_id  text PRIMARY KEY,
  last_seq    bigint NOT NULL                      -- 0: none yet
);

-- In the order of the ids, so that a batch of a long queue is read without sorting all of it.
DROP INDEX events_unnumbered;
CREATE INDEX events_unnumbered ON events (company_id, event_id) WHERE event_seq IS NULL;

-- A page of the feed, with and without a wish for types: rows of this environment and nothing else are touched.
CREATE INDEX events_feed ON events (company_id, environment_id, event_seq) WHERE event_seq IS NOT NULL;
CREATE INDEX events_feed_by_type ON events (company_id, environment_id, type, event_seq) WHERE event_seq IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON event_heads TO tallystick_app;
