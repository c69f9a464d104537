// A world whose Redis and journal are lost, and which a backup puts back.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { pino } from "pino";
import { onTestFinished, vi } from "vitest";
import { systemClock } from "../../../src/shared/base/clock.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { Order } from "../../../src/shared/certificate/order.ts";
import { readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { openEnomAccounts } from "../../../src/workers/accounts/open.ts";
import { makeBackup } from "../../../src/workers/backup/make-backup.ts";
import { restoreBackup } from "../../../src/workers/backup/restore-backup.ts";
import { thaw } from "../../../src/workers/commands/ledger.ts";
import { dwellOn } from "../../../src/workers/ledger/maintenance.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { ledgerOf, orderNeeds } from "../../support/needs.ts";
import type { World } from "../../support/world.ts";
import { asked } from "../commands/said.ts";
import { opened } from "../journal/support.ts";
import { drive, get } from "../open/runs.ts";

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
    return orderNeeds(w, { ledger: ledgerOf(w, { journal }), accounts: accountsOfFleet(w) });
  };
}

/** As the processes of a fleet open them: what holds the fleet holds them. */
function accountsOfFleet({ env, redis, keys }: World): OrderNeeds["accounts"] {
  const file = readFleetFile(env.CERTFLEET_CONFIG);
  const log = pino({ level: "silent" });
  const { accounts, close } = openEnomAccounts(env, { file, clock: systemClock, log, fleet: { redis, keys } });
  onTestFinished(close);
  return accounts;
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

/** A person cancels the order. */
export async function cancel(w: World, reference: string, needs?: OrderNeeds): Promise<void> {
  await wishToCancel(w, reference);
  await drive(w, reference, ({ state, record }) => state === "CANCELLED" && record.wish === null, needs);
}

export async function wishToCancel(w: World, reference: string): Promise<void> {
  const at = w.time.now();
  const wish = { kind: "cancel", reason: "typo", who: "ops", at: at.toISOString() } as const;
  const answer = requestChange(await get(w, reference), wish, at);
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, at);
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
