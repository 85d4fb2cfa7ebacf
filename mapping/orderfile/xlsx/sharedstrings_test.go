package xlsx

import (
	"fmt"
	"strings"
	"testing"
)

func TestSharedStringsAreBounded(t *testing.T) {
	s := sharedStrings{count: maxShared}
	if excess := s.add(nil); excess != "more than 8 million shared strings" {
		t.Errorf("%q", excess)
	}
	s = sharedStrings{}
	half := make([]byte, maxText/2+1) // two do not fit into one chunk: the worst that a hostile file can do
	for range maxSharedText / maxText {
		if excess := s.add(half); excess != "" {
			t.Fatal(excess)
		}
	}
	if excess := s.add(half); excess != "more than 128 MB of shared strings" {
		t.Errorf("%q", excess)
	}
}

// TestSharedStringsByNumber crosses chunks and pages.
func TestSharedStringsByNumber(t *testing.T) {
	text := func(i int) string { return strings.Repeat(fmt.Sprint(i, " "), i%40) }
	var s sharedStrings
	for i := range 3 * pageSize {
		if excess := s.add([]byte(text(i))); excess != "" {
			t.Fatal(excess)
		}
	}
	if len(s.chunks) < 3 {
		t.Fatalf("%d chunks", len(s.chunks))
	}
	for i := range 3 * pageSize {
		if got, ok := s.at(i); !ok || got != text(i) {
			t.Fatalf("string %d is %.50q", i, got)
		}
	}
	for _, i := range []int{-1, 3 * pageSize} {
		if _, ok := s.at(i); ok {
			t.Errorf("string %d exists", i)
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"_x0041_": "A", "a_x000a_b": "a\nb", "_x005F_x0041_": "_x0041_", "_x005F_": "_", "_x41_": "_x41_", "_x00G1_": "_x00G1_",
		"_xD83D__xDE00_": "😀", "_xD83D_": "_xD83D_", "_xD83D__x0041_": "_xD83D_A", "_xDE00_": "_xDE00_", "_x0041": "_x0041",
		"è_x00E8_è": "èèè", "__x0041_": "_A", "_x": "_x", "": "",
	} {
		if got := string(unescape([]byte("_x0041_"+in), 7)); got != "_x0041_"+want {
			t.Errorf("unescape(%q) = %q, want %q", in, got, want)
		}
	}
}
