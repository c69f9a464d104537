// certfleet.yaml changes while the gateway runs: keys and policy follow, or the whole change is refused.
import { createHash, randomUUID } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import { orderBody } from "../support/order.ts";

const POLL = { timeout: 10_000, interval: 50 };
const key = (id: string): string =>
  `  - { id: ${id}, sha256: ${createHash("sha256").update(`key-of-${id}`).digest("hex")} }\n`;

async function gateway(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-gateway-"));
  const file = join(folder, "certfleet.yaml");
  const replace = (content: string): void => {
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };
  replace(text);
  const env = {
    REDIS_URL: inject("redisUrl"),
    CERTFLEET_PREFIX: `{test-${randomUUID()}}`,
    LOG_LEVEL: "silent",
    PORT: "0",
    CERTFLEET_CONFIG: file,
  };
  const { url, stop } = await startGateway(env);
  onTestFinished(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });
  const call = (path: string, id: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer key-of-${id}` } });
  const status = async (id: string): Promise<number> => (await call("/v1/accounts", id)).status;
  return { replace, call, status };
}

test("a key that is added lets its holder in, one that is removed no longer does, without a restart", async () => {
  const { replace, status } = await gateway(`apiKeys:\n${key("old")}`);
  const before = [await status("old"), await status("new")];

  replace(`apiKeys:\n${key("new")}`);
  await vi.waitFor(async () => expect(await status("new")).toBe(200), POLL);

  expect(before).toEqual([200, 401]);
  expect(await status("old")).toBe(401);
});

test("the policy of orders that say nothing follows the file", async () => {
  const { replace, call, status } = await gateway(`apiKeys:\n${key("old")}policy: { beforeDays: 10 }\n`);
  const body = await orderBody({ approver: { method: "dns" } });
  const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  await call("/v1/certificates", "old", init);
  const days = async (id: string): Promise<unknown> => {
    const answer = await call(`/v1/certificates/${body.reference}`, id);
    return ((await answer.json()) as { policy?: { beforeDays: number } }).policy?.beforeDays;
  };

  const before = await days("old");
  replace(`apiKeys:\n${key("old")}${key("third")}policy: { beforeDays: 30 }\n`);
  await vi.waitFor(async () => expect(await status("third")).toBe(200), POLL);

  expect([before, await days("old")]).toEqual([10, 30]);
});
