package adopt

import "testing"

func TestDestination(t *testing.T) {
	for files, want := range map[string]string{
		"main\ngo.mod: module x\nvendor/a/b.go: package b":                                  "magefiles",
		"main\nmain.go: package main":                                                       "magefiles",
		"main\nmagefiles/magefile.go: package main":                                         "magefiles/hub-ops",
		"main\nmagefile.go: //go:build mage | | package main":                               "hub-ops",
		"main\nmagefile.go: // +build mage | package main | \nmagefiles/x.go: package main": "hub-ops",
		"main\nx.go: package x | //go:build mage":                                           "magefiles",
	} {
		if got := Destination(repository(files)); got != want {
			t.Errorf("%q: %s, want %s", files, got, want)
		}
	}
	if Up("magefiles") != ".." || Up("magefiles/hub-ops") != "../.." {
		t.Error("Up is wrong")
	}
}
