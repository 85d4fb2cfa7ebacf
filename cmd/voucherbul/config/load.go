package config

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"reflect"
	"time"

	"github.com/goccy/go-yaml"
)

// Load reads the file, then the environment, then the secrets, and checks the whole. path "" stands for [DefaultPath], which
// may be missing. environ is as of [os.Environ]. Whatever is wrong is an [*Error].
func Load(path string, environ []string) (Config, error) {
	c := Defaults()
	if path == "" {
		if _, err := os.Stat(DefaultPath); err == nil {
			path = DefaultPath
		}
	}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return Config{}, Errorf("cannot read the configuration: %v", err)
		}
		if err := c.read(path, data); err != nil {
			return Config{}, err
		}
	}
	if err := override(&c, environ); err != nil {
		return Config{}, err
	}
	if err := c.readSecrets(environ); err != nil {
		return Config{}, err
	}
	return c, c.Check(path)
}

// LoadOffline reads the configuration for commands that do not contact the platform. It reads no secret, and a missing key
// is no error.
func LoadOffline(path string, environ []string) (Config, error) {
	c := Defaults()
	data, err := os.ReadFile(cmp.Or(path, DefaultPath))
	switch {
	case err == nil:
		if err := c.read(cmp.Or(path, DefaultPath), data); err != nil {
			return Config{}, err
		}
	case path != "" || !errors.Is(err, fs.ErrNotExist):
		return Config{}, Errorf("cannot read the configuration: %v", err)
	}
	if err := override(&c, environ); err != nil {
		return Config{}, err
	}
	if err := c.Catalogue.Validate(); err != nil {
		return Config{}, Errorf("catalogue.%v", err)
	}
	if err := c.Rules.Validate(); err != nil {
		return Config{}, Errorf("rules.%v", err)
	}
	return c, nil
}

// read takes a file strictly: a key that nobody knows is an error, with the nearest one that exists.
func (c *Config) read(path string, data []byte) error {
	err := yaml.UnmarshalWithOptions(data, c, yaml.Strict())
	if err == nil {
		if reflect.DeepEqual(*c, Config{}) { // an empty document clears what it is read over
			*c = Defaults()
		}
		return nil
	}
	var wrongType *yaml.TypeError
	if errors.As(err, &wrongType) && wrongType.Token != nil {
		return Errorf("%s, line %d: %q does not fit here: it has to be %s", path, wrongType.Token.Position.Line, wrongType.Token.Value, kindOf(wrongType.DstType))
	}
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && unknown.Token != nil {
		key := unknown.Token.Value
		return Errorf("%s, line %d: unknown key %q%s", path, unknown.Token.Position.Line, key, suggestion(key, keys()))
	}
	var detailed yaml.Error
	if errors.As(err, &detailed) && detailed.GetToken() != nil {
		return Errorf("%s, line %d: %s", path, detailed.GetToken().Position.Line, detailed.GetMessage())
	}
	return Errorf("%s: %v", path, err)
}

// kindOf says what a key wants, in words.
func kindOf(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return "a time with its unit, such as 120s or 10m"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int || t.Kind() == reflect.Float64 || t.Kind() == reflect.Uint64:
		return "a number"
	case t.Kind() == reflect.Struct:
		return "a section with keys of its own"
	}
	return "a text"
}
