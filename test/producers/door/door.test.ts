// How a gateway that spends money may be started, and what opens it: a key, or the right to open its Unix socket.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { startGateway } from "../../../src/producers/main.ts";

const KEY = "a-key-of-sixteen-characters";
const LOGIN = { BOARD_USER: "ops", BOARD_PASSWORD: "correct horse battery" };

const live = (given: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  REDIS_URL: inject("redisUrl"),
  CERTFLEET_PREFIX: `{live-${randomUUID()}}`,
  LOG_LEVEL: "silent",
  PORT: "0",
  ...given,
});

async function started(given: NodeJS.ProcessEnv = {}) {
  const gateway = await startGateway(live(given));
  onTestFinished(gateway.stop);
  return gateway;
}

function place(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-door-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "gateway.sock");
}

function overSocket(path: string, url: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: path, path: url, headers: { host: "localhost", ...headers }, agent: false });
    asked.on("error", reject).on("response", (answer) => {
      answer.resume().on("end", () => resolve(answer.statusCode ?? 0));
    });
    asked.end();
  });
}

describe("where money is spent", () => {
  test.each(["127.0.0.1", "localhost", "0.0.0.0", "::1"])(
    "a gateway on %s without any key refuses to start and names the remedies",
    async (HOST) => {
      await expect(startGateway(live({ HOST, ...LOGIN }))).rejects.toThrow(
        /There is no API key.*CERTFLEET_API_KEY.*certfleet key create.*unix:\/path/s,
      );
    },
  );

  test("this machine is nobody: the API wants the key, and the pages are closed until there is a console user", async () => {
    const { url } = await started({ CERTFLEET_API_KEY: KEY });
    const status = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).status;
    const bearer = { authorization: `Bearer ${KEY}` };

    expect(await status("/v1/certificates")).toBe(401);
    expect(await status("/v1/certificates", bearer)).toBe(200);
    for (const page of ["/", "/queues", "/templates"]) expect([page, await status(page)]).toEqual([page, 403]);
    for (const both of ["/metrics", "/openapi.json", "/docs/"]) {
      expect([both, await status(both)]).toEqual([both, 401]);
      expect([both, await status(both, bearer)]).toEqual([both, 200]);
    }
    expect([await status("/nothing"), await status("/nothing", bearer), await status("/v1/nothing", bearer)]).toEqual([
      401, 404, 404,
    ]);
    expect([await status("/healthz"), await status("/readyz")]).toEqual([200, 200]);
  });

  test("the probes say nothing but their word", async () => {
    const { url } = await started({ CERTFLEET_API_KEY: KEY });
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: "alive" });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: "ready", fleet: expect.any(String) });
  });
});

describe("on a Unix socket", () => {
  test("who may open it may order, its rights are as set, and it is gone after the stop", async () => {
    const path = place();
    const { url, stop } = await started({ HOST: `unix:${path}` });

    expect(url).toBe(`unix:${path}`);
    expect(statSync(path).mode & 0o777).toBe(0o660);
    expect(await overSocket(path, "/v1/certificates")).toBe(200);
    expect(await overSocket(path, "/v1/certificates", { host: "certfleet" })).toBe(200);
    for (const page of ["/", "/queues", "/templates"])
      expect([page, await overSocket(path, page)]).toEqual([page, 403]);
    await stop();
    expect(existsSync(path)).toBe(false);
  });

  test("what shows a proxy, and any other name of a host, is not who opened it", async () => {
    const path = place();
    await started({ HOST: `unix:${path}`, CERTFLEET_SOCKET_MODE: "600" });
    for (const headers of [{ host: "fleet.provider.example" }, { "x-forwarded-for": "127.0.0.1" }, { via: "1.1 a" }])
      expect([headers, await overSocket(path, "/v1/certificates", headers as never)]).toEqual([headers, 403]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("with a key configured the key is asked for there, too", async () => {
    const path = place();
    await started({ HOST: `unix:${path}`, CERTFLEET_API_KEY: KEY });
    expect(await overSocket(path, "/v1/certificates")).toBe(401);
    expect(await overSocket(path, "/v1/certificates", { authorization: `Bearer ${KEY}` })).toBe(200);
  });

  test("without a key neither everybody's socket nor one that a proxy is named for is opened", async () => {
    const HOST = `unix:${place()}`;
    await expect(startGateway(live({ HOST, CERTFLEET_SOCKET_MODE: "0666" }))).rejects.toThrow(/CERTFLEET_SOCKET_MODE/);
    await expect(startGateway(live({ HOST, CERTFLEET_TRUSTED_PROXIES: "unix" }))).rejects.toThrow(/names unix/);
    const { url } = await started({ HOST, CERTFLEET_SOCKET_MODE: "0666", CERTFLEET_API_KEY: KEY });
    expect(statSync(url.replace("unix:", "")).mode & 0o777).toBe(0o666);
  });

  test("the socket of a dead gateway is taken over, a living one's is not", async () => {
    const path = place();
    const die = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", die]);
    expect(existsSync(path)).toBe(true);
    const { stop } = await started({ HOST: `unix:${path}` });
    expect(await overSocket(path, "/healthz")).toBe(200);

    await expect(startGateway(live({ HOST: `unix:${path}` }))).rejects.toThrow(`another program listens at ${path}`);
    expect(await overSocket(path, "/healthz")).toBe(200);
    await stop();
  });

  test("a gateway that was followed by another leaves the other's socket alone", async () => {
    const path = place();
    const { stop } = await started({ HOST: `unix:${path}` });
    rmSync(path);
    await started({ HOST: `unix:${path}` });
    await stop();
    expect(await overSocket(path, "/healthz")).toBe(200);
  });

  test("what cannot be a socket's place is said in a sentence", async () => {
    const path = place();
    writeFileSync(path, "precious");
    const open = (HOST: string) => startGateway(live({ HOST }));

    await expect(open(`unix:${path}`)).rejects.toThrow(`${path} exists and is no socket`);
    expect(readFileSync(path, "utf8")).toBe("precious");
    await expect(open("unix:/nowhere/at/all.sock")).rejects.toThrow("there is no folder /nowhere/at");
    await expect(open(`unix:/tmp/${"x".repeat(120)}`)).rejects.toThrow("longer than 100 characters");
    await expect(open("unix:relative.sock")).rejects.toThrow("must be unix:/path");
  });

  test("somebody who only listens there, and answers nothing, is somebody", async () => {
    const path = place();
    const server = createServer().listen(path);
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once("listening", resolve));
    await expect(startGateway(live({ HOST: `unix:${path}` }))).rejects.toThrow(`another program listens at ${path}`);
    chmodSync(path, 0o600);
  });
});

test("settings of the door that are wrong are named together, without their values", async () => {
  const wrong = live({
    CERTFLEET_PUBLIC_URL: "https://user:canary@fleet.example.com",
    CERTFLEET_TRUSTED_PROXIES: "canary.example",
    CERTFLEET_SOCKET_MODE: "rw-canary",
    CERTFLEET_API_KEY: "canary",
    BOARD_USER: "ops",
  });
  const error = `${await startGateway(wrong).catch((caught: Error) => caught)}`;
  for (const name of ["PUBLIC_URL", "TRUSTED_PROXIES", "SOCKET_MODE", "API_KEY"])
    expect(error).toContain(`CERTFLEET_${name}: `);
  expect(error).not.toContain("canary");
});
