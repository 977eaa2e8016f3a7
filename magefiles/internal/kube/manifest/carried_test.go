package manifest

import (
	"encoding/base64"
	"testing"
)

func TestHowAnImageIsCarried(t *testing.T) {
	const name, tag = "registry.example:5000/hubs/user-a", "t0123456789ab"
	const pinned = tag + "@sha256:00ff"
	secret := func(text string) string {
		return "kind: Secret\nmetadata: {name: hub}\ndata: {values.yaml: " + base64.StdEncoding.EncodeToString([]byte(text)) + "}\n"
	}
	dump := "singleuser:\n  image:\n    name: " + name + "\n    tag: " + pinned + "\n"
	for what, test := range map[string]struct {
		text string
		want Carried
	}{
		"nothing":                  {"kind: Deployment\nspec: {image: 'sample:1'}\n", NotCarried},
		"a container":              {"kind: Deployment\nspec: {template: {spec: {containers: [{image: '" + name + ":" + pinned + "'}]}}}\n", Whole},
		"without its digest":       {"kind: Pod\nspec: {containers: [{image: '" + name + ":" + tag + "'}]}\n", Whole},
		"behind a mirror":          {"kind: Pod\nspec: {containers: [{image: 'mirror.example/" + name + ":" + pinned + "'}]}\n", Whole},
		"in a text":                {"kind: ConfigMap\ndata:\n  config.py: |\n    c.KubeSpawner.image = \"" + name + ":" + pinned + "\"\n", Whole},
		"by an alias":              {"kind: ConfigMap\ndata: {a: &i '" + name + ":" + tag + "', b: *i}\n", Whole},
		"in binary data":           {"kind: ConfigMap\nbinaryData: {a: " + base64.StdEncoding.EncodeToString([]byte(name+":"+tag)) + "}\n", Whole},
		"a dump of values":         {secret(dump), Apart},
		"a dump in JSON":           {secret(`{"image":{"name":"registry.example:5000\/hubs\/user-a","tag":"` + pinned + `"}}`), Apart},
		"two variables":            {"kind: Pod\nenv: [{name: IMAGE, value: " + name + "}, {name: TAG, value: '" + pinned + "'}]\n", Apart},
		"joined in secret text":    {secret("image: " + name + ":" + pinned), Whole},
		"two objects":              {"kind: A\nv: " + name + "\n---\nkind: B\nv: " + pinned + "\n", NotCarried},
		"a longer name":            {"kind: Pod\nimage: '" + name + "-gpu:" + pinned + "'\n", NotCarried},
		"a name below it":          {"kind: Pod\nimage: '" + name + "/x:" + pinned + "'\n", NotCarried},
		"another tag":              {"kind: Pod\nimage: '" + name + ":" + tag + "cd'\n", NotCarried},
		"a name that ends like it": {"kind: Pod\nimage: 'my-" + name + ":" + pinned + "'\n", NotCarried},
		"first a longer one":       {"kind: Pod\nargs: ['" + name + "-gpu:" + tag + "', '" + name + ":" + tag + "']\n", Whole},
	} {
		objects, err := Parse(test.text, "a")
		if err != nil {
			t.Fatal(err)
		}
		if got := Carry(objects, name, tag); got != test.want {
			t.Errorf("%s: got %d, want %d", what, got, test.want)
		}
	}
	objects, err := Parse("kind: Pod\nimage: sample:"+pinned+"\n", "a")
	if err != nil {
		t.Fatal(err)
	}
	if Carry(objects, "", tag) != Whole || Carry(objects, "", "t9") != NotCarried || Carry(objects, "sample", "") != Whole || Carry(objects, name, "") != NotCarried {
		t.Error("one of both is enough where one is set")
	}
}
