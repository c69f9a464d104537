// Stories of `certificate open --wait`: how it ends, and what it says meanwhile.
import { expect, test } from "vitest";
import { waitForOrder } from "../../../../src/producers/cli/certificate/wait.ts";
import type { Fleet } from "../../../../src/producers/cli/fleet.ts";
import { redisOrders } from "../../../../src/producers/cli/port/redis-orders.ts";
import { exitCodes } from "../../../../src/shared/base/result.ts";
import type { CertificateRecord } from "../../../../src/shared/certificate/record.ts";
import { SHOP } from "../../../support/order.ts";
import { anIssue, anOrder, NOW } from "../../http/world.ts";
import { inFleet, ownContext } from "../support.ts";

const attention = (code: string) =>
  ({ code, message: "It waits.", who: "operator", by: null, next: "Look.", since: NOW.toISOString() }) as never;

async function waited(change: Partial<CertificateRecord>, isTTY = false) {
  const context = ownContext();
  const lines: string[] = [];
  const result = await inFleet(context, async (fleet: Fleet) => {
    const { acceptOrder } = await import("../../../../src/shared/queue/accept-order.ts");
    await acceptOrder(await anOrder({ reference: "bill-1" }), fleet, SHOP);
    const found = await fleet.certificates.find("bill-1");
    if (!found) throw new Error("no order");
    await fleet.certificates.save({ ...found, record: { ...found.record, ...change } }, NOW);
    const progress = { write: (text: string) => lines.push(text), isTTY };
    return waitForOrder("bill-1", { seconds: 1, progress }, redisOrders(fleet));
  });
  return { code: exitCodes[result.ending], result, lines };
}

test("it ends by what became of the order, with one line of progress", async () => {
  const issued = await waited({ issue: anIssue });
  expect(issued).toMatchObject({ code: 0, result: { json: { reference: "bill-1" } } });
  const late = await waited({});
  expect(late).toMatchObject({ code: 75, lines: ["bill-1: ordered\n"], result: { json: { status: "ordered" } } });
  expect((await waited({ attention: attention("approver-not-offered") })).code).toBe(4);
  expect((await waited({ attention: attention("purchase-unknown") })).code).toBe(5);
  const onTerminal = await waited({}, true);
  expect(onTerminal.lines.at(0)).toBe("\r\u001b[Kbill-1: ordered (0 s)");
  expect(onTerminal.lines.at(-1)).toBe("\r\u001b[K");
}, 20_000);
