// Stories about one change of many certificates in the console: seen first, confirmed by the number, done once.
import { expect, test, vi } from "vitest";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { peopled } from "../../sign-in/people.ts";
import { anIssue, anOrder } from "../../world.ts";

quickScrypt();

async function shop() {
  const w = await peopled({ otto: "operator" });
  for (let i = 0; i < 3; i++) {
    const reference = `bill-${i}`;
    await w.call("POST", "/v1/certificates", { ...(await anOrder({ tenant: i < 2 ? "acme" : "other" })), reference });
    await w.work(reference, { issue: anIssue });
  }
  const cookies = await w.signIn("otto");
  const url = "/certificates/change";
  const { body } = await w.get(`${url}?customer=acme&status=issued`, { cookies });
  const hidden = Object.fromEntries(
    ["csrf", "once"].map((name) => [name, new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? ""]),
  );
  const send = (fields: Record<string, string>) => w.post(url, { ...hidden, ...fields }, { cookies });
  const modes = async () =>
    Promise.all([0, 1, 2].map(async (i) => (await w.certificates.find(`bill-${i}`))?.record.terms.policy?.mode));
  return { ...w, body, send, modes };
}

const change = { where: "tenant=acme\r\nstatus=issued", action: "policy", "policy.mode": "manual" };

test("The list that one came from becomes the conditions; a preview names each certificate and changes none.", async () => {
  const w = await shop();

  const { statusCode, body } = await w.send({ ...change, act: "preview" });

  expect(w.body).toContain("status=issued\ntenant=acme");
  expect(statusCode).toBe(200);
  expect([...body.matchAll(/<code class="soft">(bill-\d)<\/code>/g)].map(([, each]) => each).sort()).toEqual([
    "bill-0",
    "bill-1",
  ]);
  expect(body).toContain('name="expect" value="2"');
  expect(await w.modes()).toEqual([undefined, undefined, undefined]);
});

test("It is done when the number is typed, to those alone; with another number nothing is.", async () => {
  const w = await shop();

  const careless = await w.send({ ...change, act: "do", expect: "2", confirm: "3" });
  const changedMeanwhile = await w.send({ ...change, act: "do", expect: "5", confirm: "5" });
  const before = await w.modes();
  const sure = await w.send({ ...change, act: "do", expect: "2", confirm: "2", once: "another-form" });

  expect([careless.statusCode, changedMeanwhile.statusCode, sure.statusCode]).toEqual([422, 409, 200]);
  expect(before).toEqual([undefined, undefined, undefined]);
  await vi.waitFor(async () => expect(await w.modes()).toEqual(["manual", "manual", undefined]));
});
