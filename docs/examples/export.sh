#!/bin/sh
# Everything that passes a filter as one file: here a regency as CSV.
SENTRA=${SENTRA:-https://sentra.contoh.id}
curl --silent --show-error --fail --output usaha.csv "$SENTRA/api/v1/exports/enterprises.csv?region=35.15"
