#!/bin/sh
# Makes Temporal's two databases, or brings them to this server's schema. Safe to run before every start: what is there
# already is left alone.
set -eu

create_or_update() {
  temporal-sql-tool --db "$1" create
  temporal-sql-tool --db "$1" setup-schema -v 0.0
  temporal-sql-tool --db "$1" update-schema --schema-name "$2"
}

create_or_update temporal postgresql/v12/temporal
create_or_update temporal_visibility postgresql/v12/visibility
