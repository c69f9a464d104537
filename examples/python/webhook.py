# Takes webhooks: verifies who sent them (Standard Webhooks), remembers which it has, and answers at once.
#
#   CERTFLEET_WEBHOOK_SECRET=whsec_… python3 examples/python/webhook.py [PORT]
#
# CERTFLEET_WEBHOOK_SECRET  as POST /v1/webhooks answered it; while it is changed both, with a blank between them
# WEBHOOK_FOLDER            where the events are written, a file each (the current folder)
import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import re
import sys
import time

SECRETS = os.environ.get("CERTFLEET_WEBHOOK_SECRET", "").split()
FOLDER = pathlib.Path(os.environ.get("WEBHOOK_FOLDER", "."))
TOLERANCE_SECONDS = 300
MOST_BYTES = 1_000_000


def is_genuine(body, headers):
    """Whether somebody who knows one of the secrets signed these very bytes a moment ago."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not re.fullmatch(r"\d{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{id}.{timestamp}.".encode() + body
    for secret in SECRETS:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        if not key:
            continue
        expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        # Several signatures may stand there. compare_digest takes as long for a wrong one as for the right one.
        for signature in headers.get("webhook-signature", "").split(" "):
            if hmac.compare_digest(expected.encode(), signature.encode()):
                return True
    return False


class Receiver(http.server.BaseHTTPRequestHandler):
    timeout = 15

    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        body = self.rfile.read(length) if length <= MOST_BYTES else b""
        id = self.headers.get("webhook-id", "")
        if not is_genuine(body, self.headers) or not re.fullmatch(r"[\w.-]{1,128}", id):
            return self.end(401)
        # The same event may come twice: its id says so. Here the file is there, elsewhere a unique column of a table.
        file = FOLDER / f"{id}.json"
        if not file.exists():
            # Written whole or not at all. What goes wrong here ends without a 2xx, and the event is sent again.
            part = file.with_suffix(".part")
            part.write_bytes(body)
            part.replace(file)
            event = json.loads(body)
            print(event["type"], event["data"].get("reference", ""), file=sys.stderr, flush=True)
        self.end(204)  # work on the file later: an answer that takes longer than 15 seconds counts as none

    def end(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver) as server:
        print(f"listening at http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()
