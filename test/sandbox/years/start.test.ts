// `npm start -- --years N` as a newcomer runs it: what it prints, how it ends, and what it refuses.
import { type ExecFileException, execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startRedis } from "../../../src/sandbox/redis/redis.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { bareEnv, compiledBefore } from "../../support/process.ts";

const binaryDir = resolve(import.meta.dirname, "../../../.data/redis-server");
const startFile = resolve(import.meta.dirname, "../../../src/sandbox/years/start.ts");

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-years-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

function startYears(root: string, options: { years: number; product?: string }, env: NodeJS.ProcessEnv = {}) {
  const script = `const { startYears } = await import(${JSON.stringify(startFile)});
    process.exitCode = await startYears({ ...${JSON.stringify(options)}, env: process.env, root: ${JSON.stringify(root)} });`;
  const given = { cwd: root, env: { ...bareEnv(), ...env } };
  return new Promise<{ code: number; out: string; err: string }>((done) => {
    const ended = (error: ExecFileException | null, out: string, err: string): void =>
      done({ code: error === null ? 0 : Number(error.code), out, err });
    execFile(process.execPath, ["--input-type=module", "-e", script], given, ended);
  });
}

/** What a run that was killed leaves: half an order of the same name, books and a journal. */
async function leaveTraces(folder: string): Promise<void> {
  const dataDir = join(folder, ".data/years");
  for (const name of ["enom", "journal"]) await mkdir(join(dataDir, name), { recursive: true });
  await writeFile(join(dataDir, "enom/books.json"), "half a fi");
  const server = await startRedis({ dataDir: join(dataDir, "redis"), binaryDir });
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  await redis.hset(keysUnder("{certfleet-sandbox-years}").certificate("1-years"), "digest", "of another order");
  redis.disconnect();
  await server.stop();
}

test("a year goes by in seconds, every certificate and mail is told, and traces of an earlier run do no harm", async () => {
  const folder = await emptyFolder();
  await leaveTraces(folder);
  await compiledBefore(join(folder, ".data/years"));

  // A login to the real eNom changes nothing: this is a sandbox whatever else is set.
  const { code, out } = await startYears(
    folder,
    { years: 1 },
    { ENOM_USERNAME: "acme-hosting", ENOM_PASSWORD: "canary" },
  );

  const lines = [
    /^2026-04-02 12:00 {2}mail to client@example\.net: Please confirm your domain shop\.example\.com/m,
    /^2026-04-02 18:\d\d {2}certificate 1 until 2026-10-19: bought \(CertID \d+\), the owner approved$/m,
    /^2026-10-09 \d\d:\d\d {2}certificate 2 until 2027-04-02: reissued 10 days before 1 ends$/m,
    /^ {2}Certificates +2, as the calendar asks for$/m,
    /^ {2}Purchases +1, as the calendar asks for$/m,
    /^ {2}Days uncovered +0 of 365$/m,
    /^ {2}Status +expired$/m,
  ];
  for (const line of lines) expect(out).toMatch(line);
  expect(code).toBe(0);
}, 60_000);

test("a product that only e-mail can validate is refused, with those that live through the years", async () => {
  const folder = await emptyFolder();

  const { code, err } = await startYears(folder, { years: 5, product: "Certificate-Comodo-Essential" });

  expect(code).toBe(1);
  expect(err).toMatch(/--product: .*Certificate-RapidSSL-RapidSSL/);
  expect(existsSync(join(folder, ".data"))).toBe(false);
});
