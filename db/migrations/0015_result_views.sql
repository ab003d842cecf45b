-- Filters of results that people keep under a name. Rules as in 0001. How a uid begins is never part of one: a view
-- outlives the person it would name, and neither erasing nor retention looks here.

CREATE TABLE result_views (
  company_id  text NOT NULL,
  user_id     text NOT NULL,                   -- each sees their own
  view_id     text NOT NULL,
  name        text NOT NULL,
  name_key    text NOT NULL,                   -- in lower case, so that two names differ in more than that
  filter      jsonb NOT NULL CHECK (NOT filter ? 'uid_prefix'),
  columns     jsonb NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, user_id, view_id),
  UNIQUE (company_id, user_id, name_key),
  -- Who leaves the company leaves nothing there.
  FOREIGN KEY (company_id, user_id) REFERENCES memberships (company_id, user_id) ON DELETE CASCADE
);
GRANT SELECT, INSERT, UPDATE, DELETE ON result_views TO tallystick_app;
