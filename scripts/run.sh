#!/bin/sh
# `make run`: environment, data, then web, worker and beat until Ctrl-C. With demo people, unless the settings say
# that this is a real install (STUDYAPP_DEMO or STUDYAPP_URL is set, in the environment or in .env).
set -eu
cd "$(dirname "$0")/.."
sh scripts/environment.sh app
if [ -z "${STUDYAPP_DEMO:-}${STUDYAPP_URL:-}" ] && ! grep -qsE '^(STUDYAPP_DEMO|STUDYAPP_URL)=.' .env; then
    export STUDYAPP_DEMO=yes
fi
.venv/bin/python manage.py quickstart
exec .venv/bin/python -m studyapp.supervisor
