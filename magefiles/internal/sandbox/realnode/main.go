//go:build linux

// Command realnode runs a Kubernetes node, and its control plane, that no trace is left of. What it starts lives in a mount, a network,
// and a process namespace of their own, whose first process is a child of this one and dies with it; with the first process the kernel
// ends all others, and with the last of them the namespaces go: mounts, interfaces and rules. Left are files, and one cgroup.
//
//	realnode keep PLAN   stays outside of the namespaces: leads connections in and out, and serves claims, load balancers and names
//	realnode node PLAN   is the first process inside: mounts, addresses, programs
//	realnode pause       is what a pod's first container does: nothing
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// Plan is what package sandbox/node wrote down.
type Plan struct {
	Dir                         string // of the sandbox
	Files                       string // within it: of the node
	Tools                       []string
	System                      []string // directories of this machine that the node sees, to be read only; the rest of its root is its own
	Name                        string   // of the node
	Address                     string   // of the node, and of names in the cluster
	Network                     string   // of pods, as CIDR
	Services                    string   // of services, as CIDR
	Leads                       bool     // connections to services, in place of kube-proxy
	Registry                    string   // host:port outside, and the same inside
	API                         string   // host:port outside
	Subnet                      string   // 127.x: where load balancers get their addresses
	Certificate, Key, Authority string   // files, of who serves claims, load balancers and names
	Programs                    []Program
}

// Program is one that the node runs, and starts again when it ends.
type Program struct {
	Name string
	Path string
	Args []string
	Env  []string
}

// init keeps the first thread: the kernel ends the child when the thread that started it ends.
func init() { runtime.LockOSThread() }

func main() {
	if len(os.Args) == 2 && os.Args[1] == "pause" {
		pause()
	}
	if len(os.Args) != 3 {
		fatal("usage: realnode keep|node PLAN")
	}
	plan, err := read(os.Args[2])
	if err != nil {
		fatal(err.Error())
	}
	switch os.Args[1] {
	case "keep":
		err = keep(os.Args[2], plan)
	case "node":
		err = runNode(plan)
	default:
		err = fmt.Errorf("unknown: %s", os.Args[1])
	}
	if err != nil {
		fatal(err.Error())
	}
}

func read(file string) (*Plan, error) {
	content, err := os.ReadFile(file) // #nosec G304 G703 -- the plan of the sandbox
	if err != nil {
		return nil, err
	}
	plan := new(Plan)
	return plan, json.Unmarshal(content, plan)
}

// pause holds a pod's namespaces, and reaps what is left to it.
func pause() {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	for {
		select {
		case <-stop:
			os.Exit(0)
		case <-children:
			for {
				if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
					break
				}
			}
		}
	}
}

func fatal(why string) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
