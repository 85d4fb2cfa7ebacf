-- Version 1 of the journal. A published step never changes: a new one is added.
CREATE TABLE runs (
	id          TEXT PRIMARY KEY,
	fingerprint TEXT NOT NULL,              -- of its files and settings: the same command again is the same run
	started_at  INTEGER NOT NULL,           -- milliseconds since 1970, UTC, as every instant here
	planned_at  INTEGER NOT NULL DEFAULT 0, -- 0 = its plan was never finished, so nothing of it was sent
	ended_at    INTEGER NOT NULL DEFAULT 0,
	reported_at INTEGER NOT NULL DEFAULT 0, -- 0 = nobody has been told how it ended
	reason      TEXT NOT NULL DEFAULT ''    -- why it ended early
) STRICT;
CREATE INDEX runs_by_fingerprint ON runs (fingerprint, started_at);

CREATE TABLE files (
	id      INTEGER PRIMARY KEY,
	run     TEXT NOT NULL REFERENCES runs,
	path    TEXT NOT NULL,
	sha256  TEXT NOT NULL,
	header  TEXT NOT NULL,                  -- JSON list of the columns
	unread  TEXT NOT NULL,                  -- JSON list of those that no field knows
	remarks TEXT NOT NULL DEFAULT ''        -- JSON list of Italian sentences about the file as a whole
) STRICT;
CREATE INDEX files_by_run ON files (run);

CREATE TABLE rows (
	id              INTEGER PRIMARY KEY,    -- in file order within a run
	run             TEXT NOT NULL,
	file            INTEGER NOT NULL REFERENCES files,
	number          INTEGER NOT NULL,
	cells           TEXT NOT NULL,          -- JSON list
	operation       TEXT NOT NULL,
	beneficiario    TEXT NOT NULL,
	key             TEXT NOT NULL,
	request         BLOB,
	problems        TEXT NOT NULL DEFAULT '',
	corrections     TEXT NOT NULL DEFAULT '',
	state           TEXT NOT NULL,
	not_before      INTEGER NOT NULL DEFAULT 0,
	attempts        INTEGER NOT NULL DEFAULT 0,
	in_doubt        INTEGER NOT NULL DEFAULT 0,
	first_sent_at   INTEGER NOT NULL DEFAULT 0,
	sent_at         INTEGER NOT NULL DEFAULT 0,
	settled_at      INTEGER NOT NULL DEFAULT 0,
	settled_order   INTEGER NOT NULL DEFAULT 0, -- among the requests held of its beneficiary: clocks can go back
	http            INTEGER NOT NULL DEFAULT 0,
	esito           TEXT NOT NULL DEFAULT '',
	descrizione     TEXT NOT NULL DEFAULT '',
	fase            TEXT NOT NULL DEFAULT '',
	data_operazione TEXT NOT NULL DEFAULT '',
	data_response   TEXT NOT NULL DEFAULT '',
	class           TEXT NOT NULL DEFAULT '',
	advice          TEXT NOT NULL DEFAULT '',
	reason          TEXT NOT NULL DEFAULT '',
	protocollo      TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX rows_by_file ON rows (file, id);
CREATE INDEX rows_open ON rows (run, id) WHERE state IN ('planned', 'pending', 'uncertain', 'sent');
CREATE INDEX rows_doubt ON rows (id) WHERE state IN ('uncertain', 'sent');
CREATE INDEX rows_held ON rows (beneficiario, settled_order) WHERE settled_order > 0;
CREATE INDEX rows_by_beneficiario ON rows (beneficiario, id);

CREATE TABLE attempts (
	id     INTEGER PRIMARY KEY,
	row    INTEGER NOT NULL REFERENCES rows,
	at     INTEGER NOT NULL,
	ended  INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	http   INTEGER NOT NULL,
	esito  TEXT NOT NULL,
	wait   INTEGER NOT NULL,                -- milliseconds
	reason TEXT NOT NULL
) STRICT;
CREATE INDEX attempts_by_row ON attempts (row, id);
