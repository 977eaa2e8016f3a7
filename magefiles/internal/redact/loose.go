package redact

import "strings"

// looseForms returns the spellings of a secret that is white space, quotes and backslashes for the most part. It is looked for in texts
// of which only line breaks are left out.
func looseForms(secret string) map[spelling]form {
	all := map[spelling]form{}
	for _, text := range []string{
		secret, strings.ReplaceAll(secret, "'", "''"), strings.ReplaceAll(secret, "'", `'\''`), strings.ReplaceAll(secret, "'", "'''"),
		strings.ReplaceAll(secret, "'", `'"'"'`), strings.ReplaceAll(secret, `"`, `""`),
	} {
		add(all, form{spelling: spelling{text: string(lines(text).text)}})
	}
	return all
}
