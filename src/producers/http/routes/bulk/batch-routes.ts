// Many orders in one request: a line each in, a line each out, while the lines still come.
import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { rememberedAccounts } from "../../../../shared/account/remembered.ts";
import { inOrder } from "../../../../shared/bulk/in-order.ts";
import { type Line, readLines } from "../../../../shared/bulk/lines.ts";
import { placing } from "../../../bulk/place-line.ts";
import { type ResultLine, refusedLine, resultLine } from "../../../bulk/result-line.ts";
import { admission } from "../../access/quota-guard.ts";
import { answers, bodyProblems, shownWith, text, unbuffered } from "../../answers.ts";
import { takesItsTime } from "../../connections/limits.ts";
import { exampleOrders } from "../../example-order.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { type Problem, type ProblemName, problem, typeOf } from "../../problems.ts";
import { enqueueFor } from "../../saving.ts";
import { batchBody, type Cut } from "./batch-body.ts";

/** As the formats of lines of JSON are called. */
const NDJSON = "application/x-ndjson";
const TYPES = [NDJSON, "application/ndjson", "application/jsonl", "application/x-jsonlines"];
/** Orders of a batch that are being decided at once. */
const AT_ONCE = 32;
/** Batches of a gateway at once; each holds so many orders, and what its reader has not read. */
const MOST_BATCHES = 8;
const RETRY_SECONDS = 5;
/**
 * Results that wait for a client which sends everything before it reads anything; then nothing more is read of it. Ten
 * thousand are a third of it.
 */
const UNREAD_BYTES = 16_777_216;
/** Prices that quotas count with may be so old. */
const ACCOUNTS_MS = 1_000;
const SILENT_MS = 30_000;
const LINGER_MS = 1_000;
/** Fastify asks for a limit. A batch ends by itself: when its lines end, or nobody sends or reads any more. */
const NO_LIMIT_MS = 86_400_000;

/** Whoever repeats it is answered anew: each line is known again by its reference, and an Idempotency-Key is not looked at. */
const BY_REFERENCE: object = { idempotency: "none" };

const summary = "Place many orders";
const description = `One order a line (NDJSON, \`${TYPES[0]}\`), as the body of \`POST /v1/certificates\`. The answer has a line for each,
in their order, as soon as it is decided: read it while you send. A client that sends everything first may send ten thousand orders
in one request.

Each line is an order of its own: checked, counted by the quotas of the key and written to the audit trail alone. A line that is
refused stops nothing. Blank lines have no answer; a line is at most 256 KiB long. Whatever breaks in the middle, send the same lines
again: what was accepted is answered with 200, and nothing is bought twice. When the gateway stops, or nothing arrives for 30
seconds, a last line with \`reference: null\` names the line from which nothing was read. With \`dryRun=true\` nothing is kept.`;

const exampleLines = shownWith(z.string().meta({ description: "One order a line, as JSON" }), {
  two: {
    summary: "Two orders",
    value: Object.values(exampleOrders)
      .map(({ value }) => `${JSON.stringify(value)}\n`)
      .join(""),
  },
});

const shop = { status: "ordered", domain: "shop.example.com", product: "Certificate-RapidSSL-RapidSSL" } as const;
const exampleResult: ResultLine = {
  ...{ line: 1, reference: "bill-1001", status: 202 },
  certificate: { reference: "bill-1001", ...shop, years: 1, account: null, tenant: null },
};
const batchAnswer = text("A line for each line", NDJSON, resultLine, exampleResult, unbuffered);

export function batchRoutes(v1: App, needs: GatewayNeeds): void {
  void v1.register(async (app: App) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(TYPES, (_request, body, done) => done(null, body));
    app.addContentTypeParser("*", (_request, _body, done) => done(problem("unsupported-media-type", NO_LINES)));
    const running = new Set<(why: Cut) => void>();
    app.addHook("preClose", async () => {
      for (const stop of running) stop("stopping");
    });

    app.post(
      "/certificates::batch",
      {
        config: { scope: "certificates:write", action: "certificate.order-batch", ...BY_REFERENCE },
        handlerTimeout: NO_LIMIT_MS,
        schema: {
          ...{ tags: ["Certificates"], operationId: "openCertificates", summary, description },
          querystring: z.strictObject({
            dryRun: z.enum(["true", "false"]).optional().meta({ description: "true: check everything, keep nothing" }),
          }),
          consumes: [NDJSON],
          body: exampleLines,
          response: answers({ 200: batchAnswer }, ...bodyProblems),
        },
        // Lines are read while they come.
        validatorCompiler: (route) =>
          route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route as never),
        serializerCompiler: () => (data: unknown) => JSON.stringify(data),
      },
      async (request, reply) => {
        const lines: unknown = request.body;
        if (!(lines instanceof Readable)) throw problem("unsupported-media-type", NO_LINES);
        if (running.size >= MOST_BATCHES)
          throw problem(
            "too-many-requests",
            `This gateway takes ${MOST_BATCHES} batches at once. Send this one later.`,
            {
              headers: { "retry-after": `${RETRY_SECONDS}` },
            },
          );
        takesItsTime(request.raw);
        const body = batchBody(lines, SILENT_MS);
        running.add(body.stop);
        reply.raw.once("close", () => {
          running.delete(body.stop);
          body.stop("gone");
        });
        reply.raw.once("finish", () => hangUp(body.cut, request.raw));
        reply.type(`${TYPES[0]}; charset=utf-8`).header("x-accel-buffering", "no");
        const results = resultLines(request, body, needs);
        return reply.send(Readable.from(results, { objectMode: false, highWaterMark: UNREAD_BYTES }) as never);
      },
    );
  });
}

const NO_LINES = `Send one order a line, as NDJSON, with the Content-Type ${TYPES[0]}.`;

async function* resultLines(
  request: FastifyRequest,
  body: ReturnType<typeof batchBody>,
  needs: GatewayNeeds,
): AsyncGenerator<string> {
  const { actor, from } = request.caller;
  const pages = request.server.problemPages;
  const dryRun = (request.query as { dryRun?: string }).dryRun === "true";
  let begun = 0;
  const read = async function* (): AsyncGenerator<Line> {
    for await (const line of readLines(body.bytes())) {
      // What is held behind the last line feed of a body that did not end is no line.
      if (body.cut !== undefined) return;
      begun = line.number;
      yield line;
    }
  };
  const accounts = rememberedAccounts(needs.accounts, ACCOUNTS_MS);
  const placed = {
    ...needs,
    ...{ actor, from, certificates: needs.certificates, intake: needs.intake },
    admit: admission(request, { ...needs, accounts }, { tries: dryRun }),
    enqueue: (reference: string) => enqueueFor("open", reference, needs),
    onTrouble: (err: unknown) => needs.log.warn({ event: "http.failed", request: request.id, route: ROUTE, err }),
  };
  const place = placing(placed, { dryRun });
  for await (const result of inOrder(read(), AT_ONCE, place)) yield textOf(result, pages);
  const { cut } = body;
  if (cut === "stopping" || cut === "silent")
    yield textOf(refusedLine({ line: begun + 1, reference: null }, cutShort(cut, begun + 1)), pages);
}

const ROUTE = "/v1/certificates:batch";

/** `pages`: where the gateway's pages of problems are. */
function textOf({ problem: no, ...result }: ResultLine, pages: string): string {
  const told = no && { ...no, type: typeOf(no.code as ProblemName, pages) };
  return `${JSON.stringify({ ...result, ...(told && { problem: told }) })}\n`;
}

function cutShort(cut: "stopping" | "silent", line: number): Problem {
  const rest = `Nothing from line ${line} on was read: send these lines again.`;
  if (cut === "stopping") return { name: "unavailable", detail: `The gateway is stopping. ${rest}` };
  return {
    name: "malformed",
    detail: `For ${SILENT_MS / 1_000} s nothing arrived, and the body has not ended. ${rest}`,
  };
}

/** Of a body that was not read to its end: the answer is out, and what still comes is thrown away for a moment, lest it is reset. */
function hangUp(cut: Cut | undefined, request: IncomingMessage): void {
  const { socket } = request;
  if (cut === undefined || cut === "gone" || !(socket instanceof Socket)) return;
  socket.end();
  request.resume();
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
}
