package config

import (
	"net"
	"net/url"
	"strings"

	"voucherbul/batch/journal"
)

// Target says where requests go, as the outcome tells it: whoever reads "accettata" must know by whom. The hosts of the
// platform are those of RULES.md 1.4 and 1.5; any other goes by its name.
func (c Config) Target() string {
	u, err := url.Parse(c.Platform.PrenotazioneURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || ip != nil && ip.IsLoopback():
		return journal.Simulator
	case strings.HasPrefix(host, "prod-"):
		return journal.Production
	case strings.HasPrefix(host, "dev-"), strings.HasPrefix(host, "col-"):
		return journal.Test
	}
	return host
}
