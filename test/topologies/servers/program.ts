// Which programs this machine has: Redis, Valkey, and what turns a process' clock or fills its disk.
import { execFileSync, spawnSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { getRedisBinary } from "../../../src/sandbox/redis/binary.ts";

export type Kind = "redis" | "valkey";

export interface ServerProgram {
  kind: Kind;
  path: string;
  /** LD_LIBRARY_PATH that an unpacked package needs. */
  libraryPath: string | undefined;
  /** `Redis server v=7.0.15 …`, shortened to name and number. */
  version: string;
}

const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");
const known = new Map<Kind, Promise<ServerProgram>>();

/** The server of this kind; a Redis is brought where there is none. @throws Refused with what to install */
export function serverProgram(kind: Kind): Promise<ServerProgram> {
  const found = known.get(kind) ?? lookFor(kind);
  known.set(kind, found);
  return found;
}

async function lookFor(kind: Kind): Promise<ServerProgram> {
  const own = findProgram(`${kind}-server`);
  const { path, libraryPath } = own
    ? { path: own, libraryPath: undefined }
    : await getRedisBinary(binaryDir, console.error);
  const env = libraryPath ? { LD_LIBRARY_PATH: libraryPath } : {};
  const [, name = kind, number = "?"] =
    /(\w+) server v=(\S+)/i.exec(execFileSync(path, ["--version"], { env, encoding: "utf8" })) ?? [];
  return { kind, path, libraryPath, version: `${name} ${number}` };
}

/** A program by its name, where packages put programs. */
export function findProgram(name: string): string | undefined {
  const folders = `${process.env.PATH ?? ""}${delimiter}${SYSTEM_PATH}`.split(delimiter).filter((each) => each !== "");
  return folders.map((folder) => join(folder, name)).find(isFile);
}

/** The library that gives a process a clock of its own (libfaketime, Debian's package `faketime`). */
export function findFaketime(): string | undefined {
  return globSync("/usr/{lib,lib64,local/lib}{,/*}/faketime/libfaketime.so.1").find(isFile);
}

export type Need = "valkey-server" | "faketime" | "faketime-redis" | "prlimit";

/** Why a case cannot be played here; undefined where everything is there. */
export function missing(needs: readonly Need[]): string | undefined {
  if (needs.includes("faketime-redis") && !findProgram("cc") && !canFakeRedis())
    return "libfaketime does not get along with the memory allocator of this redis-server, and there is no C compiler";
  const absent = needs
    .filter((need) => need !== "faketime-redis")
    .find((need) => (need === "faketime" ? !findFaketime() : !findProgram(need)));
  return absent && `${absent} is not installed`;
}

/** Where both ask each other for memory and time at the start, Redis does not start. */
export function canFakeRedis(): boolean {
  if (!findFaketime()) return false;
  const env = { LD_PRELOAD: findFaketime() ?? "", FAKETIME: "+0" };
  const { status, stderr } = spawnSync(findProgram("redis-server") ?? "redis-server", ["--version"], {
    ...{ env, timeout: 3_000, killSignal: "SIGKILL", encoding: "utf8" },
  });
  return status === 0 && !stderr.includes("recursive");
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
