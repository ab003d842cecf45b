-- What the page saw at a task's end, as a digest of its trials: the replay is compared with it. Rules as in 0001.
-- Null for attempts of before, of pages that do not say, and of attempts that were closed without the page.

ALTER TABLE task_attempts
  ADD COLUMN shown_digest text CHECK (shown_digest ~ '^[0-9a-f]{16}$');

-- Made of the trials, so an erasure takes it with the inputs.
GRANT SELECT, UPDATE (shown_digest) ON task_attempts TO tallystick_eraser;
