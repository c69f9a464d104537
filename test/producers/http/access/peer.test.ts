// Whom a request is taken to come from: named proxies are believed, all others grant nothing and only take away.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHost } from "../../../../src/producers/http/caller/foreign.ts";
import { clientAddress } from "../../../../src/producers/http/caller/peer.ts";
import { publicUrl, withoutBase } from "../../../../src/shared/gateway/public-url.ts";
import { plainAddress, trustedProxies } from "../../../../src/shared/gateway/trusted-proxies.ts";
import { anOrder, world } from "../world.ts";

const OPEN = [
  "/v1/certificates",
  "/v1/accounts",
  "/",
  "/queues/api/queues",
  "/templates",
  "/docs/",
  "/openapi.json",
  "/metrics",
];
const proxies = (text: string) => trustedProxies.parse(text);

/** Of a request over TCP from `peer`. */
function from(peer: string, trusted: string | undefined, forwardedFor?: string): string | null {
  const request = {
    socket: { remoteAddress: peer },
    headers: forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor },
    server: { server: { address: () => ({ port: 1 }) } },
  };
  return clientAddress(request as never, trusted ? { trustedProxies: proxies(trusted) } : {});
}

describe("the address that a request came from", () => {
  test.each([
    ["127.0.0.1", undefined, undefined, "127.0.0.1"],
    ["::ffff:192.0.2.7", undefined, undefined, "192.0.2.7"],
    ["127.0.0.1", undefined, "198.51.100.1", "127.0.0.1"], // nobody named the proxy
    ["10.0.0.9", "10.0.0.7", "198.51.100.1", "10.0.0.9"],
    ["10.0.0.7", "10.0.0.7", "198.51.100.1", "198.51.100.1"],
    ["10.0.0.7", "10.0.0.0/8", "203.0.113.66, 198.51.100.1", "198.51.100.1"], // the left one is the stranger's own
    ["10.0.0.7", "10.0.0.0/8", "198.51.100.1, 10.0.0.8", "198.51.100.1"], // two proxies, both named
    ["10.0.0.7", "10.0.0.7", "198.51.100.1, 10.0.0.8", "10.0.0.8"], // the inner one only
    ["10.0.0.7", "10.0.0.7", undefined, "10.0.0.7"],
    ["10.0.0.7", "10.0.0.7", "", "10.0.0.7"],
    ["10.0.0.7", "10.0.0.7", "127.0.0.1, unknown", "10.0.0.7"],
    ["10.0.0.7", "10.0.0.7", "198.51.100.1:4711", "198.51.100.1"],
    ["10.0.0.7", "10.0.0.7", "[2001:db8::1]:443", "2001:db8::1"],
    ["::ffff:10.0.0.7", "10.0.0.7", "2001:DB8:0::1", "2001:db8::1"],
    ["fd00::5", "fd00::/8,10.0.0.0/8", "198.51.100.1", "198.51.100.1"],
  ])("peer %s, named %s, X-Forwarded-For %s: %s", (peer, trusted, told, expected) => {
    expect(from(peer, trusted, told)).toBe(expected);
  });

  test("what stands on the left of the last stranger changes nothing, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (left) => {
        expect(from("10.0.0.7", "10.0.0.7", `${left}, 198.51.100.1`)).toBe("198.51.100.1");
      }),
    );
  });

  test("only whole addresses are addresses", () => {
    expect(
      ["1", "127.1", "0x7f.0.0.1", "010.0.0.1x", "unknown", "_hidden", "1.2.3.4.5", "::g", ""].filter(plainAddress),
    ).toEqual([]);
    for (const wrong of ["10.0.0.0/33", "proxy.example", "10.0.0/8", "unix:/x", "1"])
      expect(trustedProxies.safeParse(wrong).success, wrong).toBe(false);
  });
});

describe("this machine", () => {
  test.each([
    { forwarded: "for=192.0.2.60" },
    { via: "1.1 proxy" },
    { "x-forwarded-for": "127.0.0.1" },
    { "x-forwarded-host": "localhost" },
    { "x-forwarded-proto": "https" },
    { "x-forwarded-server": "a" },
    { "x-real-ip": "127.0.0.1" },
    { "cf-connecting-ip": "127.0.0.1" },
    { "true-client-ip": "::1" },
    { "x-client-ip": "1" },
    { "x-amzn-trace-id": "Root=1" },
    { "fly-client-ip": "1" },
    { host: "fleet.provider.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "0.0.0.0" },
  ])("a sandbox without keys opens nothing to a request with %j", async (headers) => {
    const { app } = await world();
    for (const url of OPEN) expect([url, (await app.inject({ url, headers })).statusCode]).toEqual([url, 403]);
  });

  test("a proxy that is named is still no way to be this machine", async () => {
    const { app } = await world({ trustedProxies: proxies("127.0.0.1") });
    const told = [
      {},
      { "x-forwarded-for": "127.0.0.1" },
      { "x-forwarded-for": "::1", "x-forwarded-host": "localhost" },
    ];
    for (const headers of told)
      for (const url of OPEN) expect([url, (await app.inject({ url, headers })).statusCode]).toEqual([url, 403]);
  });

  test("where money is spent it is nobody, whatever is configured", async () => {
    const { app } = await world({ env: "live" });
    for (const url of [...OPEN, "/nowhere", "/v1/nowhere", "/logo.svg", "/queues/static/js/main.js"])
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 403]);
  });
});

test("until there is a console user the pages say how to add one, to browsers as a page", async () => {
  const { call } = await world({ env: "live" });
  const page = await call("GET", "/", undefined, { accept: "text/html,application/xhtml+xml,*/*;q=0.8" });
  const problem = await call("GET", "/queues");

  expect([page.status, problem.status]).toEqual([403, 403]);
  expect(page.headers["content-type"]).toMatch("text/html");
  expect(page.text).toMatch(/<code[^>]*>certfleet user add NAME --role admin<\/code>/);
  expect(problem.body.detail).toContain("certfleet user add NAME --role admin");
});

describe("the public address", () => {
  test.each([
    [
      "https://fleet.example.com",
      { origin: "https://fleet.example.com", host: "fleet.example.com", base: "", isSecure: true },
    ],
    [
      "https://fleet.example.com:443/",
      { origin: "https://fleet.example.com", host: "fleet.example.com", base: "", isSecure: true },
    ],
    [
      "http://10.0.0.7:8080/a/b/",
      { origin: "http://10.0.0.7:8080", host: "10.0.0.7:8080", base: "/a/b", isSecure: false },
    ],
  ])("%s", (text, expected) => expect(publicUrl.parse(text)).toEqual(expected));

  test.each([
    "fleet.example.com",
    "ftp://fleet.example.com",
    "https://user:secret@fleet.example.com",
    "https://fleet.example.com/?a",
    "https://fleet.example.com/#",
    "https://fleet.example.com/v1",
    "https://fleet.example.com/docs/x",
    "https://fleet.example.com/a b",
    "https://fleet.example.com/a;b",
    "javascript:alert(1)",
  ])("%s is refused, and not quoted", (text) => {
    const read = publicUrl.safeParse(text);
    expect(read.success).toBe(false);
    expect(`${read.error}`).not.toContain("secret");
  });

  test("its path is taken off where it is a path of its own only", () => {
    const url = publicUrl.parse("https://fleet.example.com/certs");
    const asked = ["/certs", "/certs?a=1", "/certs/", "/certs/v1/x?y", "/certsx", "/v1/certs", "/", "/certs//queues"];
    expect(asked.map((each) => withoutBase(url, each))).toEqual([
      "/",
      "/?a=1",
      "/",
      "/v1/x?y",
      "/certsx",
      "/v1/certs",
      "/",
      "//queues",
    ]);
  });
});

test("only what may stand in a Host header is a host", () => {
  const fine = [
    "localhost",
    "localhost:3000",
    "127.0.0.1",
    "[::1]",
    "[::1]:80",
    "fleet.example.com.",
    "certfleet_backend",
    "a:0",
  ];
  const odd = [
    "",
    "%00",
    "a b",
    "[x]",
    "[::1",
    "::1",
    "a:99999",
    "a:-1",
    "a:b",
    "a/b",
    "a@b",
    "a?",
    "..",
    ".",
    "x".repeat(300),
  ];
  expect(fine.filter((each) => !isHost(each))).toEqual([]);
  expect(odd.filter(isHost)).toEqual([]);
});

test("redirects stay below the path, whoever makes them", async () => {
  const { app } = await world({ publicUrl: publicUrl.parse("https://fleet.example.com/certs") });
  for (const url of ["/docs", "/certs/docs"]) {
    const { statusCode, headers } = await app.inject({ url });
    expect(statusCode).toBeGreaterThanOrEqual(300);
    expect(new URL(`${headers.location}`, "https://fleet.example.com/certs/docs").pathname).toBe("/certs/docs/");
  }
});

test("what the API says of its own addresses has the path in front", async () => {
  const { call } = await world({ publicUrl: publicUrl.parse("https://fleet.example.com/certs") });
  const order = await anOrder();
  const accepted = await call("POST", "/certs/v1/certificates", order);
  const again = await call("POST", "/v1/certificates", order);
  const { body } = await call("GET", "/openapi.json");

  expect([accepted.status, again.status]).toEqual([202, 200]);
  for (const { headers } of [accepted, again])
    expect(headers.location).toBe(`/certs/v1/certificates/${order.reference}`);
  expect((await call("GET", `${accepted.headers.location}`)).body.reference).toBe(order.reference);
  expect(body.servers).toEqual([{ url: "https://fleet.example.com/certs" }]);
});
