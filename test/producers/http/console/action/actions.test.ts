// Stories about what one may do with an order in the console: without JavaScript, refused where it must be, and in the audit trail.
import { expect, test } from "vitest";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { type Cookies, peopled } from "../../sign-in/people.ts";
import { anIssue, anOrder } from "../../world.ts";

quickScrypt();

async function shop() {
  const w = await peopled({ vera: "viewer", otto: "operator", mona: "money", ada: "admin" });
  await w.call("POST", "/v1/certificates", { ...(await anOrder()), reference: "bill-1001" });
  await w.work("bill-1001", { issue: anIssue });
  const page = "/certificates/bill-1001";
  /** Opens the form and sends it with what it holds, as a browser without scripts does. */
  async function submit(
    cookies: Cookies,
    url: string,
    typed: Record<string, string>,
    headers: Record<string, string> = {},
  ) {
    const { body } = await w.get(url, { cookies });
    const hidden = [...body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const fields = { ...Object.fromEntries(hidden.map(([, name = "", value = ""]) => [name, value])), ...typed };
    return w.post(url, fields, { cookies, headers });
  }
  return { ...w, page, submit, record: async () => (await w.certificates.find("bill-1001"))?.record };
}

test("An operator changes the policy by a form, comes back to the order, and the audit trail has it under the operator's name.", async () => {
  const w = await shop();
  const cookies = await w.signIn("otto");

  const sent = await w.submit(cookies, `${w.page}/policy`, { "policy.mode": "manual", "policy.beforeDays": "30" });
  const after = await w.get(sent.headers.location as string, { cookies });

  expect([sent.statusCode, sent.headers.location]).toEqual([303, `${w.page}?said=policy`]);
  expect(after.body).toContain("The policy is changed.");
  expect((await w.record())?.terms.policy).toEqual({ mode: "manual", beforeDays: 30 });
  const { items } = await w.audit.list({ action: "certificate.change", limit: 5 });
  expect(items[0]).toMatchObject({ who: { kind: "person", id: "otto" }, subject: "bill-1001", outcome: "done" });
});

test("A change is refused as a page without the token, from another origin, and for a role that may not; nothing is changed.", async () => {
  const w = await shop();
  const [otto, vera] = [await w.signIn("otto"), await w.signIn("vera")];
  const typed = { "policy.mode": "none" };

  const refused = [
    await w.submit(otto, `${w.page}/policy`, { ...typed, csrf: "x" }),
    await w.post(`${w.page}/policy`, typed, { cookies: otto }),
    await w.submit(otto, `${w.page}/policy`, typed, { origin: "https://evil.example" }),
    await w.submit(vera, `${w.page}/policy`, typed),
    await w.submit(otto, `${w.page}/cancel`, { reason: "no", confirm: "bill-1001" }),
  ];

  expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403, 403, 403, 403]);
  for (const { headers } of refused) expect(headers["content-type"]).toContain("text/html");
  expect((await w.record())?.terms.policy).toBeUndefined();
  expect((await w.get(w.page, { cookies: vera })).body).not.toContain(`${w.page}/policy`);
});

test("What the API refuses stands at its field, with everything that was typed, and with the API's status.", async () => {
  const w = await shop();
  const cookies = await w.signIn("otto");

  const { statusCode, body } = await w.submit(cookies, `${w.page}/policy`, {
    "policy.mode": "manual",
    "policy.beforeDays": "soon",
  });

  expect(statusCode).toBe(422);
  expect(body).toMatch(/id="field-policy-beforeDays"[^>]*aria-invalid="true"/);
  expect(body).toContain("must be a whole number from 1 to 200");
  expect(body).toContain('<option value="manual" selected>');
});

test("What costs money says so and wants the reference typed; the same form sent twice is one cancellation.", async () => {
  const w = await shop();
  const cookies = await w.signIn("mona");
  const url = `${w.page}/cancel`;

  const wrong = await w.submit(cookies, url, { reason: "moved away", confirm: "bill-9" });
  const { body } = await w.get(url, { cookies });
  const once = /name="once" value="([^"]+)"/.exec(body)?.[1] ?? "";
  const fields = {
    reason: "moved away",
    confirm: "bill-1001",
    once,
    csrf: /name="csrf" value="([^"]+)"/.exec(body)?.[1] ?? "",
  };
  const twice = [await w.post(url, fields, { cookies }), await w.post(url, fields, { cookies })];

  expect([wrong.statusCode, wrong.body.includes("Type bill-1001 to confirm.")]).toEqual([422, true]);
  expect(body).toContain("To cancel all the same");
  expect(twice.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
  const made = (await w.record())?.timeline.filter(({ event }) => event === "request.made");
  expect(made).toHaveLength(1);
});

test("A CSR that is pasted is read before anything is sent: its names, and what is wrong with it.", async () => {
  const w = await shop();
  const cookies = await w.signIn("otto");
  const { csr } = (await anOrder({}, "www.harbor.example.com")) as { csr: string };

  const good = await w.submit(cookies, `${w.page}/reissue`, { csr, act: "read" });
  const bad = await w.submit(cookies, `${w.page}/reissue`, { csr: "<script>alert(1)</script>", act: "read" });

  expect(good.body).toMatch(/id="csr-facts".*www\.harbor\.example\.com/s);
  expect(bad.body).not.toContain("<script>alert");
  expect((await w.record())?.reissue).toBeNull();
});

test("A mail that is asked for by one form is one mail, however often the form is sent.", async () => {
  const w = await shop();
  const cookies = await w.signIn("otto");
  const url = `${w.page}/mail`;
  const { body } = await w.get(url, { cookies });
  const hidden = ["csrf", "once"].map((name) => [
    name,
    new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? "",
  ]);
  const fields = { ...Object.fromEntries(hidden), template: "certificate-issued" };
  const queued = () => w.queues.all.notify.getJobCountByTypes("waiting", "prioritized", "delayed");
  const before = await queued();

  const twice = [await w.post(url, fields, { cookies }), await w.post(url, fields, { cookies })];

  expect(twice.map(({ statusCode }) => statusCode)).toEqual([303, 303]);
  expect((await queued()) - before).toBe(1);
});
