package process

import "strings"

// Quote returns the command as it could be pasted into a POSIX shell.
func Quote(name string, args ...string) string {
	words := make([]string, 0, 1+len(args))
	for _, word := range append([]string{name}, args...) {
		words = append(words, quoteWord(word))
	}
	return strings.Join(words, " ")
}

func quoteWord(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./-_"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// ListItem spells text as one item of a list with commas, such as helm's -f and the engines' --mount take: RFC 4180.
func ListItem(text string) string {
	if !strings.ContainsAny(text, "\",\r\n") {
		return text
	}
	return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
}
