#!/usr/bin/env bash
# Sends a photo, gets a job at once, polls the job, and saves the picture. Needs curl and python3 (to read JSON).
#
#   HEATSINK_KEY=hs_… paint.sh PHOTO PROMPT OUTPUT
set -euo pipefail

[ $# -eq 3 ] || { echo "usage: paint.sh PHOTO PROMPT OUTPUT" >&2; exit 2; }
readonly photo=$1 prompt=$2 output=$3
readonly url=${HEATSINK_URL:-http://127.0.0.1:8080}
readonly key=${HEATSINK_KEY:?set HEATSINK_KEY to a key of the server}
# The same key with the same request is the same job, so this script may be repeated after a lost connection.
readonly request=${HEATSINK_REQUEST:-$(python3 -c 'import uuid; print(uuid.uuid4())')}

ask() { curl --silent --show-error --fail-with-body --retry 5 --header "Authorization: Bearer $key" "$@"; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]] or "")' "$1"; }

# `--form-string`, because `--form` would read a prompt that begins with @ as a file's name.
answer=$(ask "$url/v1/images/edits" \
    --header "Prefer: respond-async" --header "Idempotency-Key: $request" \
    --form "image=@$photo" --form-string "prompt=$prompt") || { echo "$answer" >&2; exit 1; }
job=$(field id <<<"$answer")
echo "job $job"

while true; do
    status=$(ask "$url/v1/jobs/$job" | field status)
    echo "$status"
    case $status in
        completed) break ;;
        failed | cancelled | expired) ask "$url/v1/jobs/$job" | field error; exit 1 ;;
    esac
    sleep 1
done

ask "$url/v1/jobs/$job/pictures/0" --output "$output"
echo "saved $output"
