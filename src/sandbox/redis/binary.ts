// Where the redis-server of the private Redis comes from: the PATH, a package unpacked before, or Debian's package now.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, globSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { Refused } from "../../shared/base/errors.ts";
import { getLock } from "./lock.ts";

export interface RedisBinary {
  path: string;
  /** LD_LIBRARY_PATH it needs: only an unpacked package has one. */
  libraryPath: string | undefined;
}

/** Where packages put programs, and where package managers look for their own, whatever the caller's PATH holds. */
const SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

// A failed update is no reason to stop: the lists that are there may do. The package also starts a service on port
// 6379; it is the machine's, not ours, so it is left alone.
const INSTALL = `
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold install redis-server`;

// Without root: package lists of our own, then exactly what a real installation would add to this machine. redis-tools
// is named since Debian's redis-server is a link to a program in there.
const UNPACK = `
set -e
rm -rf unpacking lists archives *.deb
mkdir -p unpacking lists/partial archives/partial
apt() { apt-get -q -o Dir::State::Lists="$PWD/lists" -o Dir::Cache="$PWD" "$@"; }
apt update
plan=$(apt -s --no-install-recommends install redis-server redis-tools)
missing=$(printf '%s\\n' "$plan" | sed -n 's/^Inst \\([^ ]*\\).*/\\1/p')
apt download $(printf '%s\\n' redis-server redis-tools $missing | sort -u)
for package in *.deb; do dpkg -x "$package" unpacking; done
mv unpacking root
rm -rf lists archives *.bin *.deb`;

/**
 * A redis-server or valkey-server that runs here, installed when it is missing and no question is needed for it. Two
 * that need it at once do not collide: the second waits and finds what the first brought. Takes some seconds, once.
 * @throws Refused when there is none and none could be brought; the message says what to install
 */
export async function getRedisBinary(
  binaryDir: string,
  say: (line: string) => void,
  systemPath = SYSTEM_PATH,
): Promise<RedisBinary> {
  const callersPath = process.env.PATH ?? "";
  const found = findRedisBinary(binaryDir, callersPath);
  if (found) return found;
  mkdirSync(binaryDir, { recursive: true });
  const lock = await getLock(join(binaryDir, "install.lock"));
  try {
    const path = `${callersPath}:${systemPath}`;
    const complaint = findRedisBinary(binaryDir, callersPath) ? "" : await install(binaryDir, { say, path });
    const brought = findRedisBinary(binaryDir, path);
    if (brought) return brought;
    throw new Refused(
      `No Redis here: install redis-server or valkey-server (6.2 or newer), or set REDIS_URL.${complaint}`,
    );
  } finally {
    lock.release();
  }
}

function findRedisBinary(binaryDir: string, searchPath: string): RedisBinary | undefined {
  const onPath = findCommand("valkey-server", searchPath) ?? findCommand("redis-server", searchPath);
  if (onPath) return { path: onPath, libraryPath: undefined };
  const root = join(binaryDir, "root");
  const path = join(root, "usr/bin/redis-server");
  if (!existsSync(path)) return undefined;
  const folders = globSync(["usr/lib/*-linux-*", "lib/*-linux-*"], { cwd: root });
  return { path, libraryPath: folders.map((folder) => join(root, folder)).join(":") };
}

function findCommand(name: string, path: string): string | undefined {
  const files = path.split(delimiter).map((folder) => join(folder, name));
  return files.find((file) => isAbsolute(file) && statSync(file, { throwIfNoEntry: false })?.isFile());
}

/** Brings Debian's package. Returns what went wrong, as the tail of the log, or nothing. */
async function install(
  binaryDir: string,
  { say, path }: { say: (line: string) => void; path: string },
): Promise<string> {
  if (!findCommand("apt-get", path)) return "";
  const asRoot = process.getuid?.() === 0;
  const logFile = join(binaryDir, "apt.log");
  say(
    asRoot ? `installing redis-server with apt-get (${logFile})` : `unpacking redis-server into ${binaryDir}, no root`,
  );

  const log = openSync(logFile, "w");
  const env = { ...process.env, PATH: path };
  const shell = spawn("/bin/sh", ["-c", asRoot ? INSTALL : UNPACK], {
    cwd: binaryDir,
    env,
    stdio: ["ignore", log, log],
  });
  const [code] = await once(shell, "exit");
  closeSync(log);
  return code === 0 ? "" : `\n${readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-8).join("\n")}`;
}
