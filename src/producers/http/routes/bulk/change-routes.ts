// Changes of all certificates that a filter means: looked at before, done for whoever says how many there are, told line by line.
import { setMaxListeners } from "node:events";
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { actorId, actorText } from "../../../../shared/authority/actor.ts";
import type { Wanted } from "../../../cli/bulk-change/actions.ts";
import { type ChangeFleet, carryOut } from "../../../cli/bulk-change/carry-out.ts";
import { mismatchText, noRunText, otherRunText } from "../../../cli/bulk-change/door.ts";
import { type ChangeLine, changeLine } from "../../../cli/bulk-change/lines.ts";
import { newRunId, type RunAbout, type RunEntry, runIdOf, runStore } from "../../../cli/bulk-change/run-store.ts";
import { type Selected, select } from "../../../cli/bulk-change/select.ts";
import { EVERYTHING, type Filter, readFilter } from "../../../cli/bulk-change/where.ts";
import { admitChange } from "../../access/quota-guard.ts";
import { answers, bodyProblems, text, unbuffered } from "../../answers.ts";
import { lackedScope } from "../../caller/caller.ts";
import { digestOfBody } from "../../json-body.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { invalid, type ProblemError, problem } from "../../problems.ts";
import { idempotencyKey } from "../../saving.ts";
import { type Begins, changeBody, readChange } from "./change-body.ts";

const NDJSON = "application/x-ndjson";
/** Runs of a gateway at once; each holds the names of its certificates. */
const MOST_RUNS = 4;
const RETRY_SECONDS = 5;
/** Before the answer begins each certificate is looked at. */
const LOOK_MS = 600_000;
/** It ends by itself: when all is decided, or nobody reads any more. */
const NO_LIMIT_MS = 86_400_000;

const summary = "Change many certificates";
const description = `Reissues, extends or changes the policy of all certificates that \`where\` means. With \`dryRun=true\` a line for each
says what would become of it and what it costs, and nothing is done. It is done for whoever says in \`expect\` how many certificates
match; every certificate is meant by \`all: true\` alone, and needs the number as well.

The first line names the run. Then there is a line for each certificate, as soon as it is decided, and at last \`{"kind": "end"}\`.
When anything breaks, send \`{"run": "…"}\`, or the same request with the same Idempotency-Key: both go on with the run, and nothing
is done twice. \`extend\` needs an Idempotency-Key, and the scope \`money:decide\`. Each change is held against the quota of the key and
written to the audit trail alone.`;

const exampleLine: ChangeLine = { kind: "certificate", reference: "bill-1001", outcome: "done" };
const lines = text("A line for each certificate", NDJSON, changeLine, exampleLine, unbuffered);
/** The run is known by the key, and knows what it has done: an answer is not kept beside it. */
const BY_RUN: object = { idempotency: "none", answerMs: LOOK_MS };

interface Going {
  id: string;
  about: RunAbout;
  open: readonly RunEntry[];
  ended: number;
}

export function changeRoutes(app: App, needs: GatewayNeeds): void {
  const runs = runStore(needs);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  let running = 0;
  app.addHook("preClose", async () => stopping.abort());

  app.post(
    "/certificates::change",
    {
      config: { scope: "certificates:write", action: "certificate.change-many", ...BY_RUN },
      handlerTimeout: NO_LIMIT_MS,
      schema: {
        ...{ tags: ["Certificates"], operationId: "changeCertificates", summary, description },
        headers: idempotencyKey,
        querystring: z.strictObject({
          dryRun: z.enum(["true", "false"]).optional().meta({ description: "true: say what would be done" }),
        }),
        body: changeBody,
        response: answers(
          { 200: lines },
          ...(["not-found", "not-now", "idempotency-key-reused", ...bodyProblems] as const),
        ),
      },
      serializerCompiler: () => (data: unknown) => JSON.stringify(data),
    },
    async (request, reply) => {
      const asked = readChange(request.body);
      if ("wanted" in asked) mustBeAllowed(request, asked.wanted);
      if (running >= MOST_RUNS)
        throw problem("too-many-requests", `This gateway carries out ${MOST_RUNS} runs at once. Send this one later.`, {
          headers: { "retry-after": `${RETRY_SECONDS}` },
        });
      running++;
      let isOver = false;
      const over = (): void => {
        if (!isOver) running--;
        isOver = true;
      };
      try {
        const fleet = fleetOf(request, needs);
        const told =
          request.query.dryRun === "true"
            ? rehearsal(await look(mustBegin(asked), fleet))
            : results(await open(request, asked, fleet), { rate: request.body.rate, fleet, signal: stopping.signal });
        reply.type(`${NDJSON}; charset=utf-8`).header("x-accel-buffering", "no");
        const body = Readable.from(told, { objectMode: false });
        body.once("close", over);
        return reply.send(body as never);
      } catch (error) {
        over();
        throw error;
      }
    },
  );

  /** What was begun under the same key goes on; else it is planned and kept. */
  async function open(request: FastifyRequest, asked: ReturnType<typeof readChange>, fleet: ChangeFleet) {
    if ("run" in asked) return goOn(request, asked);
    const key = request.headers["idempotency-key"] as string | undefined;
    if (key === undefined && asked.wanted.action === "extend")
      throw invalid([
        { field: "idempotency-key", message: "is missing: without it a repeated call adds years again." },
      ]);
    const digest = digestOfBody(request);
    const id = key === undefined ? newRunId(fleet.clock.now()) : runIdOf(actorId(fleet.actor), key);
    const before = key === undefined ? undefined : await runs.read(id);
    if (before && before.told.digest !== digest)
      throw problem("idempotency-key-reused", "This Idempotency-Key was sent with another request. Send another key.");
    if (before) return { id, about: before.told, open: before.open, ended: before.ended };
    const { filter, found } = await look(asked, fleet);
    if (asked.expect === undefined)
      throw invalid([{ field: "expect", message: `is missing: ${found.length} certificates match ${filter.text}.` }]);
    if (found.length !== asked.expect) throw problem("not-now", mismatchText(asked.expect, found.length, filter.text));
    const entries = found.map(({ reference, plan }) => ({ reference, plan }));
    const at = fleet.clock.now().toISOString();
    const about = { wanted: asked.wanted, filter: filter.text, who: fleet.who, at, count: entries.length, digest };
    await runs.keep(id, about, entries);
    return { id, about, open: entries, ended: 0 };
  }

  async function goOn(request: FastifyRequest, { run, action }: { run: string; action: string | undefined }) {
    const found = await runs.read(run);
    if (!found) throw problem("not-found", noRunText(run));
    const { wanted } = found.told;
    mustBeAllowed(request, wanted);
    if (action !== undefined && wanted.action !== action) throw problem("not-now", otherRunText(run, wanted.action));
    return { id: run, about: found.told, open: found.open, ended: found.ended };
  }
}

function mustBeAllowed({ caller }: FastifyRequest, { action }: Wanted): void {
  const scope = action === "extend" ? lackedScope(caller, { scope: "money:decide" }) : undefined;
  if (scope) throw problem("forbidden", `To extend needs the scope ${scope}.`, { scope });
}

function mustBegin(asked: ReturnType<typeof readChange>): Begins {
  if ("wanted" in asked) return asked;
  throw invalid([{ field: "run", message: "goes on with a run as it was planned: leave out dryRun." }]);
}

async function look({ wanted, where }: Begins, fleet: ChangeFleet): Promise<{ filter: Filter; found: Selected[] }> {
  const filter = where.length === 0 ? EVERYTHING : filterOf(where);
  return { filter, found: await select(filter, wanted, fleet) };
}

function filterOf(where: readonly string[]): Filter {
  try {
    return readFilter(where);
  } catch (error) {
    throw invalid([{ field: "where", message: (error as Error).message.replace(/^--where:? ?/, "") }]);
  }
}

async function* rehearsal({ found }: { found: readonly Selected[] }): AsyncGenerator<string> {
  for (const each of found) yield lineOf({ kind: "rehearsal", ...each });
  yield lineOf({ kind: "end", complete: true });
}

async function* results(
  { id, about, open, ended }: Going,
  { rate, fleet, signal }: { rate: number; fleet: ChangeFleet; signal: AbortSignal },
): AsyncGenerator<string> {
  yield lineOf({ kind: "run", run: id, filter: about.filter, count: about.count, ended });
  let told = 0;
  for await (const each of carryOut(id, open, { wanted: about.wanted, rate, signal }, fleet)) {
    told++;
    yield lineOf({ kind: "certificate", ...each });
  }
  yield lineOf({ kind: "end", complete: told === open.length });
}

function lineOf(line: ChangeLine): string {
  return `${JSON.stringify(line)}\n`;
}

function fleetOf(request: FastifyRequest, needs: GatewayNeeds): ChangeFleet {
  const { actor, from } = request.caller;
  const { redis, keys, certificates, accounts, policyFor, intake, clock, queues } = needs;
  return {
    ...{ redis, keys, certificates, accounts, policyFor, intake, clock, actor, from, who: actorText(actor) },
    enqueue: queues.enqueue,
    admit: (change) =>
      admitChange(request, change, needs).then(
        () => undefined,
        (error: ProblemError) => {
          if (!("problem" in error)) throw error;
          return error.problem.detail;
        },
      ),
  };
}
