-- Version 5: why a row, an exchange and a run stand as they do is a code with arguments (a JSON list), beside its texts. The
-- Go part of this step gives the texts of older releases their codes.
ALTER TABLE states ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE states ADD COLUMN args TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE attempts ADD COLUMN args TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN args TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN left_code TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN left_args TEXT NOT NULL DEFAULT '';
