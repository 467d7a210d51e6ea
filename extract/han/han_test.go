package han

import "testing"

func TestFormOf(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  Form
	}{
		{"这个国家的人们", 100, SimplifiedForm},
		{"這個國家的人們", 100, TraditionalForm},
		{"上中下大小人口手", 100, BothForms},
		{"皇后", 100, BothForms}, // 后 is a traditional character, too
		{"plain words", 100, BothForms},
		{"", 100, BothForms},
		{"这个這個國家", 100, TraditionalForm},
		{"这个這個國家", 2, SimplifiedForm}, // no further than that
	} {
		if got := FormOf(c.text, c.limit); got != c.want {
			t.Errorf("FormOf(%q, %d) = %d, want %d", c.text, c.limit, got, c.want)
		}
	}
}

func TestTraditional(t *testing.T) {
	for in, want := range map[string]string{"这个国家 a": "這個國家 a", "國": "國", "": ""} {
		if got := Traditional(in); got != want {
			t.Errorf("Traditional(%q) = %q, want %q", in, got, want)
		}
	}
}
