package session

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/ui"
	"hub-ops/magefiles/internal/ui/live"
)

// workingDir is the variable that makes this test's program the run at a terminal that the tests look at.
const workingDir = "HUBOPS_TEST_RUN_AT"

// TestMain is also the run at a terminal.
func TestMain(m *testing.M) {
	if root := os.Getenv(workingDir); root != "" {
		if err := runAtATerminal(root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// runAtATerminal is a run in the working directory root that does what each line of its standard input says.
func runAtATerminal(root string) error {
	s, err := Open(root, os.Stdout, os.Stderr, func() {})
	if err != nil {
		return err
	}
	defer s.Close()
	s.Run.Redact.Add("correct-horse-battery")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch word, rest, _ := strings.Cut(lines.Text(), " "); word {
		case "begin":
			s.Console.Expect(1)
			s.Console.Begin(rest, "deploy", "chart changed")
		case "sent":
			s.Console.Sent("course", live.Sent{Bytes: 50e6, Layers: 1, Of: 2})
		case "say":
			s.Console.Info("course", "%s", rest+" correct-horse-battery \x1b]0;title\x07")
		case "problem":
			s.Console.Problem("course", "%s", rest)
		case "end":
			s.Console.End("course", "deploy", ui.Ended{Outcome: rest})
			s.Console.Outcome("course", rest)
		case "page":
			s.Console.Page([]ui.Block{{Lines: []string{rest}, Columns: []live.Column{{Head: "HUB"}, {Head: "VERDICT"}}, Rows: [][]string{{"course", "correct-horse-battery"}}}})
		case "finish":
			fmt.Println("the log is " + s.Console.Finish([]string{"look"}))
			return nil
		}
	}
	return nil
}

// pty is a pseudo terminal with a run on it, and what it shows.
type pty struct {
	t      *testing.T
	master *os.File
	root   string
	cache  string

	mu     sync.Mutex
	screen screen
}

// start runs this test's program on a terminal of its own, by a shell that knows of jobs, as operators have it.
func start(t *testing.T, columns uint16, environ ...string) *pty {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal("no pseudo terminal: ", err)
	}
	t.Cleanup(func() { _ = master.Close() })
	fd := int(master.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	p := &pty{t: t, master: master, root: gittest.New(t, "README", "x").Dir, cache: t.TempDir()}
	p.resize(columns)
	p.quieten()
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = slave.Close() }()
	cmd := exec.CommandContext(t.Context(), "sh", "-mc", `"$0"; echo "has stopped"; fg; echo "has ended"`, os.Args[0])
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.Dir = slave, slave, slave, p.root
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.cache, "HUBOPS_CACHE=" + p.cache, workingDir + "=" + p.root}, environ...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	go p.read()
	return p
}

func (p *pty) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := p.master.Read(buffer)
		p.mu.Lock()
		p.screen.write(string(buffer[:n]))
		p.mu.Unlock()
		if err != nil { // the other side is gone
			return
		}
	}
}

func (p *pty) resize(columns uint16) {
	if err := unix.IoctlSetWinsize(int(p.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		p.t.Fatal(err)
	}
}

// quieten keeps the terminal from showing what is typed, which would move the cursor.
func (p *pty) quieten() {
	settings, err := unix.IoctlGetTermios(int(p.master.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	settings.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(int(p.master.Fd()), unix.TCSETS, settings); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pty) keys(text string) {
	p.t.Helper()
	if _, err := p.master.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

// shows waits until the screen is as wanted.
func (p *pty) shows(what string, wanted func(screen string) bool) {
	p.t.Helper()
	text := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		p.mu.Lock()
		text = p.screen.String()
		p.mu.Unlock()
		if wanted(text) {
			return
		}
	}
	p.t.Fatalf("%s: the screen is\n%s", what, text)
}

func has(parts ...string) func(string) bool {
	return func(screen string) bool {
		for _, part := range parts {
			if !strings.Contains(screen, part) {
				return false
			}
		}
		return true
	}
}

var utf8Terminal = []string{"TERM=xterm", "LANG=C.UTF-8"}

func TestATerminalShowsALineForAHubAndTheLogHasTheRest(t *testing.T) {
	p := start(t, 60, utf8Terminal...)
	p.keys("begin course\n")
	p.shows("the hub's line", has("\ncourse    deploy   deploy: chart changed", "── 0 of 1 "))
	p.keys("sent\n")
	p.shows("how far the push is", has("50 MB  0 B/s"))
	p.keys("problem it is not well\n")
	p.shows("a problem", has("course | it is not well"))
	p.keys("say what was done\n")
	p.keys("end deployed\n")
	p.shows("the outcome", has("✓ course  deployed"))
	p.keys("finish\n")
	p.shows("the end", has("── 1 done, 0 left out, 0 failed, in ", "done      deploy (1): course", "next      look", "has ended"))
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.screen.hidden || p.screen.unwrapped {
		t.Error("the cursor, or the wrapping of lines, is not as it was")
	}
	if text := p.screen.String(); strings.Contains(text, "was done") && !strings.Contains(text, "say what was done") || strings.Contains(text, "0 of 1") {
		t.Errorf("a frame is left, or what is for the log:\n%s", text)
	}
	name := filepath.Join(p.cache, ".hub-ops", "last.log")
	log, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"course | deploy: chart changed\n", "course | it is not well\n", `course | what was done ••• \x1b]0;title\x07` + "\n", "course: deployed\n", "next      look\n"} {
		if !strings.Contains(string(log), want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
	if about, err := os.Stat(name); err != nil || about.Mode().Perm() != 0o600 {
		t.Errorf("others may read the log: %v %v", about.Mode(), err)
	}
}

func TestAViewComesBackWhenAStoppedRunGoesOn(t *testing.T) {
	p := start(t, 80, utf8Terminal...)
	p.keys("begin course\n")
	p.shows("the hub's line", has("── 0 of 1 "))
	p.keys("\x1a")
	p.shows("the stop", func(screen string) bool { return strings.Contains(screen, "has stopped") })
	p.keys("problem it goes on\n")
	p.shows("the run that goes on, below what was there", func(screen string) bool {
		_, after, _ := strings.Cut(screen, "has stopped")
		return strings.Count(screen, "── 0 of 1 ") == 2 && has("course | it goes on", "── 0 of 1 ")(after)
	})
	p.resize(40)
	p.shows("the narrower terminal", func(screen string) bool {
		_, after, _ := strings.Cut(screen, "has stopped")
		for line := range strings.SplitSeq(after, "\n") {
			if strings.HasPrefix(line, "── 0 of 1 ") {
				return live.Cells(line) == 39
			}
		}
		return false
	})
	p.keys("finish\n")
	p.shows("the end", has("has ended"))
}

func TestAPageIsShownInThePlaceOfTheOneBefore(t *testing.T) {
	p := start(t, 60, utf8Terminal...)
	p.keys("page at noon\n")
	p.shows("the first page", has("\nat noon\nHUB     VERDICT\ncourse  •••"))
	p.keys("page in the evening\n")
	p.shows("the second page", func(screen string) bool {
		return has("\nin the evening\nHUB     VERDICT\ncourse  •••")(screen) && !strings.Contains(screen, "\nat noon")
	})
	p.keys("finish\n")
	p.shows("the page that stays", has("\nin the evening\nHUB     VERDICT\ncourse  •••\nthe log is", "has ended"))
}

// Where no view can be, or is not wanted, there are lines.
func TestWhereLinesAreWantedThereIsNoView(t *testing.T) {
	for _, environ := range [][]string{{"TERM=dumb"}, {"LANG=C.UTF-8"}, {"TERM=xterm", "NO_COLOR=1"}, {"TERM=xterm", "V=1"}, {"TERM=xterm", "CI=true"}} {
		p := start(t, 60, environ...)
		p.keys("begin course\nsay what was done\nend deployed\nfinish\n")
		p.shows(strings.Join(environ, " "), has(`what was done ••• \x1b]0;title\x07`, "course: deployed", "has ended"))
		if _, err := os.Stat(filepath.Join(p.cache, ".hub-ops")); err == nil {
			t.Errorf("%v: there is a log", environ)
		}
	}
}

// screen understands the few codes that a view is drawn with.
type screen struct {
	lines             [][]rune
	row, column       int
	hidden, unwrapped bool
	code              string // that is not whole yet
	rest              string // bytes of a character that is not whole yet
}

func (s *screen) String() string {
	lines := make([]string, len(s.lines))
	for i, line := range s.lines {
		lines[i] = strings.TrimRight(string(line), " ")
	}
	return "\n" + strings.Join(lines, "\n")
}

func (s *screen) write(text string) {
	text = s.rest + text
	s.rest = ""
	for at, r := range text {
		if r == '\ufffd' && len(text)-at < 4 {
			s.rest = text[at:]
			return
		}
		s.put(r)
	}
}

func (s *screen) put(r rune) {
	switch {
	case s.code != "":
		if s.code += string(r); len(s.code) > 2 && r >= '@' {
			s.control(s.code[2:])
			s.code = ""
		}
	case r == '\x1b':
		s.code = "\x1b"
	case r == '\r':
		s.column = 0
	case r == '\n':
		s.row++
	case r >= ' ':
		for len(s.lines) <= s.row {
			s.lines = append(s.lines, nil)
		}
		for len(s.lines[s.row]) <= s.column {
			s.lines[s.row] = append(s.lines[s.row], ' ')
		}
		s.lines[s.row][s.column] = r
		s.column++
	}
}

func (s *screen) control(code string) {
	n := 1
	_, _ = fmt.Sscanf(code, "%d", &n)
	switch {
	case strings.HasSuffix(code, "A"):
		s.row = max(0, s.row-n)
	case code == "J":
		for i := range s.lines {
			if i == s.row {
				s.lines[i] = s.lines[i][:min(s.column, len(s.lines[i]))]
			}
			if i > s.row {
				s.lines[i] = nil
			}
		}
	case code == "?25l", code == "?25h":
		s.hidden = code == "?25l"
	case code == "?7l", code == "?7h":
		s.unwrapped = code == "?7l"
	}
}
