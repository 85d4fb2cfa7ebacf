-- Version 4: what the outcome of a run shows and an earlier one did not keep, and which rows go again.
ALTER TABLE runs ADD COLUMN environment TEXT NOT NULL DEFAULT ''; -- production, test, simulator, or the host; '' = unknown
ALTER TABLE runs ADD COLUMN rate REAL NOT NULL DEFAULT -1;        -- requests per second it was allowed; 0 = unlimited, -1 = unknown
ALTER TABLE files ADD COLUMN columns TEXT NOT NULL DEFAULT '';    -- JSON object: its header by the field that it feeds
ALTER TABLE files ADD COLUMN sheet TEXT NOT NULL DEFAULT '';      -- that was read; '' = it has none
ALTER TABLE orders ADD COLUMN dates TEXT NOT NULL DEFAULT '';     -- columns whose cells were dates of the spreadsheet: "3,12"
ALTER TABLE states ADD COLUMN fields TEXT NOT NULL DEFAULT '';    -- API names of the fields that the esito speaks of: "cap,via"

-- Orders that are one and the same order of the customer: the first one, and those that went again. A group has the ID of its
-- first order; one that never went again is in none.
CREATE TABLE again (
	root INTEGER NOT NULL,
	id   INTEGER NOT NULL,
	PRIMARY KEY (root, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX again_by_id ON again (id);
