#!/bin/sh
# Makes the namespace and its search attributes. Safe to run before every start: what is there already is left alone.
set -eu

# How long a closed payment, its timeline and its idempotency key are kept.
RETENTION=30d
NAMESPACE=${TEMPORAL_NAMESPACE:-default}

if temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace update --namespace "$NAMESPACE" --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION"
fi

create_search_attributes() {
  temporal operator search-attribute create --namespace "$NAMESPACE" \
    --name HoldfastStatus --type Keyword \
    --name HoldfastProvider --type Keyword \
    --name HoldfastReference --type Keyword \
    --name HoldfastProviderReference --type Keyword \
    --name HoldfastConnection --type Keyword \
    --name HoldfastCurrency --type Keyword \
    --name HoldfastAmount --type Int \
    --name HoldfastExpiresAt --type Datetime \
    --name HoldfastCaller --type Keyword
}

# A new namespace is known to every part of the server only after some seconds.
tries=30
until create_search_attributes; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || exit 1
  sleep 1
done
