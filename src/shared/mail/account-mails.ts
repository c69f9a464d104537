// The mails to an operator mailbox about an account: money runs low, it is back, eNom cannot be reached.
import { z } from "zod";
import { nextStep } from "../certificate/attention.ts";
import { account, day, oneLine, othersWords, template, when } from "./template.ts";

const amount = z.string().regex(/^-?\d{1,12}(\.\d{1,4})?$/, "must be a decimal amount, such as 102.50");

const balance = z.strictObject({
  account,
  name: oneLine.describe("The account's name for people, its id where it has none"),
  available: amount,
  minimum: amount,
  currency: z.string().regex(/^[A-Z]{3}$/, "must be a currency's three letters"),
  at: when.describe("When eNom told the balance"),
});
const aBalance = {
  account: "main",
  name: "eNom main",
  available: "84.20",
  minimum: "100.00",
  currency: "USD",
  at: "2026-04-02T06:00:00Z",
};

/** Sent once a fall below the minimum. */
export const lowBalance = template({
  to: "department",
  when: "an account's balance fell below its minimum; one mail each time",
  values: balance.extend({
    runwayDays: z
      .int()
      .nonnegative()
      .nullable()
      .describe("Days until planned purchases use up the balance; null: they do not"),
    exhaustedOn: day.nullable().describe("The day of the first planned purchase that the balance cannot pay"),
    plannedUntil: day.nullable().default(null).describe("The plan was read up to this day"),
    blocked: z.boolean().default(false).describe("Whether purchases stop below the minimum"),
  }),
  example: { ...aBalance, runwayDays: 19, exhaustedOn: "2026-04-21", plannedUntil: "2026-07-01" },
  faces: {
    covered: { runwayDays: null, exhaustedOn: null },
    blocked: { blocked: true },
    "blocked-without-plans": { runwayDays: null, exhaustedOn: null, blocked: true },
    unplanned: { runwayDays: null, exhaustedOn: null, plannedUntil: null },
  },
});

/** Sent once after `low-balance`, when the balance is above the minimum by a margin. */
export const balanceRestored = template({
  to: "department",
  when: "the balance is above the minimum again; one mail each time",
  values: balance,
  example: { ...aBalance, available: "540.00" },
});

/** The account's check failed: what was found, and what fixes it. */
export const connectionProblem = template({
  to: "department",
  when: "an account cannot be used: no connection, login refused, or address not permitted",
  values: z.strictObject({
    account,
    name: oneLine.describe("The account's name for people, its id where it has none"),
    apiHost: oneLine,
    cause: oneLine.describe("The kind of cause, as the connection check names it"),
    message: othersWords,
    advice: othersWords,
    since: when,
  }),
  example: {
    account: "main",
    name: "eNom main",
    apiHost: "reseller.enom.com",
    cause: "address-not-permitted",
    message:
      "Cannot connect to the processing module: reseller.enom.com does not permit the address that the requests come from, 203.0.113.7: User not permitted from this IP address.",
    advice: "Register 203.0.113.7 at eNom (Resellers, Manage, API).",
    since: "2026-04-02T06:00:00Z",
  },
  faces: {
    "name-not-resolved": {
      cause: "name-not-resolved",
      message:
        "Cannot connect to the processing module: the name reseller.enom.com cannot be resolved (getaddrinfo ENOTFOUND reseller.enom.com).",
      advice:
        "Look for a typing error in the account's apiUrl (ENOM_API_URL). Then check this machine's DNS: getent hosts reseller.enom.com",
    },
    "not-foreseen": {
      cause: "of-a-newer-release",
      message: "Cannot connect to the processing module: for a reason that only a newer release has a name for.",
      advice: "Read its changelog.",
    },
  },
});

/** A state of an account, or of the whole fleet (`shared/account/troubles.ts`): when it begins, and when it is over. */
export const accountTrouble = template({
  to: "department",
  when: "an account, or the whole fleet, has a problem that every order may meet; and when that is over",
  values: z.strictObject({
    account: account.nullable().describe("null: it concerns all accounts"),
    name: oneLine.nullable().describe("The account's name for people, its id where it has none"),
    code: oneLine.describe("docs/runbook.md has a section for each"),
    message: othersWords,
    since: when.describe("When it was first seen"),
    until: when.nullable().default(null).describe("When it was over; null while it lasts"),
    next: othersWords.describe("What to do, with the exact command"),
  }),
  example: {
    account: "main",
    name: "eNom main",
    code: "ledger-frozen",
    message:
      "The ledger is frozen, and nothing is bought: eNom lists 1 certificate of rapidssl:1 more than the ledger can explain: 900124.",
    since: "2026-04-02T06:00:00Z",
    next: nextStep("ledger-frozen", "bill-1001"),
  },
  faces: {
    over: { until: "2026-04-02T09:30:00Z" },
    stopped: {
      code: "purchases-stopped",
      message: "Purchases are switched off: we move to another account (ada@host)",
      next: 'To allow purchases again: certfleet account purchases on main --reason "may go on"',
    },
    fleet: {
      ...{ account: null, name: null, code: "mails-wait" },
      message: "3 tries in a row failed: every mail waits. The last answer: the mail relay cannot be reached",
      next: "Check SMTP_URL and the mail server. Mails are tried again for two days. See docs/runbook.md#mails-do-not-arrive, and test it with: certfleet doctor",
    },
    "not-foreseen": {
      code: "of-a-newer-release",
      message: "Something happened that only a newer release has a name for.",
      next: "Read its changelog.",
    },
  },
});
