-- Results of stored inputs calculated again stand beside the one that was announced. Rules as in 0001.

ALTER TABLE results
  ADD COLUMN origin text NOT NULL DEFAULT 'finish' CHECK (origin IN ('finish', 'rescore'));  -- finish: the one that counts

-- Two that score again at once leave one row: the same inputs of a run under the same model are scored again once.
CREATE UNIQUE INDEX results_rescored_once ON results (company_id, session_id, run, model_hash, inputs_checksum)
  WHERE origin = 'rescore';

-- What finished, by time: a million results calculated again today must not stand between those of today.
DROP INDEX results_by_environment;
CREATE INDEX results_by_environment ON results (company_id, environment_id, scored_at DESC, result_id DESC)
  WHERE origin = 'finish';

-- The operator's list of verdicts: a handful of rows, however many results there are.
CREATE INDEX results_mismatched ON results (company_id, scored_at DESC, result_id DESC)
  WHERE origin = 'finish' AND calculated #>> '{working,integrity}' = 'replay_mismatch';
