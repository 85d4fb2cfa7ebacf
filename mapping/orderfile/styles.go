package orderfile

import (
	"strconv"
	"strings"
)

// styles knows which cell formats show a number as a date.
type styles struct {
	dates []bool // by index of the cell format (attribute s of a cell)
	known bool   // the workbook has a styles part
}

// maxFormats is the number of cell formats that Excel knows in a workbook (specifications and limits).
const maxFormats = 65_490

// has reports whether the workbook has a format. Files without formats still point to the first one.
func (s *styles) has(format int) bool {
	return format == 0 || format > 0 && (!s.known || format < len(s.dates))
}

// isDate reports whether cells of a format that the workbook has are dates.
func (s *styles) isDate(format int) bool { return format < len(s.dates) && s.dates[format] }

func readStyles(a *archive, name string) (*styles, error) {
	s := &styles{known: true}
	codes := make(map[string]string) // custom formats by id
	var formats []string             // id by index
	err := a.eachChild(name, "styleSheet", maxPart, func(x *xmlPart, e element) error {
		switch string(e.name) {
		case "numFmts":
			return x.each(func(e element) error {
				if string(e.name) == "numFmt" {
					if codes[e.attr("numFmtId")] = e.attr("formatCode"); len(codes) > maxFormats {
						return damaged("the part %s has more than %d number formats", name, maxFormats)
					}
				}
				return x.skip()
			})
		case "cellXfs":
			return x.each(func(e element) error {
				if string(e.name) == "xf" {
					if formats = append(formats, e.attr("numFmtId")); len(formats) > maxFormats {
						return damaged("the part %s has more than %d cell formats", name, maxFormats)
					}
				}
				return x.skip()
			})
		}
		return x.skip()
	})
	for _, id := range formats { // only now: nothing says that the codes come first
		if code, custom := codes[id]; custom {
			s.dates = append(s.dates, isDateCode(code))
		} else {
			s.dates = append(s.dates, isBuiltInDate(id))
		}
	}
	return s, err
}

// isBuiltInDate knows the formats that have a number and no code (ECMA-376 part 1, 18.8.30): 14-22 and
// 45-47 everywhere, 27-36 and 50-58 in East Asian editions.
func isBuiltInDate(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58)
}

// isDateCode reports whether a format code shows days or time: a d, m, y, h or s that is no literal text.
// Brackets hold colours, currencies and conditions, but also elapsed time: [h], [mm], [ss].
func isDateCode(code string) bool {
	if strings.EqualFold(code, "general") || strings.EqualFold(code, "standard") {
		return false
	}
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; { // lower case
		case code[i] == '\\', code[i] == '_', code[i] == '*': // the next character is literal, a width or a filler
			i++
		case code[i] == '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return false
			}
			i += 1 + end
		case code[i] == '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return false
			}
			if inside := strings.ToLower(code[i+1 : i+end]); inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				return true
			}
			i += end
		case c == 'd', c == 'm', c == 'y', c == 'h', c == 's':
			return true
		}
	}
	return false
}
