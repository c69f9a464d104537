// `npm start`: everything the fleet needs on one machine, in order, watched, and ended together; with ENOM_USERNAME
// set, the real thing.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refused } from "../shared/base/errors.ts";
import { readSettings, settingsAsGiven } from "../shared/base/read-settings.ts";
import { commonSettings, enomSettings, orderSettings } from "../shared/config/settings.ts";
import { PROGRAM, SANDBOX_LACKS } from "../shared/process/program.ts";
import { processSettings } from "../shared/process/settings.ts";
import { addresses } from "./addresses.ts";
import { type Attended, attended } from "./attended.ts";
import { checkStart } from "./check-start.ts";
import { type Examine, examined } from "./examined.ts";
import { firstAccess } from "./first-access.ts";
import { freePort } from "./free-port.ts";
import { throwAway } from "./fresh.ts";
import { untilGatewayReady } from "./gateway-ready.ts";
import { liveParts, type Parts, sandboxParts } from "./parts.ts";
import { startRedis } from "./redis/redis.ts";
import { orderSamples } from "./samples.ts";
import { supervise } from "./supervisor.ts";
import { waitingOrders } from "./waiting-orders.ts";
import { watchSamples } from "./watch.ts";

export interface StartOptions {
  /** Exits when the samples are issued, instead of staying up. */
  once: boolean;
  /** Throws away what the sandbox has kept before it starts. */
  fresh?: boolean;
  env: NodeJS.ProcessEnv;
  /** What gateway and workers would complain about, all at once; without it each says so when it starts. */
  settingProblems?: (env: NodeJS.ProcessEnv) => Promise<string[]>;
  /** What a real fleet's start ends with: what `doctor` finds. */
  examine?: Examine;
  /** Data lies in `.data` below this folder. */
  root: string;
}

const SAMPLES_MS = 60_000;
/** Mails to the department lie in the mailbox beside those to customers. */
const OPERATOR = { department: "operators@sandbox.example", minimumBalance: "100.00" };

/** Runs until Ctrl-C, or with `once` until the samples are issued. Answers with the exit code. */
export async function start({
  once,
  fresh = false,
  env,
  root,
  settingProblems,
  examine,
}: StartOptions): Promise<number> {
  const live = Boolean(env.ENOM_USERNAME || env.ENOM_USERNAME_FILE);
  if (!live || !fresh)
    await checkStart({ live, env, journal: join(dataDirOf(root, live), "journal"), settingProblems });
  return attended(graceMs(live, env), async (run) => {
    if (fresh) await beginAnew({ live, env, dataDir: dataDirOf(root, live) }, run);
    return runFleet({ once, live, env, root, ...(examine && { examine }), ...run });
  });
}

/** Refused with a real eNom or a Redis of the owner's: only what the sandbox keeps itself is thrown away. */
async function beginAnew(
  { live, env, dataDir }: { live: boolean; env: NodeJS.ProcessEnv; dataDir: string },
  { say }: Attended,
): Promise<void> {
  const nothing = "Nothing was thrown away.";
  if (live)
    throw new Refused(`--fresh is for the sandbox, and ENOM_USERNAME is set: this is the real eNom. ${nothing}`);
  if (env.REDIS_URL || env.REDIS_URL_FILE)
    throw new Refused(`--fresh: the orders are in the Redis of REDIS_URL, which is not the sandbox's own. ${nothing}`);
  await throwAway(dataDir, say);
}

function dataDirOf(root: string, live: boolean): string {
  return join(root, ".data", live ? "live" : "sandbox");
}

/** The sandbox goes at once. Real parts end by themselves within CERTFLEET_DRAIN_SECONDS, and are ended a little later. */
function graceMs(live: boolean, env: NodeJS.ProcessEnv): number {
  if (!live) return 3_000;
  const { CERTFLEET_DRAIN_SECONDS: seconds } = settingsAsGiven(processSettings, env);
  return (Number(seconds) || 25) * 1_000 + 2_000;
}

interface Run extends StartOptions, Attended {
  live: boolean;
}

async function runFleet(run: Run): Promise<number> {
  const { once, live, env, root, examine, say, life, signal } = run;
  say(`Starting ${live ? "" : "a pretended eNom, a mailbox, "}Redis, the gateway and four workers …`);
  const dataDir = dataDirOf(root, live);
  mkdirSync(dataDir, { recursive: true });
  const { REDIS_URL } = readSettings({ REDIS_URL: commonSettings.REDIS_URL.optional() }, env);
  const redisUrl = REDIS_URL ?? (await privateRedis(run, dataDir));
  const outside = live ? undefined : await (await loadPretendedWorld()).pretendedWorld(dataDir, life);
  const port = Number(env.PORT) || (await freePort(3000));
  const access = live ? firstAccess(env, dataDir) : { env, told: [] };
  const common = { env: access.env, redisUrl, port, dataDir };
  const parts = outside
    ? sandboxParts({
        ...common,
        enomUrl: outside.enom.url,
        smtpUrl: outside.mail.smtpUrl,
        rootPem: outside.enom.ca.rootPem,
        operator: OPERATOR,
      })
    : liveParts(common);

  const fleet = supervise(parts.children, {
    program: PROGRAM,
    logDir: join(dataDir, "log"),
    graceMs: graceMs(live, env),
  });
  life.add("fleet", fleet.stop);
  await Promise.race([untilGatewayReady(parts.gatewayUrl, signal), fleet.failed]);
  const mailUrl = outside?.mail.webUrl ?? null;
  // Where the command line finds this fleet while it runs.
  const address = join(dataDir, "fleet.json");
  const { gatewayUrl, prefix } = parts;
  const note = { redisUrl, gatewayUrl, mailUrl, prefix, settings: settingsOfVerbs(parts) };
  writeFileSync(address, JSON.stringify(note), { mode: 0o600 });
  life.add("address", () => rmSync(address, { force: true }));

  if (outside) {
    outside.enom.settings.acceptedOrders = () => waitingOrders(parts.gatewayUrl);
    const samples = await orderSamples(parts.gatewayUrl, nextRun(dataDir));
    const watched = {
      gatewayUrl: parts.gatewayUrl,
      samples,
      mail: outside.mail,
      progress: outside.progress,
      signal,
    };
    await Promise.race([watchSamples(watched, SAMPLES_MS), fleet.failed]);
  }
  if (once) return 0;
  const enomPage = outside ? new URL("/", outside.enom.url).href : null;
  say(addresses(parts, { live, env, mailUrl, enomPage, dataDir, told: access.told }));
  const isFailed = fleet.failed.then(
    () => "",
    () => "",
  );
  if (live && examine) say(`\n${await Promise.race([examined(examine, signal), isFailed])}`);
  await Promise.race([
    new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true })),
    fleet.failed,
  ]);
  return 0;
}

/**
 * What verbs about money read besides: as the workers do, but from wherever they are said. Logins stay with those who
 * have them.
 */
function settingsOfVerbs({ children }: Parts): Record<string, string> {
  const { CERTFLEET_CONFIG } = commonSettings;
  const { CERTFLEET_JOURNAL, CERTFLEET_SETTLE_SECONDS } = orderSettings;
  const read = { CERTFLEET_CONFIG, CERTFLEET_JOURNAL, CERTFLEET_SETTLE_SECONDS, ENOM_LOG: enomSettings.ENOM_LOG };
  const envOf = (part: string): NodeJS.ProcessEnv => children.find(({ name }) => name === part)?.env ?? {};
  const settings = readSettings(read, envOf("open"));
  const { CERTFLEET_PUBLIC_URL: outside } = envOf("gateway");
  const { SMTP_URL: smtp, MAIL_FROM: from } = envOf("notify");
  const config = settings.CERTFLEET_CONFIG ?? (existsSync("certfleet.yaml") ? "certfleet.yaml" : undefined);
  const isFolder = !/^[a-z+]+:/.test(settings.CERTFLEET_JOURNAL);
  return {
    ...(config && { CERTFLEET_CONFIG: resolve(config) }),
    ...(outside && { CERTFLEET_PUBLIC_URL: outside }),
    // The sandbox's mailbox wants no login.
    ...(smtp && from && !smtp.includes("@") && { SMTP_URL: smtp, MAIL_FROM: from }),
    CERTFLEET_JOURNAL: isFolder ? resolve(settings.CERTFLEET_JOURNAL) : settings.CERTFLEET_JOURNAL,
    CERTFLEET_SETTLE_SECONDS: `${settings.CERTFLEET_SETTLE_SECONDS}`,
    ENOM_LOG: resolve(settings.ENOM_LOG),
  };
}

/** A Redis that dies is started again on its data, at the same address: the fleet waits for it and goes on. */
async function privateRedis({ root, say, life }: Run, dataDir: string): Promise<string> {
  const place = { dataDir: join(dataDir, "redis"), binaryDir: join(root, ".data/redis-server"), say };
  let redis = await startRedis(place);
  let stopping = false;
  const keep = async (): Promise<void> => {
    await redis.exited;
    if (stopping) return;
    say("Redis ended; it is started again.");
    redis = await startRedis(place);
    return keep();
  };
  void keep().catch((error: Error) => say(`Redis cannot be started again: ${error.message}`));
  life.add("redis", () => {
    stopping = true;
    return redis.stop();
  });
  return redis.url;
}

/** Its packages are installed for development only: a live fleet runs without them. */
async function loadPretendedWorld(): Promise<typeof import("./pretended-world.ts")> {
  try {
    return await import("./pretended-world.ts");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")) throw error;
    throw new Refused(SANDBOX_LACKS);
  }
}

/** Counts the starts of this folder, so that each has samples of its own. */
function nextRun(dataDir: string): number {
  const file = join(dataDir, "runs");
  let last = 0;
  try {
    last = Number(readFileSync(file, "utf8")) || 0;
  } catch {
    // the first start
  }
  writeFileSync(file, `${last + 1}`);
  return last + 1;
}
