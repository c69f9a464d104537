// What a person does in a storm, by the runbook: a ledger that lost steps is rebuilt, one that is frozen is thawed with the
// slots that people bought, orders that are gone are sent again.
import { setTimeout as pause } from "node:timers/promises";
import { rebuildLedger } from "../../../src/workers/commands/ledger-rebuild.ts";
import { readLedgerStatus } from "../../../src/workers/commands/ledger-standing.ts";
import { thawAccount } from "../../../src/workers/commands/ledger-thaw.ts";
import type { Scene } from "./scene.ts";

const ACCOUNT = "main";

export function ledgerState({ atDesk }: Scene): Promise<string> {
  return atDesk(async (desk) => (await readLedgerStatus(desk, ACCOUNT)).state);
}

/** Answers how many steps the journal gave back. */
export async function restore(scene: Scene, reason: string, signal: AbortSignal): Promise<string> {
  const rebuilt = await scene.atDesk((desk) => rebuildLedger({ account: ACCOUNT, reason }, desk));
  const steps = rebuilt.state === "rebuilt" ? rebuilt.steps : 0;
  const again = await scene.customers.sendMissing(signal);
  return `${steps} steps given back, ${again} orders sent again`;
}

/** Thaws a ledger that is frozen for what people bought. Answers whether it is well. */
export async function thaw(scene: Scene, reason: string): Promise<boolean> {
  if ((await ledgerState(scene)) === "well") return true;
  const answer = await scene.atDesk(async (desk) => {
    const owners = await desk.ledger.redis.hgetall(desk.ledger.keys.ledger.owner(ACCOUNT));
    const foreign = [...scene.boughtByPeople].filter((certId) => owners[`${certId}`] === undefined);
    return thawAccount({ account: ACCOUNT, reason, foreign }, desk);
  });
  return answer.state === "thawed" || answer.state === "not-frozen";
}

/** The same where the account is frozen only: a ledger that lacks steps is the business of the fault that took them. */
export async function thawIfFrozen(scene: Scene): Promise<void> {
  const { redis, keys, boughtByPeople } = scene;
  if (boughtByPeople.size === 0 || redis.status !== "ready") return;
  if ((await redis.hexists(keys.ledger.meta(ACCOUNT), "frozen")) === 1) await thaw(scene, "a colleague's slot");
}

/** One round: whatever a person would mend is mended. Answers what was done. */
export async function lookAround(scene: Scene, signal: AbortSignal): Promise<string | undefined> {
  const state = await ledgerState(scene);
  if (state === "behind" || state === "lost") return restore(scene, "the ledger lacks steps", signal);
  if (state === "frozen") return (await thaw(scene, "counted by hand")) ? "the ledger was thawed" : "it stays frozen";
  await scene.receiver.look(scene); // as `webhook enable` does: what pauses goes on
  // As with "promote" of a board: a mail that the relay put off need not wait for its minute.
  await scene.queues.all.notify.promoteJobs();
  return undefined;
}

export async function until(isTrue: () => Promise<boolean> | boolean, timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  while (performance.now() < end) {
    if (await isTrue()) return true;
    await pause(100);
  }
  return false;
}
