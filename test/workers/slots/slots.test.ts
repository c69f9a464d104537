// An account that hangs holds only its share of a worker's slots: orders of a healthy one go on meanwhile.
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { startWorkers } from "../../../src/workers/main.ts";
import { mustHaveSlot, openSlots, whileWaiting } from "../../../src/workers/slots/slots.ts";
import { issued, world } from "../../support/world.ts";

const SLOTS = 2;

/** An eNom that takes every request and answers none. Answers how many it holds now. */
async function silentEnom(): Promise<{ url: string; holds: () => number; end: () => void }> {
  let open = 0;
  const server = createServer((request) => {
    open += 1;
    request.socket.once("close", () => {
      open -= 1;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const end = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/interface.asp`, holds: () => open, end };
}

test("a worker whose slots are all held by an account that hangs goes on with the orders of another account", async () => {
  const w = await world({ username: "healthy" });
  const hanging = await silentEnom();
  const config = join(w.env.ENOM_LOG ?? "", "..", "two.yaml");
  const account = (id: string, url: string): string =>
    `  - { id: ${id}, apiUrl: "${url}", username: ${id}, password: "\${PASSWORD_OF_BOTH}", requestsPerSecond: 1000 }\n`;
  await writeFile(config, `accounts:\n${account("hanging", hanging.url)}${account("healthy", w.enom.url)}`);
  const { ENOM_USERNAME: _user, ENOM_PASSWORD, ...rest } = w.env;
  const env = { ...rest, PASSWORD_OF_BOTH: ENOM_PASSWORD, CERTFLEET_CONFIG: config };
  const stuckOnes = [];
  for (let i = 0; i < SLOTS * 3; i++) stuckOnes.push(await w.order({ account: "hanging" }));
  const workers = await startWorkers(["open"], env, { concurrency: SLOTS });
  onTestFinished(() => {
    hanging.end(); // else the stop waits for its answers
    return workers.stop();
  });
  await vi.waitFor(() => expect(hanging.holds()).toBeGreaterThanOrEqual(SLOTS), { timeout: 30_000 });

  const healthy = [await w.order({ account: "healthy" }), await w.order({ account: "healthy" })];
  await Promise.all(healthy.map((reference) => w.until(reference, issued, 45_000)));

  // What it holds is its share of the slots, and what is asked outside of any slot, such as whether the ledger is right.
  expect(hanging.holds()).toBeLessThanOrEqual(SLOTS * 2 + 2);
  for (const reference of stuckOnes) expect((await w.certificates.find(reference))?.certId).toBeNull();
}, 90_000);

test("an account holds no more slots than the worker has, in work of this worker alone, and has them back with the answers", async () => {
  const slots = openSlots(2, 0);
  const answers: (() => void)[] = [];
  const ask = (account: string): Promise<void> =>
    slots.inSlot(async () => {
      mustHaveSlot(account);
      await whileWaiting(account, () => new Promise<void>((resolve) => answers.push(resolve)));
    });
  const first = ask("a");
  expect(slots.countNeeded()).toBe(1); // half of two
  const second = ask("a");

  await expect(ask("a")).rejects.toThrow("account a has not answered 2 requests of this worker yet");
  expect(() => mustHaveSlot("a")).not.toThrow(); // no job's work
  const other = ask("b");
  expect(slots.countNeeded()).toBe(2);
  for (const answer of answers.splice(0)) answer();
  await Promise.all([first, second, other]);
  expect(slots.countNeeded()).toBe(0);
  const again = ask("a");
  answers[0]?.();
  await again;
});

test("accounts that do not answer, and of which each holds a few slots, together leave half a set to the others", async () => {
  const slots = openSlots(8, 0);
  const answers: (() => void)[] = [];
  const ask = (account: string): Promise<void> =>
    slots.inSlot(() => whileWaiting(account, () => new Promise<void>((resolve) => answers.push(resolve))));
  const hold = (account: string, count: number) => Array.from({ length: count }, () => ask(account));

  const held = [...hold("a", 3)];
  expect(slots.countNeeded()).toBe(0); // five of eight are free
  held.push(...hold("b", 3), ...hold("c", 2));
  expect(slots.countNeeded()).toBe(1);
  held.push(...hold("a", 4));
  expect(slots.countNeeded()).toBe(2);
  for (const answer of answers) answer();
  await Promise.all(held);
  expect(slots.countNeeded()).toBe(0);
});
