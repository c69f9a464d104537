// What `doctor` says of the walls: whether Redis lets in whoever asks, and who else can read files with secrets in them.
import { readFileSync, type Stats, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { readSettings } from "../../../shared/base/read-settings.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { commonSettings, settingNames } from "../../../shared/config/settings.ts";
import type { RedisAccess } from "../../../shared/redis/access.ts";
import { readRedisAddress } from "../../../shared/redis/address.ts";
import { connectRedis, untilReady } from "../../../shared/redis/client.ts";
import { type ProgramContext, withRedisUrl } from "../own-redis.ts";
import { notLookedAt } from "./looked.ts";

const PROBE_MS = 1_500;
/** Certificates, which whoever connects is shown. */
const SHOWN_TO_ALL = ["REDIS_CA", "REDIS_CERT"];
/** Where containers get their secrets: the mode is the orchestrator's, and nobody else is in there. */
const HANDED_IN = /^\/(var\/)?run\/secrets\//;

/** Asks Redis itself, without a login: what lets us in lets everybody in who reaches its port. */
export async function examineRedisLogin(context: ProgramContext): Promise<Finding[]> {
  const name = "Redis login";
  let address: ReturnType<typeof readRedisAddress>;
  let access: RedisAccess;
  try {
    access = readSettings(commonSettings, withRedisUrl(context));
    address = readRedisAddress(access.REDIS_URL);
  } catch {
    return []; // told by the checks of settings and of Redis
  }
  if (!address) return [];
  if (address.way === "socket")
    return [{ name, state: "ok", detail: "a Unix socket: the rights of its folder decide who gets in" }];
  const answer = await askWithoutLogin({ ...access, REDIS_URL: address.shown });
  if (answer === "away") return [notLookedAt(name, "Redis cannot be reached")];
  if (answer === "lets-in") {
    const detail = `${address.shown} lets in whoever reaches its port, without a password: other users of this machine, too`;
    const remedy = `Give each part a user of its own (certfleet redis acl) and close the one without a name (ACL SETUSER default off), or set requirepass.`;
    return [{ name, state: "warn", detail, remedy }];
  }
  return [{ name, state: "ok", detail: "nobody gets in without a password" }];
}

/** `away`: it said neither yes nor no, so that nothing is known of it. */
async function askWithoutLogin(access: RedisAccess): Promise<"lets-in" | "refuses" | "away"> {
  const redis = connectRedis(access, "once", () => undefined);
  try {
    await untilReady(redis, PROBE_MS);
    await redis.ping();
    return "lets-in";
  } catch (error) {
    return isRefusal(error) ? "refuses" : "away";
  } finally {
    redis.disconnect();
  }
}

/** Redis wants a login, or gives who has none no right; either as it came, or as the cause of what was made of it. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { message, cause, lastNodeError } = error as Error & { lastNodeError?: unknown }; // the latter of a Cluster
  return /NOAUTH|NOPERM|DENIED/.test(message) || isRefusal(cause) || isRefusal(lastNodeError);
}

/** Files that hold secrets and that others may read or write. */
export function examineFiles({ env, root }: ProgramContext): Finding[] {
  const config = env.CERTFLEET_CONFIG || "certfleet.yaml";
  const dotEnv = [...new Set([resolve(".env"), join(root, ".env")])];
  const secrets = settingNames.filter((setting) => !SHOWN_TO_ALL.includes(setting));
  const named = secrets.flatMap((setting) => env[`${setting}_FILE`] ?? []).filter((file) => !HANDED_IN.test(file));
  const holders = [
    ...named.map((file) => ({ file, what: "a secret" })),
    ...[config].filter(holdsPassword).map((file) => ({ file, what: "a password" })),
    ...dotEnv.filter(holdsSecret).map((file) => ({ file, what: "secrets" })),
  ];
  const open = holders.flatMap(({ file, what }) => {
    const who = othersOf(file);
    return who === undefined ? [] : [{ file, what, who }];
  });
  const name = "Files with secrets";
  if (open.length === 0)
    return [{ name, state: holders.length > 0 ? "ok" : "skipped", detail: detailOf(holders.length) }];
  return open.map(({ file, what, who }) => ({
    name,
    state: "warn",
    detail: `${file} holds ${what}, and ${who} can read it`,
    remedy: `chmod 600 ${basename(file)}, owned by the user that Certfleet runs as.`,
  }));
}

function detailOf(count: number): string {
  return count > 0 ? `${count} looked at; only their owner reads them` : "none is named here";
}

/** Who beside the owner can read it. A file of root's that one group may read is how services are given secrets. */
function othersOf(file: string): string | undefined {
  let stat: Stats;
  try {
    stat = statSync(file);
  } catch {
    return undefined; // a file that is missing is told by the checks of settings
  }
  if (stat.mode & 0o007) return "everybody on this machine";
  const isHandedToUs = stat.uid === 0 && process.getuid?.() !== 0 && !(stat.mode & 0o020);
  return stat.mode & 0o070 && !isHandedToUs ? "its group" : undefined;
}

/** Written out: `password: ${ENOM_PASSWORD}` is none. */
function holdsPassword(file: string): boolean {
  return /^[^#\n]*?(?<![\w-])["']?(password|apiToken|token|secret|privateKey)["']?\s*:\s*(?!["']?\$\{)["']?[^\s"'#]/im.test(
    textOf(file),
  );
}

function holdsSecret(file: string): boolean {
  return /^\s*(export\s+)?\w*(PASSWORD|_KEY|TOKEN|SECRET)\w*\s*=\s*["']?[^\s"'#]|:\/\/[^\s/@]*:[^\s/@]+@/m.test(
    textOf(file),
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
