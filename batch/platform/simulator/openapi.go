package simulator

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// openAPI is the project's reading of the specification; users can keep it.
//
//go:embed openapi.yaml
var openAPI []byte

// OpenAPI returns a copy of the OpenAPI document the simulator checks bodies against.
func OpenAPI() []byte { return slices.Clone(openAPI) }

// bodySchemas holds the ten request schemas of openapi.yaml, loaded once per
// simulator: a request then costs one walk over its body.
type bodySchemas struct {
	famiglia, impresa map[Service]*openapi3.Schema
	options           []openapi3.SchemaValidationOption
}

// loadSchemas reads openapi.yaml. With rejectDates the platform of version 6.0
// is played, where dataPrenotazione and dataDisdetta are «auto valorizzati dal
// sistema» and therefore unknown members (RULES.md A1). also is allowed beside what the file lists.
func loadSchemas(rejectDates bool, also Values, rome *time.Location) (*bodySchemas, error) {
	doc, err := openapi3.NewLoader().LoadFromData(openAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	schema := func(name string) *openapi3.Schema {
		if ref := doc.Components.Schemas[name]; ref != nil && ref.Value != nil {
			return ref.Value
		}
		err = errors.Join(err, fmt.Errorf("openapi.yaml: no schema %s", name))
		return new(openapi3.Schema)
	}
	loaded := &bodySchemas{
		famiglia: map[Service]*openapi3.Schema{
			Prenotazione: schema("PrenotazioneFamiglia"),
			Attivazione:  schema("AttivazioneFamiglia"),
			Cessazione:   schema("CessazioneFamiglia"),
			Disdetta:     schema("DisdettaFamiglia"),
		},
		impresa: map[Service]*openapi3.Schema{
			Prenotazione: schema("PrenotazioneImpresa"),
			Attivazione:  schema("AttivazioneImpresa"),
			Cessazione:   schema("CessazioneImpresa"),
			Disdetta:     schema("DisdettaImpresa"),
		},
		options: []openapi3.SchemaValidationOption{
			openapi3.MultiErrors(),
			openapi3.DisableSchemaErrorDetails(), // bodies hold personal data
			openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
				"date": openapi3.NewCallbackValidator(func(text string) error {
					_, err := time.Parse(layoutDate, text)
					return err
				}),
				"date-time": openapi3.NewCallbackValidator(func(text string) error {
					_, err := parseMoment(text, rome)
					return err
				}),
			}),
		},
	}
	if rejectDates {
		forget(schema("Operatore"), "dataPrenotazione")
		forget(loaded.famiglia[Disdetta], "dataDisdetta")
		forget(loaded.impresa[Disdetta], "dataDisdetta")
	}
	if err != nil {
		return nil, err
	}
	tipologia := func(name string) *openapi3.Schema {
		if ref := schema(name).Properties["tipologia"]; ref != nil && ref.Value != nil {
			return ref.Value
		}
		err = errors.Join(err, fmt.Errorf("openapi.yaml: %s has no tipologia", name))
		return new(openapi3.Schema)
	}
	allow(schema("Tecnologia"), also.Tecnologie)
	allow(schema("TipoDocumento"), also.TipiDocumento)
	allow(tipologia("Famiglia"), also.TipologieFamiglia)
	allow(tipologia("Impresa"), also.TipologieImpresa)
	return loaded, err
}

// allow adds values to an enumeration, whatever their length.
func allow(schema *openapi3.Schema, values []string) {
	for _, v := range values {
		schema.Enum = append(schema.Enum, v)
		if schema.MaxLength != nil && uint64(len(v)) > *schema.MaxLength {
			*schema.MaxLength = uint64(len(v))
		}
	}
}

// forget removes a property, so that it becomes an unknown member.
func forget(schema *openapi3.Schema, property string) {
	delete(schema.Properties, property)
	schema.Required = slices.DeleteFunc(schema.Required, func(name string) bool { return name == property })
}

// findings lists the fields of a body that break its schema: the last segment
// of each path, sorted, each once. The order carries no meaning on the real
// platform either; sorted is at least stable.
func (b *bodySchemas) findings(service Service, body map[string]any) []string {
	// The kind of beneficiary is told by which of the two members is there
	// (RULES.md 2); both or none leaves nothing to check against.
	family, business := "codiceFiscale", "partitaIva"
	if service == Prenotazione {
		family, business = "famiglia", "impresa"
	}
	_, isFamily := body[family]
	_, isBusiness := body[business]
	if isFamily == isBusiness {
		return []string{family, business}
	}
	schema := b.impresa[service]
	if isFamily {
		schema = b.famiglia[service]
	}
	err := schema.VisitJSON(body, b.options...)
	if err == nil {
		return nil
	}
	fields := fieldsOf(err)
	slices.Sort(fields)
	return slices.Compact(fields)
}

// fieldsOf names the fields behind the errors of a schema.
func fieldsOf(err error) []string {
	var many openapi3.MultiError
	if errors.As(err, &many) {
		var fields []string
		for _, one := range many {
			fields = append(fields, fieldsOf(one)...)
		}
		return fields
	}
	var failure *openapi3.SchemaError
	if !errors.As(err, &failure) {
		return []string{"body"}
	}
	if failure.SchemaField == "properties" {
		return unknownMembers(failure)
	}
	path := failure.JSONPointer()
	for _, segment := range slices.Backward(path) {
		if strings.Trim(segment, "0123456789") != "" { // not the index of a list
			return []string{segment}
		}
	}
	return []string{"body"}
}

// unknownMembers names the members additionalProperties: false refuses; the
// error itself points at the object that holds them.
func unknownMembers(failure *openapi3.SchemaError) []string {
	object, _ := failure.Value.(map[string]any)
	var unknown []string
	for name := range object {
		if failure.Schema.Properties[name] == nil {
			unknown = append(unknown, name)
		}
	}
	return unknown
}
