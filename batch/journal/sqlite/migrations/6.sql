-- Version 6: a file knows its place in its run, so that rows are named by run, file and place wherever the journal tells of
-- them. The numbers of files and orders stay its own.
ALTER TABLE files ADD COLUMN place INTEGER NOT NULL DEFAULT 0; -- among the files of the run, from 1
UPDATE files SET place = p.place
	FROM (SELECT id, row_number() OVER (PARTITION BY run ORDER BY id) AS place FROM files) p WHERE p.id = files.id;
CREATE UNIQUE INDEX files_by_place ON files (run, place);
DROP INDEX files_by_run;
