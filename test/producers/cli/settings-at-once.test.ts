// Promise: whoever starts something hears of every wrong setting at once, whichever part reads it, and never of its value.
import { expect, test } from "vitest";
import { certfleet } from "./support.ts";

const CANARY = "canary5";
const wrong = {
  REDIS_URL: "redis://127.0.0.1:1",
  LOG_LEVEL: "loud",
  PORT: "many",
  CERTFLEET_API_KEY: CANARY,
  BOARD_PASSWORD: CANARY,
  CERTFLEET_LOCK_SECONDS: "-1",
  CERTFLEET_SETTLE_SECONDS: "soon",
  SMTP_URL: `http://${CANARY}`,
  MAIL_FROM: CANARY,
  DKIM_DOMAIN: "example.com",
};
const ofGateway = ["LOG_LEVEL", "PORT", "CERTFLEET_API_KEY", "BOARD_PASSWORD", "BOARD_USER and BOARD_PASSWORD"];
const ofMails = ["SMTP_URL", "MAIL_FROM", "DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY"];
const ofWorkers = ["CERTFLEET_LOCK_SECONDS", "CERTFLEET_SETTLE_SECONDS"];

test.each([
  [["up"], {}, [...ofGateway, ...ofMails, ...ofWorkers, "ENOM_USERNAME is missing", "ENOM_PASSWORD is missing"]],
  [["gateway"], {}, ofGateway],
  [["worker", "notify"], {}, ["LOG_LEVEL", "CERTFLEET_LOCK_SECONDS", ...ofMails]],
  [["worker", "open", "notify"], {}, ["LOG_LEVEL", ...ofWorkers, ...ofMails, "ENOM_USERNAME is missing"]],
  [["start"], { ENOM_USERNAME: "r" }, [...ofGateway, ...ofMails, ...ofWorkers, "ENOM_PASSWORD is missing"]],
  [["start"], {}, ["LOG_LEVEL", "PORT", "CERTFLEET_SETTLE_SECONDS"]],
  [["doctor"], {}, [...ofGateway, ...ofMails, ...ofWorkers]],
] as const)(
  "%j with %j names all that is wrong",
  async (words, more, names) => {
    const { code, stdout, stderr } = await certfleet(words, { env: { ...wrong, ...more } });

    expect(code).toBe(words[0] === "doctor" ? 1 : 2);
    for (const name of names) expect(stdout + stderr).toContain(name);
    expect(stdout + stderr).not.toContain(CANARY);
  },
  60_000,
);
