// What must be there by itself: the schedules, the sweeps that they ask for, and a backup that a person made.
import { z } from "zod";
import { accountRecords } from "../../../../shared/account/records.ts";
import { findWaived } from "../../../../shared/backup/restored-fleet.ts";
import { daysBetween } from "../../../../shared/base/dates.ts";
import type { Finding } from "../../../../shared/base/result.ts";
import { readSchedules } from "../../../../shared/schedules/missing.ts";
import { readSweepTimes } from "../../../../shared/standing/late-sweep.ts";
import type { Connection } from "../../connection.ts";
import { timeText } from "../../table.ts";

type Place = Pick<Connection, "redis" | "keys">;

/** A backup that is older is of another week's orders. */
const OLD_DAYS = 7;

export async function examineSchedules({ redis, keys }: Place): Promise<Finding[]> {
  const name = "Schedules";
  const all = await readSchedules({ redis, keys, accounts: accountRecords(redis, keys) });
  const lost = all.filter(({ loss }) => loss !== undefined);
  if (lost.length === 0) return [{ name, state: "ok", detail: `${all.map((each) => each.name).join(", ")} are there` }];
  const remedy =
    "Gateways and workers put them back within a minute. If it stays so, see docs/runbook.md#schedule-missing";
  return lost.map((each) => ({
    ...{ name, state: "ill", remedy },
    detail: `${each.name} is ${each.loss === "changed" ? "not as it was put" : "missing"}`,
  }));
}

/** One that is late is among the troubles of the fleet. */
export async function examineSweeps({ redis, keys }: Place): Promise<Finding[]> {
  const name = "Policy";
  const times = await readSweepTimes({ redis, keys });
  if (!times || times.isLate) return [];
  if (!times.lastAt) return [{ name, state: "ok", detail: "the first look at what is due is under way" }];
  return [{ name, state: "ok", detail: `last looked at what is due at ${timeText(times.lastAt.toISOString())}` }];
}

/** That a restored fleet was not compared yet is among the troubles of the fleet; a reason instead of a comparison is told here. */
export async function examineRestore({ redis, keys }: Place): Promise<Finding[]> {
  return (await findWaived({ redis, keys })).map(({ account, reason, at, backupAt }) => ({
    ...{ name: "Restore", state: "warn" },
    detail:
      `account ${account} was not compared with eNom since the restore from the backup of ${timeText(backupAt)}: ${reason}, ` +
      `${timeText(at)}. Its ledger stays frozen`,
    remedy: `When it is in certfleet.yaml again: certfleet ledger thaw ${account} --reason "compared"`,
  }));
}

const note = z.object({ at: z.string() });

export async function examineBackup({ redis, keys }: Place, now: Date): Promise<Finding[]> {
  const name = "Backup";
  const text = await redis.get(keys.lastBackup);
  const remedy = "Make one, and keep it elsewhere: certfleet backup. See docs/howto/backup-and-restore.md";
  if (text === null) return [{ name, state: "warn", detail: "none was made yet", remedy }];
  const { at } = note.parse(JSON.parse(text));
  const days = Math.max(0, daysBetween(new Date(at), now));
  const detail = `the last one was made at ${timeText(at)} (${days} ${days === 1 ? "day" : "days"} ago)`;
  return days > OLD_DAYS ? [{ name, state: "warn", detail, remedy }] : [{ name, state: "ok", detail }];
}
