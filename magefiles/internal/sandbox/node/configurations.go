package node

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// configurations are the files of containerd, kubelet, kube-proxy and the network of pods, with words in capitals for what differs.
//
//go:embed files/*
var configurations embed.FS

// placed is where a configuration lies, if not beside the others.
var placed = map[string]string{"pods.conflist": "cni"}

func writeConfigurations(s Settings, files string) error {
	hostPorts := "" // of pods: they need rules of the kernel
	if s.Rules != "" {
		hostPorts = `, {"type": "portmap", "capabilities": {"portMappings": true}}`
	}
	words := strings.NewReplacer(
		"FILES", files, "PLUGINS", filepath.Dir(s.Tools["bridge"]), "RUNC", s.Tools["runc"], "REGISTRY", s.Registry, "PAUSE", s.Pause,
		"CGROUP", s.Cgroup, "ADDRESS", address, "NETWORK", network, "RULES", s.Rules, "HOSTPORTS", hostPorts, "NODE", Name,
	)
	entries, err := fs.ReadDir(configurations, "files")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		content, err := configurations.ReadFile(path.Join("files", entry.Name()))
		if err != nil {
			return err
		}
		to := filepath.Join(files, placed[entry.Name()], entry.Name())
		if err := os.WriteFile(to, []byte(words.Replace(string(content))), 0o600); err != nil {
			return err
		}
	}
	// Of every other registry the sandbox's is asked first: it may have been given an image under that registry's name.
	mirror := fmt.Sprintf("[host.\"http://%s\"]\n  capabilities = [\"pull\", \"resolve\"]\n", s.Registry)
	for registry, hosts := range map[string]string{s.Registry: fmt.Sprintf("server = \"http://%s\"\n\n", s.Registry) + mirror, "_default": mirror} {
		if err := os.WriteFile(filepath.Join(files, "registries", registry, "hosts.toml"), []byte(hosts), 0o600); err != nil {
			return err
		}
	}
	return nil
}
