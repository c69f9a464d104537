// A timeline goes one way, whatever the clocks of the machines that write it.
import { expect, test } from "vitest";
import { type CertificateRecord, withEvent, withPastEvent } from "../../../src/shared/certificate/record.ts";

const empty = { timeline: [] } as unknown as CertificateRecord;
const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 30, 3, minute));

test("What a machine writes whose clock is behind is not earlier than what was written before, and what happened earlier stands where it belongs.", () => {
  const ordered = withEvent(empty, at(15), "certificate.ordered");
  const bought = withEvent(ordered, at(0), "certificate.purchased");
  const configured = withEvent(bought, at(20), "certificate.configured");
  const told = withPastEvent(configured, { at: at(17).toISOString(), event: "mail.refused", detail: "550" });

  expect(told.timeline.map(({ event, at }) => [event, at.slice(14, 16)])).toEqual([
    ["certificate.ordered", "15"],
    ["certificate.purchased", "15"],
    ["mail.refused", "17"],
    ["certificate.configured", "20"],
  ]);
});
