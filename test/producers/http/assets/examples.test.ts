// Promise: what the API's page shows works when it is pasted. Every example of the OpenAPI document is sent to a gateway with
// real workers and the pretended eNom behind it, in the order in which an order lives, and each answer is held against the
// document: its status, its headers and every field.
import { expect, onTestFinished, test } from "vitest";
import { startGateway } from "../../../../src/producers/main.ts";
import type { CertificateRecord } from "../../../../src/shared/certificate/record.ts";
import { bounceList } from "../../../../src/shared/mail/bounces.ts";
import { delivery } from "../../../../src/shared/webhooks/endpoint.ts";
import { webhookStore } from "../../../../src/shared/webhooks/store.ts";
import { issued, world } from "../../../support/world.ts";
import { type Document, type Operation, operationsOf } from "./document.ts";
import { faultsOfAnswer } from "./strict-schema.ts";

const REFERENCE = "bill-1001";
/** Examples make keys, and from the first one on nobody is let in without. */
const KEY = "a-key-that-may-do-everything-here";
const authorization = `Bearer ${KEY}`;

/** Before there are workers, while the owner is asked, and at the very end. Whatever is not named here comes in between. */
const FIRST = ["openCertificate", "resolveAttention", "correctCsr"];
const WHILE_WAITING = ["changeApprover"];
const LAST = ["cancelCertificate"];
/** It never ends by itself: routes/events has a test of it. */
// The stream has no end; a certificate for the example's CSR needs the CA of the pretended eNom.
const NOT_SENT = ["streamEvents", "takeInCertificate"];

/** Of every answer, whatever the call; what is not named here stands in the document. */
const COMMON = new Set(
  "cache-control connection content-length content-security-policy content-type cross-origin-opener-policy cross-origin-resource-policy date keep-alive referrer-policy transfer-encoding x-content-type-options x-frame-options".split(
    " ",
  ),
);

interface Sent {
  name: string;
  url: string;
  init: RequestInit;
}

/** Each example of a call: each body, each query by itself; headers go with the first body. */
function* requestsOf(method: string, path: string, operation: Operation, ids: Record<string, string>): Generator<Sent> {
  const { operationId, parameters = [], requestBody } = operation;
  const value = ({ example, schema }: (typeof parameters)[number]): string =>
    `${example ?? schema.example ?? schema.examples?.[0] ?? schema.default ?? schema.enum?.[0] ?? "true"}`;
  const of = (place: string) => parameters.filter((each) => each.in === place);
  const at = path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const parameter = of("path").find((each) => each.name === name);
    return encodeURIComponent(ids[`${operationId}.${name}`] ?? (parameter ? value(parameter) : ""));
  });
  const required = of("query").filter((each) => each.required);
  const needed = new URLSearchParams(Object.fromEntries(required.map((each) => [each.name, value(each)])));
  const query = (more: URLSearchParams): string => (more.size > 0 ? `?${more}` : "");
  const [type, media] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  const bodies = Object.entries(media?.examples ?? { example: { value: media?.example } });
  const send = (body: unknown, own: Record<string, string>): RequestInit => ({
    method,
    headers: { authorization, ...own, ...(type && { "content-type": type }) },
    ...(type && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  // A key is of one request; nobody is waited for.
  const own: Record<string, string> = { "idempotency-key": operationId, prefer: "wait=1" };
  const headers = Object.fromEntries(of("header").map((each) => [each.name, own[each.name] ?? value(each)]));
  for (const [i, [name, { value: body }]] of bodies.entries())
    yield { name: `${operationId}.${name}`, url: at + query(needed), init: send(body, i === 0 ? headers : {}) };
  for (const parameter of of("query").filter((each) => !each.required)) {
    const more = new URLSearchParams(needed);
    more.append(parameter.name, value(parameter));
    yield { name: `${operationId}?${parameter.name}`, url: at + query(more), init: send(bodies[0]?.[1].value, {}) };
  }
}

test("every example of the document works when it is sent, and is answered as the document says", async () => {
  const w = await world({ owner: "silent" });
  const gateway = await startGateway({ ...w.env, PORT: "0", CERTFLEET_API_KEY: KEY });
  onTestFinished(() => gateway.stop());
  const document = (await (
    await fetch(`${gateway.url}/openapi.json`, { headers: { authorization } })
  ).json()) as Document;
  const ids: Record<string, string> = {};
  const wrong: string[] = [];
  const sent: string[] = [];

  const set = async (change: Partial<CertificateRecord>, state: string): Promise<void> => {
    const found = await w.certificates.find(REFERENCE);
    if (!found) throw new Error("the order is not there");
    await w.certificates.save({ ...found, record: { ...found.record, ...change } }, new Date());
    await w.redis.hset(w.keys.certificate(REFERENCE), "state", state);
  };
  const accepted = async (): Promise<string> => (await w.redis.hget(w.keys.certificate(REFERENCE), "state")) ?? "";
  let first = "";
  const attention = { code: "purchase-unknown", message: "Nobody knows.", since: new Date().toISOString() };
  const park = (state: () => string) => () =>
    set({ wish: null, attention: { ...attention, who: "operator", by: null, next: "Decide." } }, state());
  const quiet = async (): Promise<void> => {
    await w.until(REFERENCE, ({ record }) => record.wish === null && record.reissue === null);
  };

  const bounced = () =>
    bounceList(w.redis, w.keys).add({
      ...{ address: "ada@example.com", answer: "550 5.1.1 No such user here", template: "certificate-issued" },
      at: new Date().toISOString(),
    });

  const hooks = webhookStore(w.redis, w.keys);
  const about = { url: "https://example.com/hooks/certfleet", events: ["*"], allowPrivate: false };
  const aWebhook = (operationId: string) => async (): Promise<string> => {
    const { id } = await hooks.create(about, new Date());
    ids[`${operationId}.id`] = id;
    return id;
  };
  const WEBHOOK_CALLS = ["showWebhook", "changeWebhook", "removeWebhook", "rotateWebhookSecret", "testWebhook"];

  /** What must be so before a call, or one of its examples. */
  const before: Record<string, () => Promise<unknown>> = {
    "resolveAttention.retry": park(() => first),
    "resolveAttention.adopt": park(() => "PARKED"),
    "resolveAttention.notBought": park(() => "PARKED"),
    "resolveAttention.cancel": park(() => first),
    changeApprover: quiet,
    reissueCertificate: quiet,
    correctCsr: () => set({ wish: null, attention: null }, first),
    cancelCertificate: quiet,
    listBounces: bounced,
    clearBounce: bounced,
    ...Object.fromEntries([...WEBHOOK_CALLS, "listDeliveries"].map((id) => [id, aWebhook(id)])),
    showDelivery: async () => {
      const id = await aWebhook("showDelivery")();
      const shown = Object.entries(delivery.shape).map(([name, field]) => [name, field.meta()?.example ?? null]);
      const at = new Date().toISOString();
      const one = { ...Object.fromEntries(shown), firstAt: at, at };
      ids["showDelivery.delivery"] = one.id;
      await w.redis.hset(w.keys.hook(id, "log"), one.id, JSON.stringify(one));
    },
    replayDelivery: async () => {
      await aWebhook("replayDelivery")();
      const { items } = (await (await fetch(`${gateway.url}/v1/events`, { headers: { authorization } })).json()) as {
        items: { id: string }[];
      };
      ids["replayDelivery.delivery"] = items[0]?.id ?? "";
    },
    showJob: async () => {
      ids["showJob.queue"] = "balance-poll";
      ids["showJob.id"] = await w.queues.enqueue("balance-poll", { account: "main" });
    },
  };

  async function sendAll(of: (operationId: string) => boolean): Promise<void> {
    for (const { method, path, operation } of operationsOf(document)) {
      const { operationId } = operation;
      if (!of(operationId) || NOT_SENT.includes(operationId)) continue;
      await before[operationId]?.();
      for (const { name, url, init } of requestsOf(method, path, operation, ids)) {
        await before[name]?.();
        if (before[operationId] === quiet) await quiet();
        const answer = await fetch(gateway.url + url, init);
        const text = await answer.text();
        sent.push(name);
        wrong.push(
          ...faultsOf(answer, text, operation, document).map((fault) => `${name}: ${method} ${url}: ${fault}`),
        );
        if (name === "openCertificate.email") first = await accepted();
      }
    }
  }

  await sendAll((id) => FIRST.includes(id));
  await set({ wish: null, attention: null }, first);
  await w.work(["open", "reissue", "notify", "balance-poll"]);
  await w.queues.enqueue("open", { reference: REFERENCE });
  await w.until(REFERENCE, ({ record }) => record.submittedAt !== null);
  await sendAll((id) => WHILE_WAITING.includes(id));
  await quiet();
  w.enom.settings.owner = "approves";
  await w.until(REFERENCE, issued);
  await sendAll((id) => ![...FIRST, ...WHILE_WAITING, ...LAST].includes(id));
  await sendAll((id) => LAST.includes(id));

  expect(wrong).toEqual([]);
  const calls = new Set(sent.map((name) => name.split(/[.?]/)[0]));
  expect(calls.size).toBe(operationsOf(document).length - NOT_SENT.length);
}, 120_000);

function faultsOf(answer: Response, text: string, operation: Operation, document: Document): string[] {
  const said = operation.responses[answer.status];
  if (!said) return [`the document does not list ${answer.status}: ${text}`];
  if (!answer.ok) return [`${answer.status}: ${text}`];
  const type = answer.headers.get("content-type")?.split(";")[0] ?? "";
  const media = said.content?.[type];
  if (!media) return [`the document does not list ${type} for ${answer.status}`];
  const named = new Set(Object.keys(said.headers ?? {}).map((name) => name.toLowerCase()));
  const unnamed = [...answer.headers.keys()].filter((name) => !COMMON.has(name) && !named.has(name));
  return [
    ...unnamed.map((name) => `the document does not name the header ${name} of ${answer.status}`),
    ...(/\bjson$/.test(type) ? faultsOfAnswer(JSON.parse(text), media.schema, document) : []),
  ];
}
