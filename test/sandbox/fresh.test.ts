// What --fresh throws away, and when it does not.
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { throwAway } from "../../src/sandbox/fresh.ts";
import { tryLock } from "../../src/sandbox/redis/lock.ts";

/** A sandbox's folder as an ended fleet leaves it. */
function leftBehind(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-fresh-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const each of ["enom", "journal", "log", "redis/appendonlydir"])
    mkdirSync(join(folder, each), { recursive: true });
  for (const each of ["enom/books.json", "runs", "redis/appendonlydir/a.aof"]) writeFileSync(join(folder, each), "1");
  return folder;
}

const quiet = (): void => undefined;

test("what the sandbox has kept goes, what it did not write stays, and links are not followed", async () => {
  const folder = leftBehind();
  const outside = leftBehind();
  writeFileSync(join(folder, "mine.txt"), "mine");
  rmSync(join(folder, "journal"), { recursive: true });
  symlinkSync(join(outside, "journal"), join(folder, "journal"));
  writeFileSync(join(outside, "journal/kept"), "1");
  const said: string[] = [];

  await throwAway(folder, (line) => said.push(line));

  expect(readdirSync(folder).sort()).toEqual(["mine.txt", "redis"]);
  expect(readdirSync(join(folder, "redis"))).toEqual(["owner.lock"]);
  expect(existsSync(join(outside, "journal/kept"))).toBe(true);
  expect(said.join()).toContain(folder);
});

test("where nothing is, nothing is thrown away, and nothing is made", async () => {
  const folder = join(leftBehind(), "none");

  await throwAway(folder, quiet);

  expect(existsSync(folder)).toBe(false);
});

test("while somebody holds the Redis of the folder, everything stays", async () => {
  const folder = leftBehind();
  const lock = tryLock(join(folder, "redis/owner.lock"));
  onTestFinished(() => lock?.release());

  await expect(throwAway(folder, quiet)).rejects.toThrow(/fleet is running .* Nothing was thrown away/);

  expect(existsSync(join(folder, "enom/books.json"))).toBe(true);
});

test("a fleet with a Redis of its owner's is known by its gateway; one that is gone is not waited for", async () => {
  const folder = leftBehind();
  const gateway = createServer((_request, response) => void response.end("ok")).listen(0, "127.0.0.1");
  await once(gateway, "listening");
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  writeFileSync(join(folder, "fleet.json"), JSON.stringify({ gatewayUrl, redisUrl: "redis://127.0.0.1:6379" }));

  await expect(throwAway(folder, quiet)).rejects.toThrow("fleet is running");
  gateway.closeAllConnections();
  await new Promise((resolve) => gateway.close(resolve));
  await throwAway(folder, quiet);

  expect(existsSync(join(folder, "fleet.json"))).toBe(false);
});
