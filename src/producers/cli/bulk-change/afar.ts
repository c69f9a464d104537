// Runs at a gateway: `POST /v1/certificates:change`, whose lines are told while they come. A run that is cut off goes on by its
// id; a request that got no answer is sent again under its Idempotency-Key, which names the same run.
import { randomUUID } from "node:crypto";
import { failure, type Result } from "../../../shared/base/result.ts";
import { readLines } from "../../../shared/bulk/lines.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";
import type { Wanted } from "./actions.ts";
import type { Told } from "./carry-out.ts";
import type { ChangeDoor, Going } from "./door.ts";
import type { ChangeLine } from "./lines.ts";
import type { Selected } from "./select.ts";
import type { Filter } from "./where.ts";

/** Until the answer begins: the gateway looks at each certificate before. */
const LOOK_MS = 600_000;
const MOST_TRIES = 3;
const PATH = "/certificates:change";

type Lines = AsyncIterator<ChangeLine>;

export function afarDoor(call: Call): ChangeDoor {
  const send = async (body: object, key: string, query: Record<string, string> = {}): Promise<Lines | Result> => {
    const how = { body, query, ms: LOOK_MS, isStream: true, idempotencyKey: key };
    const answer = await call("POST", PATH, how);
    return isResult(answer) ? answer : linesOf(answer.body as AsyncIterable<Buffer>);
  };

  /** The first line names the run; where it does not come, the same request is sent again. */
  const going = async (body: object): Promise<Going | Result> => {
    const key = randomUUID();
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const lines = await send(body, key);
      if (isResult(lines)) return lines;
      const first = await lines.next().catch(() => undefined);
      const head = first?.done === false ? first.value : undefined;
      if (head?.kind === "run") return { id: head.run, count: head.count, ended: head.ended, results: results(lines) };
    }
    return failure("unknown", NO_HEAD);
  };

  return {
    async look(filter, wanted) {
      const lines = await send({ change: changeOf(wanted), ...meant(filter) }, randomUUID(), { dryRun: "true" });
      if (isResult(lines)) return lines;
      const found: Selected[] = [];
      let isWhole = false;
      try {
        for (let next = await lines.next(); !next.done; next = await lines.next()) {
          if (next.value.kind === "rehearsal") found.push(selectedOf(next.value));
          if (next.value.kind === "end") isWhole = next.value.complete;
        }
      } catch {}
      return isWhole ? found : failure("later", "The list is not whole: the connection broke. Nothing was done.");
    },
    begin: (filter, wanted, how) => going({ change: changeOf(wanted), ...meant(filter), ...how }),
    goOn: (run, action, rate) => going({ run, action, rate }),
  };
}

const NO_HEAD = "The gateway broke the connection before it told the id of the run. Look at the certificates first.";

function meant({ conditions }: Filter): object {
  return conditions.length === 0 ? { all: true } : { where: conditions };
}

function changeOf(wanted: Wanted): object {
  return wanted.action === "policy" ? { action: "policy", ...wanted.body } : wanted;
}

function selectedOf({ kind: _kind, reference, domain, plan, ...rest }: ChangeLine & { kind: "rehearsal" }): Selected {
  const { change, cost, refused } = rest;
  return {
    ...{ reference, domain, plan },
    ...(change !== undefined && { change }),
    ...(cost !== undefined && { cost }),
    ...(refused !== undefined && { refused }),
  };
}

/** What a cut leaves untold is counted as not decided, and goes on by the id of the run. */
async function* results(lines: Lines): AsyncGenerator<Told> {
  try {
    for (let next = await lines.next(); !next.done; next = await lines.next()) {
      if (next.value.kind !== "certificate") continue;
      const { reference, outcome, why } = next.value;
      yield { reference, outcome, ...(why !== undefined && { why }) };
    }
  } catch {}
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<ChangeLine> {
  for await (const line of readLines(bytes)) if ("text" in line) yield JSON.parse(line.text) as ChangeLine;
}
