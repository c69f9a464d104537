// Pages of other sites change nothing, and a Host that is none meets no page: over a real port, as a stranger sends it.
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { publicUrl } from "../../../../src/shared/gateway/public-url.ts";
import { trustedProxies } from "../../../../src/shared/gateway/trusted-proxies.ts";
import { world } from "../world.ts";

const CHANGES = [
  ["POST", "/v1/certificates/none/reissues"],
  ["POST", "/v1/accounts/main/balance-poll"],
  ["PATCH", "/v1/certificates/none"],
  ["PUT", "/queues/api/queues/pause"],
  ["POST", "/queues/api/queues/open/add"],
] as const;

describe("a change", () => {
  test.each([
    "http://evil.example",
    "https://localhost.evil.example",
    "null",
    "http://localhost:1",
    "http://localhost@evil.example",
    "file://",
    "http://evil.example, http://localhost",
    "localhost",
    " ",
  ])("with the Origin %j and nothing else is refused", async (origin) => {
    const { call } = await world();
    for (const [method, url] of CHANGES) {
      const { status, body } = await call(method, url, undefined, { origin });
      expect([url, status, body.detail]).toEqual([url, 403, expect.stringContaining("A page of another site")]);
    }
  });

  test("from the page's own address goes on, by whatever name it was asked", async () => {
    const { call } = await world();
    for (const host of ["localhost", "127.0.0.1:3000", "[::1]:3000"]) {
      const answer = await call("POST", "/v1/certificates/none/reissues", undefined, {
        host,
        origin: `http://${host}`,
      });
      expect([host, answer.status]).toEqual([host, 404]);
    }
  });

  test("behind a proxy the public address is the pages' own, and the same host without TLS is not", async () => {
    const { call } = await world({ publicUrl: publicUrl.parse("https://fleet.example.com/certs"), env: "sandbox" });
    const status = async (origin: string, host = "localhost") =>
      (await call("POST", "/v1/certificates/none/reissues", undefined, { host, origin })).status;

    expect(await status("https://fleet.example.com")).toBe(404);
    expect(await status("http://fleet.example.com")).toBe(403);
    expect(await status("https://fleet.example.com:8443")).toBe(403);
    expect(await status("https://other.example.com")).toBe(403);
  });

  test("what a proxy tells of the host counts only where the proxy was named", async () => {
    const headers = {
      origin: "https://fleet.example.com",
      "x-forwarded-host": "fleet.example.com",
      "x-forwarded-proto": "https",
    };
    const detail = async (named: boolean) => {
      const { call } = await world(named ? { trustedProxies: trustedProxies.parse("127.0.0.1") } : {});
      return (await call("POST", "/v1/certificates/none/reissues", undefined, headers)).body.detail;
    };

    expect(await detail(false)).toContain("A page of another site");
    expect(await detail(true)).toContain("answers this machine only"); // it came as far as the next guard
  });
});

/** Bytes as they are; the answer to the end of the connection. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(Buffer.from(bytes, "latin1"));
  return text(socket);
}

const PAGES = [
  "/",
  "/docs/",
  "/docs",
  "/queues",
  "/queues/",
  "/templates",
  "/openapi.json",
  "/metrics",
  "/sign-in",
  "/v1/certificates",
];

test("every page answers an odd Host with a clean 400, and the log has no fault of ours", async () => {
  const { app, lines } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const hosts = [
    "host:",
    "host: ",
    "host: %00",
    "host: a b",
    "host: [x]",
    "host: x:99999",
    "host: a\x80b",
    "host: a, b",
  ];
  const odd = [
    ...hosts,
    `host: ${"x".repeat(4_000)}`,
    "host: localhost\r\nhost: evil.example",
    "host: http://localhost/",
    "x: y",
  ];

  for (const page of PAGES) {
    for (const host of odd) {
      const answer = await raw(port, `GET ${page} HTTP/1.1\r\n${host}\r\nconnection: close\r\n\r\n`);
      expect([page, host, answer.slice(0, 12)]).toEqual([page, host, "HTTP/1.1 400"]);
    }
    expect(await raw(port, `GET ${page} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400/);
  }
  expect(lines.filter((line) => line.includes("http.failed"))).toEqual([]);
});

test("a load balancer that probes by HTTP/1.0 without a Host has its answer", async () => {
  const { app } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const path of ["/healthz", "/readyz"])
    expect(await raw(port, `GET ${path} HTTP/1.0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200/);
});

test("HEAD with headers that cannot be read is answered without a body", async () => {
  const { app } = await world();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  for (const line of ["no colon", "a b: c", `x: ${"y".repeat(20_000)}`]) {
    const [head, body] = (await raw(port, `HEAD / HTTP/1.1\r\nhost: localhost\r\n${line}\r\n\r\n`)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 4(00|31) /);
    expect(body).toBe("");
    expect(await raw(port, `GET / HTTP/1.1\r\nhost: localhost\r\n${line}\r\n\r\n`)).toContain('"code":"malformed"');
  }
});
