// Stories about signing in as a person sees them, in a real browser.
import { createServer } from "node:http";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { quickScrypt } from "../../../support/quick-scrypt.ts";
import { findBrowser, openTab } from "../browser.ts";
import { listening, PASSWORD, peopled } from "./people.ts";

quickScrypt();

const browser = findBrowser();
type Tab = Awaited<ReturnType<typeof openTab>>;

/** Types into the form and sends it, as a person does; resolves when the next page is there. */
async function fillIn(tab: Tab, user: string, password: string): Promise<void> {
  await tab.act(`document.querySelector("#user").value = ${JSON.stringify(user)};
    document.querySelector("#password").value = ${JSON.stringify(password)};
    document.querySelector("main button").click()`);
}
const heading = (tab: Tab) => tab.evaluate("document.querySelector('h1').textContent");
const place = (tab: Tab) => tab.evaluate("location.pathname + location.search");

describe.skipIf(!browser)("in a browser", () => {
  test("A deep link asks to sign in, a wrong password says so, the right one leads on; signing out closes the pages.", async () => {
    const w = await peopled({ ada: "operator" });
    const url = await listening(w);
    const tab = await openTab(browser as string);

    await tab.see(`${url}/templates/certificate-issued?language=es`, 1_000, 760);
    expect([await heading(tab), await tab.evaluate("document.activeElement.id")]).toEqual(["Sign in", "user"]);
    await fillIn(tab, "Ada", "not this password");
    expect(await tab.evaluate("document.querySelector('[role=alert]').textContent")).toBe(
      "The user or the password is wrong.",
    );
    expect(
      await tab.evaluate(
        "[document.querySelector('#user').value, document.querySelector('#password').value].join('|')",
      ),
    ).toBe("Ada|");
    await fillIn(tab, "Ada", PASSWORD);
    expect(await place(tab)).toBe("/templates/certificate-issued?language=es");
    expect(await tab.evaluate("document.cookie")).toMatch(/^XSRF-TOKEN=[\w-]{43}$/);

    await tab.see(`${url}/`, 1_000, 760);
    await tab.act("document.querySelector('.account button').click()");
    expect([await place(tab), await tab.evaluate("document.querySelector('[role=status]').textContent")]).toEqual([
      ...["/sign-in?signed-out", "You are signed out."],
    ]);
    await tab.see(`${url}/`, 1_000, 760);
    expect(await heading(tab)).toBe("Sign in");
    expect(tab.requested().filter((each) => !each.startsWith(url) && !each.startsWith("data:"))).toEqual([]);
    expect(tab.complaints().filter((each) => !/status of 401/.test(each))).toEqual([]);
  });

  test("The board's own buttons work for an operator: its scripts send the token; for a viewer they do not.", async () => {
    const w = await peopled({ ada: "operator", vi: "viewer" });
    const url = await listening(w);
    const job = await w.queues.all.open.add("open", { reference: "none" } as never);
    const retry = `fetch("/queues/api/queues/open/${job.id}/retry", { method: "PUT", headers: { "x-xsrf-token": (/XSRF-TOKEN=([^;]+)/.exec(document.cookie) ?? [])[1] } }).then((answer) => answer.status)`;
    const tab = await openTab(browser as string);
    await tab.see(`${url}/queues`, 1_000, 760);
    await fillIn(tab, "vi", PASSWORD);
    expect(await tab.settle(retry)).toBe(403);
    expect(await tab.settle(`fetch("/queues/api/queues").then((answer) => answer.status)`)).toBe(200);
    await tab.see(`${url}/sign-in`, 1_000, 760);
    await tab.act("document.querySelector('.actions form button').click()");
    await fillIn(tab, "ada", PASSWORD);
    await tab.see(`${url}/queues/queue/open`, 1_000, 760);
    expect(await tab.settle(retry)).not.toBe(403);
    expect(await tab.settle(retry.replace(/headers: .* \}\)/, "})"))).toBe(403); // without the token
  });

  test("The board shows why a job failed, the first time and from the browser's memory.", async () => {
    const w = await peopled({ vi: "viewer" });
    const url = await listening(w);
    const job = await w.queues.all.open.add("open", { reference: "none" } as never);
    const failedAt = `${Date.now()}`;
    const why = "no such order as far as anybody knows";
    const open = w.queues.all.open;
    await w.redis.hset(open.toKey(job.id ?? ""), {
      ...{ failedReason: why, finishedOn: failedAt, stacktrace: JSON.stringify([`Error: ${why}`]) },
    });
    await w.redis.lrem(open.toKey("wait"), 1, job.id ?? "");
    await w.redis.zadd(open.toKey("failed"), failedAt, job.id ?? "");
    const tab = await openTab(browser as string);
    await tab.see(`${url}/sign-in`, 1_000, 760);
    await fillIn(tab, "vi", PASSWORD);

    for (const _time of ["first", "again", "once more"]) {
      await tab.see(`${url}/queues/queue/open?status=failed`, 1_000, 760);
      await vi.waitFor(async () => expect(await tab.evaluate("document.body.innerText")).toContain(why), 5_000);
    }
  });

  test("A page of another site changes nothing, whoever is signed in, and shows no page of ours in a frame.", async () => {
    const w = await peopled({ ada: "admin" });
    const url = await listening(w);
    const evil = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        `<form method=post action="${url}/sign-out"><input name=csrf value=x></form><iframe src="${url}/sign-in"></iframe>`,
      );
    });
    await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      evil.closeAllConnections();
      evil.close();
    });
    const tab = await openTab(browser as string);
    await tab.see(`${url}/`, 1_000, 760);
    await fillIn(tab, "ada", PASSWORD);

    await tab.see(`http://localhost:${(evil.address() as { port: number }).port}/`, 1_000, 760);
    const put = `fetch("${url}/queues/api/queues/pause", { method: "PUT", credentials: "include", mode: "cors" }).then(() => "answered", () => "blocked")`;
    const post = `fetch("${url}/queues/api/queues/open/add", { method: "POST", credentials: "include", mode: "no-cors", body: "x" }).then(() => "sent", () => "blocked")`;
    expect(await tab.settle(put)).toBe("blocked");
    await tab.settle(post);
    expect(await tab.evaluate("document.querySelector('iframe').contentDocument === null")).toBe(true);
    await tab.act("document.forms[0].submit()");
    expect(await heading(tab)).toMatch(/^(You may not do this|This is closed)$/);

    await tab.see(`${url}/`, 1_000, 760);
    expect(await tab.evaluate("document.querySelector('.account a').textContent")).toBe("ada");
    expect([await w.queues.all.open.isPaused(), await w.queues.all.open.count()]).toEqual([false, 0]);
    const changes = w.lines
      .map((line) => JSON.parse(line))
      .filter(({ method, status }) => status < 400 && /PUT|POST/.test(method));
    expect(changes.map(({ route }) => route)).toEqual(["/sign-in"]);
  });

  test.each([
    ["wide", 1_000, 760],
    ["narrow", 320, 640],
  ])("The small pages fit a %s window, in the dark as in the light.", async (_how, width, height) => {
    const w = await peopled({ "ada.with.a.long.name.of.sixty.four.letters@example.example.com": "money" });
    const url = await listening(w);
    const tab = await openTab(browser as string);
    const fits = async () => tab.evaluate("document.documentElement.scrollWidth <= innerWidth");
    for (const value of ["light", "dark"] as const) {
      await tab.prefer(value);
      for (const path of ["/sign-in", "/nowhere", "/sign-in?signed-out"]) {
        await tab.see(`${url}${path}`, width, height);
        expect([value, path, await fits()]).toEqual([value, path, true]);
      }
      const [ink, paper] = String(
        await tab.evaluate(
          "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor].join(';')",
        ),
      ).split(";");
      expect(brightness(ink) < brightness(paper)).toBe(value === "light");
    }
    await tab.see(`${url}/sign-in`, width, height);
    await fillIn(tab, "ada.with.a.long.name.of.sixty.four.letters@example.example.com", PASSWORD);
    expect(await fits()).toBe(true);
    await tab.see(`${url}/sign-in`, width, height);
    expect([await tab.evaluate("document.querySelector('.hint code').textContent"), await fits()]).toEqual([
      ...["certfleet user password ada.with.a.long.name.of.sixty.four.letters@example.example.com", true],
    ]);
  });
});

function brightness(colour = ""): number {
  return (colour.match(/\d+/g) ?? []).reduce((sum, each) => sum + Number(each), 0);
}
