#!/bin/sh
# restore.sh FILE: puts a backup back. Stop Studyapp first. What was there is moved to data/before-<UTC time>.
set -eu
umask 077
file=${1:?"Say what to restore: restore.sh FILE"}
file=$(cd "$(dirname "$file")" && pwd)/$(basename "$file")
cd "$(dirname "$0")/.."
python=${STUDYAPP_PYTHON:-.venv/bin/python}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xzf "$file"

data=$($python deploy/database.py folder)
aside=$data/before-$(date -u +%Y%m%dT%H%M%SZ)
mkdir -p "$aside"
$python deploy/database.py load "$work" "$aside" # stops here when Studyapp is running or the file does not fit
for part in uploads secret_key; do
    if [ -e "$data/$part" ]; then mv "$data/$part" "$aside/"; fi
    if [ -e "$work/$part" ]; then cp -R "$work/$part" "$data/"; fi
done
$python manage.py migrate --no-input --verbosity 0
echo "Restored $file."
rmdir "$aside" 2>/dev/null || echo "What was there before is in $aside."
