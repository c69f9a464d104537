// What happens to a certificate while something else is under way for it: nothing is lost, done twice, or done in vain.
import { expect, test } from "vitest";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { isNewer } from "../../../src/workers/order/issued-certificate.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { issued } from "../../support/world.ts";
import { ESSENTIAL, happened, now, opened, setTime, story, sweep, takeOn, untilDue, worker } from "./stories.ts";

const AT = "2026-04-02T12:00:00.000Z";

test("a reissue that nobody finishes does not keep the next term from being bought, and ends with the old one", async () => {
  const w = await story();
  const first = await opened(w, { product: ESSENTIAL });
  await untilDue(w, first); // by a ticket, which the department leaves lying
  await sweep(w);
  await reissueCertificate({ v: 1, reference: first.order.reference }, "1", worker(w));
  expect((await now(w, first)).record.reissue).toMatchObject({ state: "asked" });

  setTime(w, "2027-03-24T12:00:00Z");
  await sweep(w);
  const renewed = await takeOn(w, first.order.reference, (each) => each.term === 2 && issued(each));

  expect(renewed.purchases).toHaveLength(2);
  expect(renewed.record.reissue).toBeNull();
});

test("behind the paid term a reissue that was asked for is dropped, and eNom is not asked for it", async () => {
  const w = await story();
  const first = await opened(w, { years: 1 });
  await untilDue(w, first);
  await sweep(w);

  setTime(w, "2027-04-20T12:00:00Z");
  await reissueCertificate({ v: 1, reference: first.order.reference }, "1", worker(w));

  expect((await now(w, first)).record.reissue).toBeNull();
  expect(w.enom.asked("CertReissueCert")).toEqual([]);
  expect(happened(await now(w, first), "reissue.dropped")).toBe(1);
});

test("an order that somebody cancels is not reissued before the cancellation is carried out", async () => {
  const w = await story();
  const first = await opened(w);
  await untilDue(w, first);
  await sweep(w);
  const cancel: OperatorRequest = { kind: "cancel", reason: "gone", who: "ops", at: AT };
  const wished = requestChange(await now(w, first), cancel, w.time.now());
  if ("conflict" in wished) throw new Error(wished.conflict);
  await w.certificates.save(wished.certificate, w.time.now());

  await reissueCertificate({ v: 1, reference: first.order.reference }, "1", worker(w));

  expect(w.enom.asked("CertReissueCert")).toEqual([]);
  const again = await requestReissue(
    { ...wished.certificate, record: { ...wished.certificate.record, reissue: null } },
    { id: "x", who: "ops" },
    w.time.now(),
  );
  expect(again).toMatchObject({ kind: "conflict", message: expect.stringContaining("cancelled") });
});

test("years that are added while eNom changes the approver are kept", async () => {
  const w = await story();
  const first = await opened(w);
  w.enom.settings.timings.reissueMs = 30 * 86_400_000;
  await untilDue(w, first);
  await sweep(w);
  const needs = worker(w);
  await reissueCertificate({ v: 1, reference: first.order.reference }, "1", needs);
  const wish: OperatorRequest = { kind: "approver", email: "webmaster@example.com", who: "ops", at: AT };
  const wished = requestChange(await now(w, first), wish, w.time.now());
  if ("conflict" in wished) throw new Error(wished.conflict);
  await w.certificates.save(wished.certificate, w.time.now());
  const extended = async (): Promise<void> => {
    const newest = await now(w, first);
    const terms = { ...newest.record.terms, years: 3 };
    await w.certificates.save({ ...newest, record: { ...newest.record, terms } }, w.time.now());
  };
  w.enom.fault("CertChangeApproverEmail", { kind: "meanwhile", run: extended });

  await advanceOrder(first.order.reference, needs);

  const { record } = await now(w, first);
  expect(record.terms).toMatchObject({ years: 3, approver: { email: "webmaster@example.com" } });
});

test("an older certificate that eNom shows again is never taken for a new one", async () => {
  const w = await story();
  const first = await opened(w);
  await untilDue(w, first);
  await sweep(w);
  const second = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  const [older = "", newer = ""] = [first.record.issue?.pem, second.record.issue?.pem];

  expect(isNewer(newer, first.record.issue)).toBe(true);
  expect(isNewer(older, second.record.issue)).toBe(false);
  expect(isNewer(newer, second.record.issue)).toBe(false);
});
