-- Format 4: articles that a better template of their site would not change.

-- pages of the newest template that would leave the article as it is, though it
-- was cleaned by that of template_pages; NULL if none was asked
ALTER TABLE article ADD COLUMN settled_pages INTEGER;

-- articles that a better template of their site may clean again; 18 is
-- template.Settled
DROP INDEX article_unsettled;
CREATE INDEX article_unsettled ON article (template_pages, target_id)
  WHERE template_pages < 18 AND coalesce(settled_pages, 0) < 18;
