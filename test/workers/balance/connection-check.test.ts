// Promises of the connection check: every way in which eNom cannot be reached is named, with what to do about it.
import fc from "fast-check";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { type Cause, type ConnectionCheck, causes } from "../../../src/shared/account/connection-check.ts";
import { type AccountRecord, accountRecords } from "../../../src/shared/account/records.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { checkConnection, passesByItself } from "../../../src/workers/balance/connection-check.ts";
import { troubleOf } from "../../../src/workers/enom/wire/trouble.ts";
import { type World, world } from "../../support/world.ts";
import {
  closedPort,
  enomAt,
  errorDocument,
  fixture,
  type Play,
  pretendEnom,
  SECRETS,
  socketServer,
} from "../enom/support.ts";
import { selfSigned } from "../enom/wire/tls.ts";

const LIMITS = { connectMs: 300, readMs: 300 };

async function check(apiUrl: string, access: { ca?: string; username?: string } = {}): Promise<ConnectionCheck> {
  const { enom } = enomAt(apiUrl, { access, limits: LIMITS });
  const entry = accountEntry.parse({ id: "main", apiUrl, username: "here", password: "nowhere" });
  return checkConnection({ entry, enom }, systemClock);
}

const answering = async (play: Play): Promise<ConnectionCheck> => check((await pretendEnom([play])).url);
const page =
  (status: number, body: string, headers: Record<string, string> = {}): Play =>
  (response) => {
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  };

async function behindTls(ip: string, how: { trusted: boolean; years?: [string, string] }): Promise<ConnectionCheck> {
  const certificate = await selfSigned(ip, how.years);
  const eNom = await pretendEnom([fixture("CheckLogin.ok")], certificate);
  return check(eNom.url, how.trusted ? { ca: certificate.cert } : {});
}

const secure = (url: string): string => url.replace("http:", "https:");

interface Story {
  check: () => Promise<ConnectionCheck>;
  cause: Cause;
  message: RegExp;
  advice: RegExp;
}

const STORIES: Record<string, Story> = {
  "a name that does not resolve": {
    check: () => check("https://reseller.enom.invalid/interface.asp"),
    cause: "name-not-resolved",
    message: /the name reseller\.enom\.invalid cannot be resolved \(E\w+\)/,
    advice: /getent hosts reseller\.enom\.invalid$/,
  },
  "a closed port": {
    check: async () => check(`http://127.0.0.1:${await closedPort()}/interface.asp`),
    cause: "connection-refused",
    message: /127\.0\.0\.1:\d+ refuses the connection \(ECONNREFUSED\)/,
    advice: /firewall/,
  },
  "a connection that never comes about": {
    check: async () => check(secure((await socketServer(() => {})).url)),
    cause: "connect-timed-out",
    message: /did not accept the connection in time/,
    advice: /firewall drops packets/,
  },
  "a black hole that takes everything and never answers": {
    check: async () => check((await socketServer(() => {})).url),
    cause: "answer-timed-out",
    message: /accepted the connection and did not answer in time/,
    advice: /ask eNom/,
  },
  "a connection that is cut before the answer": {
    check: async () => check((await socketServer((socket) => socket.once("data", () => socket.destroy()))).url),
    cause: "connection-lost",
    message: /closed the connection before its answer was complete/,
    advice: /continues by itself/,
  },
  "a certificate that nobody trusted has signed": {
    check: () => behindTls("127.0.0.1", { trusted: false }),
    cause: "tls-untrusted",
    message: /TLS: .* signed .*DEPTH_ZERO_SELF_SIGNED_CERT/,
    advice: /proxy reads the traffic.*NODE_EXTRA_CA_CERTS/,
  },
  "a certificate for another name": {
    check: () => behindTls("127.0.0.2", { trusted: true }),
    cause: "tls-wrong-name",
    message: /TLS: the certificate that was shown is not for 127\.0\.0\.1/,
    advice: /DNS/,
  },
  "a certificate that has expired": {
    check: () => behindTls("127.0.0.1", { trusted: true, years: ["2020-01-01", "2021-01-01"] }),
    cause: "tls-expired",
    message: /TLS: .* is not valid now \(CERT_HAS_EXPIRED\)/,
    advice: /clock first/,
  },
  "a port that speaks no TLS": {
    check: async () => {
      const plain = await socketServer((socket) => socket.once("data", () => socket.end("HTTP/1.1 400 No\r\n\r\n")));
      return check(secure(plain.url));
    },
    cause: "tls-failed",
    message: /TLS: no secure connection/,
    advice: /speaks TLS \(443\)/,
  },
  "a redirect": {
    check: () => answering(page(302, "", { location: "https://login.hotel.example/welcome?room=12" })),
    cause: "redirect",
    message: /redirect, which is not followed \(HTTP 302 to login\.hotel\.example\)/,
    advice: /login page of a network/,
  },
  "a proxy's error page": {
    check: () => answering(page(502, "<html><style>p{}</style><h1>Bad&nbsp;Gateway</h1><p>squid 6</p></html>")),
    cause: "web-page",
    message: /web page instead of the API \(HTTP 502, “Bad Gateway squid 6”\)/,
    advice: /If the status is 500 to 504, wait/,
  },
  "a page that says nothing wrong": {
    check: () => answering(page(200, "<!doctype html><title>Welcome</title>Log in to our Wi-Fi")),
    cause: "web-page",
    message: /HTTP 200, “Welcome Log in to our Wi-Fi”/,
    advice: /login page of a network/,
  },
  "an empty answer": {
    check: () => answering(""),
    cause: "unreadable-answer",
    message: /does not answer as eNom's API does/,
    advice: /interface\.asp/,
  },
  "eNom's maintenance": {
    check: () => answering(errorDocument("CheckLogin", { numbers: ["618299"], texts: ["Down until 04:00"] })),
    cause: "maintenance",
    message: /under maintenance: Down until 04:00/,
    advice: /^Wait\./,
  },
  "trouble inside eNom": {
    check: () => answering(errorDocument("CheckLogin", { numbers: ["607166"], texts: ["Registry timed out"] })),
    cause: "trouble-at-enom",
    message: /an internal problem: Registry timed out/,
    advice: /continues by itself/,
  },
  "an address that is refused and not named": {
    check: () => answering(errorDocument("CheckLogin", { numbers: ["713254"], texts: ["Invalid client IP - 4"] })),
    cause: "address-not-permitted",
    message: /does not permit the address that the requests come from: Invalid client IP/,
    advice: /eNom did not say which address it saw/,
  },
  "any other refusal": {
    check: () => answering(errorDocument("CheckLogin", { numbers: ["304150"], texts: ["Account is closed"] })),
    cause: "refused",
    message: /127\.0\.0\.1:\d+ refuses: Account is closed/,
    advice: /message from eNom says why/,
  },
};

test.for(Object.entries(STORIES))("The connection check recognises %s and says what to do.", async ([, story]) => {
  const found = await story.check();

  expect(found).toMatchObject({ ok: false, cause: story.cause, seenAddress: null, ms: expect.any(Number) });
  expect(found.message).toMatch(/^Cannot connect to the processing module: /);
  expect(found.message).toMatch(story.message);
  expect(found.advice).toMatch(story.advice);
});

test("A wrong password and an address that eNom does not permit are told apart, and the address is the one that eNom saw.", async () => {
  const sandbox = await startSandboxEnom(SECRETS);
  onTestFinished(() => sandbox.close());

  expect(await check(sandbox.url)).toMatchObject({ ok: true, cause: null, advice: null });

  const stranger = await check(sandbox.url, { username: "somebody" });
  sandbox.settings.allowedAddress = false;
  const refused = await check(sandbox.url);

  expect(stranger).toMatchObject({
    cause: "login-refused",
    message: expect.stringMatching(/: bad user name or password at 127\.0\.0\.1:\d+: Bad User name or Password - 3/),
    advice: expect.stringContaining("ENOM_PASSWORD"),
  });
  expect(refused).toMatchObject({
    cause: "address-not-permitted",
    seenAddress: "127.0.0.1",
    advice: "Register 127.0.0.1 at eNom (Resellers, Manage, API).",
  });
  expect([stranger, refused].map(passesByItself)).toEqual([false, false]);
  expect(sandbox.asked("CheckLogin")).toHaveLength(3);
});

test("eNom's address in IPv6 is recognised, too.", async () => {
  const texts = ["User not permitted from this IP address: 2001:db8::7. See Whitelisting your IP"];

  const found = await answering(errorDocument("CheckLogin", { numbers: ["713254"], texts }));

  expect(found.seenAddress).toBe("2001:db8::7");
});

test("A page that repeats login and escape sequences is shown on one line, short, without them.", async () => {
  const echo = `<p>${SECRETS.username}\u001b[31m\n${encodeURIComponent(SECRETS.password)}</p><script>steal()</script>${"x".repeat(9_000)}`;

  const { message } = await answering(page(503, echo));

  expect(message).toMatch(/HTTP 503, “/);
  expect(message.length).toBeLessThan(400);
  expect(message).not.toMatch(/canary|steal|\p{Cc}/u);
});

test("Whatever a server sends, the check names one of its causes and shows at most a line of it.", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary" }).map((each) => Buffer.from(`<html>${each}`)),
  );
  fc.assert(
    fc.property(bytes, fc.integer({ min: 100, max: 599 }), fc.option(fc.string()), (body, status, location) => {
      const answer = { status, contentType: undefined, location: location ?? undefined, body };
      const trouble = troubleOf({ kind: "answer", answer }, { kind: "unreadable", reason: "no document" });

      expect(causes).toContain(trouble?.cause);
      expect(trouble?.detail.length).toBeLessThan(160);
      if (trouble?.cause === "web-page") expect(trouble.detail).not.toMatch(/\p{Cc}/u);
    }),
  );
});

/** As it was kept, as soon as it is so and the poll is over. */
function kept(w: World, wanted: Partial<ConnectionCheck>): Promise<AccountRecord> {
  const records = accountRecords(w.redis, w.keys);
  return vi.waitFor(
    async () => {
      const account = await records.find("main");
      expect(account?.lastCheck).toMatchObject(wanted);
      expect(await w.queues.all["balance-poll"].getActiveCount()).toBe(0);
      return account ?? expect.fail("no account");
    },
    { timeout: 10_000, interval: 20 },
  );
}

test("The check at the start is kept with its cause, and the next balance that can be read puts it right.", async () => {
  const w = await world();
  w.enom.settings.allowedAddress = false;
  await w.work(["balance-poll"]);

  const refused = await kept(w, { ok: false, cause: "address-not-permitted", seenAddress: "127.0.0.1" });
  w.enom.settings.allowedAddress = true;
  await w.queues.enqueue("balance-poll", { account: "main" });

  expect(refused.balance).toBeNull();
  expect((await kept(w, { ok: true, cause: null })).balance).toMatchObject({ available: "5000.00" });
});

test("A check that finds eNom away is kept, and comes again by itself.", async () => {
  const w = await world();
  w.enom.fault("CheckLogin", { kind: "status", status: 503 });
  await w.work(["balance-poll"]);

  await kept(w, { ok: false, cause: "web-page" });

  await vi.waitFor(async () => expect(await w.queues.all["balance-poll"].getDelayedCount()).toBe(1));
});

test("What an older release kept of a check can still be read.", async () => {
  const w = await world();
  const records = accountRecords(w.redis, w.keys);
  await records.publish(accountEntry.parse({ id: "main", username: "here", password: "nowhere" }));
  const old = { ok: false, message: "Bad User name or Password - 3", at: "2026-11-01T12:00:00.000Z" };
  await w.redis.hset(w.keys.account("main"), "check", JSON.stringify(old));

  expect((await records.find("main"))?.lastCheck).toEqual({
    ...old,
    ...{ cause: null, advice: null, seenAddress: null, ms: null },
  });
});
