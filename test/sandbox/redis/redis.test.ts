// The private Redis keeps what it acknowledged, never shares its folder, and never outlives its owner.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Redis } from "ioredis";
import { expect, onTestFinished, test, vi } from "vitest";
import { getRedisBinary } from "../../../src/sandbox/redis/binary.ts";
import { type EmbeddedRedis, type RedisOptions, startRedis } from "../../../src/sandbox/redis/redis.ts";
import { Refused, Unavailable } from "../../../src/shared/base/errors.ts";

const binaryDir = resolve(".data/redis-server");
const soon = { interval: 20, timeout: 5_000 };

test("the private Redis has every write on disk before it says so, evicts nothing and listens on no network", async () => {
  const redis = await start({ ephemeral: true, binaryDir });

  const client = connectTo(redis);

  expect(await client.ping()).toBe("PONG");
  expect(await setting(client, "appendonly")).toBe("yes");
  expect(await setting(client, "appendfsync")).toBe("always");
  expect(await setting(client, "maxmemory-policy")).toBe("noeviction");
  expect(await setting(client, "save")).toBe("");
  expect(await setting(client, "port")).toBe("0");
  expect(statSync(socketOf(redis)).mode & 0o777).toBe(0o700);
});

test("what Redis acknowledged is there again after it was killed, though it left its socket behind", async () => {
  const dataDir = aFolder();
  const first = await start({ dataDir, binaryDir });
  await connectTo(first).set("order", "paid");

  process.kill(first.pid, "SIGKILL");
  await first.exited;
  expect(existsSync(socketOf(first))).toBe(true);
  const second = await start({ dataDir, binaryDir });

  expect(second.pid).not.toBe(first.pid);
  expect(await connectTo(second).get("order")).toBe("paid");
});

test("a second start on the same folder is refused, names the owner, and leaves the first alone", async () => {
  const dataDir = aFolder();
  const first = await start({ dataDir, binaryDir });

  const second = start({ dataDir, binaryDir });

  await expect(second).rejects.toThrow(Refused);
  await expect(second).rejects.toThrow(`already running for process ${process.pid}. End that one first`);
  expect(await connectTo(first).ping()).toBe("PONG");
});

test("stopping leaves no process and no temporary folder, however often it is asked for", async () => {
  const redis = await start({ ephemeral: true, binaryDir });

  await Promise.all([redis.stop(), redis.stop()]);
  await redis.stop();

  expect(() => process.kill(redis.pid, 0)).toThrow("ESRCH");
  expect(existsSync(dirname(socketOf(redis)))).toBe(false);
});

test("Redis ends, and its temporary folder with it, when its owner is killed without a chance to say goodbye", async () => {
  const { owner, url } = await anOwner();
  const folder = dirname(url.replace("unix://", ""));
  expect(existsSync(folder)).toBe(true);

  owner.kill("SIGKILL");

  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), soon);
});

test("Ctrl-C in the terminal reaches the owner alone, so that it can still write while it stops", async () => {
  const { owner, url } = await anOwner();
  const client = new Redis(url, { retryStrategy: () => null });
  onTestFinished(() => client.disconnect());
  await client.ping();

  process.kill(-Number(owner.pid), "SIGINT"); // to the whole group, as a terminal does

  expect(await client.blpop("nothing", 0.3)).toBeNull(); // long enough for a Redis that was told to end
});

test("a Redis that outlived its owner is ended before its folder is used again, and nothing is lost", async () => {
  const dataDir = aFolder();
  const socket = join(dataDir, "redis.sock");
  const orphan = await anOrphan(dataDir, socket);
  await connectTo({ url: `unix://${socket}` }).set("order", "paid");
  const said: string[] = [];

  const redis = await start({ dataDir, binaryDir, say: (line) => said.push(line) });

  expect(orphan.signalCode ?? orphan.exitCode).not.toBeNull();
  expect(said).toEqual([expect.stringContaining(`(pid ${orphan.pid})`)]);
  expect(await connectTo(redis).get("order")).toBe("paid");
});

test("a process that is not our Redis is never ended, whatever it listens on", async () => {
  const dataDir = aFolder();
  const socket = join(dataDir, "redis.sock");
  const stranger = createServer((connection) => connection.on("error", () => {}).end("-ERR who are you?\r\n"));
  await once(stranger.listen(socket), "listening");
  onTestFinished(() => void stranger.close());
  writeNote(dataDir, socket);

  const redis = start({ dataDir, binaryDir });

  await expect(redis).rejects.toThrow(`an unknown process listens on ${socket}`);
  expect(stranger.listening).toBe(true);
});

test("a checkout that lies deep, or has blanks in its path, gets a socket elsewhere that goes with the server", async () => {
  const dataDir = join(aFolder(), "a folder with blanks", "deep".repeat(30));
  const redis = await start({ dataDir, binaryDir });
  expect(await connectTo(redis).ping()).toBe("PONG");

  await redis.stop();

  expect(existsSync(dirname(socketOf(redis)))).toBe(false);
  expect(existsSync(join(dataDir, "appendonlydir"))).toBe(true);
});

test("a Redis that cannot read its data says why, and the folder is free for the next attempt", async () => {
  const dataDir = aFolder();
  mkdirSync(join(dataDir, "appendonlydir"));
  writeFileSync(join(dataDir, "appendonlydir", "appendonly.aof.manifest"), "no manifest\n");

  const broken = start({ dataDir, binaryDir });
  await expect(broken).rejects.toThrow(Unavailable);
  await expect(broken).rejects.toThrow("did not start");

  rmSync(join(dataDir, "appendonlydir"), { recursive: true });
  expect(await connectTo(await start({ dataDir, binaryDir })).ping()).toBe("PONG");
});

test("a machine without Redis and without a way to get one is told in one sentence what to install", async () => {
  const bare = aPathWith("sh");
  vi.stubEnv("PATH", bare);

  const binary = getRedisBinary(join(bare, "redis-server"), () => {}, bare);

  await expect(binary).rejects.toThrow(
    /^No Redis here: install redis-server or valkey-server \(6\.2 or newer\), or set REDIS_URL\.$/,
  );
});

test("a package that was unpacked once is used again, with its own libraries", async () => {
  const bare = aPathWith("sh");
  vi.stubEnv("PATH", bare);
  const root = join(bare, "root");
  mkdirSync(join(root, "usr/bin"), { recursive: true });
  mkdirSync(join(root, "usr/lib/x86_64-linux-gnu"), { recursive: true });
  writeFileSync(join(root, "usr/bin/redis-server"), "");

  const binary = await getRedisBinary(bare, () => {});

  expect(binary).toEqual({
    path: join(root, "usr/bin/redis-server"),
    libraryPath: join(root, "usr/lib/x86_64-linux-gnu"),
  });
});

async function start(options: RedisOptions): Promise<EmbeddedRedis> {
  const redis = await startRedis(options);
  onTestFinished(redis.stop);
  return redis;
}

/** A program of its own, and process group, that starts a Redis and does not mind Ctrl-C. */
async function anOwner(): Promise<{ owner: ChildProcess; url: string }> {
  const room = new URL("../../../src/sandbox/redis/redis.ts", import.meta.url).href;
  const program = `const { startRedis } = await import(${JSON.stringify(room)});
    process.on("SIGINT", () => {});
    const { url } = await startRedis({ ephemeral: true, binaryDir: ${JSON.stringify(binaryDir)} });
    process.stdout.write(url);`;
  const owner = spawn(process.execPath, ["--input-type=module", "-e", program], {
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void owner.kill("SIGKILL"));
  const [url] = await once(owner.stdout, "data");
  return { owner, url: String(url) };
}

/** A server with the folder and the note of an owner who is no more. */
async function anOrphan(dataDir: string, socket: string) {
  const { path, libraryPath } = await getRedisBinary(binaryDir, () => {});
  const settings = ["--port", "0", "--unixsocket", socket, "--dir", dataDir, "--appendonly", "yes", "--save", ""];
  const orphan = spawn(path, settings, { stdio: "ignore", env: libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {} });
  onTestFinished(() => void orphan.kill("SIGKILL"));
  writeNote(dataDir, socket);
  return orphan;
}

function writeNote(dataDir: string, socket: string): void {
  writeFileSync(join(dataDir, "owner.json"), JSON.stringify({ owner: 1, socket }));
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder to use as PATH, with these programs and no others. */
function aPathWith(...programs: string[]): string {
  const folder = aFolder();
  for (const program of programs) symlinkSync(`/bin/${program}`, join(folder, program));
  return folder;
}

function connectTo(redis: { url: string }): Redis {
  const client = new Redis(redis.url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => {}); // a server that is killed, or not there yet, is what some stories are about
  onTestFinished(() => client.disconnect());
  return client;
}

async function setting(client: Redis, name: string): Promise<unknown> {
  const [, value] = (await client.config("GET", name)) as string[];
  return value;
}

function socketOf(redis: EmbeddedRedis): string {
  return redis.url.replace("unix://", "");
}
