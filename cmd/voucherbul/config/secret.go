package config

import (
	"errors"
	"io/fs"
	"os"
	"strings"
)

// readSecrets takes each secret from the environment or from its file.
func (c *Config) readSecrets(environ []string) error {
	for _, s := range []struct {
		value *string
		env   string
		key   string
		file  string
	}{
		{&c.Platform.ClientSecret, "VOUCHERBUL_PLATFORM_CLIENT_SECRET", "platform.client_secret_file", c.Platform.ClientSecretFile},
		{&c.Platform.SubscriptionKey, "VOUCHERBUL_PLATFORM_SUBSCRIPTION_KEY", "platform.subscription_key_file", c.Platform.SubscriptionKeyFile},
	} {
		if value, ok := lookupEnv(environ, s.env); ok {
			*s.value = strings.TrimSpace(value)
			continue
		}
		if s.file == "" {
			continue // check says that it is missing
		}
		info, err := os.Stat(s.file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return Errorf("%s: there is no file %s", s.key, s.file)
		case err != nil:
			return Errorf("%s: %v", s.key, err)
		case info.Mode().Perm()&0o004 != 0:
			return Errorf("%s: %s can be read by everybody: chmod 600 %s", s.key, s.file, s.file)
		}
		data, err := os.ReadFile(s.file)
		if err != nil {
			return Errorf("%s: %v", s.key, err)
		}
		*s.value = strings.TrimSpace(string(data))
	}
	return nil
}
