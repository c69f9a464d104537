import { expect, test } from "vitest";
import { ask, bought, post, RAPID, sandbox, seeded } from "./support.ts";

const purchase = { Service: RAPID };

test("chance loses as many calls as it is told, about half of them after the money is gone, and all are counted", async () => {
  const enom = await sandbox({ losses: { rate: 0.4, random: seeded(2026) } });

  let unanswered = 0;
  for (let call = 0; call < 200; call++) await post(enom, "PurchaseServices", purchase).catch(() => unanswered++);

  const afterEffect = enom.lost.filter(({ effect }) => effect).length;
  expect(enom.lost).toHaveLength(unanswered);
  expect(unanswered).toBeGreaterThan(60);
  expect(unanswered).toBeLessThan(100);
  expect(afterEffect / unanswered).toBeGreaterThan(0.35);
  expect(afterEffect / unanswered).toBeLessThan(0.65);
  expect(enom.asked()).toHaveLength(200);
  expect(enom.books.purchases()).toHaveLength(200 - unanswered + afterEffect);
});

test("only the commands that are named get lost, however they are written", async () => {
  const enom = await sandbox({ losses: { rate: 1, random: () => 0, commands: new Set(["purchaseservices"]) } });

  await ask(enom, "GetBalance");
  await expect(post(enom, "PURCHASESERVICES", purchase)).rejects.toThrow("fetch failed");

  expect(enom.lost).toEqual([{ command: "PURCHASESERVICES", effect: true }]);
});

test("a queued fault goes before chance, which has the call after it", async () => {
  const enom = await sandbox({ losses: { rate: 1, random: () => 0.9 } });
  enom.fault("PurchaseServices", { kind: "status", status: 503 });

  const queued = await post(enom, "PurchaseServices", purchase);
  await expect(post(enom, "PurchaseServices", purchase)).rejects.toThrow("fetch failed");

  expect(queued.status).toBe(503);
  expect(enom.lost).toEqual([{ command: "PurchaseServices", effect: false }]);
  expect(enom.books.purchases()).toEqual([]);
});

test("losses begin and end while the sandbox runs", async () => {
  const enom = await sandbox();
  const first = await bought(enom);

  enom.settings.losses = { rate: 1 };
  await expect(post(enom, "GetBalance")).rejects.toThrow("fetch failed");
  enom.settings.losses = null;

  expect(await bought(enom)).toBe(first + 1);
  expect(enom.lost).toHaveLength(1);
});
