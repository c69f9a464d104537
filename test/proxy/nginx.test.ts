// A stranger behind the real nginx, and people behind it as deploy/proxy puts it there.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import { type Asked, ask, findNginx, startNginx } from "./nginx.ts";

const KEY = "a-key-of-sixteen-characters";
const LOGIN = { BOARD_USER: "ops", BOARD_PASSWORD: "correct horse battery" };
const basic = { authorization: `Basic ${Buffer.from("ops:correct horse battery").toString("base64")}` };
const bearer = { authorization: `Bearer ${KEY}` };

const PATHS = [
  ...["/", "/healthz", "/readyz", "/sign-in", "/sign-out", "/logo.svg", "/favicon.ico", "/robots.txt", "/nothing"],
  ...["/v1", "/v1/certificates", "/v1/certificates/x", "/v1/accounts", "/v1/forecast", "/v1/bounces", "/v1/audit"],
  ...["/v1/jobs/open/1", "/queues", "/queues/", "/queues/api/queues", "/queues/static/js/main.js", "//queues/"],
  ...[
    "/templates",
    "/templates/certificate-issued",
    "/docs",
    "/docs/",
    "/docs/js/scalar.js",
    "/openapi.json",
    "/metrics",
  ],
];
const OPEN = ["/healthz", "/readyz", "/sign-in"];

const nginx = findNginx();
const told = "(needs nginx on the PATH)";

async function gateway(given: NodeJS.ProcessEnv = {}, kind = "live"): Promise<string> {
  const started = await startGateway({
    REDIS_URL: inject("redisUrl"),
    CERTFLEET_PREFIX: `{${kind}-${randomUUID()}}`,
    LOG_LEVEL: "silent",
    PORT: "0",
    ...given,
  });
  onTestFinished(started.stop);
  return started.url;
}

const bare = (url: string) => (port: number) =>
  `server { listen 127.0.0.1:${port}; location / { proxy_pass ${url.startsWith("unix:") ? `http://${url}:` : url}; } }`;

/** Everything that answers a stranger with 200, whatever he calls the host and whatever he pretends. */
async function openTo(port: number): Promise<string[]> {
  const guises: Record<string, string>[] = [
    { host: "fleet.provider.example" },
    { host: "localhost" },
    { host: "127.0.0.1", "x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1" },
    { host: "fleet.provider.example", origin: "http://127.0.0.1", accept: "text/html" },
  ];
  const found = new Set<string>();
  for (const headers of guises)
    for (const path of PATHS) if ((await ask(port, path, { headers })).status === 200) found.add(path);
  return [...found];
}

function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-door-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "gateway.sock");
}

describe.skipIf(nginx === undefined)(`behind nginx with proxy_pass alone ${told}`, () => {
  const start = (url: string) => startNginx(nginx ?? "", bare(url));

  test.each([
    ["a key and a console user", { CERTFLEET_API_KEY: KEY, ...LOGIN }],
    ["a key alone", { CERTFLEET_API_KEY: KEY }],
    ["a public address", { CERTFLEET_API_KEY: KEY, ...LOGIN, CERTFLEET_PUBLIC_URL: "https://fleet.provider.example" }],
    ["the proxy named", { CERTFLEET_API_KEY: KEY, ...LOGIN, CERTFLEET_TRUSTED_PROXIES: "127.0.0.1" }],
  ])(
    "a stranger sees the probes and the sign-in page of a fleet with %s, and nothing else",
    async (_with, settings) => {
      const port = await start(await gateway(settings));
      const open = await openTo(port);

      expect(open.filter((path) => !OPEN.includes(path))).toEqual([]);
      expect(open).toEqual(expect.arrayContaining(["/healthz", "/readyz"]));
      for (const [method, path] of [
        ["POST", "/v1/certificates"],
        ["POST", "/queues/api/queues/open/add"],
        ["PUT", "/queues/api/queues/pause"],
      ] as const)
        expect([path, [401, 403]]).toEqual([
          path,
          expect.arrayContaining([(await ask(port, path, { method })).status]),
        ]);
    },
  );

  test("nor on a Unix socket, with a key or without", async () => {
    for (const settings of [{ CERTFLEET_API_KEY: KEY, ...LOGIN }, LOGIN, {}]) {
      const port = await start(await gateway({ HOST: `unix:${socketPath()}`, ...settings }));
      expect((await openTo(port)).filter((path) => !OPEN.includes(path))).toEqual([]);
    }
  });

  test("a sandbox is no way in either", async () => {
    const port = await start(await gateway({}, "sandbox"));
    expect((await openTo(port)).filter((path) => !OPEN.includes(path))).toEqual([]);
  });

  test("a key and a console user go through it, as through any proxy", async () => {
    const port = await start(await gateway({ CERTFLEET_API_KEY: KEY, ...LOGIN }));
    const status = async (path: string, headers: Record<string, string>) => (await ask(port, path, { headers })).status;

    expect(await status("/v1/certificates", { ...bearer, host: "fleet.provider.example" })).toBe(200);
    expect(await status("/openapi.json", bearer)).toBe(200);
    expect(await status("/metrics", bearer)).toBe(200);
    expect(await status("/queues/api/queues", { ...basic, host: "fleet.provider.example" })).toBe(200);
    expect(await status("/v1/certificates", basic)).toBe(401);
    expect(await status("/queues/api/queues", bearer)).toBe(401);
  });
});

/** A certificate for the examples' names, of OpenSSL. */
function certificate(): { folder: string; ca: string } {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const names =
    "subjectAltName=DNS:fleet.example.com,DNS:www.example.com,DNS:brand-a.example.com,DNS:brand-b.example.com,DNS:brand-c.example.com";
  const files = ["-keyout", join(folder, "privkey.pem"), "-out", join(folder, "fullchain.pem")];
  const args = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "2",
    ...files,
  ];
  execFileSync("openssl", [...args, "-subj", "/CN=fleet.example.com", "-addext", names], { stdio: "ignore" });
  return { folder, ca: readFileSync(join(folder, "fullchain.pem"), "utf8") };
}

const example = (name: string): string =>
  readFileSync(resolve(import.meta.dirname, "../../deploy/proxy", name), "utf8");

describe.skipIf(nginx === undefined)(`behind nginx as deploy/proxy says ${told}`, () => {
  /** The example with this test's ports and files in it, and nothing else changed. */
  async function behind(name: string, url: string, wrap: (text: string) => string = (text) => text) {
    const { folder, ca } = certificate();
    const plain = await startNginx(nginx ?? "", (port) =>
      wrap(example(name))
        .replaceAll("127.0.0.1:3000", url.replace("http://", ""))
        .replace(/listen (\[::\]:)?80;\n/g, "")
        .replace(/ +listen \[::\]:443 ssl;\n/g, "")
        .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
        .replaceAll("/etc/ssl/fleet.example.com", folder)
        .replace(/server \{\s+server_name fleet.example.com;\s+return [^}]*\}/, ""),
    );
    return (path: string, asked: Asked = {}) =>
      ask(plain, path, { ca, ...asked, headers: { host: "fleet.example.com", ...asked.headers } });
  }

  test("a host of its own: its pages may change something, others' may not, and nothing is open", async () => {
    const url = await gateway({
      ...{ CERTFLEET_API_KEY: KEY, ...LOGIN },
      CERTFLEET_PUBLIC_URL: "https://fleet.example.com",
      CERTFLEET_TRUSTED_PROXIES: "127.0.0.1",
    });
    const call = await behind("nginx.conf", url);

    expect((await call("/healthz")).status).toBe(200);
    expect((await call("/v1/certificates")).status).toBe(401);
    expect((await call("/v1/certificates", { headers: bearer })).status).toBe(200);
    const change = (origin: string) =>
      call("/v1/accounts/none/balance-poll", { method: "POST", headers: { ...bearer, origin } });
    expect((await change("https://fleet.example.com")).status).toBe(404);
    expect((await change("https://evil.example")).status).toBe(403);
  });

  test.each([
    ["the path left on", (text: string) => text],
    [
      "the path taken off",
      (text: string) => text.replace("proxy_pass http://127.0.0.1:3000;", "proxy_pass http://127.0.0.1:3000/;"),
    ],
  ])("below a path, %s: every link of every page leads to an answer", async (_how, change) => {
    const url = await gateway({
      ...{ CERTFLEET_API_KEY: KEY, ...LOGIN },
      CERTFLEET_PUBLIC_URL: "https://www.example.com/certs",
      CERTFLEET_TRUSTED_PROXIES: "127.0.0.1",
    });
    const wrap = (text: string) => `server { listen 443 ssl;
  ssl_certificate /etc/ssl/fleet.example.com/fullchain.pem; ssl_certificate_key /etc/ssl/fleet.example.com/privkey.pem;
  server_name www.example.com; location / { return 418; }
  ${change(text)} }`;
    const call = await behind("nginx-sub-path.conf", url, wrap);
    const www = { host: "www.example.com", accept: "text/html" };
    const place = "https://www.example.com";

    for (const start of [
      "/certs/",
      "/certs/templates",
      "/certs/templates/certificate-issued",
      "/certs/queues/",
      "/certs/docs/",
    ]) {
      const page = await call(start, { headers: { ...www, ...basic } });
      expect([start, page.status]).toEqual([start, 200]);
      const base = /<base href="([^"]+)"/.exec(page.text)?.[1] ?? start;
      const links = [...page.text.matchAll(/\s(?:href|src)="([^"#]+)"/g)].map(([, link = ""]) => link);
      expect([start, links.length > 0]).toEqual([start, true]);
      for (const link of links.filter((each) => !/^(data|https:\/\/fonts)/.test(each))) {
        const { pathname, search } = new URL(link, new URL(base, place + start));
        expect([start, link, pathname.startsWith("/certs")]).toEqual([start, link, true]);
        const { status } = await call(pathname + search, { headers: { ...www, ...basic } });
        expect([start, link, status]).toEqual([start, link, 200]);
      }
    }
    const openapi = await call("/certs/openapi.json", { headers: { ...www, ...bearer } });
    expect(JSON.parse(openapi.text).servers).toEqual([{ url: "https://www.example.com/certs" }]);
    expect((await call("/certs/v1/certificates", { headers: www })).status).toBe(401);
    expect((await call("/v1/certificates", { headers: www })).status).toBe(418);
  });
});

/** Stands for a gateway: it answers its name. */
async function namedServer(name: string): Promise<string> {
  const server = createServer((_request, response) => response.end(name)).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.skipIf(nginx === undefined)(
  `a fleet for each brand: the host name leads to its gateways, one that is away is left out, another name to none ${told}`,
  async () => {
    const [a, b] = [await namedServer("brand a"), await namedServer("brand b")];
    const { folder, ca } = certificate();
    const port = await startNginx(nginx ?? "", (free) =>
      example("nginx-brands.conf")
        .replace("127.0.0.1:3000", a)
        .replace("127.0.0.1:3001", "127.0.0.1:1") // nobody listens there
        .replace("127.0.0.1:3010", b)
        .replace("listen 443 ssl;", `listen 127.0.0.1:${free} ssl;`)
        .replaceAll("/etc/ssl/fleet.example.com", folder),
    );
    const call = (host: string) => ask(port, "/v1/certificates", { ca, headers: { host } });

    for (let i = 0; i < 3; i++) expect((await call("brand-a.example.com")).text).toBe("brand a");
    expect((await call("brand-b.example.com")).text).toBe("brand b");
    expect((await call("brand-c.example.com")).status).toBe(421);
  },
);

test("each example is there, and names the settings that belong to it", () => {
  for (const name of ["nginx.conf", "nginx-sub-path.conf", "nginx-brands.conf", "Caddyfile"]) {
    expect(example(name)).toContain("CERTFLEET_PUBLIC_URL=https://");
    expect(example(name)).toContain("CERTFLEET_TRUSTED_PROXIES=127.0.0.1");
  }
  expect(existsSync(resolve(import.meta.dirname, "../../docs/howto/behind-a-proxy.md"))).toBe(true);
});
