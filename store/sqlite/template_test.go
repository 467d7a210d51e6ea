package sqlite

import (
	"strconv"
	"testing"

	"stet/extract/template"
)

// TestSettledIsThatOfTemplate holds together what an index and its queries can
// only write down. SQLite itself refuses queries that differ from the index.
func TestSettledIsThatOfTemplate(t *testing.T) {
	if settled != strconv.Itoa(template.Settled) {
		t.Errorf("settled %s, template.Settled %d: the index article_unsettled needs a migration", settled, template.Settled)
	}
}
