#!/bin/sh
# backup.sh FOLDER: writes FOLDER/studyapp-<UTC time>.tar.gz with database, uploads and secret key, while people study.
# Reads the same settings as the product. Keeps the newest STUDYAPP_BACKUPS_KEPT files (default 14).
set -eu
umask 077
folder=${1:?"Say where to: backup.sh FOLDER"}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/.."
python=${STUDYAPP_PYTHON:-.venv/bin/python}

work=$(mktemp -d "$folder/.backup-XXXXXX")
trap 'rm -rf "$work"' EXIT
$python deploy/database.py dump "$work"

data=$($python deploy/database.py folder)
for part in uploads secret_key; do
    if [ -e "$data/$part" ]; then cp -R "$data/$part" "$work/"; fi
done

name=studyapp-$(date -u +%Y%m%dT%H%M%SZ).tar.gz
tar -C "$work" -czf "$folder/.$name" .
mv "$folder/.$name" "$folder/$name" # a file with its final name is complete
echo "$folder/$name"

# shellcheck disable=SC2012 # names are our own
ls -1 "$folder"/studyapp-*.tar.gz | sort -r | tail -n +"$((${STUDYAPP_BACKUPS_KEPT:-14} + 1))" | while read -r old; do
    rm -- "$old"
done
