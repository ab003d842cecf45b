-- Retention takes what was written about deliveries away with them: replays that have ended, and notices of times of failing
-- that are over. Rules as in 0001.
GRANT SELECT, DELETE ON replay_jobs, endpoint_notices TO tallystick_eraser;
-- Which time of failing an endpoint is in; its secrets are in a table of their own.
GRANT SELECT (company_id, endpoint_id, episode) ON endpoints TO tallystick_eraser;
