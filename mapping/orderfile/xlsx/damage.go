package xlsx

import (
	"fmt"
	"strings"

	"voucherbul/mapping/orderfile/grid"
)

// partName is the name of a part as an error shows it: as it is where it is a usual one.
func partName(name string) string {
	const usual = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/[]"
	if len(name) > 0 && len(name) <= grid.MaxShown && strings.Trim(name, usual) == "" {
		return name
	}
	return grid.Quoted(name)
}

// saveAgain is the remedy for workbooks that only their owner can repair.
const saveAgain = "open the file in Excel or LibreOffice, check it, and save it again as .xlsx"

// damaged is an error about a workbook whose inside is not as its own format demands.
func damaged(format string, args ...any) error {
	return &grid.UnreadableError{Cause: "the workbook is damaged: " + fmt.Sprintf(format, args...), Remedy: saveAgain}
}
