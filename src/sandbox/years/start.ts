// `npm start -- --years 5`: the real fleet lives through one order, with a pretended eNom and a clock that is turned
// on.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Refused } from "../../shared/base/errors.ts";
import { findProduct, knownProducts } from "../../shared/certificate/products.ts";
import { PROGRAM } from "../../shared/process/program.ts";
import { type Attended, attended } from "../attended.ts";
import { startSandboxEnom } from "../enom/server.ts";
import { freePort } from "../free-port.ts";
import { untilGatewayReady } from "../gateway-ready.ts";
import { startMailCatcher } from "../mail/catcher.ts";
import { sandboxParts } from "../parts.ts";
import { startRedis } from "../redis/redis.ts";
import { placeSample } from "../samples.ts";
import { supervise } from "../supervisor.ts";
import { BEGIN, liveThrough, SLOW_ENOM, SLOW_FLEET, type World } from "./life.ts";
import { screenOn } from "./screen.ts";
import { endedWell, summaryOf } from "./summary.ts";
import { openVirtualRedis } from "./virtual-redis.ts";

export interface YearsOptions {
  /** Paid for, 1 to 5. */
  years: number;
  /** `Service` code; by default the one product that is sold for five years at once. */
  product?: string | undefined;
  env: NodeJS.ProcessEnv;
  /** Data lies in `.data/years` below this folder; what an earlier run left there is thrown away. */
  root: string;
}

const PREFIX = "{certfleet-sandbox-years}";
const GRACE_MS = 3_000;
const BEFORE_DAYS = 10;

/** Answers with the exit code: 0 when every day was covered, by as many certificates as the calendar asks for. */
export async function startYears(options: YearsOptions): Promise<number> {
  return attended(GRACE_MS, (run) => runYears(options, run));
}

async function runYears({ years, product: wanted, env, root }: YearsOptions, run: Attended): Promise<number> {
  const { life, say, signal } = run;
  const product = getValidatable(wanted);
  if (years > 5) throw new Refused("--years: an order is paid for 1 to 5 years");
  say(`Starting a pretended eNom, a mailbox, Redis, the gateway and four workers, on ${BEGIN.toISOString()} …`);
  const started = performance.now();
  const dataDir = join(root, ".data/years");
  const { world, redisUrl } = await openWorld(dataDir, { ...run, binaryDir: join(root, ".data/redis-server") });
  const { enom, mail } = world;
  const place = { env, redisUrl, port: await freePort(3000), dataDir };
  const outside = { enomUrl: enom.url, smtpUrl: mail.smtpUrl, rootPem: enom.ca.rootPem };
  const parts = sandboxParts({ ...place, ...outside }, { ...SLOW_FLEET, CERTFLEET_PREFIX: PREFIX });
  const fleet = supervise(parts.children, { program: PROGRAM, logDir: join(dataDir, "log"), graceMs: GRACE_MS });
  life.add("fleet", fleet.stop);
  await Promise.race([untilGatewayReady(parts.gatewayUrl, signal), fleet.failed]);

  const reference = `${years}-years`;
  await placeSample(parts.gatewayUrl, {
    ...{ reference, product, years, domain: "shop.example.com" },
    approver: { method: "dns" },
    policy: { mode: "auto", beforeDays: BEFORE_DAYS },
  });
  const screen = screenOn(process.stdout);
  const lived = await Promise.race([liveThrough(world, { years, beforeDays: BEFORE_DAYS }, screen), fleet.failed]);
  screen.end();
  const shown = await fetch(`${parts.gatewayUrl}/v1/certificates/${reference}`);
  const { status } = (await shown.json()) as { status: string };
  const seconds = Math.round((performance.now() - started) / 1_000);
  process.stdout.write(`\n${summaryOf(lived, { seconds, status })}`);
  return endedWell(lived) ? 0 : 1;
}

/**
 * From 15 March 2028 on no e-mail validates a domain: only what can be validated otherwise lives through five years.
 */
function getValidatable(wanted = "Certificate-GeoTrust-QuickSSL-Premium"): string {
  const product = findProduct(wanted);
  if (product?.methods.includes("dns")) return product.service;
  const possible = knownProducts()
    .filter(({ methods }) => methods.includes("dns"))
    .map(({ service }) => service);
  throw new Refused(`--product: one that is validated by DNS (${possible.join(", ")})`);
}

/** Empty, and on the first day. */
async function openWorld(
  dataDir: string,
  { life, say, signal, binaryDir }: Attended & { binaryDir: string },
): Promise<{ world: World; redisUrl: string }> {
  const server = await startRedis({ dataDir: join(dataDir, "redis"), binaryDir, say });
  life.add("redis", server.stop);
  // From here on the folder is ours: Redis refuses a second owner.
  for (const name of ["enom", "journal", "log"]) rmSync(join(dataDir, name), { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  const at = { url: server.url, prefix: PREFIX, begin: BEGIN };
  const { redis, keys, clock, queues } = await openVirtualRedis(at, { life, say });
  const enom = await startSandboxEnom({ ...SLOW_ENOM, clock, dataDir: join(dataDir, "enom") });
  life.add("enom", enom.close);
  const mail = await startMailCatcher({ clock, webPort: await freePort(3025) });
  life.add("mail", mail.close);
  return { world: { redis, keys, queues, clock, signal, enom, mail }, redisUrl: server.url };
}
