// Buying the next term: unused days are added to it in the Comodo family only, and only within sixty days of the end.
import { expect, test } from "vitest";
import type { SandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { ask, COMODO, csrFor, RAPID, sandbox, standingClock, submitted } from "./support.ts";

const DAY_MS = 86_400_000;

/** A slot of one year, bought and issued on 2 April 2026. */
async function oneYear(service: string) {
  const clock = standingClock("2026-04-02T12:00:00Z");
  const enom = await sandbox({ clock });
  const { certId } = await submitted(enom, "example.com", service);
  clock.advance(1_000);
  expect(enom.books.findSlot(certId)?.statusId).toBe(4);
  return { clock, enom, certId };
}

function endOf(enom: SandboxEnom, certId: number): string | undefined {
  return enom.books.findSlot(certId)?.endsAt;
}

test("a Comodo certificate that is renewed ten days before its end loses none of them", async () => {
  const { clock, enom } = await oneYear(COMODO);

  clock.set("2027-03-23T12:00:00Z");
  const { certId } = await submitted(enom, "example.com", COMODO);

  expect(endOf(enom, certId)).toBe("2028-04-02T12:00:00.000Z");
});

test("days are not carried over into an earlier purchase, another domain or the GeoTrust family", async () => {
  const comodo = await oneYear(COMODO);
  const rapid = await oneYear(RAPID);

  comodo.clock.set("2027-02-01T11:59:59Z"); // 60 days and a second
  const early = await submitted(comodo.enom, "example.com", COMODO);
  comodo.clock.set("2027-03-23T12:00:00Z");
  const other = await submitted(comodo.enom, "example.org", COMODO);
  rapid.clock.set("2027-03-23T12:00:00Z");
  const renewed = await submitted(rapid.enom, "example.com", RAPID);

  expect(endOf(comodo.enom, early.certId)).toBe("2028-02-01T11:59:59.000Z");
  expect(endOf(comodo.enom, other.certId)).toBe("2028-03-23T12:00:00.000Z");
  expect(endOf(rapid.enom, renewed.certId)).toBe("2028-03-23T12:00:00.000Z");
});

test("days that were carried over leave a slot with the domain, and are not counted twice", async () => {
  const { clock, enom } = await oneYear(COMODO);
  clock.set("2027-03-23T12:00:00Z");
  enom.settings.owner = "silent";
  const { certId } = await submitted(enom, "example.com", COMODO);

  await ask(enom, "CertModifyOrder", { CertID: certId });
  const empty = endOf(enom, certId);
  clock.advance(DAY_MS);
  await enom.colleague.configures(certId, await csrFor("example.com"));

  expect(empty).toBe("2028-03-23T12:00:00.000Z");
  expect(endOf(enom, certId)).toBe("2028-04-01T12:00:00.000Z");
});
