package sqlite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"

	"github.com/klauspost/compress/zstd"
)

// compressionWindow bounds the memory of an encoder. Bodies are mostly below
// it; 8 MiB saved nothing on 400 real pages.
const compressionWindow = 1 << 20

// newCompressor packs bodies. On 400 real pages of 82 KB on average the levels
// took 3.0, 3.7, 5.4 and 32 µs per KB for a ratio of 4.02, 4.23, 4.38, 4.58;
// the second of them, zstd's default, is used. It may be used by several
// goroutines at once and makes its tables (1.3 MB each) when first needed.
//
// Every payload has its SHA-256 beside it, so zstd's own checksum is left out.
func newCompressor() (*zstd.Encoder, error) {
	e, err := zstd.NewWriter(nil,
		zstd.WithEncoderLevel(zstd.SpeedDefault),
		zstd.WithWindowSize(compressionWindow),
		zstd.WithLowerEncoderMem(true),
		zstd.WithEncoderCRC(false),
		zstd.WithZeroFrames(true),
		zstd.WithEncoderConcurrency(min(4, runtime.GOMAXPROCS(0))))
	if err != nil {
		return nil, fmt.Errorf("prepare compression: %w", err)
	}
	return e, nil
}

// compress packs a body.
func (a *Archive) compress(body []byte) []byte {
	return a.compressor.EncodeAll(body, make([]byte, 0, len(body)/3+64))
}

// Bounds of what a payload may ask for, against damage: its window, and the
// memory taken before anything is unpacked.
const (
	windowMost  = 8 << 20
	memoryFirst = 64 << 20
	sizeMost    = 4 << 30
)

// decompress unpacks a body of a known size. A damaged payload is an error.
func decompress(packed, dictionary []byte, size int64) ([]byte, error) {
	if size < 0 || size > sizeMost {
		return nil, fmt.Errorf("decompress: a size of %d bytes", size)
	}
	opts := []zstd.DOption{
		zstd.WithDecoderConcurrency(1),
		zstd.WithDecoderMaxMemory(uint64(max(size, windowMost))),
		zstd.WithDecoderMaxWindow(windowMost),
		zstd.WithDecoderLowmem(true),
	}
	if dictionary != nil {
		opts = append(opts, zstd.WithDecoderDictRaw(0, dictionary))
	}
	d, err := zstd.NewReader(nil, opts...)
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	defer d.Close()
	body, err := d.DecodeAll(packed, make([]byte, 0, min(size, memoryFirst)))
	if err != nil {
		return nil, fmt.Errorf("decompress: %w", err)
	}
	if int64(len(body)) != size {
		return nil, fmt.Errorf("decompress: %d bytes where %d were kept", len(body), size)
	}
	return body, nil
}

// digestOf is the SHA-256 of a body in hex.
func digestOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
