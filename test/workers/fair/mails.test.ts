// The order in which mails leave: ours first, and of those that others ask for, each key's in turn.
import { Queue } from "bullmq";
import { expect, test, vi } from "vitest";
import type { JobInput } from "../../../src/shared/queue/jobs.ts";
import { issued, type World, world } from "../../support/world.ts";

const letter = (key: string, address: string): JobInput<"notify"> => ({
  key,
  template: "certificate-failed",
  to: { address },
  values: { reference: "bill-1", domain: "shop.example.com", product: "RapidSSL", reason: null },
});
const sentTo = ({ mail }: World): string[] => mail.mails().flatMap(({ envelope }) => envelope.to);
const slow = (w: World) => w.work(["notify"], { ...w.env, CERTFLEET_MAILS_PER_SECOND: "10" });

test("an owner's mails of an order leave at once while one key's five hundred mails wait, and another key's one does, too", async () => {
  const w = await world();
  for (let i = 0; i < 500; i++)
    await w.queues.enqueue("notify", letter(`outside:key:shop:${i}`, `stranger-${i}@example.net`));
  await slow(w);
  await w.work(["open"]);

  const reference = await w.order({ customer: { email: "owner@example.net" } });
  await w.queues.enqueue("notify", letter("outside:key:other:1", "other@example.net"));
  await w.until(reference, issued, 60_000);
  const [owners] = await Promise.all([
    vi.waitFor(() => expect(sentTo(w).filter((to) => to === "owner@example.net").length).toBeGreaterThan(1), {
      timeout: 45_000,
    }),
    vi.waitFor(() => expect(sentTo(w)).toContain("other@example.net"), { timeout: 45_000 }),
  ]).then(() => [sentTo(w).length]);

  expect(owners).toBeLessThan(100); // four fifths of the five hundred are still to be sent
}, 90_000);

test("mails that somebody puts into the queue without end, ten times as fast as they may leave, do not keep ours", async () => {
  const w = await world();
  await slow(w);
  const foreign = new Queue("notify", { connection: w.redis, prefix: w.keys.prefix });
  let count = 0;
  const flood = setInterval(() => void foreign.add("notify", letter(`bare-${count++}`, "stranger@example.net")), 10);
  await vi.waitFor(() => expect(count).toBeGreaterThan(100), { timeout: 5_000 });

  const share = { by: "key:shop", of: "owner" };
  await w.queues.enqueue("notify", letter("bill-1:certificate-failed", "owner@example.net"), { share });
  const others = sentTo(w).length;
  await vi.waitFor(() => expect(sentTo(w)).toContain("owner@example.net"), { timeout: 45_000, interval: 20 });
  clearInterval(flood);

  expect(sentTo(w).indexOf("owner@example.net") - others).toBeLessThan(25);
}, 90_000);

test("of the fleet's own mails those of one customer's bulk do not stand before another's", async () => {
  const w = await world();
  const own = (to: string, i: number, of: string) =>
    w.queues.enqueue("notify", letter(`${of}-${i}`, to), { share: { by: "key:shop", of } });
  for (let i = 0; i < 100; i++) await own("bulk@example.net", i, "bulk");
  await own("one@example.net", 0, "one");

  await slow(w);
  await vi.waitFor(() => expect(sentTo(w)).toContain("one@example.net"), { timeout: 45_000, interval: 20 });

  expect(sentTo(w).indexOf("one@example.net")).toBeLessThan(25);
}, 90_000);
