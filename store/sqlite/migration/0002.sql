-- Format 2: the links that were not followed.

-- a link that was found and not followed: outside the scope, excluded, too
-- deep, … One row per key and job, of the first time. A key that is a target
-- too was found again where it could be followed. key and key_hash are as in
-- target; the hash is another only where another key of the same job has it.
--
-- A row costs 8 µs in an empty table, 19 µs in one of a million. Without rowid,
-- or with key_hash for one, it would be 14 and 30: the rows lie in the order in
-- which they came, and only the small index is written all over.
CREATE TABLE refused (
  id       INTEGER PRIMARY KEY,
  key_hash INTEGER NOT NULL,
  key      TEXT,
  url      TEXT NOT NULL,
  job_id   INTEGER NOT NULL REFERENCES job (id),
  via      TEXT NOT NULL,                       -- link, redirect, …
  found_on INTEGER NOT NULL REFERENCES target (id),
  found_at TEXT NOT NULL,
  reason   TEXT NOT NULL,
  UNIQUE (key_hash, job_id)
);
