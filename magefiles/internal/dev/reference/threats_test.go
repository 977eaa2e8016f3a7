package reference

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const (
	securityPage = "docs/content/security.md"
	attacksPage  = "docs/content/attacks.md"
	limits       = "What is not stopped" // the section that claims nothing
)

var (
	isTest  = regexp.MustCompile(`(_test\.go|\.txtar)$`)
	heading = regexp.MustCompile(`(?m)^## `)
)

func TestTestsOfTheThreatsExist(t *testing.T) {
	for page, least := range map[string]int{securityPage: 60, attacksPage: 40} {
		named := 0
		for _, test := range testsOf(read(t, page)) {
			named++
			if _, err := os.Stat(testFile(test)); err != nil {
				t.Errorf("%s names %s, which is no test: %v", page, test, err)
			}
		}
		if named < least {
			t.Errorf("only %d tests were found on %s: does this test still read it?", named, page)
		}
	}
}

func TestEverySectionOfTheThreatsNamesATest(t *testing.T) {
	found := false
	for _, part := range heading.Split(read(t, securityPage), -1)[1:] {
		title, text, _ := strings.Cut(part, "\n")
		if found = found || title == limits; title != limits && len(testsOf(text)) == 0 {
			t.Errorf("%s: %q names no test, and is not %q", securityPage, title, limits)
		}
	}
	if !found {
		t.Errorf("%s has no section %q", securityPage, limits)
	}
}

func TestEveryThreatNamesATest(t *testing.T) {
	rows := rowsOf(heading.Split(read(t, securityPage), 3)[1])
	if len(rows) < 9 {
		t.Errorf("%s has only %d rows about who can reach what", securityPage, len(rows))
	}
	for _, row := range rows {
		if len(row) != 5 || len(testsOf(row[4])) == 0 {
			t.Errorf("%s: this row has other columns, or names no test: %s", securityPage, row)
		}
	}
}

// TestEveryAttackIsTestedAndSaysWhatIsExpected looks for each quoted line of a row in the tests of that row.
func TestEveryAttackIsTestedAndSaysWhatIsExpected(t *testing.T) {
	rows, lines := rowsOf(read(t, attacksPage)), 0
	if len(rows) != 26 {
		t.Errorf("%d rows", len(rows))
	}
	for i, row := range rows {
		if len(row) != 5 || row[0] != strconv.Itoa(i+1) || len(testsOf(row[2])) == 0 {
			t.Errorf("row %d has another number or other columns, or names no test: %s", i+1, row)
			continue
		}
		var expected strings.Builder
		for _, test := range testsOf(row[2]) {
			text, err := os.ReadFile(testFile(test))
			if err != nil {
				t.Error(err)
			}
			expected.Write(text)
		}
		for _, match := range quoted.FindAllStringSubmatch(row[3], -1) {
			if word := match[1]; word != "TMPDIR" {
				lines++
				if !expects(expected.String(), word) {
					t.Errorf("row %d: no test of it expects %q", i+1, word)
				}
			}
		}
	}
	if lines < 24 {
		t.Errorf("only %d quoted lines were found", lines)
	}
}

// expects reports whether a line of a test has the parts of a quoted line, one after another. Backslashes are those of patterns.
func expects(tests, quote string) bool {
	plain := strings.NewReplacer(`\`, "")
	parts := strings.Split(plain.Replace(quote), "…")
	for line := range strings.Lines(plain.Replace(tests)) {
		rest, all := line, true
		for _, part := range parts {
			var found bool
			_, rest, found = strings.Cut(rest, part)
			all = all && found
		}
		if all {
			return true
		}
	}
	return false
}

// testsOf are the tests that a text names.
func testsOf(text string) []string {
	var tests []string
	for _, match := range quoted.FindAllStringSubmatch(text, -1) {
		if isTest.MatchString(match[1]) {
			tests = append(tests, match[1])
		}
	}
	return tests
}

func testFile(test string) string { return filepath.Join(root, "magefiles", "internal", test) }

// rowsOf are the cells of a table's rows, without its heading.
func rowsOf(text string) [][]string {
	var rows [][]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		rows = append(rows, cells)
	}
	if len(rows) < 2 {
		return nil
	}
	return rows[2:]
}
