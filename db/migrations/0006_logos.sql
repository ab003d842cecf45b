-- A lender's logo as applicants see it. Rules as in 0001.

-- Written once under the hash of its content, so that an address never changes what it shows. Never removed: what a
-- setting was in the past stays visible in its history.
CREATE TABLE logos (
  company_id  text NOT NULL REFERENCES companies,
  logo_id     text NOT NULL,                       -- first 32 hex characters of the image's SHA-256
  image       bytea NOT NULL,                      -- PNG, encoded by us
  width       integer NOT NULL,
  height      integer NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (company_id, logo_id)
);

GRANT SELECT, INSERT ON logos TO tallystick_app;
