// `ledger slots` as people and scripts meet it, and the same sum on the dashboard and in the API.
import { expect, onTestFinished, test } from "vitest";
import { startGateway } from "../../../../src/producers/main.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { DAY_MS, utcDate } from "../../../../src/shared/base/dates.ts";
import type { Certificate } from "../../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../../src/shared/certificate/operator-request.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { audit } from "../../../../src/workers/audit/audit.ts";
import { orderNeeds } from "../../../support/needs.ts";
import { issued, type World, world } from "../../../support/world.ts";
import { mainAccount } from "../../../workers/commands/said.ts";
import { drive, get } from "../../../workers/open/runs.ts";
import { certfleet } from "../support.ts";

const awaited = ({ record }: Certificate): boolean => record.looks > 0;

async function cancelled(w: World, changes: object, fits: (certificate: Certificate) => boolean): Promise<number> {
  const reference = await w.accept(changes);
  const { certId } = await drive(w, reference, fits);
  const at = new Date();
  const wish = { kind: "cancel" as const, reason: "not wanted", confirmed: true, who: "ops", at: at.toISOString() };
  const answer = requestChange(await get(w, reference), wish, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
  await drive(w, reference, ({ state, record }) => state === "CANCELLED" && record.wish === null);
  return certId ?? 0;
}

test("slots without use are a table with price, last day and what to do; its sum is the dashboard's and the API's", async () => {
  const w = await world();
  const refundable = await cancelled(w, { product: "Certificate-GeoTrust-QuickSSL" }, issued);
  w.enom.settings.owner = "silent";
  const unused = await cancelled(w, {}, awaited);
  const needs = orderNeeds(w);
  const account = mainAccount(needs);
  await accountRecords(w.redis, w.keys).publish(accountEntry.parse(account.entry));
  await audit(account, needs);
  const gateway = await startGateway({ ...w.env, HOST: "127.0.0.1", PORT: "0" });
  onTestFinished(() => gateway.stop());

  const shown = await certfleet(["ledger", "slots"], { env: w.env });
  const json = await certfleet(["ledger", "slots", "main", "--json"], { env: w.env });
  const page = await (await fetch(gateway.url)).text();
  const body = (await (await fetch(`${gateway.url}/v1/accounts/main`)).json()) as { idle: object };

  const refundDays = [29, 30].map((days) => utcDate(new Date(Date.now() + days * DAY_MS)));
  const [head, ...lines] = shown.stdout.split("\n");
  const line = (certId: number): string => lines.find((each) => each.includes(` ${certId} `)) ?? "";
  expect(head).toMatch(/^ACCOUNT +CERTID +PRODUCT +TERM +PRICE +STATE +REFUND UNTIL +DAYS LEFT +WHAT TO DO$/);
  expect(line(unused)).toMatch(
    /main +\d+ +RapidSSL +1 y +9\.95 USD +unused .* the next order of this product and term/,
  );
  expect(line(refundable)).toMatch(
    /GeoTrust QuickSSL +1 y +69\.00 USD +of cancelled .* refund it by ticket until \S+$/,
  );
  expect(refundDays.some((day) => line(refundable).includes(day))).toBe(true);
  expect(shown.stdout).toContain("Together: 78.95 USD");
  expect(shown.stdout).toContain(`  CertID: ${refundable}`);
  expect(shown.stdout).toContain("It was issued; it will not be used");
  expect(shown.code).toBe(0);
  expect(JSON.parse(json.stdout).slots).toHaveLength(2);
  expect(page).toMatch(/78\.95 USD are paid for unused slots: 2\. The first refund ends on \d+ \w+ \d{4}\./);
  expect(body.idle).toMatchObject({ slots: 2, sum: "78.95" });
});

test("no slot without use, and an account that is not there, are said plainly", async () => {
  const w = await world();
  await drive(w, await w.accept({}), issued);

  const none = await certfleet(["ledger", "slots"], { env: w.env });
  const nobody = await certfleet(["ledger", "slots", "nobody"], { env: w.env });

  expect([none.code, none.stdout, none.stderr.trim()]).toEqual([0, "", "No paid slot is without use."]);
  expect([nobody.code, nobody.stderr.trim()]).toEqual([3, "No account nobody is configured here."]);
});
