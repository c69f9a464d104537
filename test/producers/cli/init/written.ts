// What the stories of `certfleet init` share: answers to begin with, and whether a fleet is safe and starts on what was written.
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, inject, onTestFinished, vi } from "vitest";
import { checkGateway, startGateway } from "../../../../src/producers/main.ts";
import { problemsOfAll } from "../../../../src/shared/base/read-settings.ts";
import { failure } from "../../../../src/shared/base/result.ts";
import type { JobName } from "../../../../src/shared/queue/jobs.ts";
import { checkWorkers } from "../../../../src/workers/main.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { makeTlsFiles } from "../../../topologies/servers/own-ca.ts";
import { ownContext } from "../support.ts";

const root = resolve(import.meta.dirname, "../../../..");
export const TOKEN = "enom-token-5ecret";
const MAIL_PASSWORD = "m@il:p/w#5ecret";
const queues: JobName[] = ["open", "reissue", "notify", "balance-poll", "webhook"];

/** A folder with an answers file and the secrets that it names, and an empty one for the fleet. */
export function prepared(more: Record<string, string> = {}): { dir: string; answers: string } {
  const place = mkdtempSync(join(quickFolder(), "certfleet-init-"));
  writeFileSync(join(place, "token"), `${TOKEN}\n`);
  writeFileSync(join(place, "mail-password"), MAIL_PASSWORD);
  const said = {
    enomUsername: "reseller",
    enomPasswordFile: "token",
    enomApiUrl: "http://127.0.0.1:1/interface.asp",
    department: "ssl@provider.example",
    minimumBalance: "75.00",
    mailServer: "smtp://127.0.0.1:1",
    mailUser: "certs",
    mailPasswordFile: "mail-password",
    mailFrom: `"Bob's SSL, desk" <ssl@provider.example>`,
    ...more,
  };
  writeFileSync(join(place, "answers.yaml"), JSON.stringify(said)); // JSON is YAML
  return { dir: join(place, "fleet"), answers: join(place, "answers.yaml") };
}

/** Nobody is asked, and doctor is left out: it has stories of its own. */
export const quietly = (env: NodeJS.ProcessEnv = {}) => ({
  context: { env, root },
  person: undefined,
  settingProblems: (given: NodeJS.ProcessEnv) =>
    problemsOfAll([checkWorkers(queues, given), (async () => checkGateway(given))()]),
  doctor: async () => failure("failed", "not asked"),
});

/** Where a secret stands: in files that only their owner reads, and in no other. */
export function expectSafe(dir: string): void {
  const files = readdirSync(dir, { recursive: true, encoding: "utf8" }).filter((file) =>
    statSync(join(dir, file)).isFile(),
  );
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const text = readFileSync(join(dir, file), "utf8");
    const isSecret = text.includes("5ecret") || /api_key|board_password|redis\//.test(file);
    if (isSecret) expect([file, statSync(join(dir, file)).mode & 0o777]).toEqual([file, 0o600]);
    if (isSecret) expect(file).toMatch(/(^|\/)(secrets|redis)\//);
  }
}

/** `.env` and its like, as a shell reads them. */
export function readSettingsFile(file: string): Record<string, string> {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => /^[A-Z]/.test(line));
  const entries = lines.map((line) => {
    const [, name = "", value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    return [name, value.startsWith('"') ? value.slice(1, -1).replaceAll('\\"', '"') : value];
  });
  return Object.fromEntries(entries);
}

/** Gateway and workers have nothing to complain about in what they would be given. */
export async function checked(of: (part: "gateway" | JobName) => NodeJS.ProcessEnv): Promise<void> {
  for (const queue of queues) await checkWorkers([queue], of(queue));
  checkGateway(of("gateway"));
}

/** The gateway and the workers start on these settings, beside the Redis and under the prefix of the test. */
export async function expectStart(of: (part: "gateway" | JobName) => NodeJS.ProcessEnv): Promise<void> {
  const own = { CERTFLEET_PREFIX: ownContext().env.CERTFLEET_PREFIX, LOG_LEVEL: "silent" };
  const withOwn = (part: "gateway" | JobName): NodeJS.ProcessEnv => ({ ...of(part), ...own });
  for (const queue of queues) await checkWorkers([queue], withOwn(queue));
  const { REDIS_URL_FILE: _file, CERTFLEET_HEALTH_PORT: _port, ...gateway } = withOwn("gateway");
  const started = await startGateway({ ...gateway, REDIS_URL: inject("redisUrl"), HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(started.stop);
  const authorization = `Bearer ${readFileSync(gateway.CERTFLEET_API_KEY_FILE ?? "", "utf8").trim()}`;
  // A busy machine may answer 503 at first: Redis is asked under a deadline.
  await vi.waitFor(
    async () => {
      const { status } = await fetch(`${started.url}/v1/accounts`, { headers: { authorization } });
      expect(status).toBe(200);
    },
    { timeout: 15_000 },
  );
}

/** Answers of a fleet that has everything, and the files that they name; what is in a secret one has `5ecret` in it. */
export function everything(): Record<string, string> {
  const place = mkdtempSync(join(quickFolder(), "certfleet-init-all-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(place, name), text);
    return join(place, name);
  };
  const tls = makeTlsFiles(place);
  return {
    redis: "rediss+sentinel://127.0.0.1:1,127.0.0.1:2/main",
    redisPasswordFile: file("redis-password", "r/5ecret"),
    journal: "rediss://127.0.0.1:3",
    journalPasswordFile: file("journal-password", "j/5ecret"),
    redisCaFile: tls.ca,
    redisCertFile: tls.cert,
    redisKeyFile: tls.key,
    sentinelUser: "watcher",
    sentinelPasswordFile: file("sentinel-password", "s-5ecret"),
    ...signed(file),
  };
}

/** What Compose is asked as well. */
export function signed(
  file = (name: string, text: string): string => {
    const path = join(mkdtempSync(join(quickFolder(), "certfleet-init-signed-")), name);
    writeFileSync(path, text);
    return path;
  },
): Record<string, string> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    dkimDomain: "provider.example",
    dkimSelector: "s1",
    dkimKeyFile: file("dkim.pem", privateKey.export({ type: "pkcs8", format: "pem" }).toString()),
    oidcIssuer: "https://id.example.com:8443",
    oidcClientId: "certfleet",
    oidcClientSecretFile: file("oidc-secret", "o-5ecret"),
    oidcRoles: "groups:ssl=admin,*=viewer",
    backupRecipients: "age1qqq, age1zzz",
  };
}
