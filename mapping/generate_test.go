package mapping_test

import (
	"strings"

	"pgregory.net/rapid"

	"voucherbul/mapping"
)

// anyCodiceFiscale draws the code of a person that does not exist, omocodia included.
func anyCodiceFiscale() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		stem := []byte(rapid.StringMatching(`[A-Z]{6}[0-9]{2}[ABCDEHLMPRST]([04][1-9]|[1256][0-8])[A-Z][0-9]{3}`).Draw(t, "stem"))
		for _, place := range []int{6, 7, 9, 10, 12, 13, 14} {
			if rapid.IntRange(0, 9).Draw(t, "omocodia") == 0 {
				stem[place] = "LMNPQRSTUV"[stem[place]-'0']
			}
		}
		for letter := byte('A'); letter <= 'Z'; letter++ {
			if cf := string(stem) + string(letter); mapping.ValidCodiceFiscale(cf) {
				return cf
			}
		}
		t.Fatalf("no check letter fits %s", stem)
		return ""
	})
}

func anyPartitaIva() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		stem := rapid.StringMatching(`[0-9]{9}[1-9]`).Draw(t, "stem")
		for digit := byte('0'); digit <= '9'; digit++ {
			if p := stem + string(digit); mapping.ValidPartitaIva(p) {
				return p
			}
		}
		t.Fatalf("no check digit fits %s", stem)
		return ""
	})
}

// goodText draws a text that every free-text field takes, spaces to clean away included.
func goodText(limit int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ABCDEFGH ilmnopqr'àèéìòùÀÈÉÌÒÙßñ&.0123456789\u00a0’")), 1, limit-1, -1).Draw(t, "text")
		return "Z" + text // not empty, no date, no error value
	})
}

// goodOrder draws an order that is sent, in the spellings people use.
func goodOrder(op mapping.Operation, kind mapping.Kind) *rapid.Generator[*mapping.Order] {
	return rapid.Custom(func(t *rapid.T) *mapping.Order {
		pick := func(values ...string) string { return rapid.SampledFrom(values).Draw(t, "value") }
		match := func(pattern string) string { return rapid.StringMatching(pattern).Draw(t, "text") }
		relatives := rapid.SliceOfNDistinct(anyCodiceFiscale(), 0, 10, rapid.ID[string]).Draw(t, "relatives")
		o := &mapping.Order{Row: rapid.IntRange(1, 1<<20).Draw(t, "row"), Operazione: pick(string(op), strings.ToUpper(string(op)), " "+string(op))}
		if kind == mapping.Famiglia {
			o.CodiceFiscale = anyCodiceFiscale().Filter(func(cf string) bool { return !strings.Contains(strings.Join(relatives, ";"), cf) }).Draw(t, "cf")
			o.Tipologia = pick("FAM1", "fam2")
		} else {
			o.PartitaIva = anyPartitaIva().Draw(t, "piva")
			o.Tipologia = pick("IMP1", "IMP2")
		}
		o.Cognome, o.Nome, o.RagioneSociale = goodText(100).Draw(t, "cognome"), goodText(100).Draw(t, "nome"), goodText(80).Draw(t, "ragione")
		o.LuogoDiNascita, o.Via = goodText(40).Draw(t, "luogo"), goodText(150).Draw(t, "via")
		o.Sesso = pick("M", "f", "Maschio", "2")
		o.DataDiNascita = pick("1/2/1985", "1985-02-01", "31079", "29/02/2000")
		o.NumeroComponentiNucleoFamigliare = []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"}[len(relatives)]
		o.CodiciFiscaliFamigliari = strings.Join(relatives, pick(";", ", ", " ", "|"))
		o.CodiceAteco = pick("", "62.01.00", "6201")
		o.TipoDocumento, o.NumeroDocumento = pick("CI", "Passaporto", "patente"), match(`[A-Z]{2} ?[0-9]{5}[A-Z]{2}`)
		o.DataScadenzaDocumento = pick("31/12/2030", "2030-12-31", "47848")
		o.NumeroDiTelefono = match(`(\+39 )?(0[1-9]|3[0-9])[0-9] [0-9]{4,7}`)
		o.Email, o.Pec = match(`[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{1,9}\.(it|example\.com)`), pick("", "esempio@pec.example.it")
		o.Civico, o.Interno, o.Scala = match(`[0-9]{1,3}(/[A-Z])?`), pick("", "3", "10.0"), pick("", "A")
		o.Cap, o.CodiceIstatComune, o.Tipo = match(`[0-9]{2,5}`), match(`[0-9]{4,6}`), pick("", "Residenza")
		o.VelocitaDownloadMbit, o.CodiceUnivocoCella = pick("30", "1.000", "100 Mbit/s", "99999"), match(`(20|100)(MN|mn)[0-9]{7}E[0-9]{7}`)
		o.CodiceUnivocoOfferta = match(`OPE[0-9]{3}-[A-Za-z0-9<&>]{1,20}`)
		o.TecnologiaPrenotata, o.TecnologiaAttivata = pick("FTTH", "sat"), pick("FWA", "fttc")
		o.DataAttivazione, o.DataCessazione = pick("20/03/2021", "2021-03-20T10:00:00Z", "01/10/2021"), pick("30/09/2021 18.30", "44469")
		return o
	})
}

// anyText draws what a cell may hold: anything at all, or nearly right, or damaged.
func anyText(f mapping.Field) *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Just(f.Example), rapid.Just(f.Example), rapid.Just(""), rapid.String(),
		rapid.SampledFrom([]string{"#N/D", "#", "1,23457E+10", "03-apr", "31/12/2026", "44275.5", "0", "-1", "Ã¨", ";", "\u00a0", "\x00", "\xff", "+39", "0039",
			"@", "1 giga", "a@b.it", "01234569992", "RSSMRA85T10H501O", "RSSMRA85T10H501O;FOXNNA90A41F205E", "prenotazione", "IMP1", "2026-03-29 02:30", ".0", "999999.0"}),
		rapid.Map(rapid.SliceOfBytesMatching(`.*`), func(b []byte) string { return f.Example + string(b) }),
	)
}
