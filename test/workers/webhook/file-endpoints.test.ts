// Endpoints of certfleet.yaml.
import { expect, test } from "vitest";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { makeSecret } from "../../../src/shared/webhooks/endpoint.ts";
import { fileSecrets, publishEndpoints } from "../../../src/workers/webhook/file-endpoints.ts";
import { webhookFleet } from "./fleet.ts";
import { receiver } from "./receiver.ts";

const fileOf = (text: string) => parseFleetFile(text, "certfleet.yaml");

test("an endpoint of the file is called, with the secrets of file and environment; out of the file it is switched off, and goes on when it is back", async () => {
  const [first, second] = [makeSecret(), makeSecret()];
  const r = await receiver(() => [first]);
  const file = fileOf(
    `webhooks: [{ id: billing, url: "${r.url}", secret: [${second}, "\${HOOK}"], events: [certificate.issued], allowPrivate: true }]`,
  );
  const f = await webhookFleet({
    secretsOf: async ({ id }) => fileSecrets(file, { HOOK: first }).get(id) ?? [],
  });
  const publish = (given = file) => publishEndpoints(given, { store: f.store, now: f.clock.now() });

  await publish();
  await f.tell("bill-1", 1);
  await f.tell("bill-1", 0, "certificate.ordered");
  await f.look();
  await publish(fileOf("webhooks: []"));
  expect(await f.store.find("billing")).toMatchObject({ source: "file", state: "off", disabledBecause: "removed" });
  expect(await f.troubles()).toEqual([]); // somebody wanted it so
  await f.tell("bill-1", 2);
  await f.look();
  await publish();
  await publish();
  await f.look();

  expect(r.taken.map(({ data }) => data.number)).toEqual([1, 2]);
});

test("what is wrong is told with its place, and no secret is shown", () => {
  const entry = (words: string) => fileOf(`webhooks: [{ id: a, url: https://billing.example/, ${words} }]`);
  expect(() => entry("secret: sesame, events: [order.done]")).toThrow(
    /^(?!.*sesame).*webhooks\.0\.secret: must be whsec_.*webhooks\.0\.events\.0: must be an event type/s,
  );
  expect(() => fileOf(`webhooks: [{ url: http://billing.example/, secret: ${makeSecret()} }]`)).toThrow(
    /webhooks\.0\.url: must be https/,
  );
  expect(() => fileOf(`webhooks: [{ url: https://billing.example/ }]`)).toThrow(/set either secret or secretFile/);
  const weak = fileOf(`webhooks: [{ id: a, url: https://billing.example/, secret: "\${HOOK}" }]`);
  expect(() => fileSecrets(weak, {})).toThrow(/certfleet\.yaml:1.*uses \$\{HOOK\}, which is not set/);
  expect(() => fileSecrets(weak, { HOOK: "sesame" })).toThrow(/^(?!.*sesame).*must be whsec_/s);
});
