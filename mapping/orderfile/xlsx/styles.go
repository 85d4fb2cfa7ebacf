package xlsx

import (
	"strconv"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// styles knows which cell formats show a number as a date.
type styles struct {
	dates []bool // by index of the cell format (attribute s of a cell)
}

// maxFormats is the number of cell formats that Excel knows in a workbook (specifications and limits).
const maxFormats = 65_490

// has reports whether the workbook has a format. The first one always is there: files without formats point to it. A cell
// that points to any other format that is missing may be a date, and nobody can tell.
func (s *styles) has(format int) bool { return format == 0 || format > 0 && format < len(s.dates) }

// isDate reports whether cells of a format that the workbook has are dates.
func (s *styles) isDate(format int) bool { return format < len(s.dates) && s.dates[format] }

// styleList is what the styles part says, before the codes are known to be complete.
type styleList struct {
	part    string            // as an error shows it
	codes   map[string]string // custom number formats by id
	formats []string          // id of the number format by index of the cell format
	listed  bool              // the list of the cell formats was seen
}

func readStyles(a *archive, name string) (*styles, error) {
	l := &styleList{part: partName(name), codes: make(map[string]string)}
	err := a.eachChild(name, "styleSheet", maxPart, func(x *xmlPart, e element) error {
		switch string(e.name) {
		case "numFmts":
			return x.each(func(e element) error { return l.code(x, e) })
		case "cellXfs":
			if l.listed {
				return damaged("the part %s has the list of its cell formats twice", l.part)
			}
			l.listed = true
			return x.each(func(e element) error { return l.format(x, e) })
		}
		return x.pass(e)
	})
	s := &styles{}
	for _, id := range l.formats { // only now: nothing says that the codes come first
		if code, custom := l.codes[id]; custom {
			s.dates = append(s.dates, isDateCode(code))
		} else {
			s.dates = append(s.dates, isBuiltInDate(id))
		}
	}
	return s, err
}

// code takes a number format.
func (l *styleList) code(x *xmlPart, e element) error {
	if string(e.name) != "numFmt" {
		return x.pass(e)
	}
	id, code := e.attr("numFmtId"), e.attr("formatCode")
	if other, twice := l.codes[id]; twice && other != code {
		return damaged("the part %s has the number format %s twice", l.part, grid.Quoted(id))
	}
	if l.codes[id] = code; len(l.codes) > maxFormats {
		return damaged("the part %s has more than %d number formats", l.part, maxFormats)
	}
	return x.skip()
}

// format takes a cell format.
func (l *styleList) format(x *xmlPart, e element) error {
	if string(e.name) != "xf" {
		return x.alien(e)
	}
	if l.formats = append(l.formats, e.attr("numFmtId")); len(l.formats) > maxFormats {
		return damaged("the part %s has more than %d cell formats", l.part, maxFormats)
	}
	return x.skip()
}

// isBuiltInDate knows the formats that have a number and no code (ECMA-376 part 1, 18.8.30): 14-22, 45 and 47
// everywhere, 27-36 and 50-58 in East Asian editions. 46 is [h]:mm:ss, a time that has elapsed.
func isBuiltInDate(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 22 || n >= 27 && n <= 36 || n == 45 || n == 47 || n >= 50 && n <= 58)
}

// isDateCode reports whether a format code shows days or time: a d, m, y, h or s that is no literal text.
// Brackets hold colours, currencies and conditions, but also elapsed time: [h], [mm], [ss]. That is the sum of hours
// worked, and no time of a day, unless the code shows a day too.
func isDateCode(code string) bool {
	if strings.EqualFold(code, "general") || strings.EqualFold(code, "standard") {
		return false
	}
	time, elapsed := false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; { // lower case
		case code[i] == '\\', code[i] == '_', code[i] == '*': // the next character is literal, a width or a filler
			i++
		case code[i] == '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return time && !elapsed
			}
			i += 1 + end
		case code[i] == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return time && !elapsed
			}
			if inside := strings.ToLower(code[i+1 : i+end]); inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				elapsed = true
			}
			i += end
		case c == 'd', c == 'y':
			return true
		case c == 'm', c == 'h', c == 's':
			time = true
		}
	}
	return time && !elapsed
}
