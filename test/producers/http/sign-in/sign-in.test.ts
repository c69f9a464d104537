// Stories about signing in and out, about guesses, and about what a session may do.
import { describe, expect, test } from "vitest";
import { ownPath } from "../../../../src/producers/http/sign-in/sign-in-page.ts";
import { quickScrypt } from "../../../support/quick-scrypt.ts";
import { world } from "../world.ts";
import { cookiesOf, PASSWORD, peopled } from "./people.ts";

quickScrypt();

const BASIC = (login: string) => ({ authorization: `Basic ${Buffer.from(login).toString("base64")}`, accept: "*/*" });
const BOARD = { user: "ops", password: "long-password" };

describe("signing in", () => {
  test("A person without a session is sent to the sign-in page, signs in, and comes to where she wanted to go.", async () => {
    const { get, post, lines } = await peopled({ ada: "viewer" });

    const sent = await get("/queues/queue/open?status=failed");
    const page = await get(String(sent.headers.location));
    const next = /name="next" value="([^"]*)"/.exec(page.body)?.[1]?.replaceAll("&#38;", "&") ?? "";
    const done = await post("/sign-in", { user: " Ada ", password: PASSWORD, next });
    const there = await get(String(done.headers.location), { cookies: cookiesOf(done) });

    expect([sent.statusCode, sent.headers.location]).toEqual([
      303,
      "/sign-in?next=%2Fqueues%2Fqueue%2Fopen%3Fstatus%3Dfailed",
    ]);
    expect(page.statusCode).toBe(200);
    expect([done.statusCode, done.headers.location]).toEqual([303, "/queues/queue/open?status=failed"]);
    expect([there.statusCode, there.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const events = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "sign-in.done");
    expect(events).toMatchObject([{ level: "info", user: "ada", from: "127.0.0.1", by: "password" }]);
    expect(lines.join("")).not.toContain(PASSWORD);
  });

  test("The session's cookie is out of reach of scripts and other sites; the token's one is for our scripts.", async () => {
    const { post } = await peopled({ ada: "viewer" });
    const { headers } = await post("/sign-in", { user: "ada", password: PASSWORD });
    const cookies = [headers["set-cookie"] ?? []].flat();

    expect(cookies).toHaveLength(3);
    expect(cookies.find((each) => each.startsWith("certfleet-session="))).toMatch(
      /^certfleet-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(cookies.find((each) => each.startsWith("certfleet-device="))).toMatch(/; HttpOnly; SameSite=Lax$/);
    expect(cookies.find((each) => each.startsWith("XSRF-TOKEN="))).toMatch(
      /^XSRF-TOKEN=[\w-]{43}; Path=\/; SameSite=Lax$/,
    );
    expect(headers["cache-control"]).toBe("no-store");
  });

  test("A session that somebody planted is not the one after signing in, and ends with it.", async () => {
    const { signIn, get, post } = await peopled({ ada: "viewer", eve: "viewer" });
    const planted = await signIn("eve");
    const own = cookiesOf(await post("/sign-in", { user: "ada", password: PASSWORD }, { cookies: planted }));
    expect(own["certfleet-session"]).not.toBe(planted["certfleet-session"]);
    expect((await get("/sign-in", { cookies: own })).body).toContain("<h1>ada</h1>");
    expect((await get("/", { cookies: planted })).statusCode).toBe(303);
  });

  test.each([
    ["a wrong password", { user: "ada", password: "not this one, no" }, 401, "The user or the password is wrong."],
    ["a user whom nobody knows", { user: "bob", password: PASSWORD }, 401, "The user or the password is wrong."],
    [
      "a name that nobody can have",
      { user: "a\nb<script>", password: PASSWORD },
      401,
      "The user or the password is wrong.",
    ],
    ["no password", { user: "ada", password: "" }, 422, "Fill in the user and the password."],
    ["nothing", {}, 422, "Fill in the user and the password."],
    ["a very long password", { user: "ada", password: "x".repeat(5_000) }, 401, "The user or the password is wrong."],
  ])("With %s nobody comes in, and the page says so.", async (_what, fields, status, text) => {
    const { post } = await peopled({ ada: "viewer" });
    const answer = await post("/sign-in", fields as Record<string, string>);
    expect([answer.statusCode, answer.headers["set-cookie"]]).toEqual([status, undefined]);
    expect(answer.body).toContain(`role="alert">${text}</p>`);
    expect(answer.body).not.toContain("<script>");
    const program = await post("/sign-in", fields as Record<string, string>, { headers: { accept: "*/*" } });
    expect([program.statusCode, program.json().detail]).toEqual([status, text]);
  });

  test.each([
    [{ origin: "http://evil.example" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://localhost:8080" }, 403],
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "https://localhost" }, 303],
  ])("A form that says %j signs nobody in unless it is ours.", async (headers, status) => {
    const { post } = await peopled({ ada: "viewer" });
    const answer = await post(
      "/sign-in",
      { user: "ada", password: PASSWORD },
      { headers: headers as Record<string, string> },
    );
    expect([answer.statusCode, answer.headers["set-cookie"] !== undefined]).toEqual([status, status === 303]);
  });

  test("Only an address of this gateway is gone to afterwards.", () => {
    const kept = ["/", "/queues", "/queues/queue/open?status=failed&x=1", "/v1/certificates/a%2Fb", "/docs/"];
    expect(kept.map(ownPath)).toEqual(kept);
    const others = [
      ...[
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "",
        "queues",
        undefined,
        7,
      ],
      ...[
        "/\t/evil.example",
        "/ok\r\nSet-Cookie: a=b",
        "/a/..//evil.example",
        "/%0a\n",
        `/${"a".repeat(3_000)}`,
        "/../..//x",
      ],
      ...["/sign-in", "/sign-out", "/sign-in?next=/", "/\u202ea", ["/queues"]],
    ];
    expect(others.map(ownPath)).toEqual(others.map(() => "/"));
  });

  test("BOARD_USER is an admin who signs in the same way; with another password his sessions have ended.", async () => {
    const one = await peopled({}, { board: BOARD });
    const cookies = await one.signIn(BOARD.user, BOARD.password);
    expect((await one.get("/sign-in", { cookies })).body).toContain("<b>admin</b>");
    expect((await one.get("/", { cookies })).statusCode).toBe(200);

    const { redis, keys } = one;
    const same = await world({ redis, keys, board: { ...BOARD } });
    const changed = await world({ redis, keys, board: { ...BOARD, password: "another-password" } });
    const cookie = `certfleet-session=${cookies["certfleet-session"]}`;
    const status = async ({ app }: typeof same) => (await app.inject({ url: "/", headers: { cookie } })).statusCode;
    expect([await status(same), await status(changed)]).toEqual([200, 401]);
  });

  test("A password that was hashed with less work is hashed anew when its user signs in.", async () => {
    const { users, redis, keys, signIn } = await peopled({ ada: "viewer" });
    const { scryptSync } = await import("node:crypto");
    const salt = Buffer.from("0123456789abcdef");
    const key = scryptSync(PASSWORD, salt, 32, { N: 1_024, r: 8, p: 1 });
    const b64 = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    await redis.hset(keys.user("ada"), "password", `$scrypt$ln=10,r=8,p=1$${b64(salt)}$${b64(key)}`);

    expect(await signIn("ada")).toHaveProperty("certfleet-session");
    const renewed = await users.find("ada");
    expect(renewed?.password).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$/);
    expect(renewed?.signedInAt).toBeDefined();
    expect(await signIn("ada")).toHaveProperty("certfleet-session");
  });
});

describe("guesses", () => {
  test("After five wrong passwords even the right one is refused for a while, with the same answer; elsewhere it is taken.", async () => {
    const { post, time, lines } = await peopled({ ada: "viewer" });
    const guess = (password: string, from = "192.0.2.7") => post("/sign-in", { user: "ada", password }, { from });

    for (let i = 0; i < 5; i++) expect((await guess(`wrong ${i}`)).statusCode).toBe(401);
    const [wrong, right] = [await guess("wrong again"), await guess(PASSWORD)];
    expect([wrong.statusCode, right.statusCode]).toEqual([429, 429]);
    expect([wrong.headers["retry-after"], right.headers["retry-after"]]).toEqual(["10", "10"]);
    expect(right.body).toBe(wrong.body);
    expect(right.headers["set-cookie"]).toBeUndefined();
    expect((await guess(PASSWORD, "198.51.100.9")).statusCode).toBe(303);
    time.ms += 10_000;
    expect((await guess(PASSWORD)).statusCode).toBe(303);
    expect((await guess("wrong after all")).statusCode).toBe(401);

    const refused = lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "sign-in.refused");
    expect(refused.filter(({ why }) => why === "password")).toHaveLength(6);
    expect(refused.filter(({ why }) => why === "paused")).toHaveLength(1);
    expect(refused[0]).toMatchObject({ level: "warn", user: "ada", from: "192.0.2.7" });
  });

  test("What somebody typed as a name is written down only where it is one: it may be a password.", async () => {
    const { post, lines, redis, keys } = await peopled({ ada: "viewer" });
    await post("/sign-in", { user: "my secret password", password: "x" });
    expect(lines.join("")).not.toContain("my secret");
    expect(JSON.stringify(await redis.keys(`${keys.prefix}*`))).not.toContain("my secret");
  });

  test("A browser that a person has signed in with lets her in, whatever strangers do from her address.", async () => {
    const { post, signIn } = await peopled({ ada: "viewer" });
    const { "certfleet-device": device = "" } = await signIn("ada");
    for (let i = 0; i < 30; i++) await post("/sign-in", { user: "ada", password: "x" });
    expect((await post("/sign-in", { user: "ada", password: PASSWORD })).statusCode).toBe(429);
    const cookies = { "certfleet-device": device };
    expect((await post("/sign-in", { user: "ada", password: PASSWORD }, { cookies })).statusCode).toBe(303);
    // Its own wrong tries are counted all the same.
    for (let i = 0; i < 5; i++) await post("/sign-in", { user: "ada", password: "x" }, { cookies });
    expect((await post("/sign-in", { user: "ada", password: PASSWORD }, { cookies })).statusCode).toBe(429);
  });

  test("The board's login is throttled alike: of a thousand guesses by HTTP Basic five are looked at.", async () => {
    const { get, lines } = await peopled({}, { board: BOARD });
    const login = (text: string, from: string) => get("/queues/api/queues", { headers: BASIC(text), from });
    const guesses = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => login(i === 500 ? "ops:long-password" : `ops:guess-${i}`, "192.0.2.7")),
    );
    const count = (status: number) => guesses.filter(({ statusCode }) => statusCode === status).length;
    expect([count(200), count(401), count(429)]).toEqual([0, 5, 995]);
    expect((await login("ops:long-password", "192.0.2.8")).statusCode).toBe(200);
    expect(lines.filter((line) => line.includes("sign-in.refused")).length).toBeLessThanOrEqual(7);
  });

  test("A machine that sends the right login again and again is never slowed down.", async () => {
    const { get } = await peopled({}, { board: BOARD });
    const all = await Promise.all(
      Array.from({ length: 200 }, () => get("/queues/api/queues", { headers: BASIC("ops:long-password") })),
    );
    expect(all.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect((await get("/queues/api/queues", { headers: BASIC("OPS:long-password") })).statusCode).toBe(401);
    expect(
      (await get("/queues/api/queues", { headers: { authorization: "Basic %%%", accept: "*/*" } })).statusCode,
    ).toBe(401);
  });
});

describe("a session", () => {
  test("It ends when nobody is there for half an hour, however often the page reloads itself, and after twelve hours at last.", async () => {
    const { signIn, get, time } = await peopled({ ada: "viewer" });
    const cookies = await signIn("ada");
    const click = { "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
    const visit = async (minutes: number, headers: Record<string, string> = click, url = "/") => {
      time.ms += minutes * 60_000;
      return (await get(url, { cookies, headers })).statusCode;
    };
    for (let i = 0; i < 24; i++) expect(await visit(29)).toBe(200); // 11 h 36 min
    expect(await visit(23)).toBe(200);
    expect(await visit(2)).toBe(303);

    const left = await signIn("ada");
    const reload = async (headers: Record<string, string>, url: string) => {
      time.ms += 16 * 60_000;
      return (await get(url, { cookies: left, headers })).statusCode;
    };
    expect(await reload({ "sec-fetch-mode": "navigate" }, "/")).toBe(200);
    expect(await reload({ accept: "application/json" }, "/queues/api/queues?status=latest")).toBe(401);
  });

  test("Another role counts with the next request; a new password and removal end sessions at once.", async () => {
    const { signIn, get, users } = await peopled({ ada: "admin", bo: "viewer", cy: "viewer" });
    const [ada, bo, cy] = [await signIn("ada"), await signIn("bo"), await signIn("cy")];
    const open = async (cookies: Record<string, string>, url = "/") => (await get(url, { cookies })).statusCode;
    const jobs = "/v1/jobs/open/1";

    expect(await open(ada, jobs)).toBe(404);
    await users.setRole("ada", "viewer", new Date());
    await users.setPassword("bo", "hash", new Date());
    await users.remove("cy");
    expect([await open(ada), await open(ada, jobs), await open(bo), await open(cy)]).toEqual([200, 403, 303, 303]);
  });

  test("Signing out ends the session in Redis, not only in the browser, and needs the token.", async () => {
    const { signIn, get, post } = await peopled({ ada: "viewer" });
    const cookies = await signIn("ada");
    const csrf = /name="csrf" value="([^"]+)"/.exec((await get("/", { cookies })).body)?.[1] ?? "";

    expect((await post("/sign-out", {}, { cookies })).statusCode).toBe(403);
    expect((await post("/sign-out", { csrf: "x" }, { cookies })).statusCode).toBe(403);
    expect((await get("/", { cookies })).statusCode).toBe(200);
    const out = await post("/sign-out", { csrf }, { cookies });
    expect([out.statusCode, out.headers.location]).toEqual([303, "/sign-in?signed-out"]);
    expect(cookiesOf(out)).toMatchObject({ "certfleet-session": "", "XSRF-TOKEN": "" });
    expect((await get("/", { cookies })).statusCode).toBe(303);
    expect((await get("/sign-in?signed-out")).body).toContain("You are signed out.");
    expect((await post("/sign-out", {})).statusCode).toBe(303);
  });

  test.each([
    ["without Origin", { origin: undefined }, 403],
    ["with a foreign Origin", { origin: "http://evil.example" }, 403],
    ["with Origin: null", { origin: "null" }, 403],
    ["with the origin of another port", { origin: "http://localhost:8080" }, 403],
    ["from a page of another site", { "sec-fetch-site": "cross-site" }, 403],
    ["from another name of the same site", { "sec-fetch-site": "same-site" }, 403],
    ["without the token", { "x-xsrf-token": undefined }, 403],
    ["with the token of another session", { "x-xsrf-token": "A".repeat(43) }, 403],
    ["with everything", {}, 200],
    [
      "without Origin, when the browser says that the page is ours",
      { origin: undefined, "sec-fetch-site": "same-origin" },
      200,
    ],
  ])("A change %s is answered so, on the board as in the API.", async (_how, changed, status) => {
    const { signIn, app, queues } = await peopled({ ada: "admin" });
    const cookies = await signIn("ada");
    const headers: Record<string, string> = {
      host: "localhost:80",
      origin: "http://localhost:80",
      "x-xsrf-token": cookies["XSRF-TOKEN"] ?? "",
      cookie: `certfleet-session=${cookies["certfleet-session"]}`,
    };
    for (const [name, value] of Object.entries(changed)) {
      if (value === undefined) delete headers[name];
      else headers[name] = value;
    }
    await queues.all.open.add("open", { reference: "x" } as never, { jobId: "job-1" });
    const board = await app.inject({ method: "PUT", url: "/queues/api/queues/open/none/retry", headers });
    const api = await app.inject({ method: "POST", url: "/v1/accounts/none/check", headers });
    expect([board.statusCode === 403, api.statusCode]).toEqual([status === 403, status === 403 ? 403 : 404]);
  });

  test("What a role may not do is refused, on pages as in the API, and says why.", async () => {
    const { signIn, app } = await peopled({ vi: "viewer", op: "operator", mo: "money", ad: "admin" });
    const all = [await signIn("vi"), await signIn("op"), await signIn("mo"), await signIn("ad")];
    const ask = async (cookies: Record<string, string>, method: "GET" | "POST" | "PUT", url: string) => {
      const headers = {
        ...{ host: "localhost:80", origin: "http://localhost:80", "x-xsrf-token": cookies["XSRF-TOKEN"] ?? "" },
        cookie: `certfleet-session=${cookies["certfleet-session"]}`,
      };
      return (await app.inject({ method, url, headers })).statusCode;
    };
    const matrix: [string, "GET" | "POST" | "PUT", string, number[]][] = [
      ["the dashboard", "GET", "/", [200, 200, 200, 200]],
      ["the board", "GET", "/queues/api/queues", [200, 200, 200, 200]],
      ["the mails", "GET", "/templates", [200, 200, 200, 200]],
      ["a certificate", "GET", "/v1/certificates/none", [404, 404, 404, 404]],
      ["a job", "GET", "/v1/jobs/open/1", [403, 404, 404, 404]],
      ["a retry on the board", "PUT", "/queues/api/queues/open/1/retry", [403, 404, 404, 404]],
      ["a reissue", "POST", "/v1/certificates/none/reissues", [403, 404, 404, 404]],
      ["a cancellation", "POST", "/v1/certificates/none/cancel", [403, 403, 422, 422]],
    ];
    for (const [what, method, url, statuses] of matrix) {
      const found = await Promise.all(all.map((cookies) => ask(cookies, method, url)));
      expect([what, found]).toEqual([what, statuses]);
    }
  });

  test("What is done in a session is the person's, in the timeline as in the log.", async () => {
    const { signIn, app, call, lines } = await peopled({ ada: "operator" });
    const { anOrder } = await import("../world.ts");
    const cookies = await signIn("ada");
    const order = await anOrder();
    const headers = {
      ...{ host: "localhost:80", origin: "http://localhost:80", "x-xsrf-token": cookies["XSRF-TOKEN"] ?? "" },
      cookie: `certfleet-session=${cookies["certfleet-session"]}`,
    };
    const placed = await app.inject({ method: "POST", url: "/v1/certificates", headers, payload: order });
    expect(placed.statusCode).toBe(202);
    const { body } = await call("GET", `/v1/certificates/${order.reference}`);
    expect(JSON.stringify(body.timeline[0])).toContain("ada (console)");
    expect(lines.join("")).not.toContain(cookies["certfleet-session"]);
  });
});

describe("closed pages", () => {
  test("Outside of a sandbox pages are closed until there is a user, and say how to add one.", async () => {
    const { get, users } = await peopled({}, { env: "live" });
    for (const url of ["/", "/queues", "/queues/api/queues", "/templates"]) {
      const [page, program] = [await get(url), await get(url, { headers: { accept: "application/json" } })];
      expect([url, page.statusCode, program.statusCode]).toEqual([url, 403, 403]);
      expect(page.body).toContain("certfleet user add NAME --role admin");
      expect(program.json().detail).toContain("certfleet user add NAME --role admin");
    }
    expect((await get("/sign-in")).statusCode).toBe(200);
    await users.add({ name: "ada", role: "viewer", password: "x", subject: undefined }, new Date());
    expect((await get("/")).statusCode).toBe(303);
    expect((await get("/queues/api/queues", { headers: { accept: "*/*" } })).statusCode).toBe(401);
  });

  test("A sandbox without users is open to this machine, and asks everybody to sign in once there is one.", async () => {
    const { get, users } = await peopled({});
    expect([(await get("/")).statusCode, (await get("/", { from: "192.0.2.7" })).statusCode]).toEqual([200, 403]);
    await users.add({ name: "ada", role: "viewer", password: "x", subject: undefined }, new Date());
    expect([(await get("/")).statusCode, (await get("/", { from: "192.0.2.7" })).statusCode]).toEqual([303, 303]);
  });

  test("Browsers get pages where the answer is no, programs and the API their problems.", async () => {
    const { get, redis } = await peopled({ ada: "viewer" });
    const nothing = await get("/nowhere<script>");
    expect([nothing.statusCode, nothing.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"]);
    expect(nothing.body).toContain("<h1>There is nothing here</h1>");
    expect(nothing.headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect((await get("/nowhere", { headers: { accept: "*/*" } })).headers["content-type"]).toMatch(
      "application/problem+json",
    );
    expect((await get("/v1/nowhere")).headers["content-type"]).toMatch("application/problem+json");
    expect((await get("/%zz")).statusCode).toBe(400);
    const gone = new Promise((resolve) => redis.once("end", resolve));
    redis.disconnect();
    await gone;
    const away = await get("/");
    expect([away.statusCode, away.headers["content-type"], away.headers.refresh]).toEqual([
      503,
      "text/html; charset=utf-8",
      "10",
    ]);
    expect(away.body).toContain("Redis does not respond, so nobody can say who you are");
  });
});
