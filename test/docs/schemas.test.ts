// Promise: who checks by schemas/*.json accepts what the fleet accepts, and can read all that it answers.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test, vi } from "vitest";
import { eventTypeNames, eventTypes } from "../../src/shared/events/event-types.ts";
import { queueNames } from "../../src/shared/queue/jobs.ts";
import { world } from "../producers/http/world.ts";

const root = resolve(import.meta.dirname, "../..");
const files = readdirSync(join(root, "schemas"));
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as Record<string, unknown>;
const ajv = new Ajv2020({ strict: false, validateFormats: false });
/** What is wrong with it; null: nothing. */
const faults = (name: string, data: unknown) => {
  const check = ajv.getSchema(`urn:certfleet:schema:${name}`) ?? ajv.compile(read(`schemas/${name}.json`));
  return check(data) ? null : check.errors;
};

test("There is a schema of each queue's jobs and of all that goes in or comes out, under a name that is no address.", () => {
  const wanted = [
    "order",
    "certificate",
    "problem",
    "event",
    "inbox-answer",
    ...queueNames.map((name) => `job-${name}`),
  ];

  expect(files.sort()).toEqual(wanted.map((name) => `${name}.json`).sort());
  for (const name of wanted)
    expect(read(`schemas/${name}.json`)).toMatchObject({ $id: `urn:certfleet:schema:${name}` });
  expect(files.map((file) => readFileSync(join(root, "schemas", file), "utf8")).join("")).not.toMatch(
    /"\$(id|ref)": "http/,
  );
});

test("The order of the examples fits as order and as job, a certificate and a problem of the gateway fit theirs, and what is wrong fits none.", async () => {
  const { call } = await world();
  const order = read("examples/order.json");

  const accepted = await vi.waitFor(
    async () => {
      const answer = await call("POST", "/v1/certificates", order);
      if (answer.status >= 500) throw new Error("a busy machine");
      return answer;
    },
    { timeout: 15_000 },
  );
  const { status, body: certificate } = accepted;
  const { body: problem } = await call("POST", "/v1/certificates", { ...order, years: 99 });

  expect(status, JSON.stringify(certificate)).toBeLessThan(300);
  expect(faults("order", order)).toBeNull();
  expect(faults("job-open", { v: 1, ...order })).toBeNull();
  expect(faults("certificate", { ...certificate, later: "a field of a later release" })).toBeNull();
  expect(faults("problem", problem)).toBeNull();
  expect(faults("order", { ...order, csr: undefined, unknown: 1 })).not.toBeNull();
  expect(faults("certificate", problem)).not.toBeNull();
  expect(faults("inbox-answer", { status: "waiting" })).toBeNull();
  expect(faults("inbox-answer", { status: "gone" })).not.toBeNull();
});

test("The schema of events tells every type from the others.", () => {
  const { anyOf } = read("schemas/event.json") as { anyOf: { properties: { type: { const: string } } }[] };

  expect(anyOf.map(({ properties }) => properties.type.const)).toEqual(eventTypeNames);
  expect(faults("event", { id: "1-0", type: "certificate.issued", timestamp: "", data: {} })).not.toBeNull();
  expect(Object.keys(eventTypes)).toContain("certificate.issued");
});
