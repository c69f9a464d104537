// What was asked of the certificate authority is taken in whatever eNom says meanwhile, and nobody waits for it in silence.
import { expect, test } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import { DAY_MS } from "../../../src/shared/base/dates.ts";
import { statusOf } from "../../../src/shared/certificate/certificate.ts";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, withCode } from "../open/runs.ts";

/** An issued certificate with a reissue requested. */
async function requested(w: World): Promise<string> {
  const reference = await w.accept({});
  const answer = await requestReissue(await drive(w, reference, issued), { id: "test", who: "ops" }, new Date());
  if (answer.kind !== "requested") throw new Error(answer.kind);
  await w.certificates.save(answer.certificate, new Date());
  return reference;
}

test("a question that eNom refuses does not drop a reissue that was sent, and a retry takes the new certificate in", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await requested(w);
  const codes = [{ number: "706397", string: "Policy error" }];
  w.enom.fault("CertGetCertDetail", { kind: "error", texts: ["Not now"], codes } as Fault);

  await reissueCertificate({ v: 1, reference }, "1", needs);
  const held = await get(w, reference, withCode("enom-question-refused"));
  const retry: OperatorRequest = {
    kind: "resolve",
    decision: "retry",
    who: "ops",
    at: new Date().toISOString(),
    reason: "mended",
  };
  const made = requestChange(held, retry, new Date());
  if ("conflict" in made) throw new Error(made.conflict);
  await w.certificates.save(made.certificate, new Date());
  await drive(w, reference, ({ record }) => record.wish === null);
  w.enom.settings.timings.reissueMs = 0;
  await reissueCertificate({ v: 1, reference }, "2", needs);

  const { record } = await get(w, reference);
  expect(held.record.reissue?.state).toBe("sent");
  expect({ reissues: record.reissues, reissue: record.reissue }).toEqual({ reissues: 1, reissue: null });
  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
});

test("a login that fails while a reissue is asked for lets it be asked for again", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await requested(w);
  w.enom.settings.loginWorks = false;
  await reissueCertificate({ v: 1, reference }, "1", needs);
  const held = await get(w, reference, withCode("enom-login-refused"));

  w.enom.settings.loginWorks = true;
  await reissueCertificate({ v: 1, reference }, "2", needs);

  expect(held.record.reissue?.state).toBe("requested");
  expect((await get(w, reference)).record.reissue?.state).toBe("sent");
});

test("a reissue that the owner leaves lying longer than the granted days is shown to a person, and the old certificate stays valid", async () => {
  const w = await world();
  w.enom.settings.timings.reissueMs = 30 * DAY_MS;
  const reference = await requested(w);
  const needs = orderNeeds(w);

  await reissueCertificate({ v: 1, reference }, "1", needs); // the domain was validated a moment ago: nobody asks the owner
  w.time.jump(2 * DAY_MS); // and no certificate came: the owner is asked
  await reissueCertificate({ v: 1, reference }, "1", needs);
  w.time.jump(8 * DAY_MS);
  await reissueCertificate({ v: 1, reference }, "1", needs);

  const certificate = await get(w, reference, withCode("validation-overdue"));
  expect(statusOf(certificate, new Date())).toBe("reissuing");
});

test("a fault of our own in a reissue is tried a few times and then shown to a person, never for ever", async () => {
  const w = await world();
  const reference = await requested(w);
  const needs = orderNeeds(w);
  const broken = { ...needs, accounts: { ...needs.accounts, find: () => assertNever() } };

  for (let tries = 1; tries <= 6; tries++) {
    await expect(reissueCertificate({ v: 1, reference }, "1", broken)).rejects.toThrow("a bug");
  }

  expect((await get(w, reference)).record.attention).toMatchObject({ code: "internal-error", message: "a bug" });
  expect(await w.redis.zcard(w.keys.unfinished("reissue"))).toBe(0);
});

function assertNever(): never {
  throw new TypeError("a bug");
}
