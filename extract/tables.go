package extract

import (
	"strings"

	"golang.org/x/net/html/atom"
)

// tables tells tables of data, which are kept as tables and whose rows are
// lines of the text, from tables that only lay out the page.
func (t *tree) tables() {
	for i := int32(0); i < int32(len(t.items)); i++ {
		it := &t.items[i]
		if it.state == cut {
			i = it.end - 1
			continue
		}
		if it.tag == atom.Table && it.state == kept && t.isData(i) {
			t.markData(i)
		}
	}
}

// isData judges a table: one with headers or a caption is data; so is one of
// several rows and columns whose cells are short; never one with a table in it.
func (t *tree) isData(i int32) bool {
	table := &t.items[i]
	if role := attr(table.node, "role"); role == "presentation" || role == "none" {
		return false
	}
	rows, cells, headers := 0, 0, false
	for j := i + 1; j < table.end; j++ {
		it := &t.items[j]
		if it.state == cut {
			j = it.end - 1
			continue
		}
		switch it.tag {
		case atom.Table:
			return false
		case atom.Tr:
			rows++
		case atom.Th, atom.Caption:
			headers = true
			cells++
		case atom.Td:
			cells++
			if it.weight > 600 || it.prose > 0 && strings.Contains(attr(table.node, "class"), "layout") {
				return false
			}
		}
	}
	return headers && cells > 1 || rows > 1 && cells > rows
}

// markData makes each row of a data table one line.
func (t *tree) markData(i int32) {
	for j := i; j < t.items[i].end; j++ {
		it := &t.items[j]
		switch it.tag {
		case atom.Table, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Caption:
			it.data = true
		case atom.Td, atom.Th:
			it.data, it.cell = true, true
			it.form = formInline
		}
	}
}
