package orderfile

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// mutationSeed changes nothing but the places that are hit: VOUCHERBUL_TEST_SEED tries others, and
// VOUCHERBUL_TEST_MUTATIONS more of them.
const mutationSeed, mutations = 13, 300

func fromEnvironment(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	must(t, err)
	return n
}

// mutate flips a bit of the content, overwrites, deletes or doubles up to so many bytes. It gives the place, too.
func mutate(random *rand.Rand, content []byte, most int) ([]byte, int) {
	at := random.IntN(len(content))
	until := at + 1
	if random.IntN(4) == 0 {
		until = min(len(content), at+1+random.IntN(most))
	}
	piece := slices.Clone(content[at:until])
	switch random.IntN(4) {
	case 0:
		piece[0] ^= 1 << random.IntN(8)
	case 1:
		for i := range piece {
			piece[i] = byte(random.IntN(256))
		}
	case 2:
		piece = nil
	case 3:
		piece = append(piece, piece...)
	}
	return slices.Concat(content[:at], piece, content[until:]), at
}

// mutants are three good workbooks: packed to a pipe with shared strings and dates, stored without packing, and
// written by another library.
func mutants(t *testing.T) map[string]map[string]string {
	const count = 60
	var shared, plain, list strings.Builder
	list.WriteString("<sst " + mainNS + ">")
	shared.WriteString(`<row r="1"><c r="A1" t="str"><v>CF</v></c><c r="B1" t="str"><v>Cognome</v></c><c r="C1" t="str"><v>Data attivazione</v></c></row>`)
	plain.WriteString(shared.String())
	for i := range count {
		number := i + 2
		fmt.Fprintf(&list, "<si><t>ROSSI %d</t></si>", i)
		for out, surname := range map[*strings.Builder]string{&shared: fmt.Sprintf(`t="s"><v>%d</v>`, i), &plain: fmt.Sprintf(`t="inlineStr"><is><t>DE LUCA %d</t></is>`, i)} {
			fmt.Fprintf(out, `<row r="%d"><c r="A%d" t="str"><v>%s</v></c><c r="B%d" %s</c><c r="C%d" s="1"><v>%d</v></c></row>`,
				number, number, hostileCF, number, surname, number, 46_101+i)
		}
	}
	other := excelize.NewFile()
	defer other.Close()
	day, err := other.NewStyle(&excelize.Style{NumFmt: 14})
	must(t, err)
	must(t, other.SetSheetRow("Sheet1", "A1", &[]any{"CF", "Cognome", "Data attivazione"}))
	for i := range count {
		must(t, other.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &[]any{hostileCF, fmt.Sprintf("VERDI %d", i), 46_101 + i}))
	}
	must(t, other.SetCellStyle("Sheet1", "C2", fmt.Sprintf("C%d", count+1), day))
	var out bytes.Buffer
	must(t, other.Write(&out))
	return map[string]map[string]string{
		"packed":  xlsxFile{sheet: worksheet(shared.String()), styles: testStyles, strings: list.String() + "</sst>"}.parts(),
		"stored":  xlsxFile{sheet: worksheet(plain.String()), styles: testStyles}.parts(),
		"another": unzipped(t, out.Bytes()),
	}
}

// packMutant packs the parts in the way of the workbook's name.
func packMutant(name string, parts map[string]string) []byte {
	if name == "stored" {
		return zipOf(parts, storedMember).bytes()
	}
	z := newZip(parts)
	for _, m := range z.members {
		m.describe(name == "another")
	}
	return z.bytes()
}

// TestMutatedZipIsRefusedOrEqual: the checksums cover every value. A file that was hit is refused, or was hit where
// no value is, which the comparison of all rows proves.
func TestMutatedZipIsRefusedOrEqual(t *testing.T) {
	seed := fromEnvironment(t, "VOUCHERBUL_TEST_SEED", mutationSeed)
	n := fromEnvironment(t, "VOUCHERBUL_TEST_MUTATIONS", mutations)
	for name, parts := range mutants(t) {
		t.Run(name, func(t *testing.T) {
			good := packMutant(name, parts)
			path := writeFile(t, "ordini.xlsx", good)
			want := hostileWalk(path)
			if want.err != nil || len(want.rows) != 60 || want.rows[59].Order.DataAttivazione != "18/05/2026" {
				t.Fatalf("the whole file: %d rows, %v", len(want.rows), want.err)
			}
			random := rand.New(rand.NewPCG(uint64(seed), 1))
			refused := 0
			for i := range n {
				content, at := mutate(random, good, 40)
				must(t, os.WriteFile(path, content, 0o600))
				got := hostileWalk(path)
				if got.err != nil {
					refused++
					checkMutant(t, got.err, path, fmt.Sprintf("seed %d, mutation %d at byte %d", seed, i, at))
				} else if !got.equal(want) {
					t.Fatalf("seed %d, mutation %d at byte %d: %d rows, partly read or altered", seed, i, at, len(got.rows))
				}
			}
			t.Logf("seed %d: %d of %d are refused, the others read without a difference", seed, refused, n)
			if refused == 0 || refused == n {
				t.Error("the mutations hit nothing, or the comparison never ran")
			}
		})
	}
}

// checkMutant asks of a file that may be damaged in any way only that it is refused as unreadable.
func checkMutant(t *testing.T, err error, path, what string) {
	t.Helper()
	if u, ok := errors.AsType[*UnreadableError](err); !ok || u.Path != path || u.Cause == "" {
		t.Fatalf("%s: error %.500v of type %T, want an UnreadableError about %s", what, err, err, path)
	}
}

// TestMutatedXMLLosesNoRow packs a mutated part with a right checksum, as an editor of the text would. One byte is
// hit, so that no new element comes in. The value that was hit may be another one. No row may be missing, and no other
// value may differ.
func TestMutatedXMLLosesNoRow(t *testing.T) {
	seed := fromEnvironment(t, "VOUCHERBUL_TEST_SEED", mutationSeed)
	n := fromEnvironment(t, "VOUCHERBUL_TEST_MUTATIONS", mutations)
	for name, parts := range mutants(t) {
		path := writeFile(t, "ordini.xlsx", packMutant(name, parts))
		want := hostileWalk(path)
		for _, part := range []string{sheetPart, stringsPart, "xl/styles.xml", workbookPart, arrowsPart, "_rels/.rels"} {
			if parts[part] == "" {
				continue
			}
			t.Run(name+" "+part, func(t *testing.T) {
				random := rand.New(rand.NewPCG(uint64(seed), 2))
				refused := 0
				for i := range n / 6 {
					content, at := mutate(random, []byte(parts[part]), 1)
					what := fmt.Sprintf("seed %d, mutation %d at byte %d of %s", seed, i, at, part)
					mutant := maps.Clone(parts)
					mutant[part] = string(content)
					must(t, os.WriteFile(path, zipOf(mutant, storedMember).bytes(), 0o600))
					got := hostileWalk(path)
					if got.err != nil {
						refused++
						checkMutant(t, got.err, path, what)
						continue
					}
					differs := differences(want, got)
					if len(got.rows) != len(want.rows) || !allowedDifferences(part, differs) {
						t.Errorf("%s: %d rows of %d, cells that differ: %.300s\nwas %.120q\nis  %.120q", what, len(got.rows), len(want.rows), fmt.Sprint(differs),
							around(parts[part], at), around(string(content), at))
					}
				}
				t.Logf("seed %d: %d of %d are refused", seed, refused, n/6)
			})
		}
	}
}

// difference is a cell that was read otherwise.
type difference struct {
	row, column int
	was, is     string
}

func differences(want, got walked) []difference {
	var all []difference
	for i := range min(len(want.rows), len(got.rows)) {
		a, b := want.rows[i], got.rows[i]
		for column := range max(len(a.Cells), len(b.Cells)) {
			d := difference{row: i, column: column}
			if column < len(a.Cells) {
				d.was = a.Cells[column]
			}
			if column < len(b.Cells) {
				d.is = b.Cells[column]
			}
			if d.was != d.is {
				all = append(all, d)
			}
		}
	}
	return all
}

// allowedDifferences: a hit in the sheet touches one row, a hit in the strings the cells of one text. All other parts
// say only how numbers are shown: the last column, which is the date.
func allowedDifferences(part string, all []difference) bool {
	return !slices.ContainsFunc(all, func(d difference) bool {
		switch part {
		case sheetPart:
			return d.row != all[0].row
		case stringsPart:
			return d.was != all[0].was
		}
		return d.column != 2
	})
}

func around(text string, at int) string { return text[max(0, at-40):min(len(text), at+60)] }
