// `npm start` as a newcomer runs it: samples are issued, parts that are killed come back, and the end ends everything.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { freePort } from "../../src/sandbox/free-port.ts";
import { startMailCatcher } from "../../src/sandbox/mail/catcher.ts";
import { orderBody } from "../support/order.ts";
import { bareEnv, compiledBefore } from "../support/process.ts";

const startFile = resolve(import.meta.dirname, "../../src/sandbox/start.ts");
const soon = { timeout: 40_000, interval: 50 };

interface Started {
  child: ChildProcess;
  folder: string;
  output: () => string;
  exited: Promise<number | null>;
}

/** In a folder of its own, or in that of another fleet, which removes it. */
async function startFleet(
  once_: boolean,
  env: NodeJS.ProcessEnv = {},
  { again, fresh = false }: { again?: string; fresh?: boolean } = {},
): Promise<Started> {
  const folder = again ?? (await mkdtemp(join(tmpdir(), "certfleet-start-")));
  if (!again) await compiledBefore(join(folder, ".data", env.ENOM_USERNAME ? "live" : "sandbox"));
  const script = `const { start } = await import(${JSON.stringify(startFile)});
    process.exitCode = await start({ once: ${once_}, fresh: ${fresh}, env: process.env, root: ${JSON.stringify(folder)} });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    // Other fleets that start at this moment look for the usual port, too.
    env: { ...bareEnv(), PORT: `${await freePort(0)}`, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await exited;
    if (!again) await rm(folder, { recursive: true });
  });
  return { child, folder, output: () => output, exited };
}

/** Processes of this machine that were started below a process, by reading /proc. */
function below(pid: number | undefined): { pid: number; command: string }[] {
  return globSync("/proc/[0-9]*/stat").flatMap((file) => {
    try {
      const stat = readFileSync(file, "utf8");
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      const child = Number(stat.split(" ")[0]);
      return parent === pid
        ? [{ pid: child, command: readFileSync(`/proc/${child}/cmdline`, "utf8").replaceAll("\0", " ") }]
        : [];
    } catch {
      return []; // it ended while we looked
    }
  });
}

const lives = (pid: number): boolean => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

// A fleet that starts is seconds of the processor: two of them, one after the other in one folder, tell all that they can show.
test("npm start -- --once issues the three samples, shows their dates and ends with 0, leaving no process; --fresh begins anew, refuses while a fleet runs, parts that are killed come back, trouble is mailed, and Ctrl-C ends everything within five seconds", async () => {
  const fleet = await startFleet(true);
  await vi.waitFor(() => expect(below(fleet.child.pid).length).toBeGreaterThanOrEqual(6), soon);
  const parts = below(fleet.child.pid);

  const code = await fleet.exited;
  expect(code, fleet.output()).toBe(0);

  for (const name of ["rapidssl", "essential", "five-years"]) {
    expect(fleet.output()).toMatch(
      new RegExp(`sample-1-${name}: .*Step issued · CertID \\d+ · Expiration date \\d{4}-\\d\\d-\\d\\d .*Mails 3`),
    );
  }
  expect(fleet.output()).toMatch(/sample-1-five-years: .*Paid until \d{4}-\d\d-\d\d/);
  expect(parts.filter(({ pid }) => lives(pid))).toEqual([]);

  writeFileSync(join(fleet.folder, ".data/sandbox/notes.txt"), "mine");

  await beganAnew(fleet.folder);
}, 180_000);

/** The second start of a folder: what the first one left is gone, parts that are killed come back, and Ctrl-C ends everything. */
async function beganAnew(folder: string): Promise<void> {
  const fleet = await startFleet(false, {}, { again: folder, fresh: true });
  await vi.waitFor(() => expect(fleet.output()).toMatch(/five-years: .*awaiting-validation/), soon);
  expect(fleet.output()).toContain(
    `Throwing away the orders, mails and books of the sandbox in ${join(folder, ".data/sandbox")}`,
  );
  // The same references and the first CertIDs again; what others put into the folder stays.
  expect(fleet.output()).toMatch(/sample-1-rapidssl: .*CertID 90010[123]/);
  expect(readFileSync(join(folder, ".data/sandbox/notes.txt"), "utf8")).toBe("mine");
  const parts = below(fleet.child.pid);
  for (const kind of ["worker open", "gateway", "redis-server", "valkey-server"]) {
    const part = parts.find(({ command }) => command.includes(kind));
    if (part) process.kill(part.pid, "SIGKILL");
  }
  await vi.waitFor(() => expect(fleet.output()).toContain("Ctrl-C ends everything"), soon);
  const { gatewayUrl, mailUrl } = JSON.parse(readFileSync(join(fleet.folder, ".data/sandbox/fleet.json"), "utf8"));
  const enomPage = /Pretended eNom +(\S+)/.exec(fleet.output())?.[1] ?? "";
  const body = await orderBody({
    ...{ reference: "poor", cn: "no-funds.example.com" },
    approver: { method: "email", email: "admin@example.com" },
  });
  const show = async () => (await fetch(`${gatewayUrl}/v1/certificates/poor`)).json();

  const other = await startFleet(false, {}, { again: fleet.folder, fresh: true });
  expect(await other.exited).toBe(1);
  expect(other.output()).toMatch(/a fleet is running in .*sandbox\. End it first .* Nothing was thrown away\./);

  const headers = { "content-type": "application/json" };
  await fetch(`${gatewayUrl}/v1/certificates`, { method: "POST", headers, body: JSON.stringify(body) });
  await vi.waitFor(
    async () => expect(await show()).toMatchObject({ attention: { code: "no-account-with-funds" } }),
    soon,
  );
  await vi.waitFor(async () => {
    const mails = await (await fetch(new URL("/api/mails", mailUrl))).text();
    expect(mails).toContain("operators@sandbox.example");
  }, soon);
  await fetch(new URL("/top-up", enomPage), { method: "POST", redirect: "manual" });
  await vi.waitFor(async () => expect(await show()).toMatchObject({ status: "issued" }), soon);
  expect(await (await fetch(enomPage)).text()).toContain("no-funds.example.com");

  const all = below(fleet.child.pid);
  const asked = performance.now();
  fleet.child.kill("SIGINT");
  await fleet.exited;

  expect(performance.now() - asked).toBeLessThan(5_000);
  expect(all.length).toBeGreaterThanOrEqual(6);
  expect(all.filter(({ pid }) => lives(pid))).toEqual([]);
}

test.each([
  [{ ENOM_USERNAME: "acme-hosting", ENOM_PASSWORD: "canary-password" }, "this is the real eNom"],
  [{ REDIS_URL: "redis://127.0.0.1:1" }, "the Redis of REDIS_URL"],
])("--fresh throws nothing away where the data is not the sandbox's own (%j)", async (env, why) => {
  const fleet = await startFleet(true, env, { fresh: true });

  expect(await fleet.exited).toBe(1);
  expect(fleet.output()).toContain(why);
  expect(fleet.output()).toContain("Nothing was thrown away.");
});

test("with an eNom login and no mail server the real thing does not start and says what is missing", async () => {
  const fleet = await startFleet(true, { ENOM_USERNAME: "acme-hosting", ENOM_PASSWORD: "canary-password" });

  expect(await fleet.exited).not.toBe(0);

  expect(fleet.output()).toContain("SMTP_URL is missing");
  expect(fleet.output()).not.toContain("canary-password");
});

test("with an eNom login the same command runs the real thing: that eNom, no samples, a data folder and an account id of its own", async () => {
  const enom = await startSandboxEnom({ username: "acme-hosting", password: "canary-password" });
  const mail = await startMailCatcher();
  onTestFinished(async () => {
    await Promise.all([enom.close(), mail.close()]);
  });
  const settings = { ENOM_API_URL: enom.url, ENOM_USERNAME: "acme-hosting", ENOM_PASSWORD: "canary-password" };
  const fleet = await startFleet(false, {
    ...settings,
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "ssl@provider.example",
    CERTFLEET_POLL_SECONDS: "0.2",
  });
  await vi.waitFor(() => expect(fleet.output()).toContain("with the real eNom"), soon);
  const { gatewayUrl } = JSON.parse(readFileSync(join(fleet.folder, ".data/live/fleet.json"), "utf8")) as {
    gatewayUrl: string;
  };
  const secrets = ["api-key", "board-password"].map((name) => {
    const file = join(fleet.folder, ".data/live", name);
    expect([name, statSync(file).mode & 0o777, fleet.output().includes(file)]).toEqual([name, 0o600, true]);
    return readFileSync(file, "utf8").trim();
  });
  const body = await orderBody({ reference: "bill-1001" });

  const headers = { "content-type": "application/json", authorization: `Bearer ${secrets[0]}` };
  expect((await fetch(`${gatewayUrl}/v1/certificates`)).status).toBe(401);
  expect((await fetch(gatewayUrl)).status).toBe(401);
  const login = { authorization: `Basic ${Buffer.from(`admin:${secrets[1]}`).toString("base64")}` };
  expect((await fetch(gatewayUrl, { headers: login })).status).toBe(200);
  await fetch(`${gatewayUrl}/v1/certificates`, { method: "POST", headers, body: JSON.stringify(body) });
  const shown = await vi.waitFor(async () => {
    const found = await fetch(`${gatewayUrl}/v1/certificates/bill-1001`, { headers });
    const certificate = (await found.json()) as { status: string };
    expect(certificate.status).toBe("issued");
    return certificate;
  }, soon);

  expect(shown).toMatchObject({ account: "main" });
  expect(enom.books.purchases()).toHaveLength(1);
  expect(globSync("*", { cwd: join(fleet.folder, ".data") })).not.toContain("sandbox");
  expect(fleet.output()).not.toContain("sample-");
  const logs = globSync("*.log", { cwd: join(fleet.folder, ".data/live/log") });
  const written = logs.map((name) => readFileSync(join(fleet.folder, ".data/live/log", name), "utf8")).join("");
  for (const secret of secrets) expect(written + fleet.output()).not.toContain(secret);
}, 60_000);
