// A webhook is believed when its signature fits, and never else.
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { verifyWebhook, WebhookRefused } from "../../../src/client/http/client.ts";

const SECRET = `whsec_${Buffer.from("a secret of twenty-four b").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("another one of our webhoo").toString("base64")}`;
const event = {
  id: "1764000000000-0",
  type: "certificate.issued",
  timestamp: "2026-11-30T12:00:00.000Z",
  data: { reference: "bill-1", status: "issued" },
};

function delivery({ at = new Date(), payload = JSON.stringify(event), secret = SECRET } = {}) {
  const headers = {
    "webhook-id": event.id,
    "webhook-timestamp": `${Math.floor(at.getTime() / 1_000)}`,
    "webhook-signature": new Webhook(secret).sign(event.id, at, payload),
  };
  return { payload, headers };
}

test("what the fleet signed is its event, as text, bytes, in Node's headers and in those of fetch, with each of several secrets", () => {
  const { payload, headers } = delivery();
  const capitals = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));

  expect(verifyWebhook(payload, headers, SECRET)).toEqual(event);
  expect(verifyWebhook(Buffer.from(payload), new Headers(headers), SECRET)).toEqual(event);
  expect(verifyWebhook(new TextEncoder().encode(payload), capitals, [OTHER, SECRET])).toEqual(event);
});

test("a changed body, a missing header, another secret, an old one, and what is signed and no event are refused", () => {
  const { payload, headers } = delivery();
  const { "webhook-signature": _signature, ...unsigned } = headers;
  const old = delivery({ at: new Date(Date.now() - 6 * 60_000) });
  const text = delivery({ payload: '"hello"' });

  expect(() => verifyWebhook(payload.replace("bill-1", "bill-2"), headers, SECRET)).toThrow(WebhookRefused);
  expect(() => verifyWebhook(payload, unsigned, SECRET)).toThrow(WebhookRefused);
  expect(() => verifyWebhook(payload, headers, OTHER)).toThrow(WebhookRefused);
  expect(() => verifyWebhook(old.payload, old.headers, SECRET)).toThrow(WebhookRefused);
  expect(() => verifyWebhook(text.payload, text.headers, SECRET)).toThrow("no event of Certfleet");
});

test("a secret that is none is a mistake of the program, and is not shown", () => {
  const { payload, headers } = delivery();

  expect(() => verifyWebhook(payload, headers, "")).toThrow(TypeError);
  expect(() => verifyWebhook(payload, headers, [])).toThrow("there is no secret");
});
