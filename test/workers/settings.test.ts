// Each kind of worker starts with its own settings alone, and says at once everything that it misses.
import { expect, test } from "vitest";
import { startWorkers } from "../../src/workers/main.ts";
import { world } from "../support/world.ts";

test("notify starts without any eNom login, and open without any mail server", async () => {
  const w = await world();
  const { ENOM_USERNAME: _u, ENOM_PASSWORD: _p, ENOM_API_URL: _a, ...withoutEnom } = w.env;
  const { SMTP_URL: _s, MAIL_FROM: _m, ...withoutMail } = w.env;

  await w.work(["notify"], withoutEnom);
  await w.work(["open", "reissue", "balance-poll"], withoutMail);
});

test("one message lists all settings that are missing or wrong, without any value", async () => {
  const env = { ENOM_USERNAME: "acme-hosting", CERTFLEET_POLL_SECONDS: "canary-seconds", MAIL_FROM: "x" };

  const failure = await startWorkers(["open", "notify"], env).catch((error: Error) => error.message);

  expect(failure).toMatch(/REDIS_URL is missing/);
  expect(failure).toMatch(/ENOM_PASSWORD is missing/);
  expect(failure).toMatch(/SMTP_URL is missing/);
  expect(failure).toMatch(/MAIL_FROM: /);
  expect(failure).toMatch(/CERTFLEET_POLL_SECONDS: /);
  expect(failure).not.toMatch(/canary|acme/);
});

test("a setting may stand in a file, and a file that cannot be read is named", async () => {
  const env = { REDIS_URL_FILE: "/nowhere/at-all" };

  await expect(startWorkers(["notify"], env)).rejects.toThrow(/REDIS_URL_FILE: the file it names cannot be read/);
});
