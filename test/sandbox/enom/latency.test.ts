import { expect, test } from "vitest";
import { bought, post, RAPID, sandbox } from "./support.ts";

const HOUR = 3_600_000;

test.each([
  ["as chance picks it", { min: 0, max: HOUR, random: () => 0.999 }],
  ["as the shortest way is so long", { min: HOUR, max: HOUR, random: () => 0 }],
])("an answer that takes an hour, %s, comes after its effect and holds up nobody else", async (_why, latencyMs) => {
  const enom = await sandbox({ latencyMs });
  const slow = expect(post(enom, "PurchaseServices", { Service: RAPID })).rejects.toThrow("fetch failed");
  await expect.poll(() => enom.books.purchases()).toHaveLength(1);

  enom.settings.latencyMs = { min: 0, max: HOUR, random: () => 0 };

  expect(await bought(enom)).toBe(900_102);
  await enom.close();
  await slow;
});
