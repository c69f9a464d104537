// What cannot connect says what is wrong and what to do about it; with the right settings it connects.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../src/sandbox/free-port.ts";
import { checkRedisAccess, type RedisAccess } from "../../../../src/shared/redis/access.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { durabilityRisks } from "../../../../src/shared/redis/durability.ts";
import { ensureOpenssl } from "../../../support/openssl.ts";
import { connected, startServer } from "./server.ts";

/** A CA, and what it signed: `server` for 127.0.0.1, `other` for another name, `client`. */
function certificates(): { at: (file: string) => string; read: (file: string) => string } {
  ensureOpenssl();
  const folder = mkdtempSync(join(tmpdir(), "certfleet-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (file: string): string => join(folder, file);
  const openssl = (...args: string[]): void => void execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test CA", "-days", "2");
  for (const [name, san] of [
    ["server", "IP:127.0.0.1"],
    ["other", "DNS:redis.example.com"],
    ["client", "DNS:certfleet"],
  ] as const) {
    const signed = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", `subjectAltName=${san}`];
    openssl("req", "-x509", ...key, "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`, ...signed);
  }
  return { at, read: (file) => readFileSync(at(file), "utf8") };
}

const failureOf = async (access: RedisAccess | string): Promise<string> => {
  const client = connectRedis(access, "once", () => undefined);
  onTestFinished(() => client.disconnect());
  return untilReady(client, 700).then(
    () => "connected",
    (error: Error) => error.message,
  );
};

test("TLS with an own CA and a client certificate connects, and each thing that is missing has its own remedy", async () => {
  const { at, read } = certificates();
  const [tls, wrong] = await Promise.all([freePort(0), freePort(0)]);
  const ca = [`tls-ca-cert-file ${at("ca.pem")}`, "tls-auth-clients yes"];
  const certOf = (name: string) => [`tls-cert-file ${at(`${name}.pem`)}`, `tls-key-file ${at(`${name}.key`)}`];
  const [server] = await Promise.all([
    startServer([...ca, ...certOf("server"), `tls-port ${tls}`]),
    startServer([...ca, ...certOf("other"), `tls-port ${wrong}`]),
  ]);
  await untilReady(server.client, 10_000);
  const whole = { REDIS_CA: read("ca.pem"), REDIS_CERT: read("client.pem"), REDIS_KEY: read("client.key") };
  const url = `rediss://127.0.0.1:${tls}`;

  const redis = await connected({ REDIS_URL: url, ...whole }, "fail-fast");
  expect(await redis.ping()).toBe("PONG");
  const said = await Promise.all([
    failureOf(url),
    failureOf({ REDIS_URL: url, REDIS_CA: whole.REDIS_CA }),
    failureOf({ REDIS_URL: `rediss://127.0.0.1:${wrong}`, ...whole }),
    failureOf({ REDIS_URL: `rediss://127.0.0.1:${server.port}`, ...whole }),
    failureOf(`redis://127.0.0.1:${tls}`),
  ]);
  expect(said).toEqual([
    expect.stringMatching(/signed by a CA that is not known here.*REDIS_CA_FILE/),
    expect.stringMatching(/wants to be shown a certificate.*REDIS_CERT_FILE/),
    expect.stringMatching(/for another name/),
    expect.stringMatching(/answers nothing to TLS.*redis:\/\/ instead of rediss/),
    expect.stringMatching(/closed the connection without a word.*rediss:\/\//),
  ]);
}, 30_000);

test("a wrong login, a missing one, a replica, and a user who may not see the settings are told apart", async () => {
  const server = await startServer(["user buyer on >secret ~* &* +@all -config", "user default on >other ~* &* +@all"]);
  const at = (login: string): string => server.url.replace("//", `//${login}`);
  const buyer = await connected(at("buyer:secret@"), "fail-fast");

  expect(await failureOf(server.url)).toMatch(/wants a password.*redis:\/\/user:password@host/);
  expect(await failureOf(at("buyer:wrong@"))).toMatch(/user or password is wrong/);
  expect(await durabilityRisks(buyer)).toEqual([expect.stringMatching(/does not show its settings.*CONFIG GET/)]);
}, 30_000);

test.each([
  [{ REDIS_CERT: "x" }, /REDIS_CERT and REDIS_KEY.*set both, or neither/],
  [{ REDIS_SENTINEL_PASSWORD: "canary" }, /REDIS_SENTINEL_PASSWORD: REDIS_URL names no Sentinels/],
  [{ REDIS_SENTINEL_USERNAME: "canary" }, /REDIS_SENTINEL_USERNAME: set REDIS_SENTINEL_PASSWORD, too/],
  [{ REDIS_CA: "-----BEGIN X-----" }, /REDIS_CA: REDIS_URL does not speak TLS[\s\S]*REDIS_CA: holds no certificate/],
  [{ REDIS_CERT: "canary", REDIS_KEY: "canary" }, /REDIS_KEY: is not the private key of REDIS_CERT/],
] as const)("settings that contradict are named: %o", (given, words) => {
  const told = (): void => checkRedisAccess({ REDIS_URL: "redis://127.0.0.1:6379", ...given }, {});

  expect(told).toThrow(words);
  expect(told).not.toThrow(/canary/);
});

test("one set of settings is for the journal's Redis, too", () => {
  const journal = { CERTFLEET_JOURNAL: "rediss+sentinel://127.0.0.1:26379/journal" };

  expect(() => checkRedisAccess({ REDIS_URL: "/run/redis.sock", REDIS_SENTINEL_PASSWORD: "x" }, journal)).not.toThrow();
});
