-- Version 2: what was planned never changes and stands apart from what becomes of it, so that a sending writes a narrow
-- line and not the whole order. The Go part of this step fills people.
CREATE TABLE orders (
	id           INTEGER PRIMARY KEY, -- in file order within a run; those of a file, and of a run, follow each other without a gap
	file         INTEGER NOT NULL,
	number       INTEGER NOT NULL,
	cells        TEXT NOT NULL,       -- JSON list
	operation    TEXT NOT NULL,
	beneficiario TEXT NOT NULL,
	who          INTEGER NOT NULL,    -- hash of beneficiario, see people
	key          TEXT NOT NULL,
	request      BLOB,
	problems     TEXT NOT NULL,       -- JSON list
	corrections  TEXT NOT NULL        -- JSON list
) STRICT;

-- An order without a line here is still to be sent, and nothing has happened to it.
CREATE TABLE states (
	id              INTEGER PRIMARY KEY REFERENCES orders,
	state           TEXT NOT NULL,
	not_before      INTEGER NOT NULL DEFAULT 0,
	attempts        INTEGER NOT NULL DEFAULT 0,
	in_doubt        INTEGER NOT NULL DEFAULT 0,
	first_sent_at   INTEGER NOT NULL DEFAULT 0,
	sent_at         INTEGER NOT NULL DEFAULT 0,
	settled_at      INTEGER NOT NULL DEFAULT 0,
	held            INTEGER NOT NULL DEFAULT 0, -- 0 = the platform does not hold it; else rising with every request it came to hold
	http            INTEGER NOT NULL DEFAULT 0,
	esito           TEXT NOT NULL DEFAULT '',
	descrizione     TEXT NOT NULL DEFAULT '',
	fase            TEXT NOT NULL DEFAULT '',
	data_operazione TEXT NOT NULL DEFAULT '',
	data_response   TEXT NOT NULL DEFAULT '',
	class           TEXT NOT NULL DEFAULT '',
	advice          TEXT NOT NULL DEFAULT '',
	reason          TEXT NOT NULL DEFAULT '',
	protocollo      TEXT NOT NULL DEFAULT '',
	lone            INTEGER NOT NULL DEFAULT 0 -- 1 = settled by its only exchange, which this line tells: it is not among attempts
) STRICT;
-- Few rows are ever in doubt: the index costs the others nothing.
CREATE INDEX states_doubt ON states (id) WHERE in_doubt = 1 AND state IN ('uncertain', 'sent');

-- Orders by beneficiary. A whole plan enters it at once, in the order of the hashes, which is what makes it cheap.
CREATE TABLE people (
	who INTEGER NOT NULL,
	id  INTEGER NOT NULL,
	PRIMARY KEY (who, id)
) STRICT, WITHOUT ROWID;

ALTER TABLE files ADD COLUMN first_row INTEGER NOT NULL DEFAULT 0; -- 0 = it has none
ALTER TABLE files ADD COLUMN last_row INTEGER NOT NULL DEFAULT -1;
ALTER TABLE runs ADD COLUMN motivo TEXT NOT NULL DEFAULT ''; -- reason, in Italian
-- What is said of the rows that a run has left when it ended: they have no line of their own in states.
ALTER TABLE runs ADD COLUMN left_descrizione TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN left_advice TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN left_reason TEXT NOT NULL DEFAULT '';

INSERT INTO orders (id, file, number, cells, operation, beneficiario, who, key, request, problems, corrections)
	SELECT id, file, number, cells, operation, beneficiario, 0, key, request, problems, corrections FROM rows ORDER BY id;
INSERT INTO states (id, state, not_before, attempts, in_doubt, first_sent_at, sent_at, settled_at, held, http, esito, descrizione, fase,
		data_operazione, data_response, class, advice, reason, protocollo)
	SELECT id, state, not_before, attempts, in_doubt, first_sent_at, sent_at, settled_at, settled_order, http, esito, descrizione, fase,
		data_operazione, data_response, class, advice, reason, protocollo FROM rows
	WHERE state <> 'planned' OR attempts > 0 OR in_doubt = 1 OR not_before > 0 ORDER BY id;
UPDATE files SET first_row = coalesce((SELECT min(id) FROM rows WHERE file = files.id), 0),
	last_row = coalesce((SELECT max(id) FROM rows WHERE file = files.id), -1);
-- What was tried for a row stands together. The numbers rise with the time at which attempts ended, whatever the clock said.
CREATE TABLE attempts_2 (
	row    INTEGER NOT NULL REFERENCES orders,
	number INTEGER NOT NULL,
	at     INTEGER NOT NULL,
	ended  INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	http   INTEGER NOT NULL,
	esito  TEXT NOT NULL,
	wait   INTEGER NOT NULL,    -- milliseconds
	reason TEXT NOT NULL,
	PRIMARY KEY (row, number)
) STRICT, WITHOUT ROWID;
INSERT INTO attempts_2 SELECT row, id, at, ended, kind, http, esito, wait, reason FROM attempts ORDER BY row, id;
CREATE TABLE numbers (next INTEGER NOT NULL) STRICT; -- the next number of an attempt that is not set aside
INSERT INTO numbers SELECT 1 + max((SELECT coalesce(max(id), 0) FROM attempts), (SELECT coalesce(max(settled_order), 0) FROM rows));
DROP TABLE attempts;
ALTER TABLE attempts_2 RENAME TO attempts;
DROP TABLE rows;
