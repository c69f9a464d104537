// Tests make CSRs and verify chains with the real OpenSSL: found beside the system's programs, or installed where no question is needed.
import { execFileSync, spawnSync } from "node:child_process";

const SYSTEM_PATH = "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Makes `openssl` callable for this process and those it starts. @throws Error that says what to install */
export function ensureOpenssl(): void {
  if (works()) return;
  process.env.PATH = `${process.env.PATH}:${SYSTEM_PATH}`;
  if (works()) return;
  if (process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["-q", "update"], { env });
    spawnSync("apt-get", ["-q", "-y", "--no-install-recommends", "install", "openssl"], { env });
  }
  if (!works()) throw new Error("The tests need the program openssl: install the package openssl.");
}

function works(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
