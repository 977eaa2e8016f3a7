package history

import (
	"encoding/json"
	"slices"
	"strconv"
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
	read, err := Decode(data)
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
	if again, err := Decode(data); err != nil || again.Manifest != "kind: B\n" || string(again.fields["name"]) != `"a"` {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestAReleaseTellsWhatItWasMadeWithAndCanBeFailed(t *testing.T) {
	text := `{"name":"a","info":{"status":"pending-rollback","notes":"n"},"config":{"hub":{"baseUrl":"/given/"}},"chart":{"values":{"hub":{"baseUrl":"/own/","x":"y"},"n":1}}}`
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	data, err := Stored{fields: fields}.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"hub.baseUrl": "/given/ true", "hub.x": "y false", "n": " false", "hub.x.deeper": " false", "no.such": " false"} {
		if text, given := read.Text(path); text+" "+strconv.FormatBool(given) != want {
			t.Errorf("%s: %q, %t", path, text, given)
		}
	}
	if err := read.Fail("ended"); err != nil {
		t.Fatal(err)
	}
	if got := string(read.fields["info"]); got != `{"description":"ended","notes":"n","status":"failed"}` {
		t.Errorf("info: %s", got)
	}
}

func FuzzDecodeRelease(f *testing.F) {
	f.Add([]byte("H4sIAAAAAAAA/w=="))
	f.Add([]byte("bm90IGd6aXA="))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if s, err := Decode(data); err == nil {
			_ = s.SecretValues(nil)
		}
	})
}
