package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"voucherbul/batch"
	"voucherbul/batch/journal"
	"voucherbul/batch/platform"
	"voucherbul/cmd/voucherbul/config"
	"voucherbul/cmd/voucherbul/office"
	"voucherbul/mapping/orderfile"
	"voucherbul/mapping/profile"
)

// Exit codes; samples/ADMIN.md documents them. Where several apply the highest wins.
const (
	exitOK          = 0
	exitRejected    = 1  // some rows rejected, invalid, or held back
	exitUncertain   = 2  // some rows uncertain
	exitUsage       = 64 // the command line
	exitUnreadable  = 65 // a file that cannot be read as orders
	exitNoInput     = 66 // a file that is not there
	exitUnavailable = 69 // the platform
	exitBug         = 70 // of ours
	exitCannotWrite = 73 // an outcome workbook
	exitJournal     = 74 // journal or disk
	exitTryAgain    = 75 // interrupted, or already running
	exitCredentials = 77 // refused
	exitConfig      = 78 // configuration
)

// usageError is a command line that cannot be obeyed.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// finished carries the exit code of a run that came to its end, or was stopped, and has said so itself.
type finished struct{ code int }

func (finished) Error() string { return "" }

// exitCode is the one place that turns an error into an exit code.
func exitCode(err error) int {
	var done finished
	var usage usageError
	var asked *office.AskError
	var mark *batch.MarkError
	var settings *config.Error
	var unreadable *orderfile.UnreadableError
	var write *office.WriteError
	var disk *journal.Error
	var foreign *profile.Error
	var token *platform.TokenError
	var list *platform.ListError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &done):
		return done.code
	case errors.As(err, &settings), errors.As(err, &foreign):
		return exitConfig
	case errors.As(err, &usage), errors.As(err, &asked), errors.As(err, &mark), strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage
	case errors.Is(err, journal.ErrBusy), errors.Is(err, context.Canceled):
		return exitTryAgain
	case errors.As(err, &disk):
		return exitJournal
	case errors.Is(err, platform.ErrTokenRefused), errors.As(err, &token) && !token.Temporary, errors.As(err, &list) && list.Credentials:
		return exitCredentials
	case errors.As(err, &token), errors.As(err, &list):
		return exitUnavailable
	case errors.As(err, &write):
		return exitCannotWrite
	case errors.As(err, &unreadable):
		return exitUnreadable
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return exitNoInput
	}
	return exitBug
}

// exitMessage is what the administrator reads of an error; "" where the command has said it already.
func exitMessage(err error) string {
	if err == nil || err.Error() == "" {
		return ""
	}
	message := err.Error()
	if asked := (*office.AskError)(nil); errors.As(err, &asked) {
		message = askText(asked)
	}
	switch exitCode(err) {
	case exitUsage:
		return message + "\nRun 'voucherbul --help' for the commands and their options."
	case exitNoInput:
		return message + ": nothing was sent; check the path and its permissions"
	case exitUnreadable:
		return message + "; nothing was sent"
	case exitJournal:
		if strings.Contains(message, "malformed") || strings.Contains(message, "not a database") {
			return message + "\nThis is no journal, or a damaged one. If it is the journal, do not delete it and do not start a new one: what was sent would be unknown. Restore it from a backup."
		}
		return message + "\nWhat was sent is in the journal. Put the cause right (a full disk, permissions) and run the same command again."
	case exitTryAgain:
		if errors.Is(err, context.Canceled) {
			return "interrupted before anything was sent: run the same command again"
		}
		return message + ": nothing was sent by this command; wait for the other to end and give it again"
	case exitBug:
		return message + "\nThis is unexpected: nothing is lost, the journal has every outcome. Please report it."
	}
	return message
}

// askText says what cannot be done as it was asked, and which command or flag helps.
func askText(e *office.AskError) string {
	switch e.Why {
	case office.NoRun:
		return e.Error() + ": 'voucherbul runs --limit 0' lists all"
	case office.SeveralRows:
		return fmt.Sprintf("run %s has several rows %d: say which with --file (%s)", e.Run, e.Number, office.MaskText(strings.Join(e.Paths, ", ")))
	case office.NoOutcome:
		return e.Error() + ". An export is sent by 'voucherbul run'; the outcome of an earlier release, or one whose column was deleted, is written again by 'voucherbul runs report RUN'"
	case office.NoList:
		return "--offline: " + e.Error() + ": leave --offline out"
	}
	return e.Error()
}

// resultCode is the exit code of a run, from what became of its rows.
func resultCode(r office.Sent) int {
	code := exitOK
	for _, f := range r.Files {
		if f.Counts[journal.Rejected]+f.Counts[journal.Invalid]+f.Counts[journal.Pending] > 0 {
			code = max(code, exitRejected)
		}
		if f.Counts[journal.Uncertain] > 0 {
			code = max(code, exitUncertain)
		}
	}
	return max(code, stopCode(r.Stop))
}

// clearedCode is the exit code of rows of earlier runs that were in doubt, and are settled now.
func clearedCode(rows []office.DoubtRow) int {
	for _, row := range rows {
		if row.State == journal.Rejected {
			return exitRejected
		}
	}
	return exitOK
}

// stopCode is the exit code of whatever ended early.
func stopCode(s *batch.Stop) int {
	if s == nil {
		return exitOK
	}
	return map[batch.Cause]int{
		batch.Interrupted: exitTryAgain, batch.Credentials: exitCredentials, batch.Unavailable: exitUnavailable,
	}[s.Cause]
}
