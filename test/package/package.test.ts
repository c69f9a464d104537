// What `npm pack` makes, installed in an empty project: the clients under the oldest and the newest Node, as ECMAScript and as
// CommonJS, with their types; and a fleet that is started from it.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { version } from "../../src/shared/process/version.ts";
import { oldNode } from "../support/old-node.ts";
import { orderBody } from "../support/order.ts";
import { bareEnv } from "../support/process.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { world } from "../support/world.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const project = mkdtempSync(join(quickFolder(), "certfleet-package-"));
const tarball = join(project, `certfleet-${version}.tgz`);
const installed = join(project, "node_modules/certfleet");
const nodes = [process.execPath, ...(oldNode ? [oldNode] : [])];
const KEY = "a-key-of-the-test-0123456789";

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

beforeAll(async () => {
  const env = { ...process.env, npm_config_loglevel: "error" };
  await run("npm", ["run", "build"], { cwd: root, env });
  await run("npm", ["pack", "--ignore-scripts", "--pack-destination", project], { cwd: root, env });
  install();
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** As npm does it, but that packages are linked from here in place of being fetched: only those of production. */
function install(): void {
  mkdirSync(installed, { recursive: true });
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  for (const [path, { dev }] of Object.entries(packages)) {
    const [, name = ""] = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path) ?? [];
    if (name === "" || dev || !statSync(join(root, path), { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(join(project, path)), { recursive: true });
    symlinkSync(join(root, path), join(project, path));
  }
}

beforeAll(async () => {
  await run("tar", ["--extract", "--gzip", "--file", tarball, "--directory", installed, "--strip-components", "1"]);
  mkdirSync(join(project, "node_modules/.bin"), { recursive: true });
  symlinkSync("../certfleet/bin/certfleet", join(project, "node_modules/.bin/certfleet"));
  writeFileSync(join(project, "package.json"), '{"name":"project","private":true}');
});

/** `npx certfleet …` in the project. */
const certfleet = (words: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  run(process.execPath, [join(project, "node_modules/.bin/certfleet"), ...words], {
    cwd: project,
    env: { ...bareEnv(), ...env },
  });

test("the package is small, holds the program with all that it reads, and neither sources nor tests", () => {
  const files = globSync("**/*", { cwd: installed });
  const beside = globSync("src/**/*.{lua,pem,js}", { cwd: root });

  expect(statSync(tarball).size).toBeLessThan(2_000_000);
  expect(files.filter((file) => /(^|\/)test\/|\.test\.|\.env|dump\.rdb|(?<!\.d)\.ts$/.test(file))).toEqual([]);
  expect(beside.length).toBeGreaterThan(80);
  for (const file of beside) expect(files).toContain(join("dist", file));
  for (const file of ["dist/src/main.js", "dist/src/main.js.map", "dist/templates/en/certificate-issued.html"])
    expect(files).toContain(file);
  for (const kind of ["mjs", "cjs", "d.mts", "d.cts", "mjs.map", "cjs.map"])
    for (const entry of ["certfleet", "queue"]) expect(files).toContain(`dist/client/${entry}.${kind}`);
});

test("the judges of packages find nothing: publint, and attw for every way to resolve types", async () => {
  const lint = await run("publint", ["run", tarball, "--strict"]);
  const types = await run("attw", [tarball, "--format", "json"]);

  expect(lint.stdout).not.toMatch(/Errors|Warnings|Suggestions/);
  expect(JSON.parse(types.stdout).problems ?? {}).toEqual({});
}, 60_000);

test("the clients load nothing of the program: each is one file on few packages", () => {
  const loads = (file: string): string[] =>
    [...readFileSync(join(installed, "dist/client", file), "utf8").matchAll(/^import .*?from "([^"]+)";/gm)]
      .map(([, name = ""]) => name)
      .filter((name) => !name.startsWith("node:"))
      .sort();

  expect(loads("certfleet.mjs")).toEqual(["standardwebhooks"]);
  expect(loads("queue.mjs")).toEqual(["bullmq", "ioredis", "zod"]);
  // What Node 20 does not have yet, wherever no such Node is here to say so.
  const newer =
    /Promise\.(withResolvers|try)|(Object|Map)\.groupBy|URL\.parse\(|Array\.fromAsync|RegExp\.escape|globSync/;
  for (const file of ["certfleet.mjs", "queue.mjs"])
    expect(newer.exec(readFileSync(join(installed, "dist/client", file), "utf8"))).toBeNull();
});

test("a program that uses the clients compiles as ECMAScript and as CommonJS, and wrong orders do not", async () => {
  const text = `
    import { CertfleetClient, isProblem, verifyWebhook, type Certificate, type Order } from "certfleet";
    import { openQueueClient, type QueueOutcome } from "certfleet/queue";
    declare const order: Order;
    export async function main(): Promise<Certificate> {
      const client = new CertfleetClient({ url: "https://ssl.example.com", apiKey: "k" });
      await client.certificates.open(order).catch((e: unknown) => { if (isProblem(e, "invalid")) e.errors[0]?.field; });
      for await (const each of client.certificates.all({ status: "issued" })) console.log(each.notAfter);
      const { items, nextCursor }: { items: { id: string }[]; nextCursor: string } = await client.events.read({ after: "0-0" });
      console.log(items, nextCursor, verifyWebhook("{}", {}, "whsec_x").data.reference);
      const queue = await openQueueClient({ redisUrl: "redis://redis", prefix: "{certfleet}" });
      const outcome: QueueOutcome = await queue.waitFor((await queue.enqueue(order)).reference, { timeoutMs: 1000 });
      console.log(outcome.pem);
      return client.certificates.get("bill-1");
    }
    // @ts-expect-error an order needs more than its name
    export const wrong: Order = { reference: "bill-1" };
  `;
  for (const kind of ["mts", "cts"]) writeFileSync(join(project, `uses.${kind}`), text);
  const tsc = join(root, "node_modules/typescript-compiler/bin/tsc");
  const options = [
    "--noEmit",
    "--singleThreaded",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--typeRoots",
  ];

  const { stdout } = await run(
    process.execPath,
    [tsc, ...options, join(root, "node_modules/@types"), "--types", "node", "uses.mts", "uses.cts"],
    { cwd: project },
  ).catch((error: { stdout: string }) => error);

  expect(stdout).toBe("");
}, 60_000);

test("a fleet from the package serves both clients, as ECMAScript and as CommonJS, with every Node that is here", async () => {
  const w = await world();
  const { url } = await startFleet({ ...w.env, PORT: "0", CERTFLEET_API_KEY: KEY });
  const order = await orderBody({ reference: "bill-1" });
  const body = `async function main({ CertfleetClient, verifyWebhook }, { openQueueClient, jobSchema }, z) {
    const { GATEWAY, REDIS, PREFIX, ORDER } = process.env;
    const order = (reference) => ({ ...JSON.parse(ORDER), reference });
    const words = z.string().safeParse(1).error.issues[0].message;
    const client = new CertfleetClient({ url: GATEWAY, apiKey: "${KEY}" });
    const opened = await client.certificates.open(order("http-" + KIND));
    const queue = await openQueueClient({ redisUrl: REDIS, prefix: PREFIX });
    await queue.enqueue(order("queue-" + KIND));
    const [one, two] = await Promise.all([
      client.certificates.waitFor("http-" + KIND, { timeoutMs: 20000 }),
      queue.waitFor("queue-" + KIND, { timeoutMs: 20000 }),
    ]);
    await queue.close();
    const typo = await openQueueClient({ redisUrl: REDIS, prefix: "{typo}" }).catch((error) => error.code);
    const missing = await client.certificates.get("nobody").catch((error) => error.code);
    const forged = (() => { try { verifyWebhook("{}", {}, "whsec_aGFsbG8=") } catch (error) { return error.name } })();
    console.log(JSON.stringify([opened.status, one.status, two.status, two.pem.slice(0, 27), typo, missing, forged,
      jobSchema("open").$schema !== undefined, words.startsWith("Invalid input")]));
  }`;
  writeFileSync(
    join(project, "both.mjs"),
    `import * as http from "certfleet"; import * as queue from "certfleet/queue"; import { z } from "zod";
    const KIND = process.version + ".mjs"; ${body} await main(http, queue, z);`,
  );
  writeFileSync(
    join(project, "both.cjs"),
    `const KIND = process.version + ".cjs"; ${body} main(require("certfleet"), require("certfleet/queue"), require("zod").z);`,
  );
  const env = {
    ...bareEnv(),
    GATEWAY: url,
    REDIS: w.env.REDIS_URL,
    PREFIX: w.keys.prefix,
    ORDER: JSON.stringify(order),
  };

  const programs = nodes.flatMap((node) => [[node, "both.mjs"] as const, [node, "both.cjs"] as const]);
  const said = await Promise.all(programs.map(([node, file]) => run(node, [file], { cwd: project, env })));

  const whole = ["ordered", "issued", "issued", "-----BEGIN CERTIFICATE-----"];
  for (const { stdout, stderr } of said) {
    expect(JSON.parse(stdout)).toEqual([...whole, "no-fleet", "not-found", "WebhookRefused", true, true]);
    expect(stderr).toBe("");
  }
  const found = await certfleet(["certificate", "list", "--json"], w.env);
  expect(JSON.parse(found.stdout).items).toHaveLength(programs.length * 2);
  expect(w.enom.books.purchases()).toHaveLength(programs.length * 2);
}, 60_000);

test("the program runs from the package, and says what it lacks in words that are true there", async () => {
  const help = await certfleet(["--help"]);
  const doctor = await certfleet(["doctor", "--json"]).catch((error: { stdout: string }) => error);
  const sandbox = await certfleet(["start"]).catch((error: { stderr: string }) => error);

  expect(help.stdout).toContain("Usage: certfleet");
  const { findings } = JSON.parse(doctor.stdout) as { findings: { name: string; remedy: string }[] };
  expect(findings.find(({ name }) => name === "Redis")?.remedy).toBe("Set REDIS_URL, or run certfleet start.");
  expect(sandbox.stderr).toContain("npm install --save-dev smtp-server");
}, 30_000);

test.runIf(oldNode)("with a Node that is too old for the program, it says so, and how to get one", async () => {
  const refused = run(oldNode ?? "", [join(installed, "bin/certfleet"), "doctor"], { cwd: project });

  await expect(refused).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("npm install --save-dev node-"),
  });
});

/** `certfleet up`, ended with the test. */
async function startFleet(env: NodeJS.ProcessEnv): Promise<{ url: string }> {
  const child = spawn(process.execPath, [join(installed, "bin/certfleet"), "up"], {
    cwd: project,
    env: { ...bareEnv(), ...env, CERTFLEET_DRAIN_SECONDS: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  let said = "";
  child.stderr.on("data", (bytes: Buffer) => (said += bytes.toString()));
  for await (const bytes of child.stdout) {
    said += bytes.toString();
    const [, url] = /^gateway +(http\S+)$/m.exec(said) ?? [];
    if (url && said.includes("workers")) return { url };
  }
  throw new Error(`the fleet did not start:\n${said}`);
}
