// A second fleet in the same account: it buys and sets up slots of the same kinds while ours works, once in the very moment in
// which an answer to ours gets lost. Ours freezes, and an operator says which slots are not ours.
import { setTimeout as pause } from "node:timers/promises";
import { thaw, until } from "../matrix/operator.ts";
import type { Scene } from "../matrix/scene.ts";
import { CLASSES, makeCsr } from "../orders.ts";
import { type Fault, pick } from "./fault.ts";

const MOST = 5;
/** Between the purchase of a fleet and its configuration. */
const CONFIGURES_MS = 400;
const BETWEEN_MS = 1_200;

/** One order of the other fleet. Where ours has set the slot up meanwhile, it stays without a name. */
async function orderOf({ enom, random, boughtByPeople, ofOthers }: Scene): Promise<number> {
  const [service, years] = pick(CLASSES, random);
  const { certId } = enom.colleague.buys(service, years);
  boughtByPeople.add(certId);
  ofOthers.set(certId, undefined);
  await pause(random() * CONFIGURES_MS);
  const domain = `other-${certId}.example.org`;
  const { csr } = await makeCsr(domain);
  await enom.colleague.configures(certId, csr).then(
    () => ofOthers.set(certId, domain),
    () => undefined,
  );
  return certId;
}

export const secondFleet: Fault = {
  ...{
    name: "second-fleet",
    group: "enom",
    does: "a second fleet buys and sets up slots in the same account: freeze, thaw by an operator",
  },
  async play(scene) {
    const { enom, random, redis, keys, settleMs } = scene;
    enom.fault("PurchaseServices", { kind: "lose-answer" });
    const bought: number[] = [];
    for (const many = 2 + Math.floor(random() * (MOST - 1)); bought.length < many; ) {
      bought.push(await orderOf(scene));
      await pause(random() * BETWEEN_MS);
    }
    const isFrozen = async (): Promise<boolean> => (await redis.hexists(keys.ledger.meta("main"), "frozen")) === 1;
    const noticed = await until(isFrozen, settleMs);
    const thawed = await until(
      () => thaw(scene, `another fleet bought ${bought.join(", ")}`).catch(() => false),
      10_000,
    );
    return `slots ${bought.join(", ")}${noticed ? "" : ", no freeze yet"}${thawed ? "" : ", not thawed yet"}`;
  },
};
