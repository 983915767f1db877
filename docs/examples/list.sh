#!/bin/sh
# Makers of footwear and leather goods in Sidoarjo, the first two. Nobody needs to sign in.
SENTRA=${SENTRA:-https://sentra.contoh.id}
curl --silent --show-error --fail "$SENTRA/api/v1/enterprises?region=35.15&sector=kulit-alas-kaki&limit=2"
