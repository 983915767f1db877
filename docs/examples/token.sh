#!/bin/sh
# Id and secret of a service client for a token that lives for ten minutes, and a request with it.
SENTRA=${SENTRA:-https://sentra.contoh.id}
token=$(curl --silent --show-error --fail --user "$SENTRA_CLIENT_ID:$SENTRA_CLIENT_SECRET" \
    --data grant_type=client_credentials "$SENTRA/api/v1/auth/token" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl --silent --show-error --fail --header "Authorization: Bearer $token" \
    "$SENTRA/api/v1/enterprises?region=35.15&limit=2"
