<?php
// CSV by fputcsv of PHP.
const MARIO = 'RSSMRA85T10H501O';
$out = $argv[1] ?? __DIR__ . '/..';
$header = ['Codice fiscale', 'Cognome', 'CAP'];
$fields = ['codiceFiscale', 'cognome', 'cap'];

function write(string $name, array $records, callable $put, array $case): void {
    global $out;
    $f = fopen("$out/php-$name.csv", 'wb');
    foreach ($records as $record) $put($f, $record);
    fclose($f);
    file_put_contents("$out/php-$name.json", json_encode($case, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES) . "\n");
}

function right(array $rows): array {
    global $header, $fields;
    $made = [];
    $line = 2;
    foreach ($rows as $row) {
        $made[] = ['number' => $line, 'cells' => $row, 'order' => array_filter(array_combine($fields, $row), fn($v) => $v !== '')];
        $line += 1 + substr_count($row[1], "\n");
    }
    return ['header' => $header, 'rows' => $made];
}

$rows = [[MARIO, 'ROSSI', '00184'], [MARIO, "D'ALÒ \"DE\"; ,", '20121'], [MARIO, "DUE\nRIGHE", ''], [MARIO, 'C:\\ORDINI\\', '00118']];
write('semicolon', [$header, ...$rows], fn($f, $r) => fputcsv($f, $r, ';'), right($rows));
write('comma-crlf', [$header, ...$rows], fn($f, $r) => fputcsv($f, $r, ',', '"', '', "\r\n"), right($rows));
// Unless told not to, PHP leaves the quote after a backslash alone: that is no CSV, and must not be guessed at.
$bad = [[MARIO, 'DETTO \\"IL LUNGO\\"', '00184']];
write('backslash-quote', [$header, ...$bad], fn($f, $r) => fputcsv($f, $r, ';'), ['error' => ['line' => 2, 'cause' => 'quote']]);
