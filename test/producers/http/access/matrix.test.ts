// The access matrix: every route that there is, by every way and with every credential, where money is spent. Whoever adds a
// route finds it here: what is neither the API's nor a probe's is a page, and closed.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { GatewayNeeds } from "../../../../src/producers/gateway.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { trustedProxies } from "../../../../src/shared/gateway/trusted-proxies.ts";
import { routesOf } from "../../../support/routes.ts";
import { world } from "../world.ts";

const KEY = "key-of-the-billing-system";
const apiKeys = [{ id: "billing", sha256: hashOf(KEY), scopes: ["admin" as const] }];
const board = { user: "ops", password: "correct horse" };
const PROXY = "192.0.2.7";

const credentials = {
  nothing: {},
  key: { authorization: `Bearer ${KEY}` },
  "wrong key": { authorization: "Bearer key-of-the-billing-systen" },
  login: { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` },
  "wrong login": { authorization: `Basic ${Buffer.from("ops:correct horsf").toString("base64")}` },
};
type Credential = keyof typeof credentials;

/** To whom a route opens. */
function openTo(path: string): readonly Credential[] {
  if (/^\/(healthz|readyz|sign-in|sign-out|docs\/problems|console)(\/|$)/.test(path))
    return Object.keys(credentials) as Credential[];
  if (path.startsWith("/v1/")) return ["key"];
  if (/^\/(docs|openapi\.json|metrics|logo\.svg)(\/|$)/.test(path)) return ["key", "login"];
  return ["login"];
}

interface Way {
  remoteAddress?: string;
  headers?: Record<string, string>;
}
const ways: Record<string, Way> = {
  "this machine": {},
  "this machine by IPv6": { remoteAddress: "::1", headers: { host: "[::1]:3000" } },
  "another machine": { remoteAddress: "198.51.100.1", headers: { host: "10.0.0.7" } },
  "a proxy that nobody named": { headers: { "x-forwarded-for": "127.0.0.1", host: "fleet.provider.example" } },
  "a named proxy": {
    remoteAddress: PROXY,
    headers: { "x-forwarded-for": "198.51.100.1", host: "fleet.provider.example" },
  },
  "a named proxy that lies": { remoteAddress: PROXY, headers: { "x-forwarded-for": "127.0.0.1", host: "localhost" } },
};

async function fleet(given: Partial<GatewayNeeds> = {}) {
  const w = await world({ env: "live", apiKeys, board, trustedProxies: trustedProxies.parse(PROXY), ...given });
  const routes = routesOf(w.app.printRoutes({ commonPrefix: false }));
  const paths = routes.filter(({ method, path }) => method === "GET" && !path.endsWith("*")).map(({ path }) => path);
  const filledIn = paths.map((path) => path.replace(/:\w+/g, "x"));
  return { ...w, paths: [...new Set([...filledIn, "/queues/static/js/main.js"])] };
}

/** After some wrong logins nobody looks at the next ones: 429. */
const isLetIn = (status: number): boolean => ![401, 403, 429].includes(status);

test.each(Object.entries(ways))(
  "by way of %s each route opens to each credential, or does not, as it should",
  async (_name, way) => {
    const { app, paths } = await fleet();
    expect(paths.length).toBeGreaterThan(40);
    for (const [credential, login] of Object.entries(credentials)) {
      const seen: [string, boolean][] = [];
      for (const url of paths) {
        const { statusCode } = await app.inject({ ...way, url, headers: { ...way.headers, ...login } });
        seen.push([url, isLetIn(statusCode)]);
      }
      const expected = paths.map((path) => [path, openTo(path).includes(credential as Credential)]);
      expect([credential, ...seen]).toEqual([credential, ...expected]);
    }
  },
);

describe("over the Unix socket", () => {
  async function opened(given: Partial<GatewayNeeds>) {
    const folder = mkdtempSync(join(tmpdir(), "certfleet-matrix-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { app, paths } = await fleet(given);
    const socketPath = join(folder, "s");
    await app.listen({ path: socketPath });
    const status = (path: string, login: Record<string, string>): Promise<number> =>
      new Promise((resolve, reject) => {
        const sent = request({ socketPath, path, headers: { host: "localhost", ...login }, agent: false });
        sent.on("error", reject).on("response", (answer) => {
          answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
        });
        sent.end();
      });
    return { paths, status };
  }

  test("with keys and users it is a way like any other", async () => {
    const { paths, status } = await opened({});
    for (const [credential, login] of Object.entries(credentials))
      for (const path of paths)
        expect([credential, path, isLetIn(await status(path, login))]).toEqual([
          credential,
          path,
          openTo(path).includes(credential as Credential),
        ]);
  });

  test("without a key, who opened it has the key's rights, and the pages stay closed", async () => {
    const { paths, status } = await opened({ apiKeys: [], board: null });
    for (const path of paths)
      expect([path, isLetIn(await status(path, {}))]).toEqual([path, openTo(path).includes("key")]);
  });
});

test("with keys and no console user, the login opens nothing and the key what is the key's", async () => {
  const { app, paths } = await fleet({ board: null });
  for (const credential of ["nothing", "key", "login"] as const) {
    for (const url of paths) {
      const { statusCode } = await app.inject({ url, headers: credentials[credential] });
      const expected = credential === "key" && openTo(url).includes("key");
      expect([credential, url, isLetIn(statusCode)]).toEqual([
        credential,
        url,
        expected || openTo(url).includes("nothing"),
      ]);
    }
  }
});
