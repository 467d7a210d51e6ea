-- The archive, format 1. Times are RFC 3339 UTC text with milliseconds
-- ("2026-11-23T18:58:36.123Z"), so that text order is time order. What is
-- absent is NULL, never ''. Lists and maps are JSON. PRAGMA application_id is
-- 0x73746574 ("stet"), PRAGMA user_version the format.

CREATE TABLE archive (
  id              INTEGER PRIMARY KEY CHECK (id = 1),
  format          INTEGER NOT NULL,
  made_by         TEXT NOT NULL,                -- the program that made this format of it
  created_at      TEXT NOT NULL,
  -- who crawls into it now; the epoch grows with every taking
  crawl_owner     TEXT,
  crawl_epoch     INTEGER NOT NULL DEFAULT 0,
  crawl_until     TEXT,
  -- the search index holds the articles up to this id, their words cut by
  -- this version of the rule
  search_rule     INTEGER NOT NULL DEFAULT 0,
  search_upto     INTEGER NOT NULL DEFAULT 0
);

-- a registrable domain, or an IP address
CREATE TABLE site (
  id   INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- a host[:port]: the unit of politeness. Which hosts are being visited now is
-- known only to the process that crawls: nothing is left behind when it dies.
CREATE TABLE host (
  id              INTEGER PRIMARY KEY,
  site_id         INTEGER NOT NULL REFERENCES site (id),
  name            TEXT NOT NULL UNIQUE,
  delay           REAL,                         -- seconds, as last used
  next_allowed_at TEXT
);

-- every robots.txt that was fetched, newest last; origin is scheme://host[:port]
CREATE TABLE robots (
  id         INTEGER PRIMARY KEY,
  host_id    INTEGER NOT NULL REFERENCES host (id),
  origin     TEXT NOT NULL,
  fetched_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  status     INTEGER,
  verdict    TEXT NOT NULL,                     -- rules, allow-all, disallow-all
  reason     TEXT,
  body       BLOB
);
CREATE INDEX robots_origin ON robots (origin, id);

CREATE TABLE job (
  id         INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  config     TEXT NOT NULL,                     -- JSON
  schedule   TEXT,
  round      INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
);

-- one execution of a job; a round lasts until nothing is left to visit
CREATE TABLE run (
  id          INTEGER PRIMARY KEY,
  job_id      INTEGER NOT NULL REFERENCES job (id),
  round       INTEGER NOT NULL,
  state       TEXT NOT NULL,                    -- running, finished, limited, interrupted, failed
  reason      TEXT,
  started_at  TEXT NOT NULL,
  finished_at TEXT,
  config      TEXT NOT NULL,                    -- JSON
  made_by     TEXT NOT NULL,
  counts      TEXT                              -- JSON: visits, pages, articles, bytes, states, reasons
);

-- a URL, once, under all its spellings. key is NULL where it equals the url.
-- key_hash is the first 8 bytes of the SHA-256 of the key, big-endian, signed;
-- where another key has them, of the key, a line feed and "1", then "2", …
CREATE TABLE target (
  id            INTEGER PRIMARY KEY,
  key_hash      INTEGER NOT NULL UNIQUE,
  key           TEXT,
  url           TEXT NOT NULL,
  host_id       INTEGER NOT NULL REFERENCES host (id),
  job_id        INTEGER NOT NULL REFERENCES job (id),
  round         INTEGER NOT NULL,
  state         TEXT NOT NULL,                  -- discovered, fetched, unchanged, redirected, excluded, failed, gone
  reason        TEXT,
  class         TEXT,                           -- the reason in a word, for counting
  via           TEXT NOT NULL,                  -- seed, link, redirect, …
  found_on      INTEGER REFERENCES target (id),
  discovered_at TEXT NOT NULL,
  depth         INTEGER NOT NULL,
  hops          INTEGER NOT NULL DEFAULT 0,     -- redirects in a row that led to it
  priority      INTEGER NOT NULL DEFAULT 0,
  due_at        TEXT,                           -- NULL when nothing more is planned
  attempts      INTEGER NOT NULL DEFAULT 0,
  etag          TEXT,
  last_modified TEXT,
  capture_id    INTEGER REFERENCES capture (id) -- the newest
);
CREATE INDEX target_due ON target (host_id, job_id, priority, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX target_root ON target (job_id) WHERE depth = 0;

-- hosts that have targets to visit for a job. ready_at is when the first of
-- them may be visited, or earlier; NULL when none is pending
CREATE TABLE queue (
  job_id   INTEGER NOT NULL REFERENCES job (id),
  host_id  INTEGER NOT NULL REFERENCES host (id),
  pending  INTEGER NOT NULL,
  ready_at TEXT,
  PRIMARY KEY (job_id, host_id)
) WITHOUT ROWID;
CREATE INDEX queue_ready ON queue (job_id, ready_at) WHERE pending > 0;

-- every request that was sent
CREATE TABLE visit (
  id         INTEGER PRIMARY KEY,
  run_id     INTEGER NOT NULL REFERENCES run (id),
  target_id  INTEGER NOT NULL REFERENCES target (id),
  started_at TEXT NOT NULL,
  took       REAL NOT NULL,                     -- seconds
  status     INTEGER,
  outcome    TEXT NOT NULL,                     -- the state it led to
  reason     TEXT,
  class      TEXT,
  bytes      INTEGER NOT NULL,
  capture_id INTEGER REFERENCES capture (id)
);
CREATE INDEX visit_target ON visit (target_id);

-- a body, once per digest, zstd-compressed, with a dictionary if one is named
CREATE TABLE payload (
  id            INTEGER PRIMARY KEY,
  digest        TEXT NOT NULL UNIQUE,           -- SHA-256 of the body, hex
  size          INTEGER NOT NULL,               -- of the body, bytes
  dictionary_id INTEGER REFERENCES dictionary (id),
  body          BLOB NOT NULL
);

-- raw zstd dictionaries, per site
CREATE TABLE dictionary (
  id      INTEGER PRIMARY KEY,
  site_id INTEGER NOT NULL REFERENCES site (id),
  body    BLOB NOT NULL
);

-- an answer with its headers; kept when the body differs from the last one
CREATE TABLE capture (
  id               INTEGER PRIMARY KEY,
  target_id        INTEGER NOT NULL REFERENCES target (id),
  url              TEXT NOT NULL,
  captured_at      TEXT NOT NULL,
  status           INTEGER NOT NULL,
  method           TEXT NOT NULL,
  proto            TEXT,
  remote_addr      TEXT,
  request_headers  TEXT,                        -- JSON
  response_headers TEXT,                        -- JSON
  media_type       TEXT,
  charset          TEXT,
  payload_id       INTEGER REFERENCES payload (id),
  encoded          INTEGER NOT NULL DEFAULT 0,  -- 1: the body is still in its Content-Encoding
  truncated        TEXT,                        -- length, time, disconnect
  broken           TEXT,
  kind             TEXT,                        -- article, list, soft-404, …
  kind_reason      TEXT,
  title            TEXT
);
CREATE INDEX capture_target ON capture (target_id);

-- a revision of an article: a new row when its text or metadata changed
CREATE TABLE article (
  id            INTEGER PRIMARY KEY,
  target_id     INTEGER NOT NULL REFERENCES target (id),
  capture_id    INTEGER NOT NULL REFERENCES capture (id),
  revision      INTEGER NOT NULL,
  canonical_url TEXT,
  title         TEXT,
  authors       TEXT,                           -- JSON list
  published_at  TEXT,                           -- as precise as the page
  modified_at   TEXT,
  site_name     TEXT,
  language      TEXT,
  description   TEXT,
  section       TEXT,
  tags          TEXT,                           -- JSON list
  image         TEXT,
  license       TEXT,
  text          TEXT NOT NULL,
  html          TEXT NOT NULL,
  word_count    INTEGER NOT NULL,
  link_count    INTEGER NOT NULL,               -- of the whole page
  text_digest   TEXT NOT NULL,                  -- SHA-256 of the text, hex
  extractor     TEXT NOT NULL,
  quality       REAL NOT NULL,
  sources       TEXT,                           -- JSON: field to source
  -- the links outside the text, as JSON: position, url, text, rel, place
  -- (elsewhere, head). Read them through the view link.
  other_links   TEXT,
  UNIQUE (target_id, revision)
);

-- the links in the text of an article
CREATE TABLE body_link (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,                  -- among all links of the page
  url        TEXT NOT NULL,
  text       TEXT,
  rel        TEXT,
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;
CREATE INDEX body_link_url ON body_link (url);

-- all links of the page
CREATE VIEW link AS
SELECT article_id, position, url, text, rel, 'body' AS place
FROM body_link
UNION ALL
SELECT article.id, other.value ->> 'position', other.value ->> 'url',
       other.value ->> 'text', other.value ->> 'rel', other.value ->> 'place'
FROM article, json_each(article.other_links) AS other;

CREATE TABLE image (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  url        TEXT NOT NULL,
  alt        TEXT,
  caption    TEXT,
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

-- what the pages of one site repeat
CREATE TABLE template_block (
  site_id INTEGER NOT NULL REFERENCES site (id),
  hash    INTEGER NOT NULL,
  pages   INTEGER NOT NULL,
  sample  TEXT,
  PRIMARY KEY (site_id, hash)
) WITHOUT ROWID;

-- the newest revision of each article
CREATE VIEW articles AS
SELECT target.url, article.canonical_url, article.title, article.authors,
       article.published_at, article.modified_at, article.site_name,
       article.language, article.description, article.section, article.tags,
       article.image, article.license, article.text, article.html,
       article.word_count, capture.captured_at, capture.status,
       payload.digest AS content_digest, article.text_digest, article.revision,
       article.extractor, article.quality, article.id AS article_id
FROM article
JOIN target ON target.id = article.target_id
JOIN capture ON capture.id = article.capture_id
LEFT JOIN payload ON payload.id = capture.payload_id
WHERE article.revision = (SELECT max(a.revision) FROM article a WHERE a.target_id = article.target_id);

-- full text of the newest revisions; rowid is article.id. Han, kana and hangul
-- are indexed one character a word: search for them as phrases, "人 民".
-- stet writes it behind the crawl; do not write or rebuild it by hand.
CREATE VIRTUAL TABLE search USING fts5 (
  title, authors, text,
  content = 'article', content_rowid = 'id',
  tokenize = 'unicode61 remove_diacritics 2'
);
-- the weights of title, authors and text in ORDER BY rank
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(10.0, 4.0, 1.0)');
