// `doctor` as a stranger: it fails as soon as anything answers without credentials that should not.

import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { examineFromOutside } from "../../../../src/producers/cli/doctor/outside.ts";
import { startGateway } from "../../../../src/producers/main.ts";
import { certfleet } from "../support.ts";

const KEY = "a-key-of-sixteen-characters";

const live = () => ({
  REDIS_URL: inject("redisUrl"),
  CERTFLEET_PREFIX: `{live-${randomUUID()}}`,
  CERTFLEET_API_KEY: KEY,
  LOG_LEVEL: "silent",
});

async function gateway(given: NodeJS.ProcessEnv = {}): Promise<string> {
  const { url, stop } = await startGateway({ ...live(), PORT: "0", ...given });
  onTestFinished(stop);
  return url;
}

/** A proxy, or whatever else stands there. */
async function site(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const outside = (publicAddress: string | undefined, gatewayUrl = "http://127.0.0.1:1", isSandbox = false) =>
  examineFromOutside({ publicAddress, gateway: gatewayUrl, isSandbox });

test("a live gateway is well, at its own address and below the path of its public one", async () => {
  expect(await outside(undefined, await gateway())).toMatchObject({
    state: "ok",
    detail: expect.stringContaining("answers /healthz, /readyz, /sign-in only"),
  });
  expect(await outside(`${await gateway({ CERTFLEET_PUBLIC_URL: "http://127.0.0.1/certs" })}/certs`)).toMatchObject({
    state: "ok",
  });
});

test.each(["/v1/certificates", "/queues/api/queues", "/metrics", "/openapi.json", "/"])(
  "%s that answers a stranger is found, wherever it comes from",
  async (open) => {
    const address = await site(({ url }, answer) => {
      answer.writeHead(url === "/healthz" || url?.split("?")[0] === open ? 200 : 401).end("{}");
    });
    const finding = await outside(address);
    expect(finding).toMatchObject({ state: "ill", detail: expect.stringContaining(open) });
    expect(finding.remedy).toContain("API key and a console user");
  },
);

test("an address that does not answer, or not as the gateway does, proves nothing and fails", async () => {
  expect(await outside("http://127.0.0.1:1")).toMatchObject({
    state: "ill",
    detail: expect.stringContaining("does not answer"),
  });
  const other = await site((_request, answer) => answer.writeHead(301, { location: "/" }).end());
  expect(await outside(other)).toMatchObject({ state: "ill", detail: expect.stringContaining("answers 301") });
});

test("a sandbox and a Unix socket are open on purpose", async () => {
  expect(await outside(undefined, "http://127.0.0.1:1", true)).toMatchObject({ state: "skipped" });
  expect(await outside(undefined, "unix:/run/certfleet/gateway.sock")).toMatchObject({ state: "skipped" });
  expect(await outside("not an address")).toMatchObject({ state: "skipped" });
});

test("the program fails when a stranger is let in, and says where", async () => {
  const address = await site((_request, answer) => answer.writeHead(200).end("{}"));
  const told = await certfleet(["doctor"], { env: { ...live(), CERTFLEET_PUBLIC_URL: address } });
  expect(told.code).not.toBe(0);
  expect(told.stdout).toMatch(
    /✗ From outside +without credentials http:\/\/127.0.0.1:\d+ answers \/, \/v1\/certificates/,
  );
  expect(told.stdout + told.stderr).not.toContain(KEY);
});

test("the gateway's readiness is read over its Unix socket as well", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-door-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const HOST = `unix:${join(folder, "gateway.sock")}`;
  const env = live();
  await gateway({ ...env, HOST });
  const told = await certfleet(["doctor"], { env: { ...env, HOST } });
  expect(told.stdout).toContain(`✓ Gateway`);
  expect(told.stdout).toContain(`${HOST} is ready`);
});

test("of an address that does not answer it says why: a closed port is mended elsewhere than a certificate", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const closed = await outside(`http://127.0.0.1:${port}`);
  const plain = (await site((_request, answer) => void answer.end())).replace("http:", "https:");
  const speaksNoTls = await outside(plain);

  expect(closed).toMatchObject({ state: "ill", detail: expect.stringContaining("does not answer (ECONNREFUSED)") });
  expect(speaksNoTls.state).toBe("ill");
  expect(speaksNoTls.detail).toMatch(/does not answer \(\S*SSL\S*\)/);
});
