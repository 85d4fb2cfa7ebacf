package platform

// Code says what a verdict rests on. The journal keeps it (see journal.Code): a code never changes its meaning.
type Code string

// The codes of verdicts, and their arguments.
const (
	CodeEsito         Code = "esito"              // an answer of the platform: its esito says why
	CodeLock          Code = "still_processing"   // an earlier request of the beneficiary
	CodeFieldRefused  Code = "field_refused"      // name of a field that every request has
	CodeOKWithError   Code = "ok_with_error"      // esito OK with an HTTP status that is none
	CodeNotReached    Code = "not_reached"        // error
	CodeNoAnswer      Code = "no_answer"          // error: sent, and the answer was lost
	CodeNotTrusted    Code = "server_not_trusted" // error
	CodeKeyRefused    Code = "key_refused"        // the subscription key
	CodeTokenRefused  Code = "token_refused"
	CodeLimit         Code = "limit"          // too many requests, or out of quota
	CodeGateway       Code = "gateway_status" // the HTTP status says why
	CodeNoService     Code = "no_service"     // no service is at this address
	CodeAccessRefused Code = "access_refused" // to this address, or to this account
	CodeNoEsito       Code = "no_esito"       // an HTTP status of success, and no answer of the platform
	CodeUnexpected    Code = "unexpected_status"
)
