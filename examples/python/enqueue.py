# Puts an order straight into the fleet's Redis, and tells whether it was accepted. Needs python3-redis.
#
#   python3 examples/python/enqueue.py REFERENCE
#
# REDIS_URL         redis://[USER:PASSWORD@]HOST:PORT, or unix:///PATH, of the fleet's workers
# CERTFLEET_PREFIX  theirs ({certfleet})
import json
import os
import pathlib
import sys
import time

import redis

CONTRACT = 1
HERE = pathlib.Path(__file__).parent

if len(sys.argv) != 2:
    sys.exit("Usage: python3 enqueue.py REFERENCE")
reference = sys.argv[1]
prefix = os.environ.get("CERTFLEET_PREFIX", "{certfleet}")
answers = f"{prefix}:inbox:answers:{reference}"
keys = [f"{prefix}:inbox:versions", f"{prefix}:inbox", f"{prefix}:inbox:orders", f"{prefix}:inbox:turns", answers]
order = json.loads((HERE / "../order.json").read_text())
order["reference"] = reference
script = (HERE / "../../lua/enqueue.lua").read_text()

try:
    url = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379")
    fleet = redis.Redis.from_url(url, decode_responses=True, socket_timeout=5)
    word, ticket = fleet.eval(script, len(keys), *keys, CONTRACT, reference, json.dumps(order))
    print(word, file=sys.stderr)
    answer = {"status": "waiting"}
    while answer["status"] == "waiting":
        time.sleep(0.2)
        answer = json.loads(fleet.hget(answers, ticket) or '{"status": "gone", "message": "nothing is known of it"}')
except redis.ResponseError as error:  # NOFLEET, VERSION, BADORDER, INBOXFULL, or what Redis says: nothing was put in
    sys.exit(str(error))
except redis.RedisError as error:
    sys.exit(f"{error}: whether the order is there is unknown. Run this again: it is put in once.")
if answer["status"] != "accepted":
    errors = [f"  {error['field']}: {error['message']}" for error in answer.get("errors", [])]
    sys.exit("\n".join([f"refused: {answer['message']}", *errors]))
print(f"{reference} is accepted")
