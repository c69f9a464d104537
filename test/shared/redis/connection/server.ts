// A Redis of a test on a port of its own, with any settings.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kill } from "node:process";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../src/sandbox/free-port.ts";
import { connectRedis, type Patience, type RedisClient, untilReady } from "../../../../src/shared/redis/client.ts";

export interface Server {
  url: string;
  port: number;
  stop(signal?: NodeJS.Signals): void;
  /** For the test itself; without manners. */
  client: RedisClient;
}

/** Keeps all that it acknowledges, unless `settings` (lines of redis.conf) say otherwise. */
export async function startServer(settings: readonly string[] = [], given?: { port?: number }): Promise<Server> {
  const port = given?.port ?? (await freePort(0));
  const folder = mkdtempSync(join(tmpdir(), "certfleet-server-"));
  const child = spawn("redis-server", ["-"], { stdio: ["pipe", "ignore", "ignore"] });
  const own = [`port ${port}`, "bind 127.0.0.1", `dir ${folder}`, 'save ""', "repl-diskless-sync-delay 0"];
  const durable = ["appendonly yes", "appendfsync always", "maxmemory-policy noeviction"];
  child.stdin.end([...own, ...durable, ...settings, ""].join("\n"));
  const url = `redis://127.0.0.1:${port}`;
  const client = connectRedis(url, "never-give-up", () => undefined);
  onTestFinished(async () => {
    client.disconnect();
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return { url, port, client, stop: (signal = "SIGKILL") => void kill(child.pid ?? 0, signal) };
}

/** Ready within ten seconds; ends with the test. */
export async function connected(
  where: Parameters<typeof connectRedis>[0],
  patience: Patience,
  news: Parameters<typeof connectRedis>[2] = () => undefined,
): Promise<RedisClient> {
  const client = connectRedis(where, patience, news);
  onTestFinished(() => client.disconnect());
  await untilReady(client, 10_000);
  return client;
}
