#!/bin/sh
# Run once by the database's image, when its folder is empty: the role that runs the program and owns no table.
set -eu
psql --set ON_ERROR_STOP=1 --set "password=$(cat /run/secrets/runtime_password)" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE permits LOGIN PASSWORD :'password';
SQL
