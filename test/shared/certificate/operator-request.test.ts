// Promise: an operator's request is noted in the timeline as `request.made`, and those that version 0.1.0 noted are still known.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { newCertificate } from "../../../src/shared/certificate/new-record.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { Order } from "../../../src/shared/certificate/order.ts";
import { certificateRecord } from "../../../src/shared/certificate/record.ts";
import { isRequestMade } from "../../../src/shared/certificate/timeline-events.ts";
import { orderBody } from "../../support/order.ts";

const AT = new Date("2026-11-30T07:00:00.000Z");

test("A request to cancel is noted in the timeline with the name of who made it.", async () => {
  const asked = requestChange(
    await accepted(),
    { kind: "cancel", who: "Ada", at: AT.toISOString(), reason: "no need" },
    AT,
  );

  const timeline = "certificate" in asked ? asked.certificate.record.timeline : [];
  expect(timeline.at(-1)).toEqual({ at: AT.toISOString(), event: "request.made", detail: "cancel by Ada" });
});

test("A request that version 0.1.0 noted as wish.made counts as a request, and keeps the name that was written.", () => {
  const noted = recordsOfVersion010().flatMap(({ timeline }) => timeline.filter(({ event }) => isRequestMade(event)));

  expect(noted.length).toBeGreaterThan(2);
  for (const { event } of noted) expect(event).toBe("wish.made");
});

async function accepted(): Promise<Certificate> {
  const order = { ...(await orderBody()), domain: "shop.example.com" } as Order;
  return newCertificate(order, AT);
}

function recordsOfVersion010() {
  const stored = join(import.meta.dirname, "../../fixtures/version-0.1.0/records.json");
  const all: Record<string, { value: { record?: string } }> = JSON.parse(readFileSync(stored, "utf8"));
  return Object.values(all).flatMap(({ value: { record } }) =>
    record === undefined ? [] : [certificateRecord.parse(JSON.parse(record))],
  );
}
