#!/bin/sh
# The namespace and the search attributes that workflows are found by. Safe to run again.
set -eu

temporal operator namespace describe --namespace default >/dev/null 2>&1 ||
  temporal operator namespace create --namespace default --retention 30d
until temporal operator search-attribute list --namespace default >/dev/null 2>&1; do sleep 1; done
for attribute in HaruCustomer HaruDomain HaruOutcome; do
  temporal operator search-attribute list --namespace default | grep -q "$attribute" ||
    temporal operator search-attribute create --namespace default --name "$attribute" --type Keyword
done
