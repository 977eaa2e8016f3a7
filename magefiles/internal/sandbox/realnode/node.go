//go:build linux

package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// runNode is the first process of the namespaces: it starts the programs, and whatever of them ends it starts again. It returns when it is
// told to end, and with it everything ends.
func runNode(plan *Plan) error {
	if os.Getpid() != 1 {
		return errors.New("the node is no first process")
	}
	if err := makeNetwork(plan); err != nil {
		return err
	}
	if err := newRoot(plan); err != nil {
		return err
	}
	if err := unix.Sethostname([]byte(plan.Name)); err != nil {
		return err
	}
	node := &node{plan: plan, running: map[int]Program{}}
	for _, program := range plan.Programs {
		if err := node.start(program); err != nil {
			return err
		}
	}
	go node.reap()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	<-stop
	return nil
}

type node struct {
	plan    *Plan
	mu      sync.Mutex
	running map[int]Program
}

// start starts a program, its output in a file of its name.
func (n *node) start(program Program) error {
	file := filepath.Join(n.plan.Files, program.Name+".log")
	output, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600) // #nosec G304 -- of the sandbox
	if err != nil {
		return err
	}
	defer func() { _ = output.Close() }()
	n.mu.Lock()
	defer n.mu.Unlock()
	process, err := os.StartProcess(program.Path, append([]string{program.Path}, program.Args...), &os.ProcAttr{
		Dir: n.plan.Files, Env: program.Env, Files: []*os.File{nil, output, output}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return fmt.Errorf("starting %s: %w", program.Name, err)
	}
	n.running[process.Pid] = program
	return process.Release()
}

// again is how long after its end a program is started again.
const again = time.Second / 2

// startAgain starts a program that has ended, and tries again while that fails: a machine without memory for a moment has some later. told is
// the failure before, which is not told again.
func (n *node) startAgain(program Program, told string) {
	time.AfterFunc(again, func() {
		err := n.start(program)
		if err == nil {
			return
		}
		if err.Error() != told {
			log.Print(err)
		}
		n.startAgain(program, err.Error())
	})
}

// reap waits for whatever ends: the programs, and what has lost its parent.
func (n *node) reap() {
	for {
		pid, err := unix.Wait4(-1, nil, 0, nil)
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		n.mu.Lock()
		program, ours := n.running[pid]
		delete(n.running, pid)
		n.mu.Unlock()
		if ours {
			n.startAgain(program, "")
		}
	}
}
