// Whether the owner must act: validations that are used again up to the limit of the day, and the end of validation by e-mail.
import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import type { SandboxEnom } from "../../../src/sandbox/enom/server.ts";
import {
  ask,
  at,
  certificateOf,
  configured,
  csrFor,
  detail,
  refused,
  sandbox,
  standingClock,
  statusOf,
  submitted,
} from "./support.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PREMIUM = "Certificate-GeoTrust-QuickSSL-Premium";
/** The owner takes an hour, the CA alone a minute. */
const TIMINGS = { processingMs: HOUR_MS, ownerMs: HOUR_MS, issueMs: MINUTE_MS, reissueMs: HOUR_MS };

async function five(options: Parameters<typeof sandbox>[0] = {}, start = "2026-04-02T12:00:00Z") {
  const clock = standingClock(start);
  const enom = await sandbox({ clock, timings: TIMINGS, ...options });
  const { certId } = await configured(enom, "shop.example.com", PREMIUM, 5);
  await ask(enom, "CertPurchaseCert", { CertID: certId, DVAuthMethod: "DNS" });
  clock.advance(HOUR_MS);
  expect(await statusOf(enom, certId)).toBe("4");
  return { clock, enom, certId };
}

async function reissue(enom: SandboxEnom, certId: number) {
  return ask(enom, "CertReissueCert", { CertID: certId, CSR: await csrFor("shop.example.com") });
}

async function validFrom(enom: SandboxEnom, certId: number): Promise<Date> {
  return new X509Certificate(await certificateOf(enom, certId)).validFromDate;
}

test("every reissue waits for the owner, unless the pretended CA is told to use validations again", async () => {
  const { clock, enom, certId } = await five();
  clock.advance(DAY_MS);

  await reissue(enom, certId);
  clock.advance(MINUTE_MS);

  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "2" });
  clock.advance(HOUR_MS - MINUTE_MS);
  expect(await statusOf(enom, certId)).toBe("4");
});

test("a reissue within 200 days of the validation is issued without the owner, a later one waits for the owner", async () => {
  const { clock, enom, certId } = await five({ variants: { reusesValidation: true } });
  const validatedAt = await validFrom(enom, certId);

  clock.advance(200 * DAY_MS - 2 * MINUTE_MS);
  await reissue(enom, certId);
  enom.settings.owner = "silent";
  clock.advance(MINUTE_MS);
  const second = await validFrom(enom, certId);
  clock.advance(2 * MINUTE_MS);
  await reissue(enom, certId);
  clock.advance(DAY_MS);

  expect(second.getTime() - validatedAt.getTime()).toBe(200 * DAY_MS - MINUTE_MS);
  expect(await statusOf(enom, certId)).toBe("2");
});

test("an owner who acts for a reissue has validated the domain anew", async () => {
  const { clock, enom, certId } = await five({ variants: { reusesValidation: true } });
  clock.advance(201 * DAY_MS);
  await reissue(enom, certId);
  clock.advance(HOUR_MS);
  const anew = await validFrom(enom, certId);

  enom.settings.owner = "silent";
  await reissue(enom, certId);
  clock.advance(MINUTE_MS);

  expect(anew).toEqual(new Date("2026-10-20T14:00:00Z"));
  expect(await detail(enom, certId)).toMatchObject({ CertStatusID: "4", ReissueStatus: "" });
});

test("from 15 March 2029 on a validation of eleven days ago is too old", async () => {
  const { clock, enom, certId } = await five({ variants: { reusesValidation: true } }, "2029-03-05T12:00:00Z");
  enom.settings.owner = "silent";

  clock.set("2029-03-14T12:00:00Z");
  await reissue(enom, certId);
  clock.advance(MINUTE_MS);
  const before = await statusOf(enom, certId);
  clock.set("2029-03-16T12:00:00Z");
  await reissue(enom, certId);
  clock.advance(MINUTE_MS);

  expect(before).toBe("4");
  expect(await statusOf(enom, certId)).toBe("2");
});

test("what was validated before a restart may be used again after it", async () => {
  const { clock, enom, certId } = await five({ variants: { reusesValidation: true } });
  const [slot] = JSON.parse(JSON.stringify(enom.books.state().slots));

  expect(slot).toMatchObject({ certId, validatedAt: clock.now().toISOString() });
});

test("no e-mail validates a domain from 15 March 2028 on, and the refusal says so", async () => {
  const clock = standingClock("2028-03-14T23:59:59Z");
  const enom = await sandbox({ clock, owner: "silent" });
  const waiting = await submitted(enom);
  const { certId } = await configured(enom);
  const commands = [
    ["CertPurchaseCert", { CertID: certId, ApproverEmail: "admin@example.com" }],
    ["CertChangeApproverEmail", { CertID: waiting.certId, ApproverEmail: "postmaster@example.com" }],
    ["CertResendApproverEmail", { CertID: waiting.certId }],
  ] as const;
  const before = enom.books.slots();

  clock.advance(1_000);
  const answers = await Promise.all(commands.map(([command, parameters]) => ask(enom, command, parameters)));

  for (const answer of answers) {
    expect(refused(answer)).toEqual({ code: "304397", texts: [expect.stringMatching(/by email ended.*File or DNS/)] });
  }
  expect(enom.books.slots()).toEqual(before);
});

test("a record in the DNS validates a domain after the end of validation by e-mail", async () => {
  const clock = standingClock("2028-03-15T00:00:00Z");
  const enom = await sandbox({ clock });
  const { certId } = await configured(enom);

  const answer = await ask(enom, "CertPurchaseCert", { CertID: certId, DVAuthMethod: "DNS" });

  expect(at(answer, "CertPurchaseCert.Success")).toBe("True");
});
