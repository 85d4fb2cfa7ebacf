-- Version 3: the list of ISEE outcomes as it was fetched last, and what earlier lists had.
CREATE TABLE fetches (
	id       INTEGER PRIMARY KEY,
	at       INTEGER NOT NULL,  -- when the list was asked for
	vouchers INTEGER NOT NULL   -- lines it had
) STRICT;

CREATE TABLE vouchers (
	id                INTEGER PRIMARY KEY,
	beneficiario      TEXT NOT NULL,
	protocollo        TEXT NOT NULL,    -- '' where the platform has given none yet
	mark              TEXT NOT NULL,    -- '' with a protocollo; without one what tells vouchers apart: data_prenotazione
	operatore         TEXT NOT NULL,
	data_prenotazione TEXT NOT NULL,    -- as the platform wrote it
	prenotata         INTEGER NOT NULL, -- the same, 0 = it cannot be read
	fase              TEXT NOT NULL,
	first_seen        INTEGER NOT NULL,
	last_seen         INTEGER NOT NULL,
	changed_at        INTEGER NOT NULL, -- first seen in this fase
	fetch             INTEGER NOT NULL REFERENCES fetches -- the latest that had it
) STRICT;
CREATE UNIQUE INDEX vouchers_by_beneficiario ON vouchers (beneficiario, protocollo, mark);
CREATE INDEX vouchers_by_date ON vouchers (prenotata, id);
CREATE INDEX vouchers_without_protocollo ON vouchers (beneficiario) WHERE protocollo = '';
