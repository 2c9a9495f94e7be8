#!/bin/sh
# All tests: on SQLite, then the data layer, concurrency and Celery on real PostgreSQL and Redis, then those that want
# the machine for themselves (crashes, browser). Goes on after a failure and tells at the end; `test.sh PATH…` passes
# its arguments to the first round and runs no other.
set -u
cd "$(dirname "$0")/.."
python=.venv/bin/python
failed=

round() { # name, command…
    name=$1
    shift
    printf '\n=== %s\n' "$name"
    "$@"
    code=$?
    # 5: nothing was collected, which a round of an unfinished house may meet
    if [ $code -ne 0 ] && [ $code -ne 5 ]; then failed="$failed
  - $name (exit code $code)"; fi
}

if [ $# -gt 0 ]; then exec $python -m pytest "$@"; fi

round "everything on SQLite" \
    $python -m pytest -q -n auto --dist loadscope -m "not e2e and not crash"
round "data layer, concurrency and Celery on PostgreSQL and Redis" \
    $python -m tests.servers -- pytest -q -n auto --dist loadscope -m "servers and not crash and not e2e"
round "killing processes" \
    $python -m pytest -q -m crash
round "in the browser" \
    $python -m pytest -q -m e2e

if [ -n "$failed" ]; then
    printf '\nFAILED:%s\n' "$failed"
    exit 1
fi
printf '\nAll tests passed. What was skipped is listed above with its reason.\n'
