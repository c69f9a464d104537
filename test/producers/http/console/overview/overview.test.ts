// Stories about the page at `/`: what an operator sees of the fleet, and who may see it.
import { expect, test } from "vitest";
import { plusDays } from "../../../../../src/shared/base/dates.ts";
import { accountEntry } from "../../../../../src/shared/config/fleet-file.ts";
import { findBrowser, openTab } from "../../browser.ts";
import { anIssue, anOrder, NOW, world } from "../../world.ts";

const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";
const HOSTILE = `<script>alert("x")</script>'`;

type World = Awaited<ReturnType<typeof world>>;

test("Each account shows its balance, its minimum, how old the figure is, how long it lasts, its last check and its history.", async () => {
  const w = await world();
  await anAccount(w, "main", { name: "eNom main", minimumBalance: "1000.00" });
  for (const [days, available] of [
    [90, "2500.00"],
    [30, "900.50"],
    [0.125, "1012.34"],
  ] as const)
    await reading(w, "main", available, days);
  await w.accounts.keepCheck("main", {
    ok: true,
    message: "fine",
    at: new Date(NOW.getTime() - 2 * 3_600_000).toISOString(),
  });
  await order(w, "waiting");

  const { text } = await w.call("GET", "/");
  const shown = (await w.call("GET", "/v1/accounts/main")).body;

  expect(text).toMatch(/<h3><a href="\/accounts\/main">eNom main<\/a> <code>main<\/code>.*purchases on/);
  expect(text).toMatch(/<strong>1,012\.34<\/strong> USD/);
  expect(text).toContain("minimum 1,000.00 USD");
  expect(text).toMatch(/<time datetime="2026-11-22T09:00:00.000Z">read 3 hours ago<\/time>/);
  expect(text).toContain('Connection OK <span class="soft">· checked 2 hours ago</span>');
  expect(text).toContain("9.95 USD are reserved for orders.");
  expect(text).toContain("Covers all purchases planned until 20 Feb 2027.");
  expect(text).toContain(
    'aria-label="Balance: 2,500.00 USD on 24 Aug 2026, 1,012.34 USD on 22 Nov 2026; lowest 900.50 USD on 23 Oct 2026. The minimum is 1,000.00 USD."',
  );
  expect(shown.balance).toMatchObject({ available: "1012.34", ageSeconds: 3 * 3_600 });
  expect(shown.runway).toEqual({ reserved: "9.95", exhaustedOn: null, days: null, until: "2027-02-20" });
  expect(shown.history).toHaveLength(3);
});

test("An account in trouble says so: below its minimum, too poor for what is ordered, no connection, purchases off.", async () => {
  const w = await world();
  await anAccount(w, "main", { minimumBalance: "100.00", purchases: false });
  await reading(w, "main", "99.99", 3);
  const advice = "Register this address at eNom.";
  const refused = { ok: false, cause: "address-not-permitted", message: "Not from here.", advice } as const;
  await w.accounts.keepCheck("main", { ...refused, at: NOW.toISOString() });
  await order(w, "waiting", { account: "main" });

  const { text } = await w.call("GET", "/");

  expect(text).toContain('<p class="money low"><strong>99.99</strong> USD</p>');
  expect(text).toContain("below its minimum of 100.00 USD");
  expect(text).toContain('class="warn">read 3 days ago');
  expect(text).toContain("Does not cover the orders that wait now.");
  expect(text).toMatch(/Cannot connect: Not from here\..*Register this address at eNom\./s);
  expect(text).toContain("purchases off");
  expect(text).not.toContain("Buys nothing");
  expect(text).toContain('<a class="tag warn" href="#accounts">1 account has a problem</a>');
  expect(text).toContain("<title>(1) Overview · Certfleet</title>");
  expect((await w.call("GET", "/v1/accounts/main")).body.runway).toMatchObject({ exhaustedOn: "2026-11-22", days: 0 });
});

test("A frozen ledger, stopped purchases and a paused connection are on the page and in the API while no order has met them, each with its next step.", async () => {
  const w = await world();
  for (const id of ["main", "second", "third"]) await anAccount(w, id, {});
  await w.redis.hset(w.keys.ledger.meta("main"), "frozen", HOSTILE);
  await w.redis.hset(w.keys.ledger.meta("second"), "stopped", "we move (ada)");
  await w.redis.hset(w.keys.breaker("third"), { until: NOW.getTime(), failures: 5 });

  const { text } = await w.call("GET", "/");
  const { items } = (await w.call("GET", "/v1/accounts")).body as {
    items: { troubles: { code: string; next: string }[] }[];
  };
  const one = (await w.call("GET", "/v1/accounts/main")).body;

  expect(text).toContain("frozen</span>");
  expect(text).not.toContain("<script>alert");
  expect(text).toContain("certfleet ledger status");
  expect(text).toContain("we move (ada)");
  expect(text).toContain("eNom did not respond 5 times in a row.");
  expect(text).toContain('<a class="tag warn" href="#accounts">3 accounts have problems</a>');
  expect(text).toContain("<title>(3) Overview · Certfleet</title>");
  expect(items.map(({ troubles }) => troubles.map(({ code }) => code))).toEqual([
    ["ledger-frozen"],
    ["purchases-stopped"],
    ["enom-unavailable"],
  ]);
  expect(one.troubles[0]).toMatchObject({ code: "ledger-frozen", account: "main", since: null });
});

test("That every mail waits is a problem of the whole fleet, on the page and in the API.", async () => {
  const w = await world();
  await anAccount(w, "main", {});
  const since = new Date(NOW.getTime() - 7_200_000).toISOString();
  await w.redis.hset(w.keys.mailing, { since, answer: "cannot be reached", count: 4, isWhole: "1" });

  const { text } = await w.call("GET", "/");
  const { items, troubles } = (await w.call("GET", "/v1/accounts")).body;

  expect(text).toMatch(/The whole fleet.*mails-wait.*for 2 hours.*cannot be reached/s);
  expect(text).toContain('<a class="tag warn" href="#troubles">the fleet has a problem</a>');
  expect(items[0].troubles).toEqual([]);
  expect(troubles).toMatchObject([{ code: "mails-wait", account: null, since }]);
});

test("An account below its minimum says that it buys nothing, also when nothing is planned.", async () => {
  const w = await world();
  await anAccount(w, "main", { minimumBalance: "100.00" });
  await reading(w, "main", "99.99", 0);

  const { text } = await w.call("GET", "/");

  expect(text).toContain("Buys nothing until it is refilled.");
  expect(text).toContain("No purchase is planned until 20 Feb 2027.");
});

test("An account whose purchases are off on purpose is in no trouble for its low balance: refilling it would change nothing.", async () => {
  const w = await world();
  await anAccount(w, "main", { minimumBalance: "100.00", purchases: false });
  await reading(w, "main", "99.99", 0);

  const { text } = await w.call("GET", "/");

  expect(text).toContain("below its minimum of 100.00 USD");
  expect(text).not.toMatch(/Buys nothing|in trouble/);
});

test("Where the minimum only warns, an account lasts until its money is gone, on the page and over HTTP.", async () => {
  const w = await world();
  await anAccount(w, "main", { minimumBalance: "100.00" }, false);
  await reading(w, "main", "99.99", 0);
  await order(w, "waiting", { account: "main" });

  const { text } = await w.call("GET", "/");
  const [listed] = (await w.call("GET", "/v1/accounts")).body.items;

  expect(text).toContain("below its minimum of 100.00 USD");
  expect(text).toContain("Covers all purchases planned until 20 Feb 2027.");
  expect(text).not.toContain("in trouble");
  expect(listed.runway).toEqual({ reserved: "9.95", exhaustedOn: null, days: null, until: "2027-02-20" });
});

test("Certificates are counted where they stand now, and those that end soon are named with what happens next.", async () => {
  const w = await world();
  for (const [reference, days] of [
    ["over", -1],
    ["week", 5],
    ["month", 20],
    ["later", 60],
    ["cancelled", 3],
  ] as const) {
    await order(w, reference);
    await issue(w, reference, days);
  }
  await order(w, "new");
  await w.redis.hset(w.keys.certificate("cancelled"), "state", "CANCELLED");
  await w.work("cancelled", {});
  // It ended since it was saved: its list says otherwise until it is moved.
  const over = await w.certificates.find("over");
  if (over) await w.certificates.save(over, plusDays(NOW, -2));

  const { text } = await w.call("GET", "/");

  const counts = Object.fromEntries(
    [...text.matchAll(/\?status=([a-z-]+)"><b>(\d+)<\/b>/g)].map(([, s, n]) => [s, Number(n)]),
  );
  expect(counts).toMatchObject({ issued: 3, expired: 1, cancelled: 1, ordered: 1, attention: 0 });
  expect(text).toMatch(/Within 3 days: <b>0<\/b>.*Within 7 days: <b>1<\/b>.*Within 30 days: <b>2<\/b>/);
  expect(text).toMatch(/<code>week<\/code><\/th><td class="nowrap">27 Nov 2026<\/td><td>reissued now<\/td>/);
  expect(text.indexOf("<code>week</code>")).toBeLessThan(text.indexOf("<code>month</code>"));
});

test("What waits for a person is listed by the next deadline, at most fifty, with who, by when, what is left and the next step.", async () => {
  const w = await world();
  const raised = { code: "renewal-due", message: "Another term must be bought.", who: "department", next: "Buy it." };
  for (let n = 0; n < 52; n++) {
    await order(w, `t-${n}`);
    const since = plusDays(NOW, n - 60).toISOString();
    await w.work(`t-${n}`, {
      issue: anIssue,
      attention: {
        ...raised,
        since,
        by: plusDays(NOW, 60 - n)
          .toISOString()
          .slice(0, 10),
      },
    });
  }

  const { text } = await w.call("GET", "/");
  const listed = [...text.matchAll(/<li>\n<p><a href="\/certificates\/(t-\d+)">/g)].map(([, reference]) => reference);

  expect(listed).toEqual(Array.from({ length: 50 }, (_each, i) => `t-${51 - i}`));
  expect(text).toContain("<title>(52) Overview · Certfleet</title>");
  expect(text).toContain("2 more are not shown here.");
  expect(text).toContain('<p class="next">Buy it.</p>');
  expect(text).toMatch(
    /For the department, by <b>1 Dec 2026<\/b> \(in 8 days\) · for 9 days now · valid for 47 days more/,
  );
}, 20_000);

test("What others named comes out as text, wherever it is shown.", async () => {
  const w = await world();
  await anAccount(w, "main", { name: HOSTILE });
  await reading(w, "main", "5.00", 0);
  const refused = { ok: false, cause: "refused", message: HOSTILE, advice: HOSTILE } as const;
  await w.accounts.keepCheck("main", { ...refused, at: NOW.toISOString() });
  await order(w, "bill-1");
  const attention = {
    code: HOSTILE,
    message: HOSTILE,
    since: NOW.toISOString(),
    who: HOSTILE,
    by: null,
    next: HOSTILE,
  };
  await w.work("bill-1", { attention });

  const { text, headers } = await w.call("GET", "/");

  expect(text.match(/&#60;script&#62;alert\(&#34;x&#34;\)&#60;\/script&#62;&#39;/g)).toHaveLength(7);
  expect(text).not.toMatch(/<script(?! src)|onerror|alert\("/);
  expect(text).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(headers["content-security-policy"]).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:/,
  );
});

test("Whoever may see the board may see the dashboard, and nobody else.", async () => {
  const open = await world();
  const closed = await world({ board: { user: "ops", password: "correct horse" } });
  const login = { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` };

  expect((await open.call("GET", "/")).status).toBe(200);
  expect((await open.call("GET", "/", undefined, { "x-forwarded-for": "203.0.113.7" })).status).toBe(403);
  expect((await closed.call("GET", "/")).status).toBe(401);
  expect((await closed.call("GET", "/", undefined, login)).status).toBe(200);
  expect((await closed.call("GET", "/logo.svg")).status).toBe(200);
});

test("A fleet with nothing in it says what to do first.", async () => {
  const { call } = await world();

  const { text } = await call("GET", "/");

  expect(text).toContain("<code>ENOM_USERNAME</code>");
  expect(text).toContain("No certificate needs attention.");
  expect(text).toContain("POST /v1/certificates");
  for (const link of ["/docs/", "/queues"]) expect(text).toContain(`href="${link}"`);
  expect(text).not.toContain("http-equiv"); // live parts renew themselves
});

const browser = findBrowser();

test.skipIf(browser === undefined)(
  "In a browser the page fits a phone and a desk, in light and in dark, and asks for nothing from elsewhere. (needs chromium on the PATH)",
  async () => {
    const w = await world();
    await fleet(w);
    const url = await w.app.listen({ host: "127.0.0.1", port: 0 });
    const tab = await openTab(browser ?? "");

    for (const [width, height] of [
      [390, 844],
      [1280, 900],
    ] as const) {
      for (const scheme of ["light", "dark"] as const) {
        await tab.prefer(scheme);
        await tab.see(url, width, height);
        expect(await tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(
          0,
        );
        expect(await tab.evaluate("[...document.images].every(({ naturalWidth }) => naturalWidth > 0)")).toBe(true);
        expect(await tab.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
          scheme === "light" ? "rgb(244, 246, 248)" : "rgb(15, 21, 28)",
        );
        const plot = "document.querySelector('svg[role=img]').getBoundingClientRect().width";
        expect(await tab.evaluate(`${plot} > 200 && ${plot} < ${width}`)).toBe(true);
      }
    }

    expect(tab.complaints()).toEqual([]);
    const fetched = tab.requested().filter((each) => !each.startsWith("data:"));
    expect(new Set(fetched.map((each) => new URL(each).origin))).toEqual(new Set([url]));
  },
  60_000,
);

/** A fleet as an operator has it, for whoever looks. */
async function fleet(w: World): Promise<void> {
  await anAccount(w, "main", { name: "eNom main", minimumBalance: "1000.00", sort: 10 });
  await anAccount(w, "reserve", {
    name: "Reserve with a rather long name, for the second brand",
    minimumBalance: "100.00",
    sort: 20,
  });
  await anAccount(w, "fresh", { sort: 30 });
  for (let poll = 180; poll > 0; poll--) {
    await reading(w, "main", `${1_400 + ((poll * 37) % 460) * 3 + (poll % 30) * 20}.25`, poll / 2);
  }
  await reading(w, "main", "4873.50", 0.01);
  for (let poll = 40; poll >= 0; poll--) await reading(w, "reserve", `${60 + poll * 4}.00`, poll / 2);
  await w.accounts.keepCheck("main", { ok: true, message: "fine", at: NOW.toISOString() });
  const advice = "Have eNom's support add 203.0.113.7 to the addresses that may use the API, then run the check again.";
  const message = "eNom does not take calls from the address 203.0.113.7.";
  await w.accounts.keepCheck("reserve", {
    ok: false,
    cause: "address-not-permitted",
    message,
    advice,
    at: NOW.toISOString(),
  });
  for (let n = 0; n < 14; n++) {
    await order(
      w,
      `bill-${1000 + n}`,
      {},
      `${["shop", "a-rather-long-name-of-a-shop", "portal", "mail"][n % 4]}.example.${["com", "org"][n % 2]}`,
    );
    if (n < 12) await issue(w, `bill-${1000 + n}`, n * 4 + 1);
  }
  const since = plusDays(NOW, -0.2).toISOString();
  const attention = {
    code: "purchase-unknown",
    message: "The answer to the purchase was lost, and eNom's list does not tell whose slot 900123 is.",
    since,
    who: "operator",
    by: "2026-12-01",
    next: "Look for an unused slot in eNom's certificate list. Found: certfleet certificate resolve bill-1003 --adopt <CertID>; surely none: --not-bought.",
  };
  await w.work("bill-1003", { attention });
  await w.work("bill-1013", {
    attention: {
      ...attention,
      code: "no-account-with-funds",
      message: "Account reserve cannot pay 9.95 USD in addition to the purchases in flight.",
      by: null,
      since: NOW.toISOString(),
      next: "Top up the eNom account; the order goes on by itself.",
    },
  });
}

async function anAccount(w: World, id: string, given: object = {}, blocksPurchases = true): Promise<void> {
  const entry = accountEntry.parse({ id, username: "reseller", password: "secret", ...given });
  await w.accounts.publish(entry, { products: [], balance: { blocksPurchases, restoredMargin: "20%" } });
  await w.accounts.keepCatalogue(id, [{ service: RAPIDSSL, price: "9.95", years: [1], enabled: true }]);
}

function reading(w: World, id: string, available: string, daysAgo: number): Promise<void> {
  return w.accounts.keepBalance(id, { available, balance: available, at: plusDays(NOW, -daysAgo).toISOString() });
}

async function order(w: World, reference: string, given: object = {}, cn = "shop.example.com"): Promise<void> {
  const { status } = await w.call("POST", "/v1/certificates", await anOrder({ reference, years: 2, ...given }, cn));
  expect(status).toBe(202);
}

/** As the worker leaves it: a year is bought, and the certificate ends so many days from now. */
async function issue(w: World, reference: string, days: number): Promise<void> {
  const purchases = JSON.stringify([{ certId: 900123, orderId: 1, at: anIssue.notBefore, years: 1 }]);
  await w.redis.hset(w.keys.certificate(reference), { state: "CONFIGURED", certId: 900123, purchases });
  await w.work(reference, { issue: { ...anIssue, notAfter: plusDays(NOW, days).toISOString() } });
}
