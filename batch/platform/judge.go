package platform

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"voucherbul/batch/platform/esito"
	"voucherbul/mapping"
)

// Verdict is what one exchange means.
type Verdict struct {
	Class        esito.Class
	Ambiguous    bool          // the request may have been applied: it must not simply go again
	Overload     bool          // it has too much to do: where it does not say how long to wait, the pace must slow down
	Outage       bool          // the platform, not the row, is in trouble: the breaker counts it
	Esito        bool          // it is the platform's answer about this row, not one from what stands before it
	OfferRefused bool          // other rows with the same offer would get the same
	Credentials  bool          // key or account were refused
	Lock         bool          // the platform is still working on an earlier request of this beneficiary
	Wait         time.Duration // how long the platform asks to wait; 0 = it does not say
	Advice       string        // Italian, for the back office: "Cosa fare"
	Fields       []string      // API names of the fields to look at, most likely first
	Named        []string      // what a REQUEST_VALIDATION_NOK names: API names, or whatever else it says
	Relatives    []string      // codici fiscali of the household that a NOK_003 names
	Code         esito.Basis   // what it rests on
	Args         []string      // of the code
	Reason       string        // English, for the administrator and the journal
	Motivo       string        // the same in Italian, for the outcome of a run that it stops
}

var (
	lockText  = regexp.MustCompile(`(?i)stiamo\s+gi\S+\s+elaborando`) // gia', già, or what an encoding made of it
	personal  = regexp.MustCompile(`(?i)\b[a-z]{6}[0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{2}[a-z][0-9lmnpqrstuv]{3}[a-z]\b|\b[0-9]{11}\b|[^\s@<>"']+@[^\s@<>"']+`)
	codeText  = regexp.MustCompile(`\b[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]\b`) // a codice fiscale
	tokenText = regexp.MustCompile(`unauthorized|token|jwt`)                                                            // what some services say with 403 instead of 401
)

// Judge decides what a reply means for a row of this operation (RULES.md 3.2). inDoubt means that an earlier answer to the
// row was lost. Some refusals then prove that the earlier request was applied. A nil catalogue is today's.
func Judge(op mapping.Operation, r Reply, inDoubt bool, catalogue *mapping.Catalogue) Verdict {
	switch {
	case isCertificate(r.Err):
		return Verdict{Class: esito.Configurazione, Code: esito.BasisNotTrusted, Args: []string{plainError(r.Err)}, Reason: "the server is not trusted: " + plainError(r.Err) + ": check the clock, the URL and the certificates of this machine",
			Motivo: "Il certificato del server non è valido per questa macchina: controllare l'orologio, l'indirizzo del servizio e i certificati."}
	case r.Err != nil && !r.Written:
		return Verdict{Class: esito.Riprovare, Outage: true, Code: esito.BasisNotReached, Args: []string{plainError(r.Err)}, Reason: "not reached: " + plainError(r.Err)}
	case r.Err != nil:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Code: esito.BasisNoAnswer, Args: []string{plainError(r.Err)}, Reason: "sent, no answer: " + plainError(r.Err)}
	case r.Esito == esito.CodeOK && r.HTTP >= 400:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Code: esito.BasisOKWithError, Args: []string{strconv.Itoa(r.HTTP)}, Reason: fmt.Sprintf("esito OK with HTTP %d", r.HTTP)}
	case r.Esito != "":
		return judgeEsito(op, r, inDoubt, catalogue)
	default:
		return judgeGateway(r)
	}
}

// judgeEsito reads the platform's own answers (Appendice A).
func judgeEsito(op mapping.Operation, r Reply, inDoubt bool, catalogue *mapping.Catalogue) Verdict {
	e, known := esito.Called(r.Esito)
	if !known && r.HTTP >= 500 {
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Esito: true, Wait: r.RetryAfter, Code: esito.BasisEsito, Reason: r.Esito}
	}
	if !known {
		return Verdict{Class: esito.Definitivo, Esito: true, Code: esito.BasisEsito, Reason: r.Esito,
			Advice: "Codice non previsto dalla specifica: leggere la descrizione e, se non basta, chiedere a Infratel."}
	}
	v := Verdict{Class: e.Class, Esito: true, OfferRefused: e.Code == esito.CodeOffer, Advice: e.Advice, Code: esito.BasisEsito, Reason: r.Esito}
	for _, f := range e.FieldsOf(op) {
		v.Fields = append(v.Fields, f.Name)
	}
	switch e.Code {
	case esito.CodeValidation:
		return judgeValidation(v, r)
	case esito.CodeProcessing:
		v.Ambiguous, v.Outage, v.Wait = true, true, r.RetryAfter
	case esito.CodeNoRequest:
		if inDoubt && op.Effect() == mapping.EndsVoucher {
			v.Class, v.Advice = esito.GiaFatto, "L'invio precedente risulta eseguito: verificare sul portale Voucher BUL."
			v.Args = []string{string(esito.AdviceDoneLook)}
		}
	case esito.CodeState:
		a := esito.Refused(catalogue, op, esito.StateIn(r.Descrizione))
		v.Args = []string{string(a.Advice)}
		if v.Class, v.Advice = a.Class, a.Advice.Text(); a.OtherOperation {
			v.Fields = []string{"operazione"}
		}
	case esito.CodeRelatives:
		_, list, _ := strings.Cut(r.Descrizione, ":")
		if v.Relatives = codeText.FindAllString(strings.ToUpper(list), -1); len(v.Relatives) > 0 {
			v.Args = append([]string{string(esito.AdviceRelatives)}, v.Relatives...)
		}
	case esito.CodeDate:
		// These two get their only date of the exchange from the program (A1, A11).
		switch op {
		case mapping.OperationPrenotazione:
			v.Args = []string{string(esito.AdviceDatePrenotazione)}
			v.Reason += ": if the dates of the row are right, try send_data_prenotazione: false"
		case mapping.OperationDisdetta:
			v.Advice = "La riga non contiene date: avvisare chi gestisce il programma."
			v.Args = []string{string(esito.AdviceDateDisdetta)}
			v.Reason += ": the row has no date, try send_data_disdetta: false"
		}
	default:
		if inDoubt && e.Doubt != "" && op == mapping.OperationPrenotazione {
			v.Class, v.Advice = e.Doubt, "L'invio precedente risulta eseguito: nessuna azione."
			v.Args = []string{string(esito.AdviceDone)}
		}
	}
	return v
}

// judgeValidation tells bad data from a lock, which share one code (A7), and a fault of the configuration
// from one of the row.
func judgeValidation(v Verdict, r Reply) Verdict {
	if lockText.MatchString(r.Descrizione) {
		return Verdict{Class: esito.Riprovare, Esito: true, Lock: true, Wait: r.RetryAfter, Code: esito.BasisLock, Reason: "the platform is still processing this beneficiary",
			Advice: "La piattaforma sta ancora elaborando una richiesta del cliente: inviare di nuovo più tardi."}
	}
	_, list, _ := strings.Cut(r.Descrizione, ":")
	for _, name := range parameters(list) {
		switch strings.ToLower(name) {
		case "dataprenotazione", "datadisdetta", "partitaivaoperatore", "owner":
			return Verdict{Class: esito.Configurazione, Esito: true, Code: esito.BasisFieldRefused, Args: []string{name}, Reason: "the platform refuses " + name + ", which every request has: check operator and send_data_… in the configuration",
				Motivo: "La piattaforma rifiuta " + name + ", che è in ogni richiesta: controllare operator e send_data_… nella configurazione (per le date provare con send_data_…: false).",
				Advice: "Errore di configurazione, non della riga: avvisare chi gestisce il programma."}
		}
		if f, ok := fieldByParameter(name); ok {
			if slices.Contains(v.Fields, f.Name) {
				continue // two codes of one list
			}
			v.Fields = append(v.Fields, f.Name)
			name = f.Name
		}
		v.Named = append(v.Named, name)
	}
	if len(v.Named) > 0 {
		v.Args = append([]string{string(esito.AdviceNamed)}, v.Named...)
	}
	v.Advice = v.AdviceFor(nil)
	return v
}

// parameters splits the list of a REQUEST_VALIDATION_NOK and keeps the last name of each path, without the
// place in a list: "famiglia.codiciFiscaliFamigliari[0]".
func parameters(list string) []string {
	var names []string
	for _, path := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",;\r\n", r) }) {
		segments := strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune("./[]", r) })
		for _, segment := range slices.Backward(segments) {
			segment = strings.Trim(segment, " \t\u00a0\"'")
			if segment == "" || strings.Trim(segment, "0123456789") == "" {
				continue
			}
			names = append(names, segment)
			break
		}
	}
	return names
}

func fieldByParameter(name string) (mapping.Field, bool) {
	for _, f := range mapping.Fields() {
		if strings.EqualFold(f.Name, name) {
			return f, true
		}
	}
	return mapping.Field{}, false
}

// judgeGateway reads answers that do not come from the service but from what stands before it (RULES.md 5).
func judgeGateway(r Reply) Verdict {
	args := []string{strconv.Itoa(r.HTTP)}
	reason := fmt.Sprintf("HTTP %d", r.HTTP)
	if r.Message != "" {
		args = append(args, scrub(r.Message))
		reason += ": " + scrub(r.Message)
	}
	message := strings.ToLower(r.Message)
	switch {
	case r.HTTP == http.StatusUnauthorized && strings.Contains(message, "subscription key"):
		return Verdict{Class: esito.Configurazione, Credentials: true, Code: esito.BasisKeyRefused, Reason: "the Ocp-Apim-Subscription-Key is wrong or suspended: copy it again from Gestione Web Service Account",
			Motivo: "Chiave Ocp-Apim-Subscription-Key non valida o sospesa: ricopiarla da Gestione Web Service Account."}
	case r.HTTP == http.StatusUnauthorized, r.HTTP == http.StatusForbidden && tokenText.MatchString(message):
		return Verdict{Class: esito.TokenScaduto, Code: esito.BasisTokenRefused, Args: args, Reason: reason}
	case r.HTTP == http.StatusForbidden && strings.Contains(message, "quota"), r.HTTP == http.StatusTooManyRequests:
		return Verdict{Class: esito.Limite, Overload: r.HTTP == http.StatusTooManyRequests, Wait: r.RetryAfter, Code: esito.BasisLimit, Args: args, Reason: reason}
	case r.HTTP == http.StatusServiceUnavailable:
		return Verdict{Class: esito.Riprovare, Outage: true, Overload: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args, Reason: reason}
	case r.HTTP == http.StatusRequestTimeout:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args, Reason: reason}
	case r.HTTP >= 500:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args, Reason: reason}
	case r.HTTP == http.StatusNotFound:
		return Verdict{Class: esito.Configurazione, Code: esito.BasisNoService, Args: args, Reason: reason + ": check the URL of the service in the configuration",
			Motivo: "L'indirizzo del servizio non esiste (HTTP 404): controllare gli indirizzi nella configurazione."}
	case r.HTTP == http.StatusForbidden, r.HTTP == http.StatusMethodNotAllowed, r.HTTP == http.StatusUnsupportedMediaType,
		r.HTTP >= 300 && r.HTTP < 400:
		return Verdict{Class: esito.Configurazione, Code: esito.BasisAccessRefused, Args: args, Reason: reason + ": check the address in the configuration, and with Infratel whether this account and this machine's address are admitted",
			Motivo: fmt.Sprintf("La piattaforma rifiuta l'accesso (HTTP %d): controllare gli indirizzi nella configurazione e, con Infratel, se l'account e l'indirizzo IP di questa macchina sono abilitati.", r.HTTP)}
	case r.HTTP < 300:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Code: esito.BasisNoEsito, Args: args[:1], Reason: fmt.Sprintf("HTTP %d without an esito", r.HTTP)}
	}
	return Verdict{Class: esito.Definitivo, Code: esito.BasisUnexpected, Args: args, Reason: reason, Advice: "Risposta non prevista dalla specifica: mostrarla a chi gestisce il programma."}
}

// isCertificate tells a server that must not be trusted from one that is not reached.
func isCertificate(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// scrub takes out of a text what names a person: reasons are logged (RULES.md 10, R2).
func scrub(text string) string {
	return personal.ReplaceAllString(text, "***")
}

// plainError keeps addresses and the method, which every message would repeat, out of a reason.
func plainError(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
