// A world whose Redis and journal are lost, and which a backup puts back.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { vi } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import type { Order } from "../../../src/shared/certificate/order.ts";
import { makeBackup } from "../../../src/workers/backup/make-backup.ts";
import { restoreBackup } from "../../../src/workers/backup/restore-backup.ts";
import { thaw } from "../../../src/workers/commands/ledger.ts";
import { dwellOn } from "../../../src/workers/ledger/maintenance.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { ledgerOf, orderNeeds } from "../../support/needs.ts";
import type { World } from "../../support/world.ts";
import { asked } from "../commands/said.ts";
import { opened } from "../journal/support.ts";
import { get } from "../open/runs.ts";

export const configured = ({ state }: Pick<Certificate, "state">): boolean => state === "CONFIGURED";

/** Makes a backup of the world. Answers what loses everything and puts it back, as a new process finds it. */
export async function backUp(w: World) {
  const folder = join(w.env.CERTFLEET_JOURNAL ?? "", "..");
  const file = join(folder, "backup.age");
  const identity = await generateX25519Identity();
  const tell = (): void => undefined;
  const recipients = [await identityToRecipient(identity)];
  await makeBackup({ redis: w.redis, keys: w.keys, env: w.env }, { out: file, recipients, version: "1.2.3", tell });
  return async ({ from = "backup" } = {}): Promise<OrderNeeds> => {
    const all = await w.redis.keys(`${w.keys.prefix.replace(/[{}]/g, "?")}:*`);
    await w.redis.unlink(all);
    if (from === "backup") await rm(w.env.CERTFLEET_JOURNAL ?? "", { recursive: true });
    const by = { env: w.env, actor: { kind: "system", id: "ada" } as const, who: "ada" };
    await restoreBackup(by, {
      ...{ file, into: w.env.REDIS_URL ?? "", journal: w.env.CERTFLEET_JOURNAL ?? "", identities: [identity], tell },
      isJournalThere: from !== "backup",
    });
    const journal = await opened(w.env.CERTFLEET_JOURNAL ?? "", w.keys.prefix);
    return orderNeeds(w, { ledger: ledgerOf(w, { journal }) });
  };
}

export function quick(w: World, seconds: string) {
  return { ...asked(w), env: { ...w.env, CERTFLEET_SETTLE_SECONDS: seconds } };
}

/** Says `ledger thaw` until the time to settle is over. */
export function compare(w: World, needs: OrderNeeds) {
  return vi.waitFor(
    async () => {
      if (await w.redis.hexists(w.keys.ledger.meta("main"), "epoch")) await dwellOn(needs, "main", 1_000);
      const answer = await thaw(quick(w, "0.3"), { account: "main", reason: "restored", foreign: [] });
      if (answer.state !== "compared") throw new Error(JSON.stringify(answer));
      return answer;
    },
    { timeout: 5_000, interval: 50 },
  );
}

export async function slotsOf(w: World, references: string[]): Promise<{ reference: string; certId: number }[]> {
  const found = await Promise.all(references.map((reference) => get(w, reference)));
  return found.map(({ certId }, i) => ({ reference: references[i] ?? "", certId: certId ?? 0 }));
}

export async function ordersOf(w: World, references: string[]): Promise<Order[]> {
  return (await Promise.all(references.map((reference) => get(w, reference)))).map(({ order }) => order);
}

/** How many certificates eNom has sold. */
export function soldBy(w: World): number {
  return w.enom.books.slots().length;
}
