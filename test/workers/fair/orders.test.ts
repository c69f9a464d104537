// Orders of others behind a bulk, with real workers and a budget that keeps everybody waiting. What is counted is who was bought first.
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { acceptOrder } from "../../../src/shared/queue/accept-order.ts";
import { orderBody } from "../../support/order.ts";
import { type World, world } from "../../support/world.ts";

const BULK = 60;
const hasSlot = ({ certId }: Certificate): boolean => certId !== null;

/** A fleet that may ask eNom a few times a second, in two processes. */
async function fleet(perSecond: number) {
  const w = await world();
  const file = w.env.CERTFLEET_CONFIG ?? "";
  const text = readFileSync(file, "utf8").replace("requestsPerSecond: 1000", `requestsPerSecond: ${perSecond}`);
  writeFileSync(file, text);
  const order = async (by: string, customer: string): Promise<string> => {
    const body = await orderBody({ customer: { email: `${customer}@example.net` } });
    const actor = { kind: "key", id: by } as const;
    const accepted = await acceptOrder(body, { certificates: w.certificates, clock: { now: () => new Date() } }, actor);
    if ("faults" in accepted) throw new Error(JSON.stringify(accepted.faults));
    await w.queues.enqueue("open", { reference: body.reference });
    return body.reference;
  };
  return { w, order };
}

const bought = ({ enom }: World): number => enom.books.purchases().length;

test.for([
  ["of another customer", "shop", "other"],
  ["of another key for the same customer", "reseller", "bulk"],
] as const)(
  "behind sixty orders of one customer, one %s has its slot after a few of them",
  { timeout: 120_000 },
  async ([, by, customer]) => {
    const { w, order } = await fleet(30);
    for (let i = 0; i < BULK; i++) await order("shop", "bulk");
    for (let process = 0; process < 2; process++) await w.work(["open"]);
    await vi.waitFor(() => expect(bought(w)).toBeGreaterThan(2), { timeout: 60_000 });

    const before = bought(w);
    const reference = await order(by, customer);
    const { certId } = await w.until(reference, hasSlot, 60_000);

    // The two workers had sixteen orders under way, which were not stopped. What is bought until somebody looks does not count.
    const place = w.enom.books.purchases().findIndex((each) => each.certId === certId);
    expect(place - before).toBeLessThan(24);
    expect(place).toBeGreaterThanOrEqual(before);
  },
);

test("the bulk itself is not stopped: all of it is bought, each once, while others come and go", async () => {
  const { w, order } = await fleet(200);
  const references = [];
  for (let i = 0; i < 30; i++) references.push(await order("shop", "bulk"));
  await w.work(["open"]);
  for (let i = 0; i < 10; i++) references.push(await order(`key-${i}`, "other"));

  await Promise.all(references.map((reference) => w.until(reference, hasSlot, 90_000)));

  expect(bought(w)).toBe(40);
});
