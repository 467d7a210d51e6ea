package weburl

import "testing"

func TestDottedDecimal(t *testing.T) {
	for in, want := range map[string]bool{
		"127.0.0.1": true, "0.0.0.0": true, "255.255.255.255": true, "10.20.30.40": true,
		"256.0.0.1": false, "1.2.3": false, "1.2.3.4.5": false, "1.2.3.4.": false, "01.2.3.4": false,
		"1..2.3": false, ".1.2.3.4": false, "1.2.3.00": false, "1.2.3.0x1": false, "1": false, "": false,
	} {
		if got := dottedDecimal(in); got != want {
			t.Errorf("dotted decimal %q: got %v, want %v", in, got, want)
		}
		if u, ok := fastAbsolute("http://" + in + "/x"); want && (!ok || u.Hostname() != in) {
			t.Errorf("fast path of http://%s/x: got %q, %v, want the host as it is", in, u.Hostname(), ok)
		}
	}
}
