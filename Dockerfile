# Two stages: Go builds one static binary, the image holds that binary and the certificates it needs.
# No shell, no user but its own. Work in /data: exports, outcomes, journal.
#
#   docker build -t voucherbul .
#   docker run --rm -v "$PWD:/data" voucherbul run --simulator ordini.xlsx
FROM golang:1.26.11-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY cmd cmd
COPY batch batch
COPY mapping mapping
COPY report report
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /voucherbul ./cmd/voucherbul \
 && mkdir -p /empty/data /empty/tmp && chmod 1777 /empty/tmp

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /voucherbul /voucherbul
COPY --from=build --chown=10001:10001 /empty/data /data
COPY --from=build /empty/tmp /tmp
USER 10001:10001
WORKDIR /data
ENTRYPOINT ["/voucherbul"]
