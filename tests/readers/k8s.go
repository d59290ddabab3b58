// Whether Kubernetes' reader and the one of kustomize and Flux read what the emitter wrote: each line of the file holds a
// text and what it means.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"

	yaml3 "gopkg.in/yaml.v3"
	"sigs.k8s.io/yaml"
)

// A reader of YAML, which gives what it read in the types of encoding/json, its integers as they are.
type reader struct {
	name, version            string
	read                     func(text []byte) (interface{}, error)
	values, documents, wrong int
}

func main() {
	readers := []*reader{
		{name: "sigs", version: os.Args[2], read: sigs},
		{name: "yaml.v3", version: os.Args[3], read: v3},
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	lines := bufio.NewReaderSize(file, 1<<20)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		for _, r := range readers {
			r.ask(line)
		}
	}
	failed := false
	for _, r := range readers {
		fmt.Printf("%s: %s read %d values in %d documents, %d wrong\n", r.name, r.version, r.values, r.documents, r.wrong)
		failed = failed || r.wrong > 0 || r.values == 0
	}
	if failed {
		os.Exit(1)
	}
}

func (r *reader) ask(line []byte) {
	var told struct {
		Yaml string
		Want interface{}
	}
	if err := json.Unmarshal(line, &told); err != nil {
		panic(err)
	}
	found, err := r.read([]byte(told.Yaml))
	if err == nil {
		var count int
		count, err = same(found, told.Want)
		r.values += count
	}
	if err != nil {
		fmt.Printf("  document %d: %s: %v\n", r.documents, r.name, err)
		r.wrong++
	}
	r.documents++
}

// sigs reads as kubectl does, duplicate keys refused.
func sigs(text []byte) (interface{}, error) {
	converted, err := yaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, err
	}
	var found interface{}
	numbers := json.NewDecoder(bytes.NewReader(converted))
	numbers.UseNumber()
	err = numbers.Decode(&found)
	return found, err
}

func v3(text []byte) (interface{}, error) {
	var found interface{}
	err := yaml3.Unmarshal(text, &found)
	return found, err
}

// same counts the values below want, and errs if found is anything else.
func same(found, want interface{}) (int, error) {
	switch want := want.(type) {
	case []interface{}:
		return list(found, want)
	case map[string]interface{}:
		return object(found, want)
	case string:
		if !scalar(found, want[0], want[1:]) {
			return 0, fmt.Errorf("%T %q for %q", found, fmt.Sprint(found), want)
		}
	default:
		if !reflect.DeepEqual(found, want) {
			return 0, fmt.Errorf("%T %q for %v", found, fmt.Sprint(found), want)
		}
	}
	return 1, nil
}

func list(found interface{}, want []interface{}) (int, error) {
	items, ok := found.([]interface{})
	if !ok || len(items) != len(want) {
		return 0, fmt.Errorf("%T for a list of %d", found, len(want))
	}
	count := 0
	for i, item := range want {
		n, err := same(items[i], item)
		if err != nil {
			return 0, err
		}
		count += n
	}
	return atLeastOne(count), nil
}

func object(found interface{}, want map[string]interface{}) (int, error) {
	entries, ok := found.(map[string]interface{})
	if !ok || len(entries) != len(want) {
		return 0, fmt.Errorf("%T for an object of %d", found, len(want))
	}
	count := 0
	for key, value := range want {
		entry, ok := entries[key]
		if !ok {
			return 0, fmt.Errorf("no key %q", key)
		}
		n, err := same(entry, value)
		if err != nil {
			return 0, fmt.Errorf("at %q: %w", key, err)
		}
		count += n
	}
	return atLeastOne(count), nil
}

// An empty list or object is a value, too.
func atLeastOne(count int) int {
	if count == 0 {
		return 1
	}
	return count
}

// scalar tells whether found is the integer, float or text that is written in want.
func scalar(found interface{}, kind byte, want string) bool {
	switch found := found.(type) {
	case string:
		return kind == 's' && found == want
	case int:
		return kind == 'i' && strconv.Itoa(found) == want
	case float64:
		float, err := strconv.ParseFloat(want, 64)
		return kind == 'f' && err == nil && found == float
	case json.Number:
		if kind == 'i' {
			return found.String() == want
		}
		float, err := strconv.ParseFloat(want, 64)
		read, err2 := found.Float64()
		return kind == 'f' && err == nil && err2 == nil && read == float
	}
	return false
}
