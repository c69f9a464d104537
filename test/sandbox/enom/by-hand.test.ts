// What people do by hand: eNom's support and the CA's portal reissue, an owner approves; and what a driver of the clock is told.
import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import {
  ask,
  bought,
  COMODO,
  certificateOf,
  csrFor,
  detail,
  RAPID,
  sandbox,
  standingClock,
  submitted,
} from "./support.ts";

const HOUR_MS = 3_600_000;
const TIMINGS = { processingMs: HOUR_MS, ownerMs: HOUR_MS, issueMs: HOUR_MS, reissueMs: HOUR_MS };

async function standing(options: Parameters<typeof sandbox>[0] = {}) {
  const clock = standingClock("2026-04-02T12:00:00Z");
  return { clock, enom: await sandbox({ clock, timings: TIMINGS, ...options }) };
}

test.for([RAPID, COMODO])("support reissues %s for a new key, once the owner has approved", async (service) => {
  const { clock, enom } = await standing();
  const { certId } = await submitted(enom, "example.com", service);
  clock.advance(2 * HOUR_MS);
  const first = await certificateOf(enom, certId);
  const csr = await csrFor("example.com");

  await enom.support.reissue(certId, { csr });
  const meanwhile = await certificateOf(enom, certId);
  clock.advance(HOUR_MS);

  expect(meanwhile).toBe(first);
  const second = new X509Certificate(await certificateOf(enom, certId));
  expect(second.validFromDate).toEqual(clock.now());
  expect(second.publicKey.equals(new X509Certificate(first).publicKey)).toBe(false);
});

test("without a new request support reissues for the key that the certificate has", async () => {
  const { clock, enom } = await standing();
  const { certId } = await submitted(enom, "example.com", COMODO);
  clock.advance(2 * HOUR_MS);
  const first = new X509Certificate(await certificateOf(enom, certId));

  await enom.support.reissue(certId);
  clock.advance(HOUR_MS);

  const second = new X509Certificate(await certificateOf(enom, certId));
  expect(second.publicKey.equals(first.publicKey)).toBe(true);
  expect(second.serialNumber).not.toBe(first.serialNumber);
});

test("support reissues nothing that is not issued, is over, or would be for another domain", async () => {
  const { clock, enom } = await standing();
  const { certId } = await submitted(enom, "example.com");
  const early = enom.support.reissue(certId);
  await expect(early).rejects.toThrow(RangeError);
  clock.advance(HOUR_MS);

  await expect(enom.support.reissue(123)).rejects.toThrow(RangeError);
  await expect(enom.support.reissue(certId, { csr: await csrFor("example.org") })).rejects.toThrow(RangeError);
  clock.set("2027-04-02T12:00:00Z");
  await expect(enom.support.reissue(certId)).rejects.toThrow(RangeError);
});

test("one owner can approve while all others are silent", async () => {
  const { clock, enom } = await standing({ owner: "silent" });
  const rapid = await submitted(enom, "example.com");
  const comodo = await submitted(enom, "example.org", COMODO);
  const other = await submitted(enom, "example.net");

  await enom.owner.approve(rapid.certId);
  await enom.owner.approve(comodo.certId);
  clock.advance(HOUR_MS);

  expect(await detail(enom, rapid.certId)).toMatchObject({ CertStatusID: "4" });
  expect(await detail(enom, comodo.certId)).toMatchObject({ CertStatusID: "4" });
  expect(await detail(enom, other.certId)).toMatchObject({ CertStatusID: "2" });
  await expect(enom.owner.approve(rapid.certId)).rejects.toThrow(RangeError);
});

test("the next event is the earliest step of any slot, and none when all rest or wait for silent owners", async () => {
  const { clock, enom } = await standing();
  await bought(enom);
  const nothing = enom.nextEvent();
  const { certId } = await submitted(enom, "example.com", COMODO);
  clock.advance(HOUR_MS / 2);
  await submitted(enom, "example.net");

  const events = [enom.nextEvent()];
  for (let step = 0; step < 3; step++) {
    clock.set(events.at(-1)?.toISOString() ?? "");
    events.push(enom.nextEvent());
  }

  expect(nothing).toBeUndefined();
  expect(events.map((event) => event?.toISOString().slice(11, 16))).toEqual(["13:00", "13:30", "14:00", undefined]);
  enom.settings.owner = "silent";
  await ask(enom, "CertReissueCert", { CertID: certId + 1, CSR: await csrFor("example.net") });
  expect(enom.nextEvent()).toBeUndefined();
});
