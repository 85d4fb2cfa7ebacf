package main

import (
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
)

// overrideFromEnvironment sets every key that has a variable: platform.token_url is
// VOUCHERBUL_PLATFORM_TOKEN_URL. Other VOUCHERBUL_ variables are left alone: orchestrators make such names.
func overrideFromEnvironment(c *config, environ []string) error {
	var failed error
	walkKeys(reflect.ValueOf(c).Elem(), "", func(key string, value reflect.Value) {
		name := environmentName(key)
		text, ok := lookupEnv(environ, name)
		if !ok || failed != nil {
			return
		}
		if value.Kind() == reflect.String {
			value.SetString(text)
			return
		}
		if err := yaml.Unmarshal([]byte(text), value.Addr().Interface()); err != nil {
			failed = configErrorf("environment variable %s: %q is no value for %s", name, text, key)
		}
	})
	return failed
}

func environmentName(key string) string {
	return "VOUCHERBUL_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

func lookupEnv(environ []string, name string) (string, bool) {
	for _, entry := range environ {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// configKeys lists every key with its path, such as platform.token_url.
func configKeys() []string {
	var keys []string
	c := config{}
	walkKeys(reflect.ValueOf(&c).Elem(), "", func(key string, _ reflect.Value) { keys = append(keys, key) })
	return keys
}

func walkKeys(section reflect.Value, prefix string, visit func(key string, value reflect.Value)) {
	for i := 0; i < section.NumField(); i++ {
		field := section.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		key := prefix + field.Tag.Get("yaml")
		if field.Type.Kind() == reflect.Struct {
			walkKeys(section.Field(i), key+".", visit)
			continue
		}
		visit(key, section.Field(i))
	}
}

// suggestion is the nearest known key, if one is near enough to be meant.
func suggestion(key string, known []string) string {
	if strings.HasSuffix(key, "_secret") || strings.HasSuffix(key, "_key") {
		return ": secrets are never in this file, use " + key + "_file"
	}
	best, nearest := 4, "" // more than three letters apart is another word
	for _, candidate := range known {
		parts := strings.Split(candidate, ".")
		for _, name := range parts {
			if d := distance(strings.ToLower(key), name); d < best {
				best, nearest = d, candidate
				if name != parts[len(parts)-1] {
					nearest = name // a section
				}
			}
		}
	}
	if nearest == "" {
		return ""
	}
	return ": did you mean " + nearest + "?"
}

// distance is the number of letters to insert, delete or replace between two words (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
