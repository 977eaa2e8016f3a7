package hub

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"hub-ops/magefiles/internal/exit"
	"hub-ops/magefiles/internal/git/gittest"
	"hub-ops/magefiles/internal/spelling"
)

// whole is a repository that has every file that is read.
var whole = []string{
	"hub-charts/course/Chart.yaml", "apiVersion: v1\nname: course\nversion: 0.1.0\n",
	"hub-charts/course/values.yaml", "a: b\n",
	"hub-charts/course/requirements.yaml", "dependencies: []\n",
	"hub-charts/course/requirements.lock", "dependencies: []\n",
	"hub-charts/course/Chart.lock", "dependencies: []\n",
	"hub-charts/course/values.schema.json", "{}\n",
	"hub-charts/course/.helmignore", "x\n",
	"hub-charts/course/templates/hub.yaml", "a: b\n",
	"hub-charts/course/crds/hub.yaml", "a: b\n",
	"user-images/course/Dockerfile", "FROM scratch\n",
	"user-images/course/.dockerignore", "x\n",
	"user-images/course/Dockerfile.dockerignore", "x\n",
	"secrets/course.yaml", "a: b\n",
	"secrets/dockerhub", "me:token\n",
	"secrets/gke-auth-key.json", "{}\n",
	"hub-charts/other/Chart.yaml", "apiVersion: v2\nname: other\nversion: 0.1.0\n",
}

// alikes are the ways to write a name that look the same; changed are those that differ by one change.
func alikes(name string) []string {
	all := []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], name + " ", " " + name, name + "\u200b", name + "\n", "\ufeff" + name}
	if stem, is := strings.CutSuffix(name, ".yaml"); is {
		all = append(all, stem+".yml", stem+" .yaml", stem+".YAML", stem+".Yml")
	}
	return all
}

func changed(name string) []string {
	return []string{name[1:], name[:len(name)-1], name + "~", name[:1] + name[2:3] + name[1:2] + name[3:]}
}

// Each name that is read, and each part of a path, is refused when it is spelt another way; and what looks the same is refused
// beside the file that is read too.
func TestEveryNameThatIsNearlyRead(t *testing.T) {
	base := gittest.New(t, whole...).Dir
	if _, err := all(t, base); err != nil {
		t.Fatalf("as it should be: %v", err)
	}
	seen := 0
	for i := 0; i < len(whole); i += 2 {
		if strings.HasPrefix(whole[i], "hub-charts/other") {
			continue
		}
		parts := strings.Split(whole[i], "/")
		for at := range parts {
			if at == 1 && parts[0] == ChartsDir || at == 3 {
				continue // another hub, and any template
			}
			for _, spelt := range append(alikes(parts[at]), changed(parts[at])...) {
				if spelt == parts[at] {
					continue
				}
				seen++
				there := path.Join(parts[:at+1]...)
				wrong := path.Join(path.Dir(there), spelt)
				checkRefused(t, base, there, wrong, false)
				if spelling.Alike(spelt, parts[at]) {
					checkRefused(t, base, there, wrong, true)
				}
			}
		}
	}
	if seen < 200 {
		t.Errorf("only %d names", seen)
	}
}

// checkRefused moves a file or directory to the wrong name, or copies it, and expects an error that names that. Then it puts it back.
func checkRefused(t *testing.T, root, there, wrong string, copied bool) {
	t.Helper()
	from, to := filepath.Join(root, there), filepath.Join(root, wrong)
	if copied {
		defer func() { _ = os.RemoveAll(to) }()
		if info, err := os.Stat(from); err == nil && info.IsDir() {
			if err := os.CopyFS(to, os.DirFS(from)); err != nil {
				t.Fatal(err)
			}
		} else if err := os.Link(from, to); err != nil {
			t.Fatal(err)
		}
	} else {
		defer func() { _ = os.Rename(to, from) }()
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
	_, err := all(t, root)
	shown := strings.Trim(fmt.Sprintf("%q", wrong), `"`)
	if err == nil || exit.Code(err) != exit.BadInput || !strings.Contains(err.Error(), shown) && !strings.Contains(err.Error(), there) {
		t.Errorf("%q in the place of %q (copied %t): %v", wrong, there, copied, err)
	} else if strings.Count(err.Error(), "\n") > 3 {
		t.Errorf("%q: not one clear line a fault: %v", wrong, err)
	}
}

func TestStraysAndWhatIsNone(t *testing.T) {
	for name, test := range map[string]struct{ file, hub, want string }{
		"yml":               {"secrets/b.yml", "b", "secrets/b.yml is not read, only secrets/b.yaml is; rename it, or remove it"},
		"another case":      {"secrets/B.yaml", "b", "secrets/B.yaml is not read, only secrets/b.yaml is"},
		"space":             {"secrets/b .yaml", "b", `"secrets/b .yaml" is not read, only secrets/b.yaml is`},
		"encrypted":         {"secrets/b.enc.yaml", "b", "secrets/b.enc.yaml is not read"},
		"backup":            {"secrets/b.yaml.bak", "b", "secrets/b.yaml.bak is not read"},
		"editor's, alone":   {"secrets/b.yaml~", "b", "secrets/b.yaml~ is not read"},
		"editor's":          {"secrets/course.yaml~", "course", ""},
		"JSON":              {"secrets/b.json", "b", "secrets/b.json is not read"},
		"no extension":      {"secrets/b", "b", "secrets/b is not read"},
		"a key":             {"secrets/b.key", "", ""},
		"hidden":            {"secrets/.b.yaml", "b", "secrets/.b.yaml is not read"},
		"SOPS's own":        {"secrets/.sops.yaml", "", ""},
		"no hub":            {"secrets/zzzzzzz.yml", "", `secrets/zzzzzzz.yml: there is no hub "zzzzzzz.yml" in hub-charts; add its chart, or remove the file`},
		"below":             {"secrets/prod/b.yaml", "b", "secrets/prod/b.yaml is not read, only secrets/b.yaml is"},
		"below, its name":   {"secrets/b/values.yaml", "b", "secrets/b/values.yaml is not read, only secrets/b.yaml is"},
		"below, a stranger": {"secrets/prod/x.yml", "", "secrets/prod/x.yml is not read, only secrets/<hub>.yaml is; move it there, or remove it"},
		"below, no values":  {"secrets/keys/x.pub", "", ""},
		"login":             {"secrets/DockerHub", "", "secrets/DockerHub is not read, only secrets/dockerhub is"},
		"directory":         {"secret/b.yaml", "", ""}, // secrets is there
		"Directory":         {"Secrets/b.yaml", "b", "Secrets/b.yaml is not read, only secrets/b.yaml is"},
		"another Secrets":   {"Secrets/api.go", "", ""},
		"image":             {"user-images/B/Dockerfile", "b", "user-images/B is not read, only user-images/b is"},
		"image's file":      {"user-images/b/dockerfile", "b", "user-images/b/dockerfile is not read, only user-images/b/Dockerfile is"},
		"nobody's":          {"user-images/zzzzzzz/dockerfile", "", `user-images/zzzzzzz/Dockerfile: there is no hub "zzzzzzz"`},
		"a file for it":     {"user-images/b", "b", "user-images/b is no directory: the hub's image is built from one"},
		"other values":      {"hub-charts/b/values-prod.yaml", "", ""},
		"Podman's":          {"user-images/course/Containerfile", "", ""},
		"a chart's charts":  {"hub-charts/b/charts/x/Chart.yaml", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := tree(t, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\n", "secrets/course.yaml", "a: b\n", "secrets/example.yaml", "",
				"user-images/course/Dockerfile", "FROM scratch\n", "hub-charts/b/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n", test.file, "a: b\n")
			_, err := all(t, root)
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if err := load(t, root, "b"); test.hub == "b" && (err == nil || !strings.Contains(err.Error(), test.want)) || test.hub != "b" && err != nil {
				t.Errorf("b alone: %v", err)
			}
		})
	}
}

// A directory that is no hub's name takes nothing from the hub that it looks like.
func TestTwoDirectoriesThatLookAlike(t *testing.T) {
	root := tree(t, "hub-charts/geo-hub/Chart.yaml", "apiVersion: v2\nname: geo-hub\nversion: 0.1.0\n", "hub-charts/geo_hub/Chart.yaml", "name: geo_hub\n",
		"secrets/geo-hub.yaml", "a: b\n", "user-images/geo-hub/Dockerfile", "FROM scratch\n")
	if err := load(t, root, "geo-hub"); err != nil {
		t.Error(err)
	}
	if _, err := all(t, root); err == nil || err.Error() != `hub-charts/geo_hub: hub name "geo_hub" is no valid namespace; use lower-case letters, digits and inner hyphens only` {
		t.Errorf("got %v", err)
	}
	for _, file := range []string{"geo-hub.yml", "Geo-Hub.yaml", "geo_hub.yaml"} {
		name := filepath.Join(root, SecretsDir, file)
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := load(t, root, "geo-hub"); err == nil || err.Error() != "secrets/"+file+" is not read, only secrets/geo-hub.yaml is; rename it, or remove it" {
			t.Errorf("%s: %v", file, err)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestLinksAsHubs(t *testing.T) {
	root := tree(t, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\n")
	if err := os.Symlink("course", filepath.Join(root, "hub-charts/linked")); err != nil {
		t.Fatal(err)
	}
	const want = "hub-charts/linked is a link: the chart of a hub is a directory; copy the chart, or name its directory in hubops.yaml, charts"
	if _, err := all(t, root); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("all: %v", err)
	}
	if err := load(t, root, "linked"); err == nil || err.Error() != want {
		t.Errorf("it alone: %v", err)
	}
	if err := load(t, root, "course"); err != nil {
		t.Error(err)
	}
	if err := os.Mkdir(filepath.Join(root, ImagesDir), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere", filepath.Join(root, "user-images/course")); err != nil {
		t.Fatal(err)
	}
	if err := load(t, root, "course"); err == nil || !strings.Contains(err.Error(), "user-images/course is no directory") {
		t.Errorf("a link to nothing: %v", err)
	}
}

// Whatever a file in secrets is called, the hub is read, or one clear line says which file is wrong; and what looks like the hub's
// secret values is never passed over.
func FuzzSecretNames(f *testing.F) {
	for _, name := range []string{"course.yml", "Course .YAML", "course.yaml\n", "cours\u00e9.yaml", ".course.yaml", "\xff.yml", "course", "README.md"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if name == "" || name == "." || name == ".." || len(name) > 200 || strings.ContainsAny(name, "/\x00") {
			return
		}
		root := tree(t, "hub-charts/course/Chart.yaml", "apiVersion: v2\nname: course\nversion: 0.1.0\n", path.Join(SecretsDir, name), "a: b\n")
		hubs, err := all(t, root)
		read := err == nil && strings.Join(hubs[0].Secrets, " ") != ""
		if read != (name == "course.yaml") || err == nil && spelling.Alike(name, "course.yaml") {
			t.Errorf("%q: %+v, %v", name, hubs, err)
		}
		if err != nil && (exit.Code(err) != exit.BadInput || strings.ContainsAny(err.Error(), "\n\r")) {
			t.Errorf("%q: %d: %q", name, exit.Code(err), err)
		}
	})
}
