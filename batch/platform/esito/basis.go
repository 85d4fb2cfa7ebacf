package esito

// Basis is what a verdict about an exchange rests on. The journal keeps it as a code, with its arguments (see journal.Code): a
// basis never changes its meaning.
type Basis string

// What verdicts rest on, and the arguments. An HTTP status comes as it is written, what a gateway says without what names a
// person.
const (
	BasisEsito         Basis = "esito"              // an answer of the platform: its esito says why; then the [Advice] that is not the esito's own, and what that names
	BasisLock          Basis = "still_processing"   // an earlier request of the beneficiary
	BasisFieldRefused  Basis = "field_refused"      // name of a field that every request has
	BasisOKWithError   Basis = "ok_with_error"      // esito OK with an HTTP status that is none: the status
	BasisNotReached    Basis = "not_reached"        // error
	BasisNoAnswer      Basis = "no_answer"          // error: sent, and the answer was lost
	BasisNotTrusted    Basis = "server_not_trusted" // error
	BasisKeyRefused    Basis = "key_refused"        // the subscription key
	BasisTokenRefused  Basis = "token_refused"      // HTTP status, what the gateway says
	BasisLimit         Basis = "limit"              // too many requests, or out of quota: HTTP status, what the gateway says
	BasisGateway       Basis = "gateway_status"     // HTTP status, which says why; what the gateway says
	BasisNoService     Basis = "no_service"         // no service is at this address: HTTP status, what the gateway says
	BasisAccessRefused Basis = "access_refused"     // to this address, or to this account: HTTP status, what the gateway says
	BasisNoEsito       Basis = "no_esito"           // an HTTP status of success, and no answer of the platform: the status
	BasisUnexpected    Basis = "unexpected_status"  // HTTP status, what the gateway says
)
