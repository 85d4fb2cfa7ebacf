// Package ordertest makes synthetic orders for tests and measurements, as httptest makes servers: any number
// of people and enterprises that do not exist, with codes whose check characters are right.
//
// Only tests import it. It must not hold a rule of its own: what is valid is asked of package mapping.
package ordertest

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"slices"

	"voucherbul/mapping"
)

// consonants are the letters that stand in a codice fiscale as they do in the name.
const consonants = "BCDFGHJKLMNPQRSTVWXYZ"

// letters are the six letters of person number i: three of the surname, three of the name.
func letters(i int) string {
	code := []byte("TBBZBB")
	for n, place := i/28, 0; n > 0; n, place = n/len(consonants), place+1 {
		code[[]int{1, 2, 4, 5}[place%4]] = consonants[n%len(consonants)]
	}
	return string(code)
}

// CodiceFiscale is the code of synthetic person number i, the same at every call; different people differ
// for i below 21^4 * 28. It fits the name, the sex, the birth date and the place of [Prenotazione].
func CodiceFiscale(i int) string {
	stem := fmt.Sprintf("%s80A%02dH501", letters(i), 1+i%28)
	for check := byte('A'); check <= 'Z'; check++ {
		if cf := stem + string(check); mapping.ValidCodiceFiscale(cf) {
			return cf
		}
	}
	panic("no check letter fits " + stem) // one of 26 always does, unless mapping is broken
}

// PartitaIva is the code of synthetic enterprise number i, below 10 million.
func PartitaIva(i int) string {
	stem := fmt.Sprintf("%07d%03d", i+1, 1+i%100)
	for check := byte('0'); check <= '9'; check++ {
		if p := stem + string(check); mapping.ValidPartitaIva(p) {
			return p
		}
	}
	panic("no check digit fits " + stem)
}

// Prenotazione is a valid booking for person number i.
func Prenotazione(i int) mapping.Order {
	surname, name := letters(i)[:3]+"A", letters(i)[3:]+"O"
	return mapping.Order{
		Operazione: "prenotazione", CodiceFiscale: CodiceFiscale(i), Cognome: surname, Nome: name, Sesso: "M",
		DataDiNascita: fmt.Sprintf("%02d/01/1980", 1+i%28), LuogoDiNascita: "ROMA", NumeroComponentiNucleoFamigliare: "1",
		Tipologia: "FAM1", TipoDocumento: "CI", NumeroDocumento: fmt.Sprintf("CA%07d", i), DataScadenzaDocumento: "10/12/2034",
		NumeroDiTelefono: fmt.Sprintf("333%07d", i%10000000), Email: fmt.Sprintf("prova%d@example.it", i),
		Via: "VIA ROMA", Civico: fmt.Sprint(1 + i%200), Cap: "00184", CodiceIstatComune: "058091", VelocitaDownloadMbit: "100",
		CodiceUnivocoOfferta: "OPE999-FAM1-FTTH-100-1", TecnologiaPrenotata: "FTTH",
	}
}

// PrenotazioneImpresa is a valid booking for enterprise number i.
func PrenotazioneImpresa(i int) mapping.Order {
	o := Prenotazione(i)
	o.CodiceFiscale, o.Cognome, o.Nome, o.Sesso, o.DataDiNascita, o.LuogoDiNascita = "", "", "", "", "", ""
	o.NumeroComponentiNucleoFamigliare, o.DataScadenzaDocumento = "", ""
	o.PartitaIva, o.RagioneSociale, o.Tipologia = PartitaIva(i), fmt.Sprintf("PROVA %d SRL", i), "IMP1"
	o.CodiceUnivocoOfferta = "OPE999-IMP1-FTTH-100-1"
	return o
}

// Disdetta withdraws a booking.
func Disdetta(of mapping.Order) mapping.Order {
	return mapping.Order{Operazione: "disdetta", CodiceFiscale: of.CodiceFiscale, PartitaIva: of.PartitaIva}
}

// WriteCSV writes orders as an export with every column, named canonically.
func WriteCSV(w io.Writer, orders ...mapping.Order) error {
	return WriteExport(w, slices.Values(orders))
}

// WriteExport is WriteCSV for more orders than fit into memory.
func WriteExport(w io.Writer, orders iter.Seq[mapping.Order]) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	fields := mapping.Fields()
	record := make([]string, len(fields))
	for i, f := range fields {
		record[i] = f.Name
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for o := range orders {
		for i, f := range fields {
			record[i] = f.In(&o)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Full is a booking of a family with a value in every column that a prenotazione can have.
func Full(i int) mapping.Order {
	o := Prenotazione(i)
	o.NumeroComponentiNucleoFamigliare, o.CodiciFiscaliFamigliari = "3", CodiceFiscale(i+1_000_000)+";"+CodiceFiscale(i+2_000_000)
	o.Pec, o.Palazzina, o.Scala, o.Piano, o.Interno, o.Tipo = "prova@pec.example.it", "B", "A", "2", "3", "RESIDENZA"
	o.PartitaIvaOperatore, o.CodiceUnivocoCella = "12345678903", "20MN2384000E4245100"
	return o
}
