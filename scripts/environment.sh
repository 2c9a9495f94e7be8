#!/bin/sh
# Makes .venv from a lock: `environment.sh app` (what the product needs) or `environment.sh dev` (everything).
# Does nothing when that was done before: a stamp in .venv carries the lock's checksum.
set -eu
cd "$(dirname "$0")/.."
what=$1

stamp() { echo ".venv/.$1-$(cksum <"requirements/$1.txt" | cut -d' ' -f1)"; }

works() { .venv/bin/python -c '' 2>/dev/null; }

# dev.txt holds everything of app.txt
if works && { [ -e "$(stamp "$what")" ] || [ -e "$(stamp dev)" ]; }; then exit 0; fi

python=
for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "Studyapp needs Python 3.11 or newer, and found none. Install it, or say where it is: make run PYTHON=/path/to/python3" >&2
    exit 1
fi

echo "Installing into .venv what requirements/$what.txt names …"
# Wheels only: nothing is built here. --no-deps: a lock is complete. Bytecode is written when a module is first used.
if command -v uv >/dev/null 2>&1; then
    works || uv venv --quiet --clear --python "$python" .venv
    if uv pip install --quiet --python .venv/bin/python --require-hashes --no-deps --only-binary :all: \
        -r "requirements/$what.txt"; then
        touch "$(stamp "$what")"
        exit 0
    fi
    echo "uv could not; trying pip …" >&2
fi
if ! works && ! "$python" -m venv --clear .venv; then
    echo "Python's venv module is incomplete. On Debian and Ubuntu: apt install python3-venv" >&2
    exit 1
fi
.venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null
# -qq: errors only
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps --no-compile \
    --only-binary :all: -r "requirements/$what.txt"
touch "$(stamp "$what")"
