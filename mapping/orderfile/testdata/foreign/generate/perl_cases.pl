# Workbooks by Excel::Writer::XLSX of Perl: the values, and their expectation by the same plain rules as expect.py.
use strict; use warnings; use utf8;
use Excel::Writer::XLSX;
use JSON::PP;
use File::Basename;
my $out = $ARGV[0] // dirname(__FILE__) . '/..';
my %field = ('Codice fiscale' => 'codiceFiscale', 'Cognome' => 'cognome', 'CAP' => 'cap', 'Data di nascita' => 'dataDiNascita', 'Telefono' => 'numeroDiTelefono');
my $mario = 'RSSMRA85T10H501O';

# expect writes the case: rows of [number, cells, skipped].
sub expect {
    my ($name, $header, $rows, %more) = @_;
    my @made;
    for (@$rows) {
        my ($number, $cells, $skipped) = @$_;
        my %row = (number => $number + 0, cells => [map { "$_" } @$cells]);
        if ($skipped) { $row{skipped} = $skipped }
        else { $row{order} = { map { $header->[$_] && $field{$header->[$_]} && $cells->[$_] ne '' ? ($field{$header->[$_]} => "$cells->[$_]") : () } 0 .. $#$header } }
        push @made, \%row;
    }
    my @unknown = grep { $_ ne '' && !$field{$_} } @$header;
    my %case = (%more, $rows && @$rows ? (header => $header, rows => \@made) : ());
    $case{unknown} = \@unknown if @unknown && @$rows;
    open my $f, '>:raw', "$out/perl-$name.json" or die $!;
    print $f JSON::PP->new->utf8->canonical->indent->indent_length(1)->space_after->encode(\%case);
    close $f;
    return "$out/perl-$name.xlsx";
}

my $header = ['Codice fiscale', 'Cognome', 'CAP', 'Data di nascita'];
for my $epoch (1904) {
    my $wb = Excel::Writer::XLSX->new(expect("dates-$epoch", $header, [[2, [$mario, 'ROSSI', '00184', '10/12/1985']], [3, [$mario, "D'ALÒ & <C>", '184', '10/12/1985 10:30:00']]]));
    $wb->set_1904() if $epoch == 1904;
    my $ws = $wb->add_worksheet('Ordini');
    my $date = $wb->add_format(num_format => 'dd/mm/yyyy');
    $ws->write_row(0, 0, $header);
    $ws->write_string(1, 0, $mario); $ws->write_string(1, 1, 'ROSSI'); $ws->write_string(1, 2, '00184'); $ws->write_date_time(1, 3, '1985-12-10T', $date);
    $ws->write_string(2, 0, $mario); $ws->write_string(2, 1, "D'ALÒ & <C>"); $ws->write_number(2, 2, 184, $wb->add_format(num_format => '00000'));
    $ws->write_date_time(2, 3, '1985-12-10T10:30:00', $wb->add_format(num_format => 'd/m/yy h:mm'));
    $wb->close();
}
{   # write() takes a text of digits for a number: the zeros were gone before anybody read the file
    my $wb = Excel::Writer::XLSX->new(expect('guessed-types', ['Codice fiscale', 'CAP', 'Telefono'], [[2, [$mario, '118', '612345678']]]));
    my $ws = $wb->add_worksheet();
    $ws->write_row(0, 0, ['Codice fiscale', 'CAP', 'Telefono']); $ws->write(1, 0, $mario); $ws->write(1, 1, '00118'); $ws->write(1, 2, '0612345678');
    $wb->close();
}
{
    my $wb = Excel::Writer::XLSX->new(expect('rich-and-formulas', ['Codice fiscale', 'Cognome', 'CAP'], [[2, [$mario, 'ROSSI BIANCHI', '184']], [3, [$mario, 'ROSSI', 'VERO']]]));
    my $ws = $wb->add_worksheet();
    $ws->write_row(0, 0, ['Codice fiscale', 'Cognome', 'CAP']); $ws->write(1, 0, $mario); $ws->write(2, 0, $mario);
    $ws->write_rich_string(1, 1, 'ROSSI ', $wb->add_format(bold => 1), 'BIANCHI'); $ws->write_formula(1, 2, '=100+84', undef, 184);
    $ws->write_formula(2, 1, '="ROS"&"SI"', undef, 'ROSSI'); $ws->write_boolean(2, 2, 1);
    $wb->close();
}
{
    my $h = ['Codice fiscale', 'Cognome', 'Importo'];
    my $wb = Excel::Writer::XLSX->new(expect('table-with-totals', $h, [[2, [$mario, 'ROSSI', 25]], [3, [$mario, 'ROSSI', 30]], [4, ['Somme', '', 0], 'riga di totale: non è un ordine']]));
    my $ws = $wb->add_worksheet();
    $ws->add_table(0, 0, 3, 2, { data => [[$mario, 'ROSSI', 25], [$mario, 'ROSSI', 30]], total_row => 1,
        columns => [{ header => $h->[0], total_string => 'Somme' }, { header => $h->[1] }, { header => $h->[2], total_function => 'sum' }] });
    $wb->close();
}
{
    my $wb = Excel::Writer::XLSX->new(expect('hidden-row', [], [], error => { line => 2, cause => 'hidden' }));
    my $ws = $wb->add_worksheet();
    $ws->write_row(0, 0, ['Codice fiscale', 'Cognome']); $ws->write_row(1, 0, [$mario, 'ROSSI']); $ws->write_row(2, 0, [$mario, 'ROSSI']);
    $ws->set_row(1, undef, undef, 1);
    $wb->close();
}
