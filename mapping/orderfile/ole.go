package orderfile

import (
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"

	"voucherbul/mapping/orderfile/grid"
)

// oleSignature begins a compound file ([MS-CFB] 2.2): the old formats of Office, and what Excel wraps a
// workbook in that has a password.
const oleSignature = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

const removePassword = `open it in Excel, remove the password with File, Info, Protect Workbook, Encrypt with Password, and save it as "Excel Workbook (.xlsx)"`

// refuseOLE says which kind of compound file it is. Where its directory cannot be read for sure, it names all.
func refuseOLE(file io.ReaderAt) error {
	names := oleNames(file)
	switch {
	case names["EncryptedPackage"] || names["EncryptionInfo"]:
		return grid.Foreign("a password-protected workbook", removePassword)
	case names["Workbook"] || names["Book"]:
		return grid.Foreign("an old .xls workbook (Excel 97-2003)", grid.SaveAsWorkbook)
	case names["WordDocument"]:
		return grid.Foreign("a Word document (.doc)", grid.ExportAgain)
	case names["PowerPoint Document"]:
		return grid.Foreign("a presentation (.ppt)", grid.ExportAgain)
	case names["__properties_version1.0"]:
		return grid.Foreign("a mail message (.msg)", "save its attachment, and give that")
	}
	return grid.Foreign("a password-protected or old .xls workbook", "save it as .xlsx without password")
}

// maxDirectory bounds the sectors of the directory that are read. A workbook has ten entries, four a sector.
const maxDirectory = 64

// oleNames lists the streams and storages of a compound file; nothing where the file is not as [MS-CFB] says.
// The chain of the directory's sectors is looked up in those parts of the FAT that the header names, which is
// all of it up to 7 MB.
func oleNames(file io.ReaderAt) map[string]bool {
	var header [512]byte
	if _, err := file.ReadAt(header[:], 0); err != nil {
		return nil
	}
	order := binary.LittleEndian
	shift := order.Uint16(header[30:])
	if shift != 9 && shift != 12 {
		return nil
	}
	size := int64(1) << shift
	word := func(offset int64) (uint32, bool) {
		var four [4]byte
		_, err := file.ReadAt(four[:], offset)
		return order.Uint32(four[:]), err == nil
	}
	names := map[string]bool{}
	sector := order.Uint32(header[48:])
	for range maxDirectory {
		const maxRegular = 0xfffffffa
		if sector > maxRegular {
			break
		}
		entries := make([]byte, size)
		if _, err := file.ReadAt(entries, (int64(sector)+1)*size); err != nil {
			return nil
		}
		for ; len(entries) >= 128; entries = entries[128:] {
			if kind := entries[66]; kind == 1 || kind == 2 { // a storage or a stream
				names[oleName(entries)] = true
			}
		}
		table, entry := int64(sector)/(size/4), int64(sector)%(size/4)
		if table >= 109 {
			break
		}
		at := order.Uint32(header[76+4*table:])
		if at > maxRegular {
			break
		}
		next, ok := word((int64(at)+1)*size + 4*entry)
		if !ok {
			break
		}
		sector = next
	}
	return names
}

func oleName(entry []byte) string {
	length := int(binary.LittleEndian.Uint16(entry[64:])) // in bytes, with the closing zero
	if length > 64 {
		return ""
	}
	units := make([]uint16, length/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}
