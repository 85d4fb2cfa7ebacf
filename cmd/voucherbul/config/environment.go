package config

import (
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"voucherbul/mapping"
)

// override sets every key that has a variable: platform.token_url is VOUCHERBUL_PLATFORM_TOKEN_URL. Other VOUCHERBUL_ variables
// are left alone: orchestrators make such names.
func override(c *Config, environ []string) error {
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
			failed = Errorf("environment variable %s: %q is no value for %s", name, text, key)
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

// keys lists every key with its path, such as platform.token_url.
func keys() []string {
	var keys []string
	c := Config{}
	walkKeys(reflect.ValueOf(&c).Elem(), "", func(key string, _ reflect.Value) { keys = append(keys, key) })
	return keys
}

func walkKeys(section reflect.Value, prefix string, visit func(key string, value reflect.Value)) {
	for i := 0; i < section.NumField(); i++ {
		field := section.Type().Field(i)
		if !field.IsExported() || field.Tag.Get("yaml") == "-" {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("yaml"), ",") // options follow
		key := prefix + name
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
	var names, meant []string
	for _, candidate := range known {
		parts := strings.Split(candidate, ".")
		for i, name := range parts {
			names = append(names, name)
			if i < len(parts)-1 {
				meant = append(meant, name) // a section
			} else {
				meant = append(meant, candidate)
			}
		}
	}
	nearest := slices.Index(names, mapping.Nearest(key, names))
	if nearest < 0 {
		return ""
	}
	return ": did you mean " + meant[nearest] + "?"
}
