package platform

import (
	"crypto/tls"
	"errors"
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
	Fields       []string      // API names of the fields to look at, most likely first
	Code         esito.Basis   // what it rests on
	Args         []string      // of the code
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
		return Verdict{Class: esito.Configurazione, Code: esito.BasisNotTrusted, Args: []string{plainError(r.Err)}}
	case r.Err != nil && !r.Written:
		return Verdict{Class: esito.Riprovare, Outage: true, Code: esito.BasisNotReached, Args: []string{plainError(r.Err)}}
	case r.Err != nil:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Code: esito.BasisNoAnswer, Args: []string{plainError(r.Err)}}
	case r.Esito == esito.CodeOK && r.HTTP >= 400:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Code: esito.BasisOKWithError, Args: []string{strconv.Itoa(r.HTTP)}}
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
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Esito: true, Wait: r.RetryAfter, Code: esito.BasisEsito}
	}
	if !known {
		return Verdict{Class: esito.Definitivo, Esito: true, Code: esito.BasisEsito}
	}
	v := Verdict{Class: e.Class, Esito: true, OfferRefused: e.Code == esito.CodeOffer, Code: esito.BasisEsito}
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
			v.Class, v.Args = esito.GiaFatto, []string{string(esito.AdviceDoneLook)}
		}
	case esito.CodeState:
		a := esito.Refused(catalogue, op, esito.StateIn(r.Descrizione))
		if v.Class, v.Args = a.Class, []string{string(a.Advice)}; a.OtherOperation {
			v.Fields = []string{"operazione"}
		}
	case esito.CodeRelatives:
		_, list, _ := strings.Cut(r.Descrizione, ":")
		v.Args = naming(esito.AdviceRelatives, codeText.FindAllString(strings.ToUpper(list), -1))
	case esito.CodeDate:
		// These two get their only date of the exchange from the program (A1, A11).
		switch op {
		case mapping.OperationPrenotazione:
			v.Args = []string{string(esito.AdviceDatePrenotazione)}
		case mapping.OperationDisdetta:
			v.Args = []string{string(esito.AdviceDateDisdetta)}
		}
	default:
		if inDoubt && e.Doubt != "" && op == mapping.OperationPrenotazione {
			v.Class, v.Args = e.Doubt, []string{string(esito.AdviceDone)}
		}
	}
	return v
}

// judgeValidation tells bad data from a lock, which share one code (A7), and a fault of the configuration
// from one of the row.
func judgeValidation(v Verdict, r Reply) Verdict {
	if lockText.MatchString(r.Descrizione) {
		return Verdict{Class: esito.Riprovare, Esito: true, Lock: true, Wait: r.RetryAfter, Code: esito.BasisLock}
	}
	_, list, _ := strings.Cut(r.Descrizione, ":")
	var named []string // API names, or whatever else it says
	for _, name := range parameters(list) {
		switch strings.ToLower(name) {
		case "dataprenotazione", "datadisdetta", "partitaivaoperatore", "owner":
			return Verdict{Class: esito.Configurazione, Esito: true, Code: esito.BasisFieldRefused, Args: []string{name}}
		}
		if f, ok := fieldByParameter(name); ok {
			if slices.Contains(v.Fields, f.Name) {
				continue // two codes of one list
			}
			v.Fields = append(v.Fields, f.Name)
			name = f.Name
		}
		named = append(named, name)
	}
	v.Args = naming(esito.AdviceNamed, named)
	return v
}

// naming is an advice and what it names; where that is nothing, the esito has one of its own.
func naming(advice esito.Advice, names []string) []string {
	if len(names) == 0 {
		return nil
	}
	return append([]string{string(advice)}, names...)
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
	if r.Message != "" {
		args = append(args, scrub(r.Message))
	}
	message := strings.ToLower(r.Message)
	switch {
	case r.HTTP == http.StatusUnauthorized && strings.Contains(message, "subscription key"):
		return Verdict{Class: esito.Configurazione, Credentials: true, Code: esito.BasisKeyRefused}
	case r.HTTP == http.StatusUnauthorized, r.HTTP == http.StatusForbidden && tokenText.MatchString(message):
		return Verdict{Class: esito.TokenScaduto, Code: esito.BasisTokenRefused, Args: args}
	case r.HTTP == http.StatusForbidden && strings.Contains(message, "quota"), r.HTTP == http.StatusTooManyRequests:
		return Verdict{Class: esito.Limite, Overload: r.HTTP == http.StatusTooManyRequests, Wait: r.RetryAfter, Code: esito.BasisLimit, Args: args}
	case r.HTTP == http.StatusServiceUnavailable:
		return Verdict{Class: esito.Riprovare, Outage: true, Overload: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args}
	case r.HTTP == http.StatusRequestTimeout:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args}
	case r.HTTP >= 500:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Outage: true, Wait: r.RetryAfter, Code: esito.BasisGateway, Args: args}
	case r.HTTP == http.StatusNotFound:
		return Verdict{Class: esito.Configurazione, Code: esito.BasisNoService, Args: args}
	case r.HTTP == http.StatusForbidden, r.HTTP == http.StatusMethodNotAllowed, r.HTTP == http.StatusUnsupportedMediaType,
		r.HTTP >= 300 && r.HTTP < 400:
		return Verdict{Class: esito.Configurazione, Code: esito.BasisAccessRefused, Args: args}
	case r.HTTP < 300:
		return Verdict{Class: esito.Riprovare, Ambiguous: true, Code: esito.BasisNoEsito, Args: args[:1]}
	}
	return Verdict{Class: esito.Definitivo, Code: esito.BasisUnexpected, Args: args}
}

// isCertificate tells a server that must not be trusted from one that is not reached.
func isCertificate(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate)
}

// scrub takes out of a text what names a person: arguments are told and logged (RULES.md 10, R2).
func scrub(text string) string {
	return personal.ReplaceAllString(text, "***")
}

// plainError keeps addresses and the method, which every message would repeat, out of an argument.
func plainError(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
