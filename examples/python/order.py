# Orders a certificate, waits until it is issued, and prints it as PEM: the certificate first, then its chain.
#
#   python3 examples/python/order.py REFERENCE > shop.example.com.pem
#
# CERTFLEET_URL      the gateway (http://127.0.0.1:3000)
# CERTFLEET_API_KEY  its key, where it has one
import http.client
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

BASE = os.environ.get("CERTFLEET_URL", "http://127.0.0.1:3000")
KEY = os.environ.get("CERTFLEET_API_KEY")
WAIT_SECONDS = 20


def request(method, path, body, headers):
    """One request: status (0: no answer), body, and how many seconds to wait before another."""
    headers = {**headers, **({"Authorization": f"Bearer {KEY}"} if KEY else {})}
    asked = urllib.request.Request(BASE + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=WAIT_SECONDS + 10) as answer:
            return answer.status, answer.read().decode(), 0
    except urllib.error.HTTPError as error:
        after = error.headers.get("Retry-After", "")
        return error.code, error.read().decode(), int(after) if after.isdigit() else 0
    except (OSError, http.client.HTTPException):
        return 0, "", 0


def call(method, path, body=None, headers={}):
    """Sends the same request again until its outcome is known: after no answer, a 5xx (503: Redis does not respond),
    429 and a 409 that asks to wait. Every other refusal stays, however often it is repeated, and ends the program, but
    for 410: so old a place in the feed of events is kept no more."""
    pause = 1
    while True:
        status, text, after = request(method, path, body, headers)
        if 200 <= status < 300 or status == 410:
            return status, text
        if not (status == 0 or status >= 500 or status == 429 or (status == 409 and after > 0)):
            sys.exit(refusal(status, text))
        print(f"no answer yet ({status}); the same request is sent again", file=sys.stderr)
        time.sleep(max(pause, after))
        pause = min(pause * 2, 60)


def refusal(status, text):
    """409: the reference belongs to another order. 422: wrong fields, each with what is wrong. 401, 403: the key."""
    try:
        problem = json.loads(text)
    except ValueError:
        problem = {}
    lines = [f"{status}: {problem.get('detail', text)}"]
    lines += [f"  {error['field']}: {error['message']}" for error in problem.get("errors", [])]
    return "\n".join(lines)


def wait_for(reference):
    """Returns when there is a certificate."""
    told, after = None, None
    while True:
        # The place in the feed is taken before the order is looked at: what happens in between is not missed.
        query = {"reference": reference, "after": after or "latest", "wait": WAIT_SECONDS if after else 0}
        status, page = call("GET", "/v1/events?" + urllib.parse.urlencode(query))
        after = json.loads(page)["nextCursor"] if status == 200 else None

        certificate = json.loads(call("GET", f"/v1/certificates/{reference}")[1])
        now, attention = certificate["status"], certificate["attention"]
        if attention:
            now += f": {attention['message']} Next: {attention['next']}"
        if now != told:
            print(now, file=sys.stderr)
        told = now
        if certificate["status"] in ("issued", "reissuing"):
            return
        if certificate["status"] in ("failed", "cancelled", "expired"):
            sys.exit((certificate.get("failure") or {}).get("message", "There is no valid certificate."))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Usage: python3 order.py REFERENCE")
    reference = sys.argv[1]
    order = json.loads((pathlib.Path(__file__).parent.parent / "order.json").read_text())
    order["reference"] = reference
    # What makes two requests one order is the reference. The key makes two requests one request, for repeats only.
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": str(uuid.uuid4()),
        "Prefer": f"wait={WAIT_SECONDS}",
    }
    call("POST", "/v1/certificates", json.dumps(order).encode(), headers)
    wait_for(reference)
    print(call("GET", f"/v1/certificates/{reference}/pem")[1], end="")
