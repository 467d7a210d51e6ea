package sqlite

import (
	"context"
	"errors"
	"fmt"

	"stet/store"
)

// Body gives the newest capture of a URL with its bytes, which are compared
// with their digest.
func (a *Archive) Body(ctx context.Context, key string) (store.Capture, error) {
	target, err := a.targetID(ctx, key)
	if err != nil {
		return store.Capture{}, wrap("body of "+key, err)
	}
	c, err := a.body(ctx, target)
	return c, wrap("body of "+key, err)
}

// Source gives the capture that the newest article of a URL was read from.
func (a *Archive) Source(ctx context.Context, key string) (store.Capture, error) {
	target, err := a.targetID(ctx, key)
	if err != nil {
		return store.Capture{}, wrap("article of "+key, err)
	}
	c, err := a.captureWhere(ctx, `capture.id = (SELECT capture_id FROM article WHERE target_id = ? ORDER BY revision DESC LIMIT 1)`, target)
	return c, wrap("article of "+key, err)
}

func (a *Archive) body(ctx context.Context, target int64) (store.Capture, error) {
	return a.captureWhere(ctx, `capture.id = (SELECT capture_id FROM target WHERE id = ?)`, target)
}

// captureWhere gives the one capture that a condition is true of.
func (a *Archive) captureWhere(ctx context.Context, where string, args ...any) (store.Capture, error) {
	rows, err := a.readers.QueryContext(ctx, `SELECT capture.id, capture.target_id, capture.url, captured_at, status, method, proto, remote_addr,
		  request_headers, response_headers, media_type, encoded, truncated, broken,
		  payload.digest, payload.size, payload.body, dictionary.body
		FROM capture JOIN payload ON payload.id = capture.payload_id
		LEFT JOIN dictionary ON dictionary.id = payload.dictionary_id
		WHERE `+where, args...)
	if err != nil {
		return store.Capture{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return store.Capture{}, err
		}
		return store.Capture{}, store.ErrNotFound
	}
	var c store.Capture
	var captured, request, response text
	var size int64
	var packed, dictionary []byte
	s := &textFields{}
	if err := rows.Scan(&c.ID, &c.TargetID, &c.URL, &captured, &c.Status, &c.Method, s.to(&c.Proto), s.to(&c.RemoteAddr),
		&request, &response, s.to(&c.MediaType), &c.Encoded, s.to(&c.Truncated), s.to(&c.Broken),
		&c.Digest, &size, &packed, &dictionary); err != nil {
		return store.Capture{}, err
	}
	s.set()
	c.CapturedAt = captured.time()
	if err := errors.Join(fromJSON(request, &c.RequestHeader), fromJSON(response, &c.ResponseHeader)); err != nil {
		return store.Capture{}, fmt.Errorf("headers: %w", err)
	}
	c.Body, err = unpack(packed, dictionary, size, c.Digest)
	return c, err
}

// unpack gives a body and makes sure that it is the one that was kept.
func unpack(packed, dictionary []byte, size int64, digest string) ([]byte, error) {
	body, err := decompress(packed, dictionary, size)
	if err != nil {
		return nil, err
	}
	if got := digestOf(body); got != digest {
		return nil, fmt.Errorf("the stored bytes are damaged: their digest is %s, not %s", got, digest)
	}
	return body, nil
}
