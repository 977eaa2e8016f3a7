package helm

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestReleaseSurvivesAChangeOfItsManifest(t *testing.T) {
	original := Stored{Manifest: "kind: A\n", fields: map[string]json.RawMessage{
		"name": json.RawMessage(`"a"`), "version": json.RawMessage(`12`), "config": json.RawMessage(`{"a":["secret-1",{"b":"secret-2"}],"n":3,"image":{"tag":"t1"}}`),
	}}
	data, err := original.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := DecodeRelease(data)
	if err != nil || read.Manifest != "kind: A\n" || string(read.fields["version"]) != "12" {
		t.Fatalf("%+v, %v", read, err)
	}
	values := read.SecretValues([]string{"image.tag"})
	slices.Sort(values)
	if !slices.Equal(values, []string{"secret-1", "secret-2"}) {
		t.Errorf("values: %q", values)
	}
	read.Manifest = "kind: B\n"
	if data, err = read.Encode(); err != nil {
		t.Fatal(err)
	}
	if again, err := DecodeRelease(data); err != nil || again.Manifest != "kind: B\n" || string(again.fields["name"]) != `"a"` {
		t.Errorf("%+v, %v", again, err)
	}
}

func FuzzDecodeRelease(f *testing.F) {
	f.Add([]byte("H4sIAAAAAAAA/w=="))
	f.Add([]byte("bm90IGd6aXA="))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if s, err := DecodeRelease(data); err == nil {
			_ = s.SecretValues(nil)
		}
	})
}
