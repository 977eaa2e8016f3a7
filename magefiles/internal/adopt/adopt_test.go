package adopt

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"hub-ops/magefiles/internal/exit"
)

// repository makes one of files, each a line with its name, and its content behind a colon; the first line are its branches.
func repository(text string) Repository {
	content := map[string]string{}
	first, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	for line := range strings.Lines(rest) {
		name, inside, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if name != "" {
			content[name] = strings.ReplaceAll(inside, " | ", "\n")
		}
	}
	branches := strings.Fields(first)
	return Repository{
		Names: slices.Sorted(maps.Keys(content)), Default: branches[0], Branches: branches,
		Read: func(name string) []byte { return []byte(content[name]) },
	}
}

// needsHub is a chart that depends on JupyterHub's.
const needsHub = `{name: hub, version: 0.1.0, dependencies: [{name: jupyterhub, version: 4.4.0}]}`

// The forms of repositories that people have, each with a few files: not these files, but their kind.
func TestForms(t *testing.T) {
	for name, test := range map[string]struct {
		files, hubs, want string // want is a part of hubops.yaml, without comments
		decide            string // a part of what a person must decide
	}{
		"a chart for each hub, and one that lies elsewhere": {
			files: `main staging master
				.travis.yml: branches: {only: [master]}
				hub-charts/climate-hub/Chart.yaml: ` + needsHub + `
				hub-charts/climate-hub/values.yaml: jupyterhub: {singleuser: {image: {name: us/user-climate-hub}}}
				hub-charts/staginghub/Chart.yaml: ` + needsHub + `
				user-images/climate-hub/Dockerfile: FROM scratch
				user-images/old-hub/Dockerfile: FROM scratch
				monitoring/Chart.yaml: {name: monitoring}
				outer-edge/Chart.yaml: {name: edge}
				secrets/climate-hub.yaml
				secrets/monitoring.yaml`,
			hubs: "climate-hub staginghub",
			want: `layout:
  ignore: [old-hub]
charts: [monitoring]
branches:
  master: ["*"]
  staging: [staginghub]
image:
  repository: us/user-{hub}
`,
			decide: "outer-edge is a chart that was taken for none of the hubs",
		},
		"a published chart, of which a program has the version": {
			files: `main
				deploy.py: helm("repo", "add", "jupyterhub", "https://jupyterhub.github.io/helm-chart/") | jupyter_version = "0.10.6" | helm("upgrade", "jupyterhub/jupyterhub", "-f", os.path.join("hub-configs", name))
				hub-charts/ea-hub/Chart.yaml: ` + needsHub + `
				hub-configs/README.md
				hub-configs/ea-hub.yaml: hub: {baseUrl: /ea-hub/} | singleuser: {image: {name: us/user-ea-hub}}
				secrets/ea-hub.yaml
				secrets/gone-hub.yaml
				user-images/ea-hub/Dockerfile`,
			hubs: "ea-hub",
			want: `layout:
  hubs: hub-configs/{hub}.yaml
  ignore: [gone-hub]
  chart: {name: jupyterhub, version: "0.10.6", repository: "https://jupyterhub.github.io/helm-chart/"}
  values: ["hub-configs/{hub}.yaml"]
  secrets: ["secrets/{hub}.yaml"]
image:
  repository: us/user-{hub}
`,
			decide: "hub-charts/ea-hub: charts that deploy.py does not deploy",
		},
		"hubploy's": {
			files: `staging prod gh-pages
				.github/workflows/deploy.yaml: jobs: {a: {steps: [{run: hubploy deploy data hub staging}]}}
				.sops.yaml: creation_rules: [{path_regex: x, gcp_kms: projects/p/keys/k}]
				hub/Chart.yaml: ` + needsHub + `
				support/Chart.yaml: {name: support}
				deployments/README.md
				deployments/data/hubploy.yaml: images: {image_name: gcr.io/p/data-image} | cluster: {provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}
				deployments/data/config/common.yaml
				deployments/data/config/prod.yaml
				deployments/data/config/shared.yaml
				deployments/data/config/staging.yaml
				deployments/data/secrets/prod.yaml
				deployments/data/secrets/staging.yaml
				deployments/data/secrets/kubeconfig.yaml
				deployments/data/image/Dockerfile
				deployments/bio/hubploy.yaml: images: {images: [{name: "gcr.io/p/other:1"}]} | cluster: {provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}
				deployments/bio/config/common.yaml
				deployments/bio/config/prod.yaml
				deployments/bio/config/staging.yaml
				deployments/bio/secrets/prod.yaml
				deployments/bio/secrets/staging.yaml
				deployments/template/{{cookiecutter.hub_name}}/hubploy.yaml`,
			hubs: "bio-prod bio-staging data-prod data-staging",
			want: `layout:
  hubs: deployments/{hub}/hubploy.yaml
  environments: {prod: prod, staging: staging}
  chart: hub
  values: ["deployments/{hub}/config/common.yaml", "deployments/{hub}/config/{env}.yaml"]
  secrets: ["deployments/{hub}/secrets/{env}.yaml"]
  image: deployments/{hub}/image
image:
  repository: gcr.io/p/{hub}-image
images:
  user: {values: [{name: jupyterhub.singleuser.image.name, tag: jupyterhub.singleuser.image.tag}], from: "gcr.io/p/other:1", hubs: ["bio-*"]}
secrets:
  key_services: [projects/p/keys/k]
cluster: {provider: gke, project: p, zone: z, name: c}
`,
			decide: "images.user: images are built elsewhere, as hubploy.yaml says (bio): what writes new tags there",
		},
		"hubploy's, with images that are built elsewhere": {
			files: `main
				hub/Chart.yaml: ` + needsHub + `
				deployments/a/hubploy.yaml: images: {image_name: "r/a:1", image_config_path: p.jupyterhub.singleuser.image} | cluster: {provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}
				deployments/a/config/prod.yaml
				deployments/a/secrets/prod.yaml
				deployments/b/hubploy.yaml: images: {images: [{name: "r/b:1", helm_substitution_path: p.jupyterhub.singleuser.image}, {name: "r/b:2", helm_substitution_path: p.jupyterhub.singleuser.image}]} | cluster: {provider: gcloud, gcloud: {project: q, zone: z, cluster: d}}
				deployments/b/config/prod.yaml
				deployments/b/secrets/prod.yaml
				deployments/gone/hubploy.yaml: images: {image_name: "r/gone:1"}`,
			hubs: "a-prod b-prod",
			want: `layout:
  hubs: deployments/{hub}/config/{env}.yaml
  environments: {main: prod}
  chart: hub
  values: ["deployments/{hub}/config/{env}.yaml"]
  secrets: ["deployments/{hub}/secrets/{env}.yaml?"]
  image: ""
  cluster: c
images:
  user: {values: [{name: p.jupyterhub.singleuser.image.name, tag: p.jupyterhub.singleuser.image.tag}]}
clusters:
  c: {provider: gke, project: p, zone: z, name: c}
  d: {provider: gke, project: q, zone: z, name: d}
hubs:
  "a-*": {images: {user: {from: "r/a:1"}}}
  "b-*": {layout: {cluster: d}, images: {user: {from: "r/b:2"}}}
`,
			decide: "hubploy.yaml of b names 2 images for one value, and hubploy sets the last: is r/b:2 the one that its users are to have?",
		},
		"hubploy's, with a hub that is not in each environment, and one environment for the default branch": {
			files: `master
				chart/Chart.yaml: ` + needsHub + `
				deployments/a/hubploy.yaml: images: {image_name: r/a} | cluster: {provider: aws, aws: {cluster: x}}
				deployments/a/config/prod.yaml
				deployments/a/secrets/prod.yaml
				deployments/b/hubploy.yaml: cluster: {provider: kubeconfig}
				deployments/b/config/common.yaml
				deployments/b/image/environment.yml`,
			hubs: "a-prod",
			want: `layout:
  hubs: deployments/{hub}/config/{env}.yaml
  environments: {master: prod}
  chart: chart
  values: ["deployments/{hub}/config/common.yaml?", "deployments/{hub}/config/{env}.yaml"]
  secrets: ["deployments/{hub}/secrets/{env}.yaml?"]
  image: ""
`,
			decide: "deployments/b/image has no Dockerfile",
		},
		"hubploy's, on several clusters": {
			files: `main
				hub/Chart.yaml: ` + needsHub + `
				deployments/a/hubploy.yaml: cluster: {provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}
				deployments/a/config/prod.yaml
				deployments/a/secrets/prod.yaml
				deployments/a-two/hubploy.yaml: cluster: {provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}
				deployments/a-two/config/prod.yaml
				deployments/a-two/secrets/prod.yaml
				deployments/b/hubploy.yaml: cluster: {provider: aws, aws: {cluster: eks}}
				deployments/b/config/prod.yaml
				deployments/b/secrets/prod.yaml`,
			hubs: "a-prod a-two-prod b-prod",
			want: `layout:
  hubs: deployments/{hub}/hubploy.yaml
  environments: {main: prod}
  chart: hub
  values: ["deployments/{hub}/config/{env}.yaml"]
  secrets: ["deployments/{hub}/secrets/{env}.yaml"]
  image: ""
  cluster: c
clusters:
  c: {provider: gke, project: p, zone: z, name: c}
  eks: {provider: none, context: eks}
hubs:
  "b-*": {layout: {cluster: eks}}
`,
			decide: "clusters, context: which contexts of your kubeconfig lead to eks?",
		},
		"clusters, each with its hubs": {
			files: `main
				config/clusters/awi/cluster.yaml: gcp: {project: p, zone: z, cluster: c} | hubs: [{name: prod, helm_chart: daskhub, helm_chart_values_files: [common.values.yaml, prod.values.yaml, enc-prod.secret.values.yaml]}]
				config/clusters/awi/common.values.yaml
				config/clusters/awi/prod.values.yaml
				config/clusters/awi/support.values.yaml
				config/clusters/awi/enc-prod.secret.values.yaml
				config/clusters/bank/cluster.yaml: aws: {clusterName: eks-bank} | hubs: [{name: a, helm_chart: basehub, helm_chart_values_files: [a.values.yaml]}, {name: b, helm_chart: basehub, helm_chart_values_files: [b.values.yaml, enc-b.secret.values.yaml]}, {name: gone, helm_chart: basehub}, {name: c, helm_chart: basehub, helm_chart_values_files: [other.values.yaml, c.values.yaml], chart_override: c-chart.yaml}]
				config/clusters/bank/a.values.yaml
				config/clusters/bank/b.values.yaml
				config/clusters/bank/c.values.yaml
				config/clusters/bank/other.values.yaml
				config/clusters/bank/enc-b.secret.values.yaml
				helm-charts/basehub/Chart.yaml: {name: basehub, dependencies: [{name: jupyterhub}]}
				helm-charts/daskhub/Chart.yaml: {name: daskhub, dependencies: [{name: basehub}]}
				helm-charts/daskhub/values.jsonnet`,
			hubs: "awi-prod bank-a bank-b bank-c",
			want: `layout:
  hubs: config/clusters/{cluster}/{hub}.values.yaml
  ignore: [common, other, support]
  chart: helm-charts/basehub
  values: ["config/clusters/{cluster}/common.values.yaml?", "config/clusters/{cluster}/{hub}.values.yaml"]
  secrets: ["config/clusters/{cluster}/enc-{hub}.secret.values.yaml?"]
  image: ""
  release: "{hub}"
  namespace: "{hub}"
clusters:
  awi: {provider: gke, project: p, zone: z, name: c}
  bank: {provider: none, context: eks-bank}
hubs:
  "awi-*": {layout: {chart: helm-charts/daskhub}}
  bank-c: {layout: {values: ["config/clusters/{cluster}/other.values.yaml", "config/clusters/{cluster}/{hub}.values.yaml"]}}
`,
			decide: "bank/c-chart.yaml takes the place of Chart.yaml for bank-c",
		},
		"a chart that hubs share, in a directory, and secret values that all have": {
			files: `main
				binder/Chart.yaml: {name: binder, dependencies: [{name: binderhub}]}
				config/bids.yaml: binderhub: {a: b}
				config/cert-manager.yaml: crds: {}
				config/localhost.yaml: binderhub: {a: b}
				config/prod.yaml: binderhub: {a: b}
				secrets/config/common/common.yaml
				secrets/config/bids.yaml
				secrets/config/prod.yaml
				secrets/bids-kubeconfig.yaml
				secrets/prod-kubeconfig.yaml`,
			hubs: "bids prod",
			want: `layout:
  hubs: config/{hub}.yaml
  ignore: [cert-manager, localhost]
  chart: binder
  values: ["config/{hub}.yaml"]
  secrets: [secrets/config/common/common.yaml, "secrets/config/{hub}.yaml"]
  image: ""
`,
			decide: "localhost: no file of secret values",
		},
		"hubs that are called like stages, each deployed by the branch of its name": {
			files: `staging prod
				binder/Chart.yaml: {name: binder, dependencies: [{name: binderhub}]}
				deploy-aws/prod.yaml: binderhub: {a: b}
				deploy-aws/prod-install.yaml: binderhub: {a: b}
				deploy-aws/staging.yaml: binderhub: {a: b}
				deploy/issuer-prod.yaml: {apiVersion: v1, kind: Issuer, binderhub: {}}
				deploy/prod.yaml: binderhub: {a: b}
				deploy/staging.yaml: binderhub: {a: b} | binderhub: {c: d}
				secrets-aws/prod.yaml
				secrets/common.yaml
				secrets/prod.yaml
				secrets/staging.yaml`,
			hubs: "prod staging",
			want: `layout:
  hubs: deploy/{hub}.yaml
  ignore: [issuer-prod]
  chart: binder
  values: ["deploy/{hub}.yaml"]
  secrets: [secrets/common.yaml, "secrets/{hub}.yaml"]
  image: ""
branches:
  prod: [prod]
  staging: [staging]
`,
			decide: "deploy-aws/{hub}.yaml are values of hubs, too",
		},
		"a chart at the top, with values beside it": {
			files: `main
				Chart.yaml: ` + needsHub + `
				values.yaml: jupyterhub: {a: b}
				values-art.yaml: jupyterhub: {a: b}
				values-bio.yaml: jupyterhub: {a: b}
				secrets-art.yaml: a: b
				images/bio/Dockerfile`,
			hubs: "art bio",
			want: `layout:
  hubs: values-{hub}.yaml
  chart: .
  values: ["values-{hub}.yaml"]
  secrets: ["secrets-{hub}.yaml?"]
  image: images/{hub}
`,
			decide: "image.repository: where are the images of hubs (bio) kept?",
		},
		"a chart within the directory of each hub": {
			files: `master
				.gitlab-ci.yml: a: {script: [helm upgrade x]}
				one/one/Chart.yaml: {name: one, dependencies: [{name: persistent_binderhub}]}
				one/config.yaml: persistent_binderhub: {}
				one/_secret.yaml
				two/two/Chart.yaml: {name: two, dependencies: [{name: binderhub}]}
				two/config.yaml: binderhub: {}
				two/_secret.yaml
				README.md`,
			hubs: "one two",
			want: `layout:
  hubs: "{hub}/{hub}/Chart.yaml"
  chart: "{hub}/{hub}"
  values: ["{hub}/config.yaml"]
  secrets: ["{hub}/_secret.yaml"]
`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			found, err := Recognise(repository(test.files))
			if err != nil {
				t.Fatal(err)
			}
			if names := strings.Join(found.names(), " "); names != test.hubs {
				t.Errorf("hubs %s, want %s", names, test.hubs)
			}
			if text := withoutComments(found.Settings()); !strings.HasPrefix(text, test.want) || strings.Count(found.layoutText(), "\n") > 15 {
				t.Errorf("got\n%s\nwant\n%s", text, test.want)
			}
			if decide := strings.Join(found.Decide, "\n"); !strings.Contains(decide, test.decide) {
				t.Errorf("to decide:\n%s\nwant %s", decide, test.decide)
			}
		})
	}
}

func withoutComments(text string) string {
	var kept strings.Builder
	for line := range strings.Lines(text) {
		line, _, _ := strings.Cut(strings.TrimRight(line, "\n"), "#")
		if line = strings.TrimRight(line, " "); line != "" {
			kept.WriteString(line + "\n")
		}
	}
	return kept.String()
}

// Clusters of a cloud are named by what names them there, with the credentials that each has.
func TestClustersOfClouds(t *testing.T) {
	hubs := " | hubs: [{name: a, helm_chart: basehub, helm_chart_values_files: [a.values.yaml]}]"
	lines := []string{"main", "helm-charts/basehub/Chart.yaml: {name: basehub, dependencies: [{name: jupyterhub}]}", "config/clusters/d/enc-kubeconfig.yaml"}
	for label, content := range map[string]string{
		"a": "gcp: {key: enc-key.json, project: p, region: r, cluster: c}", "b": "aws: {key: enc-key.json, clusterName: hubs, region: us-west-2}",
		"c": "azure: {key: enc-key.json, resource_group: g, cluster: hubs}", "d": "kubeconfig: {file: enc-kubeconfig.yaml}",
	} {
		dir := "config/clusters/" + label
		lines = append(lines, dir+"/cluster.yaml: "+content+hubs, dir+"/a.values.yaml", dir+"/enc-key.json")
	}
	files := strings.Join(lines, "\n") + "\n"
	const named = "clusters:\n  a: {provider: gke, project: p, zone: r, name: c}\n  b: {provider: eks, zone: us-west-2, name: hubs}\n  c: {provider: aks, group: g, name: hubs}\n  d: {provider: none, credentials: {file: config/clusters/d/enc-kubeconfig.yaml}}\n"
	for repo, want := range map[string]string{
		files: "cluster: {credentials: {file: \"config/clusters/{cluster}/enc-key.json\"}}\n" + named,
		strings.Replace(files, "config/clusters/b/enc-key.json\n", "", 1): strings.NewReplacer("name: c}", "name: c, credentials: {file: config/clusters/a/enc-key.json}}",
			"group: g, name: hubs}", "group: g, name: hubs, credentials: {file: config/clusters/c/enc-key.json}}").Replace(named),
	} {
		found, err := Recognise(repository(repo))
		if err != nil {
			t.Fatal(err)
		}
		if got := withoutComments(found.Settings()); !strings.Contains(got, want) {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
		if decide := strings.Join(found.Decide, "\n"); strings.Contains(decide, "context") {
			t.Errorf("to decide: %s", decide)
		}
	}
}

// The files with which hubploy logs in are the credentials of the clusters, and what a person must decide of them is told.
func TestHubploysKeysAreCredentialsOfClusters(t *testing.T) {
	deployment := func(hub, cluster string, files ...string) string {
		lines := []string{"hubploy.yaml: images: {image_name: us.gcr.io/p/" + hub + "} | cluster: " + cluster, "config/prod.yaml", "secrets/prod.yaml", "image/Dockerfile"}
		for _, file := range files {
			lines = append(lines, "secrets/"+file)
		}
		return "deployments/" + hub + "/" + strings.Join(lines, "\ndeployments/"+hub+"/") + "\n"
	}
	const (
		google = "{provider: gcloud, gcloud: {project: p, zone: z, cluster: c, service_key: gke-key.json}}"
		amazon = "{provider: aws, aws: {project: 123456789012, zone: us-west-2, cluster: east, service_key: aws.txt}}"
		azure  = "{provider: azure, azure: {resource_group: g, cluster: north, auth_file: az.yaml}}"
		own    = "{provider: kubeconfig, kubeconfig: {service_key: gke-key.json}}"
		needed = "credentials: each file must be encrypted (by SOPS or git-crypt) and on the default branch of origin, and CI needs what opens it"
	)
	for name, test := range map[string]struct {
		files  string
		want   string // in hubops.yaml
		decide []string
		not    string
	}{
		"one cluster, a key each": {
			deployment("a", google, "gke-key.json") + deployment("b", google, "gke-key.json"), "cluster: {provider: gke, project: p, zone: z, name: c, credentials: {file: deployments/a/secrets/gke-key.json}}\n",
			[]string{"the credentials of the cluster c are deployments/a/secrets/gke-key.json: its hubs have a file each (deployments/a/secrets/gke-key.json, deployments/b/secrets/gke-key.json)", needed, "give the one that pushes images to CI as GKE_KEY"},
			"that deploys to CI",
		},
		"one of each cloud": {
			deployment("a", google, "gke-key.json") + deployment("b", amazon, "aws.txt") + deployment("d", azure, "az.yaml"),
			"  c: {provider: gke, project: p, zone: z, name: c, credentials: {file: deployments/a/secrets/gke-key.json}}\n" +
				"  east: {provider: eks, zone: us-west-2, account: \"123456789012\", name: east, credentials: {file: deployments/b/secrets/aws.txt}}\n" +
				"  north: {provider: aks, group: g, name: north, credentials: {file: deployments/d/secrets/az.yaml}}\n",
			[]string{needed},
			"name no file",
		},
		"one whose file is not there": {
			deployment("a", google, "gke-key.json") + deployment("b", amazon), "  east: {provider: eks, zone: us-west-2, account: \"123456789012\", name: east}\n",
			[]string{needed, "the clusters east name no file of credentials that is there"},
			"",
		},
		"none is there":           {deployment("a", google), "cluster: {provider: gke, project: p, zone: z, name: c}\n", nil, "credentials"},
		"a cluster of nobody's":   {deployment("a", own, "gke-key.json"), "layout:\n", []string{"the cluster is that of your kubeconfig", "give the one that deploys to CI as GKE_KEY"}, "each file must be"},
		"a path that leads out":   {deployment("a", "{provider: gcloud, gcloud: {project: p, zone: z, cluster: c, service_key: ../../../../x}}"), "name: c}\n", nil, "credentials"},
		"a path to another's key": {deployment("a", "{provider: gcloud, gcloud: {project: p, zone: z, cluster: c, service_key: ../../b/secrets/gke-key.json}}") + "deployments/b/secrets/gke-key.json\n", "credentials: {file: deployments/b/secrets/gke-key.json}", []string{needed}, ""},
	} {
		found, err := Recognise(repository("main\nhub/Chart.yaml: " + needsHub + "\n" + test.files))
		if err != nil {
			t.Fatal(err)
		}
		settings, decide := found.Settings(), strings.Join(found.Decide, "\n")
		if !strings.Contains(settings, test.want) || strings.Contains(settings, "credentials") != strings.Contains(test.want, "credentials") && name != "one whose file is not there" {
			t.Errorf("%s: got\n%s\nwant\n%s", name, settings, test.want)
		}
		for _, line := range test.decide {
			if !strings.Contains(decide, line) {
				t.Errorf("%s: to decide is\n%s\nand not\n%s", name, decide, line)
			}
		}
		if test.not != "" && strings.Contains(decide, test.not) {
			t.Errorf("%s: to decide is %s", name, decide)
		}
	}
}

func TestClustersOfHubploy(t *testing.T) {
	for settings, want := range map[string]string{
		"{provider: gcloud, gcloud: {project: p, zone: z, cluster: c}}":                                 "{provider: gke, project: p, zone: z, name: c}",
		"{provider: aws, aws: {project: 123456789012, service_key: k, zone: us-west-2, cluster: hubs}}": `{provider: eks, zone: us-west-2, account: "123456789012", name: hubs}`,
		"{provider: aws, aws: {account_id: '123456789012', region: us-west-2, cluster: hubs}}":          `{provider: eks, zone: us-west-2, account: "123456789012", name: hubs}`,
		"{provider: aws, aws: {project: ours, zone: us-west-2, cluster: hubs}}":                         "{provider: eks, zone: us-west-2, name: hubs}",
		"{provider: azure, azure: {resource_group: g, cluster: hubs}}":                                  "{provider: aks, group: g, name: hubs}",
		"{provider: aws, aws: {cluster: hubs}}":                                                         "{provider: none, context: hubs}",
		"{provider: kubeconfig}":                                                                        "{provider: none, context: kubeconfig}",
	} {
		var content map[string]any
		if err := yaml.Unmarshal([]byte("cluster: "+settings), &content); err != nil {
			t.Fatal(err)
		}
		if got := clusterText(hubployCluster(content)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", settings, got, want)
		}
	}
}

// Amazon's names of clusters differ within a region only: hubops.yaml takes no context twice.
func TestContextsOfClustersDiffer(t *testing.T) {
	hubs := "aws: {clusterName: hubs} | hubs: [{name: a, helm_chart: basehub, helm_chart_values_files: [a.values.yaml]}]\n"
	found, err := Recognise(repository("main\nconfig/clusters/east/cluster.yaml: " + hubs + "config/clusters/east/a.values.yaml\nconfig/clusters/west/cluster.yaml: " + hubs +
		"config/clusters/west/a.values.yaml\nhelm-charts/basehub/Chart.yaml: {name: basehub, dependencies: [{name: jupyterhub}]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Clusters) != 2 || found.Clusters[0].Context != "hubs" || found.Clusters[1].Context != "west" {
		t.Errorf("clusters %+v", found.Clusters)
	}
}

func TestNoHubs(t *testing.T) {
	for _, files := range []string{
		"main\nREADME.md", "main\nhub/Chart.yaml: " + needsHub, "main\nsupport/Chart.yaml: {name: support}\nvalues-a.yaml: a: b",
		"main\ncluster.yaml: hubs: [{name: a}]", "main\ndeployments/template/{{name}}/hubploy.yaml",
	} {
		if found, err := Recognise(repository(files)); exit.Code(err) != exit.BadInput {
			t.Errorf("%s: %+v, %v", files, found, err)
		}
	}
}

func TestGeneralised(t *testing.T) {
	for _, test := range []struct {
		name, hub, want string
		ok              bool
	}{
		{"secrets/a.yaml", "a", "secrets/{hub}.yaml", true},
		{"a/enc-a.yaml", "a", "{hub}/enc-{hub}.yaml", true},
		{"data/x.yaml", "a", "data/x.yaml", false},
		{"aa-a/aa.yaml", "a", "aa-{hub}/aa.yaml", true},
		{"x", "", "x", false},
	} {
		if got, ok := generalised(test.name, test.hub); got != test.want || ok != test.ok {
			t.Errorf("%s in %s: %q, %v", test.hub, test.name, got, ok)
		}
	}
}

// A run that deploys asks origin where the branch is. In a private repository that needs the token of the checkout, which may do no more.
func TestTheWorkflowCanAskOrigin(t *testing.T) {
	found, err := Recognise(repository("main\nhub-charts/a/Chart.yaml: " + needsHub + "\n.github/workflows/lint.yaml: on: [push]"))
	if err != nil {
		t.Fatal(err)
	}
	text := found.Step(Project{Source: "S", Commit: "C"}).Text
	if !strings.Contains(text, "      - uses: actions/checkout@v4\n      - uses: ") {
		t.Errorf("the checkout has settings, such as one that forgets its token:\n%s", text)
	}
	if !strings.Contains(text, "permissions:\n  contents: read\n") {
		t.Errorf("the token may do more than read:\n%s", text)
	}
}

// The name of a file that deploys stands in a comment of the workflow, and is one line.
func TestNamesOfSeveralLines(t *testing.T) {
	theirs := repository("main\nhub-charts/a/Chart.yaml: " + needsHub + "\n.github/workflows/x.yaml: run: helm upgrade x")
	theirs.Names = append([]string{".github/workflows/a\n  push:\n  #.yaml"}, theirs.Names...)
	read := theirs.Read
	theirs.Read = func(name string) []byte {
		if strings.Contains(name, "push") {
			return []byte("run: helm upgrade x")
		}
		return read(name)
	}
	found, err := Recognise(theirs)
	if err != nil {
		t.Fatal(err)
	}
	if text := found.Step(Project{Source: "S", Commit: "C"}).Text; strings.Contains(text, "\n  push:") || !strings.Contains(text, "#   .github/workflows/x.yaml\n") {
		t.Error(text)
	}
}

// Each CI system gets this project, or runs the copy of it, without secrets where it is compiled.
func TestSteps(t *testing.T) {
	hubs := "hub-charts/a/Chart.yaml: " + needsHub
	for files, test := range map[string]struct {
		file, into string
		parts      []string
	}{
		".github/workflows/lint.yaml: on: [push]": {".github/workflows/hub-ops.yaml", "", []string{
			"\n  push:\n    branches: [main]\n", "$RUNNER_TEMP/hubs ci\n        env:",
			"  pull-requests: write # for the comment with the plan;", "GITHUB_TOKEN: ${{ github.token }}", "path: ~/.cache/hub-ops/.hub-ops/report.html",
		}},
		".github/workflows/deploy.yaml: jobs: {a: {steps: [{run: helm upgrade x}]}}": {".github/workflows/hub-ops.yaml", "", []string{"\n  #   .github/workflows/deploy.yaml\n", "\n  # push:\n  #   branches: [main]\n"}},
		".travis.yml: script: python deploy.py | language: python":                   {"", ".travis.yml", []string{"script:\n  - git clone --quiet S $HOME/hub-ops\n", "  - $HOME/hubs ci\nbranches:\n  only: [main]\n"}},
		".gitlab-ci.yml: x: {script: [helm upgrade]}":                                {"", ".gitlab-ci.yml", []string{"    - apt-get -qq install --no-install-recommends docker.io\n", "    DOCKER_HOST: tcp://docker:2376\n", "    - /tmp/hubs ci\n"}},
		".github/workflows/x.yml: on: push\n.circleci/config.yml: a: helm upgrade":   {"", ".circleci/config.yml", []string{"of CircleCI's events none may deploy\n        git clone"}},
		"README.md": {"", "", []string{"git -C /tmp/hub-ops checkout --quiet --detach C\n", "/tmp/hubs ci\n"}},
	} {
		found, err := Recognise(repository("main\n" + hubs + "\n" + files))
		if err != nil {
			t.Fatal(err)
		}
		step, copied := found.Step(Project{Source: "S", Commit: "C"}), found.Step(Project{Source: "S", Commit: "C", Copied: "magefiles"})
		for _, part := range test.parts {
			if !strings.Contains(step.Text, part) {
				t.Errorf("%s: %q is not in\n%s", files, part, step.Text)
			}
		}
		if step.File != test.file || step.Into != test.into {
			t.Errorf("%s: %+v", files, step)
		}
		if !strings.Contains(copied.Text, "go -C magefiles tool mage -d . -w .. ci\n") || strings.Contains(copied.Text, "git clone") {
			t.Errorf("%s: a copy is run by\n%s", files, copied.Text)
		}
	}
	for address, want := range map[string]string{
		"git@example.org:us/hub-ops.git": "https://example.org/us/hub-ops.git", "https://example.org/x": "https://example.org/x", "/srv/x": "/srv/x",
		"ssh://example.org/us/x": "https://example.org/us/x", "ssh://git@example.org:2222/us/x": "https://example.org/us/x", "org-7@example.org:us/x": "https://example.org/us/x",
		"file:///srv/a@b:c": "file:///srv/a@b:c", "https://example.org:8443/us/x": "https://example.org:8443/us/x", "/srv/a@b:c": "/srv/a@b:c",
	} {
		if got := Fetchable(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

// What is written is the same each time, also of clusters that only their projects tell apart.
func TestTheSameRepositoryIsAlwaysSaidTheSame(t *testing.T) {
	lines := []string{"main", "hub/Chart.yaml: " + needsHub}
	for hub, project := range map[string]string{"a": "first", "b": "second", "c": "third"} {
		dir := "deployments/" + hub + "/"
		lines = append(lines, dir+"config/prod.yaml: jupyterhub: {}", dir+"secrets/prod.yaml: jupyterhub: {}",
			dir+"hubploy.yaml: cluster: {provider: gcloud, gcloud: {project: "+project+", zone: z, cluster: hubs}}")
	}
	said := map[string]bool{}
	for range 40 {
		found, err := Recognise(repository(strings.Join(lines, "\n")))
		if err != nil {
			t.Fatal(err)
		}
		said[found.Settings()+strings.Join(found.Decide, "\n")] = true
	}
	if len(said) != 1 {
		t.Errorf("it is said in %d ways: %q", len(said), slices.Sorted(maps.Keys(said)))
	}
}
