package sqlite

import "stet/store"

// refusal is a link that was not followed, with the hashes of its key.
type refusal struct {
	store.Refusal
	hashes
}

// hashRefused prepares refusals for the archive: their text is made clean,
// those known for certain are left out, and so are keys of this round, which
// were found where they could be followed.
func (c *crawl) hashRefused(rs []store.Refusal) []refusal {
	if len(rs) == 0 {
		return nil
	}
	out := make([]refusal, 0, len(rs))
	for _, r := range rs {
		h := refusal{Refusal: r}
		h.URL, h.Key = spelling(r.URL, r.Key)
		h.kept, h.other = c.a.hash(h.Key, 0)
		out = append(out, h)
	}
	return unknown(c.known, unknown(c.refused, out))
}

// refuse keeps that a link of a page was not followed, unless this job has
// refused its key before. Like a target it has the hash of its key, or that of
// the next n where another key has taken it.
func (g *group) refuse(r refusal, foundOn int64, now string) error {
	hash := r.kept
	for n := 1; ; n++ {
		done, err := g.insertRefusal(r, hash, foundOn, now)
		if err != nil {
			return err
		}
		if !done {
			if _, err := g.tx.row(`SELECT coalesce(key, url) = ? FROM refused WHERE key_hash = ? AND job_id = ?`,
				[]any{r.Key, hash, g.c.job}, &done); err != nil {
				return err
			}
		}
		if done {
			g.refused = append(g.refused, r)
			return nil
		}
		hash, _ = g.c.a.hash(r.Key, n)
	}
}

// insertRefusal adds a row unless the hash is taken.
func (g *group) insertRefusal(r refusal, hash, foundOn int64, now string) (bool, error) {
	res, err := g.tx.result(`INSERT INTO refused (key_hash, key, url, job_id, via, found_on, found_at, reason)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key_hash, job_id) DO NOTHING`,
		hash, ownKey(r.URL, r.Key), r.URL, g.c.job, clean(orElse(r.Via, "link")), foundOn, now, clean(r.Reason))
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
