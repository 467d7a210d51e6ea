// Package proof measures the finished program from the outside: it builds
// stet, lets it crawl the generated world and real pages, kills it, traps it,
// and compares what its archive holds with what is true. The figures it may
// not fall below stand in .ci/floors.
//
// It holds tests only. Most of them need the folder "shared" beside the
// repository (or at $STET_SHARED) with the world and the evaluation pages, and
// skip themselves without it; those that take minutes run when STET_LONG is
// set, as .ci/run does:
//
//	STET_LONG=1 go test -v ./cmd/stet/proof
//	STET_LONG=1 go test -v -run TestTraps ./cmd/stet/proof -args -trap gzip-bomb
//	go test -run '^$' -bench . ./cmd/stet/proof
package proof
