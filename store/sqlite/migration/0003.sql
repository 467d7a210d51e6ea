-- Format 3: what the pages of a site have in common, the pages of one article,
-- and more of what an article says of itself.

-- what was learnt of a site so far: blocks is how extract/template keeps a
-- Learner
CREATE TABLE learner (
  site_id INTEGER PRIMARY KEY REFERENCES site (id),
  pages   INTEGER NOT NULL,                     -- articles it was learnt from
  blocks  BLOB NOT NULL
);

-- what the pages of a site have in common, each time it was told anew: blocks
-- is how extract/template keeps a Template. An article follows from its
-- capture, its extractor and the template of its site and template_pages.
CREATE TABLE template (
  site_id INTEGER NOT NULL REFERENCES site (id),
  pages   INTEGER NOT NULL,                     -- articles it was learnt from
  made_at TEXT NOT NULL,
  blocks  BLOB NOT NULL,
  PRIMARY KEY (site_id, pages)
) WITHOUT ROWID;

-- format 1 had this table and never filled it
DROP TABLE template_block;

ALTER TABLE article ADD COLUMN template_pages INTEGER NOT NULL DEFAULT 0; -- 0: read without one
ALTER TABLE article ADD COLUMN signals TEXT;      -- JSON: what its quality was told from
ALTER TABLE article ADD COLUMN paywalled TEXT;    -- free, metered, locked
ALTER TABLE article ADD COLUMN translations TEXT; -- JSON: language to URL

-- articles that a better template of their site may clean again; 18 is
-- template.Settled
CREATE INDEX article_unsettled ON article (template_pages, target_id) WHERE template_pages < 18;

-- the next page of the same article, as the page names it
ALTER TABLE capture ADD COLUMN next_page TEXT;
ALTER TABLE capture ADD COLUMN page_number INTEGER; -- from 1, NULL if unknown
CREATE INDEX capture_next_page ON capture (target_id) WHERE next_page IS NOT NULL;

-- the target of the first page, of a later page that was joined to it
ALTER TABLE target ADD COLUMN part_of INTEGER REFERENCES target (id);

-- the captures an article of several pages was joined from, in order; for an
-- article of one page there are none
CREATE TABLE article_part (
  article_id INTEGER NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  capture_id INTEGER NOT NULL REFERENCES capture (id),
  PRIMARY KEY (article_id, position)
) WITHOUT ROWID;

DROP VIEW articles;
-- the newest revision of each article; a later page of one is none of its own
CREATE VIEW articles AS
SELECT target.url, article.canonical_url, article.title, article.authors,
       article.published_at, article.modified_at, article.site_name,
       article.language, article.description, article.section, article.tags,
       article.image, article.license, article.text, article.html,
       article.word_count, capture.captured_at, capture.status,
       payload.digest AS content_digest, article.text_digest, article.revision,
       article.extractor, article.quality, article.id AS article_id,
       article.paywalled, article.translations, article.signals
FROM article
JOIN target ON target.id = article.target_id
JOIN capture ON capture.id = article.capture_id
LEFT JOIN payload ON payload.id = capture.payload_id
WHERE article.revision = (SELECT max(a.revision) FROM article a WHERE a.target_id = article.target_id)
  AND target.part_of IS NULL;
