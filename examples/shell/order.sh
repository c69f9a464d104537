#!/bin/sh
# Orders a certificate, waits until it is issued, and prints it as PEM: the certificate first, then its chain.
#
#   sh examples/shell/order.sh REFERENCE > shop.example.com.pem
#
# CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
# CERTFLEET_API_KEY  its key, where it has one
set -eu
base=${CERTFLEET_URL:-http://127.0.0.1:3000}
reference=${1:?Usage: sh order.sh REFERENCE}
wait_seconds=20
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
umask 077
# In a file, so that nobody reads the key in the list of processes.
printf 'header = "Authorization: Bearer %s"\n' "${CERTFLEET_API_KEY:-}" > "$folder/key"
[ -n "${CERTFLEET_API_KEY:-}" ] || : > "$folder/key"

# Sends the same request again until its outcome is known: after no answer (000), a 5xx (503: Redis does not respond),
# 429 and a 409 that asks to wait. Every other refusal stays and ends the program, but for 410: so old a place in the
# feed of events is kept no more. The answer is in $folder/answer, its status in $status.
call() {
  pause=1
  while :; do
    rm -f "$folder/headers" "$folder/answer"
    status=$(curl --silent --config "$folder/key" --max-time $((wait_seconds + 10)) --dump-header "$folder/headers" \
      --output "$folder/answer" --write-out '%{http_code}' "$@") || status=000
    after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$folder/headers" 2>/dev/null || true)
    case $status in
      2?? | 410) return ;;
      000 | 429 | 5??) ;;
      409) [ -n "$after" ] || refuse ;;
      *) refuse ;;
    esac
    echo "no answer yet ($status); the same request is sent again" >&2
    [ "${after:-0}" -gt "$pause" ] || after=$pause
    sleep "$after"
    pause=$((pause < 32 ? pause * 2 : 60))
  done
}

# 409: the reference belongs to another order. 422: wrong fields, each with what is wrong. 401, 403: the key.
refuse() {
  jq --raw-output '"\(.status): \(.detail)", (.errors // [] | .[] | "  \(.field): \(.message)")' "$folder/answer" >&2 ||
    cat "$folder/answer" >&2
  exit 1
}

# What makes two requests one order is the reference. The key makes two requests one request, for repeats only.
jq --arg reference "$reference" '.reference = $reference' "$(dirname "$0")/../order.json" > "$folder/order"
call --request POST "$base/v1/certificates" --data-binary "@$folder/order" --header 'Content-Type: application/json' \
  --header "Idempotency-Key: $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" --header "Prefer: wait=$wait_seconds"

told='' after_event=latest wait=0
while :; do
  # The place in the feed is taken before the order is looked at: what happens in between is not missed.
  call --get "$base/v1/events" --data-urlencode "reference=$reference" --data "after=$after_event" --data "wait=$wait"
  if [ "$status" = 200 ]; then
    after_event=$(jq --raw-output .nextCursor "$folder/answer") wait=$wait_seconds
  else
    after_event=latest wait=0
  fi

  call "$base/v1/certificates/$reference"
  now=$(jq --raw-output '.status + (.attention // empty | ": \(.message) Next: \(.next)") // .status' "$folder/answer")
  [ "$now" = "$told" ] || echo "$now" >&2
  told=$now
  case $now in
    issued* | reissuing*) break ;;
    failed* | cancelled* | expired*)
      jq --raw-output '.failure.message // "There is no valid certificate."' "$folder/answer" >&2
      exit 1
      ;;
  esac
done
call "$base/v1/certificates/$reference/pem"
cat "$folder/answer"
