// Promise: each program of the pages for other languages does what its page says, run as a reader would run it: against one
// fleet, whose gateway fails at first and whose order is taken.
import { execFile, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { Webhook } from "standardwebhooks";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import { freePort } from "../../src/sandbox/free-port.ts";
import { bareEnv } from "../support/process.ts";
import { world } from "../support/world.ts";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const KEY = "a-key-of-at-least-32-characters-for-tests";

const runs = (program: string, ...args: string[]): boolean => {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
// Debian's package of Redis' client belongs to Debian's Python, which need not be the first.
const PYTHONS = ["python3", "/usr/bin/python3"];
const python = PYTHONS.find((each) => runs(each, "-c", "import redis")) ?? PYTHONS.find((each) => runs(each, "-V"));
const PHP_HAS = (extension: string) => `exit(extension_loaded("${extension}") ? 0 : 1);`;

/** A program with what it needs; undefined where this machine has it not. */
const programs = {
  "php/order.php": runs("php", "-r", PHP_HAS("curl")) ? "php" : undefined,
  "php/webhook.php": runs("php", "-v") ? "php" : undefined,
  "php/enqueue.php": runs("php", "-r", PHP_HAS("redis")) ? "php" : undefined,
  "python/order.py": python,
  "python/webhook.py": python,
  "python/enqueue.py": python && runs(python, "-c", "import redis") ? python : undefined,
  "shell/order.sh": runs("jq", "--version") && runs("curl", "--version") ? "sh" : undefined,
  "node/order.mjs": process.execPath,
  "node/webhook.mjs": process.execPath,
};
type Program = keyof typeof programs;
const here = (kind: string): [Program, string][] =>
  Object.entries(programs).flatMap(([file, by]) => (by && file.includes(kind) ? [[file as Program, by]] : []));
const missing = Object.entries(programs).flatMap(([file, by]) => (by ? [] : [file]));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs it as a reader would, and answers how it ended. */
async function ends([file, by]: [Program, string], reference: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  const options = { cwd: root, env: { ...bareEnv(), PYTHONDONTWRITEBYTECODE: "1", ...env }, timeout: 60_000 };
  return run(by, [join("examples", file), reference], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

test("Each program orders, waits and prints the certificate, says why it was refused, and puts orders straight into Redis.", {
  timeout: 120_000,
}, async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  await vi.waitFor(async () => expect(await w.redis.exists(w.keys.inbox.versions)).toBe(1));
  const gateway = await startGateway({ ...w.env, PORT: "0", CERTFLEET_API_KEY: KEY });
  onTestFinished(gateway.stop);
  const front = await failingFirst(gateway.url);
  const http = { CERTFLEET_URL: front.url, CERTFLEET_API_KEY: KEY };
  const url = inject("redisUrl");
  const redis = { REDIS_URL: url.startsWith("/") ? `unix://${url}` : url, CERTFLEET_PREFIX: w.keys.prefix };
  const order = JSON.parse(readFileSync(join(root, "examples/order.json"), "utf8")) as object;
  const taken = await fetch(`${gateway.url}/v1/certificates`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ ...order, reference: "taken", brand: "another" }),
  });
  expect(taken.status).toBe(202);

  const byHttp = here("/order.").map(async (program) => {
    const reference = program[0].replace(/\W/g, "-");
    const [good, wrong, other, stranger] = await Promise.all([
      ends(program, reference, http),
      ends(program, "no blanks allowed", http),
      ends(program, "taken", http),
      ends(program, "stranger", { ...http, CERTFLEET_URL: gateway.url, CERTFLEET_API_KEY: "x".repeat(40) }),
    ]);
    expect(good, program[0]).toMatchObject({ code: 0, stdout: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) });
    expect(good.stderr).toContain("no answer yet (503)");
    expect(good.stderr).toMatch(/^issued$/m);
    expect(good.stdout).toBe((await w.certificates.find(reference))?.record.issue?.pem);
    expect(wrong, program[0]).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^422: [\s\S]*^ {2}reference: must/m),
    });
    expect(other, program[0]).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^409: taken belongs to another/m),
    });
    expect(stranger, program[0]).toMatchObject({ code: 1, stderr: expect.stringMatching(/^401: /) });
    const [first, ...more] = front.keysOf(reference);
    expect(first).toMatch(/^[0-9a-f-]{32,36}$/);
    expect(more, "the same request again").toEqual([first]);
  });
  const byRedis = here("/enqueue.").map(async (program) => {
    const reference = program[0].replace(/\W/g, "-");
    const [good, other, nobody] = await Promise.all([
      ends(program, reference, redis),
      ends(program, "taken", redis),
      ends(program, "nobody", { ...redis, CERTFLEET_PREFIX: "{nobody}" }),
    ]);
    expect(good, program[0]).toMatchObject({ code: 0, stdout: `${reference} is accepted\n` });
    expect(await ends(program, reference, redis)).toMatchObject({ code: 0, stderr: "accepted\n" });
    expect(other, program[0]).toMatchObject({ code: 1, stderr: expect.stringMatching(/^ {2}reference: It belongs/m) });
    expect(nobody, program[0]).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^NOFLEET no fleet .* of its workers\n$/),
    });
  });
  await Promise.all([...byHttp, ...byRedis]);

  expect(byHttp.length).toBeGreaterThan(0);
});

/** In front of the gateway: the first POST of each order is answered as by a gateway whose Redis is away. */
async function failingFirst(target: string) {
  const keys = new Map<string, string[]>();
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    if (request.method === "POST") {
      const { reference } = JSON.parse(body) as { reference: string };
      const seen = keys.get(reference) ?? [];
      keys.set(reference, [...seen, `${request.headers["idempotency-key"]}`]);
      if (seen.length === 0) {
        response.writeHead(503, { "retry-after": "1", "content-type": "application/problem+json" }).end("{}");
        return;
      }
    }
    const { host: _host, connection: _connection, "content-length": _length, ...headers } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? "GET",
      headers: headers as Record<string, string>,
      ...(request.method === "POST" && { body }),
    });
    const type = answer.headers.get("content-type") ?? "";
    response.writeHead(answer.status, { "content-type": type }).end(await answer.text());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, keysOf: (reference: string) => keys.get(reference) ?? [] };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part;
  return text;
}

test("Each receiver takes a webhook that is genuine once, and none that is forged, bent, old or of a stranger.", {
  timeout: 60_000,
}, async () => {
  await Promise.all(
    here("/webhook.").map(async (program) => {
      const [old, secret, strange] = [secretOf(), secretOf(), secretOf()];
      const { url, folder } = await startReceiver(program, `${old} ${secret}`);
      const event = JSON.stringify({ type: "certificate.issued", data: { reference: "bill-1", name: "Жанна" } });
      const post = async (id: string, by: string, { body = event, at = new Date(), sign = event, more = "" } = {}) => {
        const signature = `${more}${new Webhook(by).sign(id, at, sign)}`;
        const seconds = `${Math.floor(at.getTime() / 1_000)}`;
        const headers = { "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": signature };
        return (await fetch(url, { method: "POST", headers, body })).status;
      };
      const stale = new Date(Date.now() - 600_000);

      expect(await post("msg_1", secret), program[0]).toBe(204);
      expect(await post("msg_1", secret), program[0]).toBe(204);
      expect(await post("msg_2", secret, { more: "v1,bm90IHRoaXMgb25l v2,x " }), program[0]).toBe(204);
      expect(await post("msg_3", old), program[0]).toBe(204);
      expect(await post("msg_4", strange), program[0]).toBe(401);
      expect(await post("msg_5", secret, { body: event.replace("bill-1", "bill-2") }), program[0]).toBe(401);
      expect(await post("msg_6", secret, { at: stale }), program[0]).toBe(401);
      expect(await post("../msg_7", secret), program[0]).toBe(401);
      expect((await fetch(url, { method: "POST", body: event })).status, program[0]).toBe(401);

      expect(readdirSync(folder).sort(), program[0]).toEqual(["msg_1.json", "msg_2.json", "msg_3.json"]);
      expect(readFileSync(join(folder, "msg_1.json"), "utf8")).toBe(event);
    }),
  );
});

const secretOf = (): string => `whsec_${randomBytes(24).toString("base64")}`;

async function startReceiver([file, by]: [Program, string], secrets: string) {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-webhooks-"));
  const port = await freePort(0);
  const args = by === "php" ? ["-S", `127.0.0.1:${port}`, join("examples", file)] : [join("examples", file), `${port}`];
  const env = { ...bareEnv(), PYTHONDONTWRITEBYTECODE: "1", CERTFLEET_WEBHOOK_SECRET: secrets, WEBHOOK_FOLDER: folder };
  const child = spawn(by, args, { cwd: root, env, stdio: "ignore" });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });
  await vi.waitFor(
    async () => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect").finally(() => socket.destroy());
    },
    { timeout: 20_000, interval: 50 },
  );
  return { url: `http://127.0.0.1:${port}/`, folder };
}

test("Every program stands whole on its page, and nothing on a page is another program.", () => {
  const pages = globSync("docs/howto/*.md", { cwd: root }).map((file) => readFileSync(join(root, file), "utf8"));
  const blocks = pages.flatMap((page) =>
    [...page.matchAll(/^\[examples\/(\S+)\]\(\S+\):\n\n```(?:php|python|sh|js)\n([\s\S]*?)^```$/gm)].map(
      ([, file = "", text = ""]) => ({ file, text }),
    ),
  );
  const inFolders = globSync("examples/{php,python,shell,node}/*", { cwd: root }).map((file) => file.slice(9));

  expect(blocks.map(({ file }) => file).sort()).toEqual(inFolders.sort());
  expect(inFolders).toEqual(expect.arrayContaining(Object.keys(programs)));
  for (const { file, text } of blocks) expect(text, file).toBe(readFileSync(join(root, "examples", file), "utf8"));
});

test.skipIf(missing.length > 0 && !process.env.CI)(
  `This machine has what all programs need (missing here: ${missing.join(", ")})`,
  () => {
    expect(missing).toEqual([]);
  },
);
