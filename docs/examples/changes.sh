#!/bin/sh
# The first changes that the client may see. `next` leads on; with `wait` the server holds the request
# until there is something.
SENTRA=${SENTRA:-https://sentra.contoh.id}
token=$(curl --silent --show-error --fail --user "$SENTRA_CLIENT_ID:$SENTRA_CLIENT_SECRET" \
    --data grant_type=client_credentials "$SENTRA/api/v1/auth/token" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl --silent --show-error --fail --header "Authorization: Bearer $token" \
    "$SENTRA/api/v1/changes?since=0&wait=0&limit=5"
