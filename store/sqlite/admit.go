package sqlite

import (
	"stet/store"
)

// hashed is a target that was found, with the hashes of its key.
type hashed struct {
	store.NewTarget
	hashes
}

// hostsKept bounds the ids of hosts kept in memory.
const hostsKept = 1 << 16

// hash prepares targets for the archive: their text is made clean, doubles
// among them and those known for certain are left out.
func (c *crawl) hash(ts []store.NewTarget, foundOn int64) []hashed {
	if len(ts) == 0 {
		return nil
	}
	out := make([]hashed, 0, len(ts))
	for _, t := range ts {
		h := hashed{NewTarget: t}
		h.URL, h.Key = spelling(t.URL, t.Key)
		if h.FoundOn == 0 {
			h.FoundOn = foundOn
		}
		h.kept, h.other = c.a.hash(h.Key, 0)
		out = append(out, h)
	}
	return unknown(c.known, out)
}

// spelling is a URL and its key as kept.
func spelling(url, key string) (string, string) {
	url, key = clean(url), clean(key)
	if key == "" {
		key = url
	}
	return url, key
}

// admit adds a target to this round, and says whether it is new to it. The
// same key is found under the same hash, or under that of the next n where
// another key has taken it.
func (g *group) admit(t hashed, now string) (bool, error) {
	host, err := g.hostID(t.Host, t.Site)
	if err != nil {
		return false, err
	}
	fresh, err := g.place(t, host, now)
	if err != nil {
		return false, err
	}
	g.found = append(g.found, t)
	if fresh {
		g.counts.Discovered++
	}
	return fresh, nil
}

func (g *group) place(t hashed, host int64, now string) (bool, error) {
	hash := t.kept
	for n := 1; ; n++ {
		inserted, err := g.insertTarget(t, hash, host, now)
		if err != nil || inserted {
			return inserted, err
		}
		same, fresh, err := g.revive(t, hash, now)
		if err != nil || same {
			return fresh, err
		}
		hash, _ = g.c.a.hash(t.Key, n)
	}
}

// insertTarget adds a row unless the hash is taken.
func (g *group) insertTarget(t hashed, hash, host int64, now string) (bool, error) {
	var foundOn any
	if t.FoundOn != 0 {
		foundOn = t.FoundOn
	}
	r, err := g.tx.result(`INSERT INTO target (key_hash, key, url, host_id, job_id, round, state, via, found_on, discovered_at, depth, hops, priority, due_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'discovered', ?7, ?8, ?9, ?10, ?11, ?12, ?9)
		ON CONFLICT (key_hash) DO NOTHING`,
		hash, ownKey(t.URL, t.Key), t.URL, host, g.c.job, g.c.run.Round, clean(orElse(t.Via, "link")), foundOn, now, t.Depth, t.Hops, t.Priority)
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	h := g.host(host)
	h.pending++
	h.due = earlier(h.due, now)
	return true, nil
}

// ownKey is a key as a column: NULL where it equals the URL.
func ownKey(url, key string) any {
	if key == url {
		return nil
	}
	return key
}

// revive looks at the target that has the hash: whether it has the same key,
// and if so makes it due again unless this round knows it.
func (g *group) revive(t hashed, hash int64, now string) (same, fresh bool, err error) {
	var id, host, job int64
	var round int
	var due bool
	if _, err := g.tx.row(`SELECT id, host_id, job_id, round, due_at IS NOT NULL, coalesce(key, url) = ? FROM target WHERE key_hash = ?`,
		[]any{t.Key, hash}, &id, &host, &job, &round, &due, &same); err != nil || !same {
		return false, false, err
	}
	if job == g.c.job && round >= g.c.run.Round {
		return true, false, nil
	}
	if due { // of another job, whose round was left unfinished: it is visited in ours
		if err := g.tx.exec(`UPDATE queue SET pending = pending - 1 WHERE job_id = ? AND host_id = ?`, job, host); err != nil {
			return true, false, err
		}
	}
	h := g.host(host)
	h.pending++
	h.due = earlier(h.due, now)
	return true, true, g.tx.exec(`UPDATE target SET job_id = ?, round = ?, depth = ?, hops = ?, priority = ?, due_at = ?, attempts = 0 WHERE id = ?`,
		g.c.job, g.c.run.Round, t.Depth, t.Hops, t.Priority, now, id)
}

func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// hostID gives the id of a host, and adds it and its site where they are new.
func (g *group) hostID(name, site string) (int64, error) {
	if id, ok := g.c.hosts[name]; ok {
		return id, nil
	}
	if site == "" {
		site = name
	}
	var id int64
	found, err := g.tx.row(`SELECT id FROM host WHERE name = ?`, []any{clean(name)}, &id)
	if err != nil {
		return 0, err
	}
	if !found {
		if id, err = g.insertHost(clean(name), clean(site)); err != nil {
			return 0, err
		}
	}
	if len(g.c.hosts) >= hostsKept {
		clear(g.c.hosts)
	}
	g.c.hosts[name] = id
	return id, nil
}

func (g *group) insertHost(name, site string) (int64, error) {
	if err := g.tx.exec(`INSERT INTO site (name) VALUES (?) ON CONFLICT (name) DO NOTHING`, site); err != nil {
		return 0, err
	}
	return g.tx.insert(`INSERT INTO host (site_id, name) SELECT id, ?1 FROM site WHERE name = ?2`, name, site)
}
