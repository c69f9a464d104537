// What a fleet meets beside Redis: the pretended eNom whose books are the judge, a mailbox, and settings that are quick but not special.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type SandboxEnom, startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { type MailCatcher, startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { quickAccount } from "../../support/quick-account.ts";

/** Of the fleets of all topologies: its hash tag decides which server of a Cluster has everything. */
export const PREFIX = "{topology}";
export const DEPARTMENT = "ssl@provider.example";
const compiled = resolve(import.meta.dirname, "../../../.data/compile-cache");

export interface Surroundings {
  enom: SandboxEnom;
  mail: MailCatcher;
  env: NodeJS.ProcessEnv;
}

/**
 * T_settle is 20 s: a purchase without an answer is decided within that. Locks last 5 s, a tenth of a minute less than what
 * a fleet in production waits for a worker that died.
 */
export async function buildSurroundings(folder: string, life: Lifecycle): Promise<Surroundings> {
  mkdirSync(folder, { recursive: true });
  const login = { username: "acme-hosting", password: "a-password-of-the-topologies" };
  const timings = { processingMs: 50, ownerMs: 50, issueMs: 50, listLagMs: 500 };
  const enom = await startSandboxEnom({ ...login, balance: "500000.00", timings });
  life.add("enom", () => enom.close());
  const mail = await startMailCatcher({ keep: 10_000 });
  life.add("mail", () => mail.close());
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compiled,
    CERTFLEET_PREFIX: PREFIX,
    CERTFLEET_CONFIG: quickAccount(folder, enom.url, enom.ca.rootPem, DEPARTMENT),
    CERTFLEET_JOURNAL: join(folder, "journal"),
    CERTFLEET_SETTLE_SECONDS: "20",
    CERTFLEET_POLL_SECONDS: "0.5",
    CERTFLEET_LOCK_SECONDS: "5",
    CERTFLEET_MAILS_PER_SECOND: "100",
    ENOM_API_URL: enom.url,
    ENOM_USERNAME: login.username,
    ENOM_PASSWORD: login.password,
    ENOM_LOG: join(folder, "enom.log"),
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "certificates@provider.example",
    LOG_LEVEL: "info",
  };
  return { enom, mail, env };
}
