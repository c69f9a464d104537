// What the start of a real fleet ends with: what doctor found, without failing and without hanging.
import { expect, test } from "vitest";
import { examined } from "../../src/sandbox/examined.ts";
import type { Result } from "../../src/shared/base/result.ts";

const signal = new AbortController().signal;

function result(...findings: object[]): Result {
  return { ending: "done", text: "", json: { well: true, findings, notLookedAt: [{ name: "SMTP", detail: "d" }] } };
}

test("Problems and warnings are told with their remedies, the rest is counted, and what was not looked at is named.", async () => {
  const ok = { name: "Redis", state: "ok", detail: "answers", remedy: "" };
  const ill = { name: "eNom", state: "ill", detail: "no login", remedy: "Set it." };

  const told = await examined(async () => result(ok, ill), signal);
  const well = await examined(async () => result(ok, ok), signal);

  expect(told).toContain("  ✗ eNom: no login\n      → Set it.\n\n1 check found no problem. Not looked at: SMTP.");
  expect(well).toBe("certfleet doctor: 2 checks found no problem. Not looked at: SMTP.");
});

test("Workers that are only starting are waited for; a doctor that fails or hangs holds nothing up.", async () => {
  let looks = 0;
  const starting = async (): Promise<Result> =>
    result({ name: "Worker open", state: looks++ === 0 ? "ill" : "ok", detail: "d", remedy: "" });
  const never = (): Promise<Result> => new Promise(() => undefined);

  const [waited, failed, late] = await Promise.all([
    examined(starting, signal),
    examined(() => Promise.reject(new Error("no disk")), signal),
    examined(never, signal, { mostMs: 20 }),
  ]);

  expect([looks, waited]).toEqual([2, expect.stringContaining("1 check found no problem")]);
  expect(failed).toBe("doctor could not look (no disk). Try it: certfleet doctor");
  expect(late).toContain("doctor needs longer than 0.02 seconds");
  expect(await examined(never, AbortSignal.abort())).toBe("");
});
