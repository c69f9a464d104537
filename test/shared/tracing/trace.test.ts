// One order, two processes, one trace, at a collector that speaks OTLP over HTTP.
import { randomBytes } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { traceFields } from "../../../src/shared/base/tracing/current.ts";
import { anOrder } from "../../producers/http/world.ts";
import { runProgram } from "../../support/process.ts";
import { issued, PASSWORD, world } from "../../support/world.ts";
import { receiver } from "../../workers/webhook/receiver.ts";
import { startCollector } from "./spans.ts";

const soon = { timeout: 60_000, interval: 50 };
const HOOK_SECRET = `whsec_${randomBytes(32).toString("base64")}`;

test("one trace leads from the request that ordered over the worker's purchase at eNom to the customer's mail, through two processes, and tells nothing of who or what it is about", async () => {
  const w = await world();
  const collector = await startCollector();
  const hooks = await receiver(() => [HOOK_SECRET]);
  const file = w.env.CERTFLEET_CONFIG ?? "";
  const hook = { id: "billing", url: hooks.url, secret: HOOK_SECRET, allowPrivate: true };
  writeFileSync(file, `${readFileSync(file, "utf8")}\nwebhooks: ${JSON.stringify([hook])}\n`);
  const env = {
    ...w.env,
    ...{
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      LOG_LEVEL: "info",
      PORT: "0",
      CERTFLEET_API_KEY: "k".repeat(40),
    },
  };
  const gateway = runProgram(["gateway"], env);
  const worker = runProgram(["worker", "open", "notify", "webhook"], env);
  const urlOf = () => /gateway {2}(\S+)/.exec(gateway.output())?.[1] ?? "";
  await vi.waitFor(() => expect(urlOf(), gateway.output()).not.toBe(""), soon);
  await vi.waitFor(() => expect(worker.output()).toContain("workers.started"), soon);

  const order = (await anOrder({ reference: "canary-reference" }, "www.canary-shop.com")) as {
    customer: { email: string };
  };
  const caller = { traceId: randomBytes(16).toString("hex"), spanId: randomBytes(8).toString("hex") };
  const answer = await fetch(`${urlOf()}/v1/certificates`, {
    method: "POST",
    headers: {
      traceparent: `00-${caller.traceId}-${caller.spanId}-01`,
      "content-type": "application/json",
      authorization: `Bearer ${env.CERTFLEET_API_KEY}`,
    },
    body: JSON.stringify(order),
  });
  expect(answer.status, await answer.text()).toBe(202);
  await w.until("canary-reference", issued, 60_000);

  const named = (name: string) => collector.spans().find((span) => span.name === name);
  await vi.waitFor(() => {
    for (const name of ["POST /v1/certificates", "enom PurchaseServices", "mail.send", "webhook.deliver"])
      expect(named(name), `${name} in ${[...new Set(collector.spans().map((span) => span.name))]}`).toBeDefined();
  }, soon);
  const { traceId } = caller;
  const trace = () => collector.spans().filter((span) => span.traceId === traceId);
  const has = (service: string, name: string) => trace().some((span) => span.service === service && span.name === name);
  expect(has("certfleet-gateway", "add open.open")).toBe(true);
  expect(has("certfleet-worker", "enom PurchaseServices")).toBe(true);
  expect(has("certfleet-worker", "mail.send")).toBe(true);
  // The delivery of each event of the order, the certificate's included; the receiver is told nothing of the trace.
  await vi.waitFor(() => expect(hooks.taken.map(({ type }) => type)).toContain("certificate.issued"), soon);
  await vi.waitFor(() => expect(has("certfleet-worker", "webhook.deliver")).toBe(true), soon);
  expect(hooks.got.filter(({ headers }) => "traceparent" in headers)).toEqual([]);
  const purchase = trace().find(({ name }) => name === "enom PurchaseServices");
  expect(trace().some(({ name, parentId }) => name === "POST" && parentId === purchase?.spanId)).toBe(true);
  expect(trace().some(({ attributes }) => attributes["db.query.text"] === "evalsha")).toBe(true);
  // Every span hangs on the request that began it all, as soon as those around it have ended.
  await vi.waitFor(() => {
    const ids = new Set(trace().map(({ spanId }) => spanId));
    const roots = trace().filter(({ parentId }) => !ids.has(parentId));
    expect(roots.map(({ name, parentId }) => [name, parentId])).toEqual([["POST /v1/certificates", caller.spanId]]);
  }, soon);

  expect(gateway.output()).toContain(`"trace_id":"${traceId}"`);
  expect(worker.output()).toContain(`"trace_id":"${traceId}"`);
  for (const canary of [
    "canary",
    PASSWORD,
    HOOK_SECRET,
    env.CERTFLEET_API_KEY,
    order.customer.email,
    "BEGIN",
    w.keys.prefix,
  ])
    expect(collector.bytes().includes(canary), canary).toBe(false);
}, 180_000);

test("without a collector no span is made, and nothing of OpenTelemetry is loaded", () => {
  expect(traceFields()).toEqual({});
  const files = globSync("src/**/*.ts").map((file) => ({ file, text: readFileSync(file, "utf8") }));
  const loading = files.filter(({ text }) =>
    /^import (?!type).*"(@opentelemetry\/|@fastify\/otel|bullmq-otel)/m.test(text),
  );
  expect(loading.map(({ file }) => file)).toEqual(["src/shared/tracing/start.ts"]);
  const importing = files.filter(
    ({ text }) => /^(import|export) .*"[./\w-]*\/start\.ts"/m.test(text) && /tracing/.test(text),
  );
  expect(importing.filter(({ file }) => file.includes("tracing"))).toEqual([]);
});
