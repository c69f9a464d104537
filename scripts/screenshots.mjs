// Pictures of the console, for README and docs, and for a person to look at: npm run screenshots [folder]
// Runs a sandbox through 195 days on its virtual clock, so that the page has something to show. Needs Chromium on PATH.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { attended } from "../src/sandbox/attended.ts";
import { startSandboxEnom } from "../src/sandbox/enom/server.ts";
import { freePort } from "../src/sandbox/free-port.ts";
import { untilGatewayReady } from "../src/sandbox/gateway-ready.ts";
import { startMailCatcher } from "../src/sandbox/mail/catcher.ts";
import { sandboxParts } from "../src/sandbox/parts.ts";
import { startRedis } from "../src/sandbox/redis/redis.ts";
import { placeSample } from "../src/sandbox/samples.ts";
import { supervise } from "../src/sandbox/supervisor.ts";
import { liveUntil } from "../src/sandbox/years/driver.ts";
import { SLOW_ENOM, SLOW_FLEET } from "../src/sandbox/years/life.ts";
import { openVirtualRedis } from "../src/sandbox/years/virtual-redis.ts";
import { DAY_MS } from "../src/shared/base/dates.ts";
import { requireBrowser } from "./browser.mjs";

const ROOT = resolve(fileURLToPath(import.meta.url), "../..");
const PROGRAM = join(ROOT, "src/main.ts");
const PREFIX = "{certfleet-sandbox-picture}";
/** File, page, width and height of the window. */
const PICTURES = [
  ["dashboard", "/", 1280, 1330],
  ["console-certificates", "/certificates", 1280, 1000],
  ["console-certificate", "/certificates/bill-1044", 1280, 1330],
  ["console-certificate-narrow", "/certificates/bill-1096", 390, 1400],
  ["console-order", "/certificates/new", 1280, 1000],
  ["console-forecast", "/forecast", 1280, 1000],
  ["console-fleet", "/fleet", 1280, 1000],
];
const BEGIN = Date.parse("2026-04-02T08:00:00Z");
const DAYS = 195;

const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";
const QUICKSSL = "Certificate-GeoTrust-QuickSSL-Premium";
const ESSENTIAL = "Certificate-Comodo-Essential";

/** Day, reference, domain, product, account, and what is special. */
const ORDERS = [
  [0, "bill-1001", "shop.northwind.example.com", QUICKSSL, "main", { years: 3 }],
  [2, "bill-1002", "www.harbor.example.com", ESSENTIAL, "eu", { policy: { mode: "manual", beforeDays: 20 } }],
  [3, "bill-1007", "portal.tulip-travel.example.com", RAPIDSSL, "main", {}],
  [9, "bill-1012", "mail.brook.example.com", RAPIDSSL, "eu", {}],
  [13, "bill-1018", "shop.alder.example.com", QUICKSSL, "main", {}],
  [30, "bill-1031", "api.larkspur.example.com", QUICKSSL, "main", { years: 2 }],
  [66, "bill-1044", "www.oldmill-bakery.example.com", ESSENTIAL, "main", {}],
  [108, "bill-1058", "intranet.verdant.example.com", QUICKSSL, "main", { years: 2 }],
  [115, "bill-1061", "cloud.stonebridge.example.com", QUICKSSL, "eu", {}],
  [121, "bill-1063", "www.kestrel-cycles.example.com", RAPIDSSL, "main", {}],
  [133, "bill-1069", "shop.juniper-tea.example.com", QUICKSSL, "main", { years: 3 }],
  [141, "bill-1072", "www.riverside-inn.example.com", QUICKSSL, "eu", {}],
  [150, "bill-1074", "portal.eastgate.example.com", QUICKSSL, "main", { years: 2 }],
  [163, "bill-1080", "www.fernhill-school.example.com", ESSENTIAL, "main", {}],
  [170, "bill-1083", "docs.alder-works.example.com", QUICKSSL, "eu", { years: 2 }],
  [179, "bill-1088", "api.copperleaf.example.com", QUICKSSL, "main", { years: 2 }],
  [186, "bill-1091", "www.sandpiper-inn.example.com", RAPIDSSL, "eu", {}],
  [
    192,
    "bill-1094",
    "shop.maplewood.example.com",
    RAPIDSSL,
    "main",
    { approver: at("admin@shop.maplewood.example.com") },
  ],
  [194, "bill-1096", "www.claremont.example.com", RAPIDSSL, "main", {}],
];
/** Days on which an account is filled up, and what it has from then on. */
const REFILLS = new Map([
  [130, ["main", "1200.00"]],
  [176, ["eu", "600.00"]],
]);

const ACCOUNTS = [
  { id: "main", name: "eNom main", minimumBalance: "250.00", starts: "950.00" },
  { id: "eu", name: "eNom Europe", minimumBalance: "100.00", starts: "520.00" },
];

const [folder = join(ROOT, "docs/pictures")] = process.argv.slice(2);
const browser = requireBrowser();
process.exit(await attended(3_000, takePicture));

async function takePicture(run) {
  const { signal, say } = run;
  const dataDir = mkdtempSync(join(tmpdir(), "certfleet-picture-"));
  run.life.add("folder", () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  say("Starting a sandbox …");
  const world = await openWorld(dataDir, run);
  const { gatewayUrl, failed } = await startFleet(world, dataDir, run);
  say(`Living through ${DAYS} days …`);
  await Promise.race([placeOrders({ ...world, signal }, gatewayUrl), failed]);
  mkdirSync(resolve(folder), { recursive: true });
  await photograph(gatewayUrl, say);
  return 0;
}

/** A private Redis, the pretended eNom and a mailbox, all on the virtual clock. */
async function openWorld(dataDir, { life, say }) {
  const server = await startRedis({
    dataDir: join(dataDir, "redis"),
    binaryDir: join(ROOT, ".data/redis-server"),
    say,
  });
  life.add("redis", server.stop);
  const at = { url: server.url, prefix: PREFIX, begin: new Date(BEGIN) };
  const { redis, keys, clock, queues } = await openVirtualRedis(at, { life, say });
  const enoms = new Map();
  for (const { id, starts } of ACCOUNTS) {
    const enom = await startSandboxEnom({ ...SLOW_ENOM, clock, balance: starts, username: id });
    life.add(`enom ${id}`, enom.close);
    enoms.set(id, enom);
  }
  const events = () => [...enoms.values()].flatMap((each) => each.nextEvent() ?? []);
  const enom = { nextEvent: () => events().sort((a, b) => a - b)[0] };
  const mail = await startMailCatcher({ clock });
  life.add("mail", mail.close);
  return { redis, redisUrl: server.url, keys, clock, queues, enom, enoms, mail };
}

async function startFleet({ redisUrl, enoms, mail }, dataDir, { life, signal }) {
  const port = await freePort(3000);
  const rootPem = [...enoms.values()].map(({ ca }) => ca.rootPem).join("");
  const outside = { enomUrl: enoms.get("main").url, smtpUrl: mail.smtpUrl, rootPem };
  const place = { env: process.env, redisUrl, port, dataDir, ...outside };
  const parts = sandboxParts(place, { ...SLOW_FLEET, CERTFLEET_PREFIX: PREFIX });
  const accounts = ACCOUNTS.map(({ starts: _starts, ...account }) => ({
    ...{ ...account, apiUrl: enoms.get(account.id).url, username: account.id, password: "sandbox-password" },
    ...{ department: "ssl@provider.example", requestsPerSecond: 200 },
  }));
  // The parts read it when they start. JSON is YAML, too.
  const roots = [join(dataDir, "root.pem")];
  writeFileSync(join(dataDir, "certfleet.yaml"), JSON.stringify({ roots, accounts }), { mode: 0o600 });
  const fleet = supervise(parts.children, { program: PROGRAM, logDir: join(dataDir, "log"), graceMs: 3_000 });
  life.add("fleet", fleet.stop);
  await Promise.race([untilGatewayReady(parts.gatewayUrl, signal), fleet.failed]);
  return { gatewayUrl: parts.gatewayUrl, failed: fleet.failed };
}

async function placeOrders(world, gatewayUrl) {
  const days = [...ORDERS.map(([day]) => day), ...REFILLS.keys(), DAYS].sort((a, b) => a - b);
  for (const day of days) {
    await liveTo(day, world);
    const [account, balance] = REFILLS.get(day) ?? [];
    if (account) world.enoms.get(account).books.setBalance(balance);
    for (const order of ORDERS.filter((each) => each[0] === day)) await place(order, world, gatewayUrl);
    await liveTo(day + 0.1, world);
    for (const { id } of ACCOUNTS) await readBalance(id, world, gatewayUrl);
  }
}

async function place([, reference, domain, product, account, special], { enoms }, gatewayUrl) {
  // The owner of the last one has not approved it yet.
  if (reference === ORDERS.at(-1)[1]) for (const enom of enoms.values()) enom.settings.owner = "silent";
  const approver = product === ESSENTIAL ? at(`admin@${domain.split(".").slice(-2).join(".")}`) : { method: "dns" };
  await placeSample(gatewayUrl, { reference, product, domain, account, years: 1, approver, ...special });
}

function at(email) {
  return { method: "email", email };
}

function liveTo(day, world) {
  return liveUntil(
    () => new Date(BEGIN + day * DAY_MS),
    world,
    async () => {},
  );
}

/** Asks for it as an operator may, and waits until it was read. */
async function readBalance(account, { queues, signal }, gatewayUrl) {
  await fetch(`${gatewayUrl}/v1/accounts/${account}/balance-poll`, { method: "POST" });
  const queue = queues.all["balance-poll"];
  while (!signal.aborted && (await queue.getJobCountByTypes("active", "waiting", "prioritized")) > 0)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function photograph(gatewayUrl, say) {
  const chrome = await chromium.launch({ executablePath: browser, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  try {
    for (const [name, path, width, height] of PICTURES) {
      const page = await chrome.newPage({ viewport: { width, height } });
      await page.goto(`${gatewayUrl}${path}`);
      await page.reload(); // by then what is read in the background is there
      const file = join(resolve(folder), `${name}.png`);
      await page.screenshot({ path: file });
      await page.close();
      say(file);
    }
  } finally {
    await chrome.close();
  }
}
