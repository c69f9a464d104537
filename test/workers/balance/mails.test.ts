// Stories about what a department reads of its account's balance: real workers, a pretended eNom, a real SMTP conversation.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { type World, world } from "../../support/world.ts";

test("The department hears once that the balance is low, with the outlook, and once that it is back; a poll that fails tells of the connection, and nothing of the balance.", async () => {
  const w = await world({ balance: "120.00" });
  const env = await settings(w);
  const workers = await Promise.all([
    w.work(["balance-poll"], env),
    w.work(["balance-poll"], env),
    w.work(["notify"], env),
  ]);
  expect(workers).toHaveLength(3);
  await poll(w, "120.00");
  await w.accept({ account: "main" });

  w.enom.books.setBalance("95.00");
  await poll(w, "95.00");
  await mails(w, 1);
  w.enom.books.setBalance("101.00");
  await poll(w, "101.00");
  w.enom.books.setBalance("99.00");
  await poll(w, "99.00");
  w.enom.settings.loginWorks = false;
  await w.queues.enqueue("balance-poll", { account: "main", check: true });
  await checked(w, false);
  expect((await accountRecords(w.redis, w.keys).find("main"))?.balance?.available).toBe("99.00");
  w.enom.settings.loginWorks = true;
  w.enom.books.setBalance("120.00");
  await poll(w, "120.00");

  const all = await mails(w, 3);
  const [low, restored] = all.filter(({ subject }) => !`${subject}`.startsWith("No connection"));
  expect(all.filter(({ subject }) => `${subject}`.startsWith("No connection"))).toHaveLength(1);
  expect(low?.subject).toBe("Low balance: eNom main has 95.00 USD, the minimum is 100.00");
  expect(low?.text).toMatch(/from \d{4}-\d\d-\d\d on,\s+the\s+balance\s+cannot\s+pay/);
  expect(restored?.subject).toMatch(/120\.00/);
  expect(new Set(w.mail.mails().flatMap(({ envelope }) => envelope.to))).toEqual(new Set(["ssl@provider.example"]));
}, 30_000);

/** Account `main` with a department and a minimum of 100.00. */
async function settings(w: World): Promise<NodeJS.ProcessEnv> {
  const config = join(w.env.ENOM_LOG ?? "", "..", "certfleet.yaml");
  const login = `username: "\${ENOM_USERNAME}", password: "\${ENOM_PASSWORD}"`;
  const account = `{ id: main, name: eNom main, apiUrl: "${w.enom.url}", ${login}, department: ssl@provider.example, minimumBalance: "100.00", requestsPerSecond: 1000 }`;
  await writeFile(config, `accounts:\n  - ${account}\nbalance: { restoredMargin: "20.00" }\n`);
  return { ...w.env, CERTFLEET_CONFIG: config };
}

/** Asks, and waits until this is what is known. */
async function poll(w: World, available: string): Promise<void> {
  const since = Date.now();
  await w.queues.enqueue("balance-poll", { account: "main" });
  await vi.waitFor(
    async () => {
      const balance = (await accountRecords(w.redis, w.keys).find("main"))?.balance;
      expect(balance?.available).toBe(available);
      expect(Date.parse(balance?.at ?? "")).toBeGreaterThanOrEqual(since);
      expect(await w.queues.all["balance-poll"].getActiveCount()).toBe(0);
    },
    { timeout: 10_000, interval: 20 },
  );
}

async function checked(w: World, ok: boolean): Promise<void> {
  await vi.waitFor(
    async () => {
      expect((await accountRecords(w.redis, w.keys).find("main"))?.lastCheck?.ok).toBe(ok);
      expect(await w.queues.all["balance-poll"].getActiveCount()).toBe(0);
    },
    { timeout: 10_000, interval: 20 },
  );
}

async function mails(w: World, count: number) {
  return vi.waitFor(
    async () => {
      expect(w.mail.mails()).toHaveLength(count);
      return w.mail.mails();
    },
    { timeout: 10_000, interval: 20 },
  );
}
