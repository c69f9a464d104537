// The mains of `npm run topologies`, each with real servers and real processes: TLS with an own CA, a primary that freezes under
// Sentinels, and a Cluster that loses the owner of the fleet's keys. All other cases run in the command alone.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { lifecycle } from "../../src/shared/base/lifecycle.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { caseOf, cases } from "./cases/all.ts";
import type { Verdict } from "./judge.ts";
import { playCase } from "./play.ts";

/** The machine is shared with the rest of the suite. */
const patient = { timeout: 240_000 };
const SEED = 14;
/** Orders cost the processor, and the stories need only some before, during and after what goes wrong. */
const EVERY_MS = 1_000;

async function verdictOn(name: string): Promise<Verdict> {
  const folder = mkdtempSync(join(quickFolder(), `certfleet-topology-${name}-`));
  const life = lifecycle(pino({ level: "silent" }));
  try {
    return await playCase(caseOf(name), { folder, life, seed: SEED, everyMs: EVERY_MS });
  } finally {
    await life.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

// Together, since each of them waits most of the time.
describe.concurrent("the fleet", () => {
  test(
    "takes orders to their certificates over TLS with an own CA and a client certificate, and doctor finds nothing ill",
    patient,
    async () => {
      expect(await verdictOn("tls")).toMatchObject({ faults: [], orders: 4, issued: 4, purchases: 4 });
    },
  );

  test(
    "answers 503 within 3 s while the primary of its Sentinels is frozen, works on with the next one, and loses and doubles nothing",
    patient,
    async () => {
      const verdict = await verdictOn("sentinel-frozen");

      expect(verdict).toMatchObject({ faults: [], lost: 0, doubled: 0, count500: 0 });
      expect(verdict.count503).toBeGreaterThan(0);
      expect(verdict.purchases).toBe(verdict.orders);
    },
  );

  test("goes on in a Cluster whose owner of its keys was killed, and every order is bought once", patient, async () => {
    const verdict = await verdictOn("cluster-killed");

    expect(verdict).toMatchObject({ faults: [], lost: 0, doubled: 0, count500: 0 });
    expect(verdict.purchases).toBe(verdict.orders);
  });
});

test("each case has a name of its own, by which it can be played alone", () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
