// What others wrote is text on every page of the console: scripts, marks that turn a line round, names as long as they may be.
import { expect, test } from "vitest";
import { accountEntry } from "../../../../../src/shared/config/fleet-file.ts";
import { quickScrypt } from "../../../../support/quick-scrypt.ts";
import { peopled } from "../../sign-in/people.ts";
import { anIssue, anOrder, NOW } from "../../world.ts";

quickScrypt();

const SCRIPT = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`;
const LONG = `${"a".repeat(50)}.example.com`;

test("No page runs or loads anything that somebody else wrote, and each stays below 60 KB.", async () => {
  const w = await peopled({ ada: "admin" });
  await w.accounts.publish(
    accountEntry.parse({ id: "main", name: SCRIPT, username: "reseller", password: "secret", minimumBalance: "10.00" }),
  );
  await w.accounts.keepCheck("main", {
    ok: false,
    cause: "refused",
    message: SCRIPT,
    advice: SCRIPT,
    at: NOW.toISOString(),
  });
  await w.call("POST", "/v1/certificates", {
    ...(await anOrder({ tenant: "customer-17" }, LONG)),
    reference: "bill-1001",
  });
  const found = await w.certificates.find("bill-1001");
  if (!found) throw new Error("no order");
  const attention = { code: SCRIPT, message: SCRIPT, since: NOW.toISOString(), who: SCRIPT, by: null, next: SCRIPT };
  const terms = { ...found.record.terms, brand: SCRIPT, customer: { ...found.record.terms.customer, name: SCRIPT } };
  const timeline = [{ at: NOW.toISOString(), event: "certificate.failed", detail: SCRIPT }];
  await w.work("bill-1001", { issue: anIssue, attention: attention as never, terms, timeline: timeline as never });
  await w.redis.hset(w.keys.ledger.meta("main"), "frozen", SCRIPT);
  await w.audit.record({
    who: { kind: "person", id: SCRIPT },
    from: null,
    action: "x.y",
    subject: SCRIPT,
    outcome: "done",
  });
  const cookies = await w.signIn("ada");

  const actions = ["reissue", "policy", "contacts", "mail", "take-in", "extend", "resolve", "cancel", "method"];
  const pages = [
    ...[
      "/",
      "/certificates",
      `/certificates?q=${encodeURIComponent(SCRIPT)}`,
      "/certificates/new",
      "/certificates/change",
    ],
    ...["/certificates/bill-1001", ...actions.map((name) => `/certificates/bill-1001/${name}`)],
    ...["/accounts", "/accounts/main", "/mails", "/webhooks", "/forecast", "/fleet", "/audit", "/people"],
    `/audit?who=${encodeURIComponent(SCRIPT)}`,
  ];
  for (const lang of ["en", "ru"])
    for (const path of pages) {
      const { statusCode, body, headers } = await w.get(`${path}${path.includes("?") ? "&" : "?"}lang=${lang}`, {
        cookies,
      });
      expect([path, statusCode]).toEqual([path, 200]);
      expect([path, /<script(?! src="\/console\/)|<img src=x/.exec(body)?.[0]]).toEqual([path, undefined]);
      expect([
        path,
        Buffer.byteLength(body) < 60_000,
        headers["content-security-policy"]?.toString().startsWith("default-src 'none'; script-src 'self'"),
      ]).toEqual([path, true, true]);
    }
});

test("What does not exist is a page that says so, and so is what somebody may not see.", async () => {
  const w = await peopled({ vera: "viewer" });
  const cookies = await w.signIn("vera");

  const missing = await w.get("/certificates/nobody", { cookies });
  const closed = await w.get("/people", { cookies });

  expect([missing.statusCode, closed.statusCode]).toEqual([404, 403]);
  for (const { headers } of [missing, closed]) expect(headers["content-type"]).toContain("text/html");
});
