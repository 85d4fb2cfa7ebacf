package mapping

import "hash/maphash"

// sum takes in all that a request says, member by member: two requests that say something else have other sums.
type sum struct{ hash maphash.Hash }

// texts ends each one, so that "AB", "C" is not "A", "BC".
func (s *sum) texts(texts ...string) {
	for _, text := range texts {
		_, _ = s.hash.WriteString(text)
		_ = s.hash.WriteByte(0)
	}
}

func (s *sum) number(n int) {
	for range 4 {
		_ = s.hash.WriteByte(byte(n))
		n >>= 8
	}
}

func (p Prenotazione) sum(s *sum) {
	a := &p.IndirizzoInstallazione
	s.texts("p", p.Operatore.PartitaIvaOperatore, p.Operatore.CodiceUnivocoOfferta, p.Operatore.TecnologiaPrenotata,
		p.TipoDocumento, p.DataScadenzaDocumento, p.NumeroDocumento, p.NumeroDiTelefono, p.Email, p.Pec,
		a.Via, a.Civico, a.Cap, a.Palazzina, a.Scala, a.Piano, a.Interno, a.CodiceIstatComune, a.Tipo, p.CodiceUnivocoCella)
	s.number(p.VelocitaDownloadMbit)
	if f := p.Famiglia; f != nil {
		s.texts("f", f.CodiceFiscale, f.Cognome, f.Nome, f.Sesso, f.DataDiNascita, f.LuogoDiNascita, f.Tipologia)
		s.number(f.NumeroComponentiNucleoFamigliare)
		s.texts(f.CodiciFiscaliFamigliari...)
	}
	if i := p.Impresa; i != nil {
		s.texts("i", i.PartitaIva, i.RagioneSociale, i.CodiceAteco, i.Tipologia)
	}
}

func (a Attivazione) sum(s *sum) {
	s.texts("a", a.DataAttivazione, a.CodiceFiscale, a.PartitaIva, a.CodiceUnivocoOfferta, a.PartitaIvaOperatore, a.TecnologiaAttivata)
}

func (c Cessazione) sum(s *sum) {
	s.texts("c", c.DataCessazione, c.CodiceFiscale, c.PartitaIva, c.PartitaIvaOperatore)
}

func (d Disdetta) sum(s *sum) { s.texts("d", d.CodiceFiscale, d.PartitaIva, d.PartitaIvaOperatore) }
