// The drill as a person runs it, short: real processes, a real loss, real commands; eNom's books are counted.
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { drill } from "../../../src/sandbox/drill/drill.ts";

test("a fleet that bought on after its backup is lost, restored and compared: nothing is lost, nothing bought twice", async () => {
  const { signal } = new AbortController();
  const root = resolve(import.meta.dirname, "../../..");

  const report = await drill({ orders: 1, settleSeconds: 1, env: process.env, root, say: () => undefined, signal });

  expect(report).toMatchObject({ soldBefore: 2, sold: 3, lost: 0, double: 0 });
  expect(report.proof).toMatch(/^3 purchases, 0 unmatched/);
}, 240_000);
