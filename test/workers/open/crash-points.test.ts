// A process dies at every single write of an order's road, once before and once behind it; the next process takes the order on.
import type { Redis } from "ioredis";
import { expect, test, vi } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { ledgerOf, orderNeeds } from "../../support/needs.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { isScriptName } from "../../support/redis-scripts.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, stuck, type World, world } from "../../support/world.ts";
import { get } from "./runs.ts";

type When = "before" | "behind";
type Fits = (certificate: Certificate) => boolean;

/** A process that dies at its nth script, the ledger's and the record's counted together: from then on Redis hears nothing of it. */
function dyingAt(w: World, nth: number, when: When): { needs: OrderNeeds; scripts: () => number } {
  let count = 0;
  let dead = false;
  const run = async (target: Redis, name: string, args: unknown[]): Promise<unknown> => {
    count += 1;
    const script = Reflect.get(target, name) as (...args: unknown[]) => unknown;
    if (!dead && count < nth) return Reflect.apply(script, target, args);
    if (!dead && when === "behind") await Reflect.apply(script, target, args);
    dead = true;
    throw new Error("the process died here");
  };
  const redis = new Proxy(w.redis, {
    get(target, name) {
      if (isScriptName(name)) return (...args: unknown[]) => run(target, name, args);
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return {
    needs: orderNeeds(w, {
      ledger: ledgerOf(w, { redis }),
      certificates: certificateStore(redis, w.keys, defaultPolicy),
    }),
    scripts: () => count,
  };
}

/** Runs the order in that process until it died or there is nothing more to do. */
async function runToDeath(reference: string, needs: OrderNeeds, w: World, fits: Fits): Promise<void> {
  await vi.waitFor(
    async () => {
      const { attempt } = await get(w, reference);
      const state = await w.redis.hget(w.keys.ledger.attempt(reference, attempt), "state");
      if (state === "UNKNOWN") await w.time.pass(5_000);
      const death = await advanceOrder(reference, needs).catch((error: Error) => error);
      if (death instanceof Error && death.message.includes("died")) return;
      await get(w, reference, fits);
    },
    { timeout: 10_000, interval: 20 },
  );
}

const isOver = (certificate: Certificate): boolean => issued(certificate) || stuck(certificate);
const isBought = (certificate: Certificate): boolean => certificate.certId !== null || stuck(certificate);

/** One order a death, each ended by a process that lives. Answers how they stand, with the death as their name. */
async function dieEverywhere(
  w: World,
  fits: Fits,
  meanwhile: () => void,
): Promise<(Certificate & { death: string })[]> {
  meanwhile();
  const whole = dyingAt(w, Number.POSITIVE_INFINITY, "before");
  await runToDeath(await w.accept({}), whole.needs, w, fits);
  const ends: (Certificate & { death: string })[] = [];
  for (let nth = 1; nth <= whole.scripts(); nth++) {
    for (const when of ["before", "behind"] as const) {
      meanwhile();
      await w.time.pass(SETTLE_MS); // what was found in the list before is settled: its class has room again
      const reference = await w.accept({});
      await runToDeath(reference, dyingAt(w, nth, when).needs, w, fits);
      const state = await w.redis.hget(w.keys.ledger.attempt(reference, 1), "state");
      // Nobody can know what the dead process did: it is looked for until T_settle.
      if (state === "SENDING" || state === "UNKNOWN") await w.time.pass(SETTLE_MS + 1_000);
      await runToDeath(reference, orderNeeds(w), w, fits); // this one lives
      ends.push({ ...(await get(w, reference, fits)), death: `${when} ${nth}` });
    }
  }
  return ends;
}

const waitFor = ({ state, record }: Certificate): string => `${state} ${record.attention?.code}`;

test("a process that dies at any write of the road leaves an order that ends issued and told, or parked with the next step, and never bought twice", async () => {
  const w = await world({ timings: { processingMs: 0 } });

  const ends = await dieEverywhere(w, isOver, () => undefined);

  const parked = ends.filter(stuck);
  expect(ends.length).toBeGreaterThan(24);
  // The gate was open and nothing was sent; nobody else can know that: behind the gate, and on both sides of its confirmation.
  expect(new Set(parked.map(waitFor))).toEqual(new Set(["PARKED purchase-unknown"]));
  expect(parked.map(({ death }) => death.split(" ")[0])).toEqual(["behind", "before", "behind"]);
  expect(w.enom.books.purchases()).toHaveLength(1 + ends.length - parked.length);
  expect(new Set(ends.flatMap(({ certId }) => certId ?? [])).size).toBe(ends.length - parked.length);
  const mails = await w.queues.all.notify.getJobs(["waiting"]);
  const told = new Set(mails.map(({ data }) => data.key));
  for (const { order, record } of ends.filter(issued)) {
    expect(told).toContain(`${order.reference}:certificate-issued:${record.toldSerial}`);
  }
  expect(await w.redis.hlen(w.keys.ledger.unsettled("main"))).toBe(0);
  expect(await w.redis.zcard(w.keys.unfinished("open"))).toBe(0);
}, 60_000);

test("a process that dies at any write behind a lost answer leaves an order that has its slot from eNom's list, or is parked, and nothing is bought twice", async () => {
  const w = await world({ timings: { processingMs: 0 } });

  const ends = await dieEverywhere(w, isBought, () => w.enom.fault("PurchaseServices", { kind: "lose-answer" }));

  const parked = ends.filter(stuck);
  expect(parked.map(waitFor)).toEqual(parked.map(() => "PARKED purchase-unknown"));
  expect(parked).toHaveLength(3);
  expect(new Set(ends.flatMap(({ certId }) => certId ?? [])).size).toBe(ends.length - 3);
  expect(w.enom.books.purchases()).toHaveLength(1 + ends.length - 3);
  expect(await w.redis.hlen(w.keys.ledger.parked("main"))).toBe(3);
}, 60_000);
