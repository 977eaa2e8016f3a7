package redact

import (
	"strconv"
	"strings"
)

// numbers returns how programs write a value that is a number: helm and JSON have floating point alone.
func numbers(value string) []string {
	text := strings.ReplaceAll(strings.TrimSpace(value), "_", "")
	if text == "" || !strings.ContainsRune("+-.0123456789", rune(text[0])) {
		return nil
	}
	var found []string
	number, err := strconv.ParseFloat(text, 64)
	if whole, isWhole := strconv.ParseInt(text, 0, 64); isWhole == nil { // also 0x1F and 0o17
		number, err = float64(whole), nil
		found = append(found, strconv.FormatInt(whole, 10))
	}
	if err != nil {
		return nil
	}
	scientific := strconv.FormatFloat(number, 'e', -1, 64)
	return append(found, scientific, strings.Replace(scientific, "e-0", "e-", 1), strings.Replace(scientific, "e+", "e", 1), strconv.FormatFloat(number, 'f', -1, 64))
}
