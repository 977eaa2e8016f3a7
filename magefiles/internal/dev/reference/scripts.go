package reference

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const scriptsPage = `# Scripts

Each script in testdata is a session of an operator: it runs mage, for real, in a directory of its own, against a sandbox that
all scripts share. Its first lines say what it tests. The language is that of
[testscript](https://pkg.go.dev/github.com/rogpeppe/go-internal/testscript); ` + "`$WORK`" + ` is the script's directory.

    go test ./magefiles/internal/e2e -run TestScripts/pipeline

runs one of them. Compiling what they run takes some minutes the first time. Those in testdata/alone say when something happens, or disturb
others: TestScriptsAlone runs them one at a time. Those in testdata/real run on a real node of the sandbox,
which TestRealNode starts for them: they want root.

## Commands

What scripts can call beside testscript's own commands. The table is written from the comments in the code, by
` + "`go test ./magefiles/internal/dev/reference -update`" + `.

| command | arguments | what it does |
|---|---|---|
`

// Scripts returns the page of the commands that scripts can call, from the variable commands in the package in dir and the
// comments on its functions. A command without such a comment is an error.
func Scripts(dir string) (string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return "", err
	}
	functions, comments := map[string]string{}, map[string]string{}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
		if err != nil {
			return "", err
		}
		for _, declaration := range parsed.Decls {
			switch found := declaration.(type) {
			case *ast.FuncDecl:
				if found.Recv == nil {
					comments[found.Name.Name] = strings.Join(strings.Fields(found.Doc.Text()), " ")
				}
			case *ast.GenDecl:
				maps.Copy(functions, commandsIn(found))
			}
		}
	}
	if len(functions) == 0 {
		return "", fmt.Errorf("%s has no variable commands", dir)
	}
	page := new(strings.Builder)
	page.WriteString(scriptsPage)
	for _, command := range slices.Sorted(maps.Keys(functions)) {
		comment, named := strings.CutPrefix(comments[functions[command]], functions[command]+" ")
		if !named {
			return "", fmt.Errorf("command %s: the comment on %s does not say what it does", command, functions[command])
		}
		arguments, does := commandUsage(comment)
		fmt.Fprintf(page, "| `%s` | %s | %s |\n", command, code(arguments), strings.ReplaceAll(does, "|", `\|`))
	}
	return page.String(), nil
}

// commandsIn returns the names of the functions in the map of commands, by command; nothing for another declaration.
func commandsIn(declaration *ast.GenDecl) map[string]string {
	found := map[string]string{}
	for _, spec := range declaration.Specs {
		variable, ok := spec.(*ast.ValueSpec)
		if !ok || variable.Names[0].Name != "commands" || len(variable.Values) != 1 {
			continue
		}
		literal, _ := variable.Values[0].(*ast.CompositeLit)
		if literal == nil {
			continue
		}
		for _, element := range literal.Elts {
			pair, _ := element.(*ast.KeyValueExpr)
			if pair == nil {
				continue
			}
			name, isText := pair.Key.(*ast.BasicLit)
			function, isName := pair.Value.(*ast.Ident)
			if isText && isName {
				command, _ := strconv.Unquote(name.Value) // it has been parsed
				found[command] = function.Name
			}
		}
	}
	return found
}

// argument is one in capital letters, such as HUB, or one that can be left out, such as [tls].
var argument = regexp.MustCompile(`^([A-Z]+(\.\.\.)?|\[\w+\])$`)

// commandUsage parts a comment, less the function's name, into the arguments and what the command does.
func commandUsage(comment string) (arguments, does string) {
	words := strings.Fields(comment)
	n := 0
	for n < len(words) && argument.MatchString(words[n]) {
		n++
	}
	return strings.Join(words[:n], " "), strings.Join(words[n:], " ")
}
