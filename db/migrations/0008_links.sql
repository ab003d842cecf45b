-- Links in bulk: what was noticed about a list; revoking a whole batch as work that goes on after a restart. Rules as in 0001.

ALTER TABLE link_batches
  ADD COLUMN warnings jsonb NOT NULL DEFAULT '[]',     -- [{code, count, line, detail}], never a uid
  ADD COLUMN revoking boolean NOT NULL DEFAULT false,  -- its open links are being ended
  ADD COLUMN revoked_by text;
-- What the background has to look at: a handful of rows, however many batches there are.
CREATE INDEX link_batches_unfinished ON link_batches (company_id) WHERE state = 'creating' OR revoking;
