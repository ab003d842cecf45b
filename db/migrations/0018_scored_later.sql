-- Journeys that a later try could score: what was counted of them before has to be counted anew. Rules as in 0001.

ALTER TABLE sessions
  ADD COLUMN unscored_result_at timestamptz;  -- scored by a later try: when the result without a score was made; else null

UPDATE sessions s
   SET unscored_result_at = r.scored_at
  FROM results r
 WHERE r.company_id = s.company_id AND r.session_id = s.session_id AND r.origin = 'finish' AND r.score IS NULL
   AND s.outcome = 'scored';

-- A handful among all sessions, by each of the two days that changed: monitoring looks at both with every reading.
CREATE INDEX sessions_scored_later ON sessions (company_id, environment_id, created_at, session_id)
  WHERE unscored_result_at IS NOT NULL;
CREATE INDEX sessions_scored_later_by_result ON sessions (company_id, environment_id, unscored_result_at, session_id)
  WHERE unscored_result_at IS NOT NULL;
