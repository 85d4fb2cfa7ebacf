//go:build !linux

package sqlite

// networkFilesystem is known of Linux only.
func networkFilesystem(string) string { return "" }
