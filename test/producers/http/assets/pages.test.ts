// Stories about the pages that packages bring: Bull Board and the API reference, as files from this server and in a real browser.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filledIn } from "../../../../src/producers/http/assets/board-adapter.ts";
import { findBrowser, openTab } from "../browser.ts";
import { anOrder, world } from "../world.ts";

const browser = findBrowser();

test.skipIf(browser === undefined)(
  "In a browser the API reference shows its calls, breaks no rule of its policy and asks nobody else. (needs chromium on the PATH)",
  { timeout: 240_000 },
  async () => {
    const { app } = await world();
    const origin = await app.listen({ host: "127.0.0.1", port: 0 });
    const tab = await openTab(browser ?? "");

    await tab.see(`${origin}/docs`, 1200, 900);

    await expect
      .poll(() => tab.evaluate("document.querySelectorAll('.opblock').length"), { timeout: 100_000 })
      .toBeGreaterThan(20);
    await tab.evaluate("document.querySelector('.opblock-post .opblock-summary-control').click()");
    await expect
      .poll(() => tab.evaluate("document.querySelectorAll('.opblock-body .responses-wrapper').length"), {
        timeout: 100_000,
      })
      .toBeGreaterThan(0);
    expect(await tab.evaluate("document.title + ' ' + document.querySelector('h1,h2').textContent")).toContain(
      "Certfleet",
    );
    expect(tab.requested().filter((url) => !url.startsWith(origin) && !url.startsWith("data:"))).toEqual([]);
    expect(tab.complaints()).toEqual([]);

    // On a phone it is no wider than the window, and the command that it shows can be pasted.
    await tab.see(`${origin}/docs/?narrow#/Operation/isReady`, 390, 844);
    const press = (what: string) =>
      expect
        .poll(
          () =>
            tab.evaluate(`Boolean(document.querySelector('${what}')?.click() ?? document.querySelector('${what}'))`),
          {
            timeout: 100_000,
          },
        )
        .toBe(true);
    await press(".opblock-body .try-out__btn");
    await press(".opblock-body .execute");
    await expect
      .poll(() => tab.evaluate("document.querySelector('.curl-command .curl')?.innerText"), { timeout: 100_000 })
      .toContain(`'${origin}/readyz'`);
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBe(390);
  },
);

test.skipIf(browser === undefined)(
  "In a browser Bull Board shows the queues and a job. (needs chromium on the PATH)",
  { timeout: 60_000 },
  async () => {
    const { app, call } = await world();
    const order = await anOrder();
    await call("POST", "/v1/certificates", order);
    const origin = await app.listen({ host: "127.0.0.1", port: 0 });
    const tab = await openTab(browser ?? "");

    await tab.see(`${origin}/queues/queue/open`, 1200, 900);

    await expect.poll(() => tab.evaluate("document.body.innerText"), { timeout: 100_000 }).toContain(order.reference);
  },
);

test("A file comes with its type and is not sent again to a browser that has it.", async () => {
  const { call } = await world();

  const first = await call("GET", "/docs/viewer/swagger-ui.css");
  const again = await call("GET", "/docs/viewer/swagger-ui.css", undefined, {
    "if-none-match": `${first.headers.etag}`,
  });

  expect([first.status, first.headers["content-type"]]).toEqual([200, "text/css; charset=utf-8"]);
  expect([again.status, again.text]).toEqual([304, ""]);
});

test.each([
  "/docs/viewer/package.json",
  "/docs/viewer/swagger-ui-bundle.js.map",
  "/docs/viewer/../package.json",
  "/docs/viewer/..%2f..%2fpackage.json",
  "/docs/viewer/%2e%2e/%2e%2e/package.json",
  "/docs/viewer//etc/passwd",
  "/docs/viewer/",
  "/docs/viewer/swagger-ui.css%00",
  "/docs/page/package-files.ts",
  "/queues/static/..%2findex.ejs",
  "/queues/static/js",
  "/queues/static/constructor",
])("%s is no file for browsers", async (url) => {
  const { call } = await world();
  expect((await call("GET", url)).status).toBe(404);
});

test.each([undefined, "", "%00", "a b", "[x]", "evil.example:99999", "http://"])(
  "The pages take Host %j without a fault of ours.",
  async (host) => {
    const { app } = await world();
    for (const url of ["/docs", "/docs/", "/openapi.json", "/queues", "/docs/viewer/swagger-ui.css"]) {
      const headers = host === undefined ? {} : { host };
      const { statusCode } = await app.inject({ method: "GET", url, headers });
      expect(statusCode, `${url} with Host ${host}`).toBeLessThan(500);
    }
  },
);

test("The reference finds everything below whatever path a proxy gives it: all its links are relative.", async () => {
  const { app, call } = await world();
  const { text } = await call("GET", "/docs/");
  const script = await call("GET", "/docs/page/reference-page.js");
  const moved = await app.inject({ method: "GET", url: "/docs" });

  expect(text.match(/(?:src|href)="([^"]+)"/g)?.filter((link) => !link.includes("data:image/svg+xml"))).toEqual([
    'href="viewer/swagger-ui.css"',
    'src="viewer/swagger-ui-bundle.js"',
    'src="page/reference-page.js"',
  ]);
  expect(script.text).toContain('url: "../openapi.json"');
  expect([moved.statusCode, moved.headers.location]).toEqual([308, "docs/"]);
});

test("A page of Bull Board's that asks for something new is refused when the gateway starts, not shown broken.", () => {
  expect(filledIn("<%= a %><%- b %>", { a: `<"'&>`, b: "<b>" })).toBe("&#60;&#34;&#39;&#38;&#62;<b>");
  expect(() => filledIn("<%= theme %>", { a: "" })).toThrow("asks for theme");
  expect(() => filledIn("<% if (a) { %>", { a: "" })).toThrow("a tag that is not known here");
});

test("Every script and style that Bull Board's page names is there.", async () => {
  const { call } = await world();
  const { text } = await call("GET", "/queues");
  const files = [...text.matchAll(/(?:src|href)="(static\/[^"]+)"/g)].map(([, file]) => `/queues/${file}`);

  expect(text).toContain('<base href="/queues/" />');
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) expect((await call("GET", file)).status, file).toBe(200);
  const statics = join(import.meta.dirname, "../../../../node_modules/@bull-board/ui/dist/static/locales");
  for (const locale of readdirSync(statics)) {
    expect((await call("GET", `/queues/static/locales/${locale}/messages.json`)).status).toBe(200);
  }
});
