package demosite

import "context"

func Serve(ctx context.Context) ([]string, error) { return nil, nil }
