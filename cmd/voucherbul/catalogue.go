package main

import (
	"github.com/spf13/cobra"

	"voucherbul/cmd/voucherbul/config"
)

// catalogueFlag is for commands that need nothing of the configuration but the platform's enumerations.
func catalogueFlag(c *cobra.Command, path *string) {
	c.Flags().StringVar(path, "config", "", "configuration file with the catalogue (default: "+config.DefaultPath+", if it is there)")
}
