-- Part of version 5: the reasons of older releases get the codes of today. One that is not known keeps no code.

-- How the reasons of older releases begin. What follows is the argument, without what it ends with; middle parts two arguments.
-- Where ends is NULL there is none.
CREATE TABLE beginnings (begins TEXT PRIMARY KEY, code TEXT NOT NULL, ends TEXT, middle TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO beginnings VALUES
	('the same file twice in one run', 'copy_of_file', NULL, ''),
	('changed while it is in doubt in run ', 'changed_in_doubt', '', ''),
	('not sent again: unchanged since run ', 'unchanged_since_refused', ' refused it', ''),
	('it goes again in run ', 'superseded', '', ''),
	('no order', 'no_order', NULL, ''),
	('a rule of ours', 'rule_broken', NULL, ''),
	('a rule of ours: activated before it was booked', 'before_booking', NULL, ''),
	('the journal has it: run ', 'in_journal', '', ', row '),
	('corrected and accepted: run ', 'corrected_and_accepted', '', ', row '),
	('run ', 'acquired_in_run', ' has it', ', row '),
	('overtaken: row ', 'overtaken', ' was accepted in an earlier run', ''),
	('changed after it was accepted in run ', 'changed_after_accepted', '', ''),
	('held: its booking is in phase ', 'awaits_booking', '', ''),
	('held: its offer was refused on row ', 'offer_refused', '', ''),
	('waits for an earlier row of the same beneficiary', 'behind_row', NULL, ''),
	('the program ended while the request was on its way', 'program_ended', NULL, ''),
	('found in the list of ISEE outcomes', 'found_in_list', NULL, ''),
	('not in the list of ISEE outcomes: it was not processed', 'not_in_list', NULL, ''),
	('not in the list of ISEE outcomes, attempts used up', 'not_in_list_to_end', NULL, ''),
	('the list of ISEE outcomes has a voucher that may be this row''s, attempts used up', 'unclear_in_list', NULL, ''),
	('refused, and in the list of ISEE outcomes', 'refused_in_list', NULL, ''),
	('refused, and not in the list of ISEE outcomes', 'refused_not_in_list', NULL, ''),
	('marked as executed: ', 'marked_executed', '', ''),
	('executed: ', 'marked_executed', '', ''),
	('marked as not executed: ', 'marked_not_executed', '', ''),
	('not executed: ', 'marked_not_executed', '', ''),
	('the platform is still processing this beneficiary', 'still_processing', NULL, ''),
	('the platform refuses ', 'field_refused', ', which every request has: check operator and send_data_… in the configuration', ''),
	('esito OK with HTTP ', 'ok_with_error', NULL, ''),
	('not reached: ', 'not_reached', '', ''),
	('sent, no answer: ', 'no_answer', '', ''),
	('the server is not trusted: ', 'server_not_trusted', ': check the clock, the URL and the certificates of this machine', ''),
	('the Ocp-Apim-Subscription-Key is wrong or suspended', 'key_refused', NULL, ''),
	('HTTP 2', 'no_esito', NULL, ''),
	('HTTP 401', 'token_refused', NULL, ''),
	('HTTP 404', 'no_service', NULL, ''),
	('HTTP 408', 'gateway_status', NULL, ''),
	('HTTP 429', 'limit', NULL, ''),
	('HTTP 5', 'gateway_status', NULL, ''),
	('interrupted: run the same command again', 'interrupted', NULL, ''),
	('the platform refuses a new token (', 'new_token_refused', NULL, ''),
	('the platform asks to wait ', 'wait_too_long', NULL, ''),
	('the platform has been unavailable for ', 'unavailable', NULL, ''),
	('the list of ISEE outcomes is not at ', 'list_not_reached', NULL, '');

CREATE TABLE reasons (reason TEXT NOT NULL, esito TEXT NOT NULL, begins TEXT, code TEXT NOT NULL DEFAULT '', args TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (reason, esito)) STRICT, WITHOUT ROWID;
INSERT INTO reasons (reason, esito)
	SELECT reason, esito FROM states WHERE reason <> '' UNION SELECT reason, esito FROM attempts WHERE reason <> ''
	UNION SELECT reason, '' FROM runs WHERE reason <> '' UNION SELECT left_reason, '' FROM runs WHERE left_reason <> '';
-- The answer of the platform is the esito, and perhaps a hint behind it.
UPDATE reasons SET code = 'esito' WHERE esito <> '' AND (reason = esito OR substr(reason, 1, length(esito) + 1) = esito || ':');
UPDATE reasons SET begins = (SELECT b.begins FROM beginnings b WHERE substr(reason, 1, length(b.begins)) = b.begins
	ORDER BY length(b.begins) DESC LIMIT 1) WHERE code = '';
UPDATE reasons SET code = b.code, args = CASE
		WHEN b.ends IS NULL THEN ''
		WHEN instr(rest, b.middle) > 0 AND b.middle <> '' THEN
			json_array(substr(rest, 1, instr(rest, b.middle) - 1), substr(rest, instr(rest, b.middle) + length(b.middle)))
		ELSE json_array(rest) END
	FROM (SELECT r.reason AS said, r.esito AS answered, b.*,
			iif(coalesce(b.ends, '') <> '', replace(substr(r.reason, length(b.begins) + 1), b.ends, ''), substr(r.reason, length(b.begins) + 1)) AS rest
		FROM reasons r JOIN beginnings b ON b.begins = r.begins) b
	WHERE reason = b.said AND esito = b.answered;

UPDATE states SET code = r.code, args = r.args FROM reasons r WHERE r.reason = states.reason AND r.esito = states.esito AND r.code <> '';
UPDATE attempts SET code = r.code, args = r.args FROM reasons r WHERE r.reason = attempts.reason AND r.esito = attempts.esito AND r.code <> '';
UPDATE runs SET code = r.code, args = r.args FROM reasons r WHERE r.reason = runs.reason AND r.esito = '' AND r.code <> '';
UPDATE runs SET left_code = 'before_its_turn', left_args = iif(code = '', '', json_array(code)) WHERE reason <> '' AND left_reason = reason;
UPDATE runs SET left_code = r.code FROM reasons r WHERE r.reason = runs.left_reason AND r.esito = '' AND runs.left_code = '' AND r.code = 'behind_row';
-- One reason stood for all that is sent from another place of its run.
UPDATE states SET code = CASE
		WHEN descrizione LIKE '%La modifica non è stata inviata.' THEN 'copy_changed'
		WHEN descrizione LIKE 'Lo stesso ordine è già in questo invio (riga %), con altri dati: %' THEN 'twice_with_other_data'
		ELSE 'twice_in_run' END
	WHERE code = 'copy_of_file' AND descrizione NOT LIKE 'Il file è una copia di %: la riga è inviata da lì.';
DROP TABLE reasons;
DROP TABLE beginnings;
