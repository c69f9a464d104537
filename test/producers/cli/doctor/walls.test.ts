// `doctor` warns of a Redis that lets everybody in, and of secrets that others can read.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { examineFiles, examineRedisLogin } from "../../../../src/producers/cli/doctor/walls.ts";
import { freePort } from "../../../../src/sandbox/free-port.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";

const context = (env: NodeJS.ProcessEnv) => ({ env, root: "/nowhere" });

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-walls-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A way over TCP to the tests' Redis, as somebody else on this machine would reach a port. */
async function overTcp(): Promise<string> {
  const path = inject("redisUrl").replace(/^unix:(\/\/)?/, "");
  const relay = createServer((socket) => {
    const behind = createConnection(path);
    socket.pipe(behind).pipe(socket);
    for (const each of [socket, behind]) each.on("error", () => undefined);
  });
  await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
  onTestFinished(() => void relay.close());
  return `127.0.0.1:${(relay.address() as AddressInfo).port}`;
}

test.each(["redis://HOST", "valkey://someone:secret-canary@HOST"])(
  "A Redis on TCP that answers without a password is warned of, also on loopback: %s.",
  async (url) => {
    const [finding] = await examineRedisLogin(context({ REDIS_URL: url.replace("HOST", await overTcp()) }));

    expect(finding).toMatchObject({
      name: "Redis login",
      state: "warn",
      detail: expect.stringContaining("127.0.0.1"),
    });
    expect(finding?.remedy).toContain("certfleet redis acl");
    expect(JSON.stringify(finding)).not.toContain("canary");
  },
);

test("A Unix socket is fine, and so is a Redis that wants a password.", async () => {
  const [socket] = await examineRedisLogin(context({ REDIS_URL: inject("redisUrl") }));
  const folder = aFolder();
  const own = spawn("redis-server", ["-"], { stdio: ["pipe", "ignore", "ignore"] });
  onTestFinished(() => void own.kill("SIGKILL"));
  const port = await freePort(0);
  own.stdin.end(`port ${port}\nbind 127.0.0.1\ndir ${folder}\nsave ""\nrequirepass p-canary\n`);
  const redis = connectRedis(`redis://:p-canary@127.0.0.1:${port}`, "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  const [closed] = await examineRedisLogin(context({ REDIS_URL: `redis://:p-canary@127.0.0.1:${port}` }));

  expect(socket).toMatchObject({ state: "ok", detail: expect.stringContaining("socket") });
  expect(closed).toMatchObject({ state: "ok", detail: "nobody gets in without a password" });
});

test("Of a Redis that nobody reaches it is not said that it wants a password.", async () => {
  const [away] = await examineRedisLogin(context({ REDIS_URL: `redis://127.0.0.1:${await freePort(0)}` }));

  expect(away).toEqual({ name: "Redis login", state: "skipped", detail: "Redis cannot be reached" });
});

test.each([
  [0o600, "ok", ""],
  [0o400, "ok", ""],
  [0o644, "warn", "everybody"],
  [0o604, "warn", "everybody"],
  [0o602, "warn", "everybody"],
  [0o640, "warn", "its group"],
] as const)("A file with a password and mode %o is %s.", (mode, state, who) => {
  const folder = aFolder();
  const yaml = join(folder, "certfleet.yaml");
  const secret = join(folder, "secret");
  writeFileSync(yaml, "accounts:\n  - id: main\n    username: x\n    password: Canary-in-yaml\n");
  writeFileSync(secret, "Canary-in-file");
  for (const file of [yaml, secret]) chmodSync(file, mode);

  for (const env of [{ CERTFLEET_CONFIG: yaml }, { ENOM_PASSWORD_FILE: secret }, { REDIS_URL_FILE: secret }]) {
    const [finding] = examineFiles(context({ CERTFLEET_CONFIG: "/nowhere", ...env }));
    expect(finding).toMatchObject({ state });
    expect(finding?.detail).toContain(who);
    expect(JSON.stringify(finding)).not.toContain("Canary");
  }
});

test.each([
  [`password: \${ENOM_PASSWORD}`, false],
  [`password: "\${ENOM_PASSWORD}"`, false],
  ["# password: old", false],
  ["passwords: no", false],
  ['  - {id: a, "password": "x"}', true],
  ["  password: 'x'", true],
])("%j in certfleet.yaml holds a password: %s.", (line, holds) => {
  const file = join(aFolder(), "certfleet.yaml");
  writeFileSync(file, `accounts:\n  - id: a\n${line}\n`, { mode: 0o644 });
  chmodSync(file, 0o644);
  expect(examineFiles(context({ CERTFLEET_CONFIG: file }))[0]?.state).toBe(holds ? "warn" : "skipped");
});

test("Secrets in a .env that others read are warned of, settings without secrets are not, nor secrets of a container.", () => {
  const folder = aFolder();
  const file = join(folder, ".env");
  const look = () =>
    examineFiles({ env: { CERTFLEET_CONFIG: "/nowhere", ENOM_PASSWORD_FILE: "/run/secrets/x" }, root: folder });
  writeFileSync(file, "PORT=3000\nENOM_PASSWORD=\n# BOARD_PASSWORD=x\n", { mode: 0o644 });
  chmodSync(file, 0o644);

  expect(look()).toMatchObject([{ state: "skipped" }]);
  writeFileSync(file, "SMTP_URL=smtp://a:b@host\n");
  expect(look()).toMatchObject([{ state: "warn", remedy: expect.stringContaining("chmod 600") }]);
});
