#!/bin/sh
# Style, types, missing migrations and Django's deployment checks, the last two with the settings of a public server.
# Goes on after a failure and tells at the end.
set -u
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT

step() { # name, command…
    name=$1
    shift
    printf -- '--- %s\n' "$name"
    "$@" || failed="$failed
  - $name"
}

production() {
    env STUDYAPP_DATA_DIR="$data" STUDYAPP_URL=https://study.example.org STUDYAPP_DEBUG=no STUDYAPP_DEMO=no \
        DATABASE_URL= REDIS_URL= EMAIL_URL=smtp://mail.example.org:587?tls=1 $bin/python manage.py "$@"
}

step "ruff check" $bin/ruff check --output-format concise .
step "ruff format" $bin/ruff format --check --output-format concise .
step "mypy" $bin/mypy
step "missing migrations" production makemigrations --check --dry-run
step "deployment" production check --deploy --fail-level WARNING

if [ -n "$failed" ]; then
    printf '\nFAILED:%s\n' "$failed"
    exit 1
fi
printf '\nAll checks passed.\n'
