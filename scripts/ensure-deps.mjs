// Installs the locked dependencies before an npm script runs, and only when they are not the ones that are there.
// Plain JavaScript for any Node from 18 on: this runs before the project's own Node exists.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const lock = join(root, ".data", "ensure-deps.lock");
const longestWaitMs = 10 * 60_000;

try {
  if (!isInstalled()) installOnce();
} catch (error) {
  console.error(`cannot install dependencies: ${error.message}`);
  process.exitCode = 1;
}

function installOnce() {
  const release = acquire();
  try {
    if (!isInstalled()) install(); // whoever held the lock before may have done it
  } finally {
    release();
  }
}

/**
 * npm writes node_modules/.package-lock.json when, and only when, an installation ended well: it is the stamp. What is
 * optional may be missing from it (packages of other platforms); everything else must be there in the locked version,
 * and nothing more. Holds for a plain `npm ci` by hand as well.
 */
function isInstalled() {
  const wanted = packagesOf("package-lock.json");
  if (!wanted) throw new Error("package-lock.json is missing");
  const present = packagesOf("node_modules/.package-lock.json");
  if (!present || !hasNode()) return false;
  const same = (path) =>
    present[path]?.version === wanted[path]?.version && present[path]?.integrity === wanted[path]?.integrity;
  const nothingMissing = Object.keys(wanted).every((path) => same(path) || (wanted[path].optional && !present[path]));
  return nothingMissing && Object.keys(present).every(same);
}

/**
 * The project's own Node is a package with its hash in the lock file, for the platforms that there is one for. It matters
 * only where the machine's is too old.
 */
function hasNode() {
  if (existsSync(join(root, "node_modules/.bin/node"))) return true;
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 19); // package.json, "engines"
}

/** Folder → entry, without the project itself. */
function packagesOf(lockFile) {
  try {
    const { "": _project, ...packages } = JSON.parse(readFileSync(join(root, lockFile), "utf8")).packages;
    return packages;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function install() {
  console.error("installing dependencies (npm ci)…");
  // --include=dev: with NODE_ENV=production npm would leave out Node itself, and so would omit=optional.
  const npmCi = ["ci", "--include=dev", "--include=optional", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env.npm_execpath; // the npm that runs us, if one does
  const [command, args] = npm ? [process.execPath, [npm, ...npmCi]] : ["npm", npmCi];
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw error ?? new Error(`npm ci failed with exit code ${status}`);
  if (!hasNode())
    throw new Error(
      `Node ${process.versions.node} is too old, and there is no other for ${process.platform}: use 22.19`,
    );
  if (!isInstalled()) throw new Error("npm ci left packages out (omit in your npm settings?)");
}

/**
 * Takes the lock, a folder with the holder's pid in it, and returns how to let it go. Renaming decides every race, since a
 * folder cannot be renamed onto one that is not empty: the lock appears together with its pid, and the lock of a dead
 * holder is carried off by one only, to a name that stays taken until the new holder is done.
 */
function acquire() {
  mkdirSync(join(root, ".data"), { recursive: true });
  const mine = mkdtempSync(`${lock}-`);
  writeFileSync(join(mine, "pid"), String(process.pid));
  const carriedOff = [];
  for (let waitedMs = 0; !renamed(mine, lock); waitedMs += 100) {
    const holder = holderOf(lock);
    const stale = `${lock}-of-dead-${holder}`;
    if (holder && !isAlive(holder) && renamed(lock, stale)) carriedOff.push(stale);
    else if (waitedMs >= longestWaitMs)
      throw new Error(`process ${holder} still installs dependencies; if not, remove ${lock}`);
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  return () => {
    for (const folder of [...carriedOff, lock]) rmSync(folder, { recursive: true, force: true });
  };
}

function renamed(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST", "ENOENT"].includes(error.code)) return false;
    throw error;
  }
}

function holderOf(folder) {
  try {
    return Number(readFileSync(join(folder, "pid"), "utf8"));
  } catch {
    return undefined; // let go of in this moment
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
