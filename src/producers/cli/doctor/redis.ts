// What `doctor` reads from Redis: its version, whether it keeps what it acknowledges, its clock, what the fleet knows to be
// wrong.
import { accountRecords } from "../../../shared/account/records.ts";
import { findAllTroubles, meets, type Trouble } from "../../../shared/account/troubles.ts";
import type { Clock } from "../../../shared/base/clock.ts";
import { DAY_MS } from "../../../shared/base/dates.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { findUnreadable } from "../../../shared/queue/unreadable.ts";
import { durabilityRisks, remedyOf } from "../../../shared/redis/durability.ts";
import type { Connection } from "../connection.ts";
import { timeText } from "../table.ts";

/** ZRANGE … BYSCORE came with 6.2. */
const OLDEST = [6, 2] as const;
/** Records carry our time, the ledger Redis' time: people compare them. */
const CLOCKS_APART_MS = 2_000;

export async function examineRedis(
  connection: Connection,
  needs: { clock: Clock; allowsWeak: boolean },
): Promise<Finding[]> {
  const { clock, allowsWeak } = needs;
  return [
    { name: "Redis", state: "ok", detail: `${connection.address} answers` },
    await version(connection),
    ...(await durability(connection, allowsWeak)),
    await clocks(connection, clock),
    ...(await troubles(connection)),
    ...(await unreadableJobs(connection, clock)),
  ];
}

/** What the fleet knows to be wrong with its accounts, and with all of them: no order needs to have met it. */
async function troubles({ redis, keys }: Connection): Promise<Finding[]> {
  const found = await findAllTroubles(await accountRecords(redis, keys).all(), { redis, keys });
  return found.map(findingOf);
}

/** What is over is told for a while, so that somebody can ask who did it; and of some no order is ill. */
function findingOf({ account, code, message, since, next, isOver }: Trouble): Finding {
  const name = account === null ? "Fleet" : `Account ${account}`;
  const detail = `${code}${since === null ? "" : `, since ${timeText(since)}`}: ${message}`;
  // An account observes on purpose.
  const isMild = isOver || meets[code] === "nothing" || code === "account-observes";
  return { name, state: isMild ? "warn" : "ill", detail, remedy: next };
}

/** Jobs that were refused because nobody could read them: told for a day after the newest. */
async function unreadableJobs(connection: Connection, clock: Clock): Promise<Finding[]> {
  const found = await findUnreadable(connection);
  return found
    .filter(({ at }) => clock.now().getTime() - Date.parse(at) < DAY_MS)
    .map(({ queue, count, job, why, at }) => ({
      name: `Jobs of ${queue}`,
      state: "ill",
      detail: `${count} could not be read so far; the newest is job ${job} (${why}), at ${timeText(at)}`,
      remedy: `They lie among the failed jobs of ${queue}, and hold up no others. See docs/runbook.md#a-job-cannot-be-read`,
    }));
}

async function version({ redis }: Connection): Promise<Finding> {
  const text = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "unknown";
  const [major = 0, minor = 0] = text.split(".").map(Number);
  const enough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  const remedy = `Use Redis ${OLDEST.join(".")} or newer, or Valkey.`;
  return { name: "Redis version", state: enough ? "ok" : "ill", detail: text, ...(!enough && { remedy }) };
}

async function durability({ redis }: Connection, allowed: boolean): Promise<Finding[]> {
  const name = "Redis durability";
  const risks = await durabilityRisks(redis);
  if (risks.length === 0) return [{ name, state: "ok", detail: "every acknowledged write is kept" }];
  const remedy = remedyOf(risks);
  const weak = risks.map((detail): Finding => ({ name, state: "warn", detail, remedy: remedyOf([detail]) }));
  if (allowed)
    return [...weak, { name, state: "ok", detail: "CERTFLEET_ALLOW_WEAK_REDIS is set: it is bought all the same" }];
  const stopped = "nothing is bought while Redis may forget what it acknowledged";
  return [...weak, { name: "Purchases", state: "ill", detail: stopped, remedy }];
}

async function clocks({ redis }: Connection, clock: Clock): Promise<Finding> {
  const name = "Clocks";
  const before = clock.now().getTime();
  const [seconds, micros] = await redis.time();
  const middle = (before + clock.now().getTime()) / 2;
  const apartMs = Math.round(Math.abs(Number(seconds) * 1_000 + Number(micros) / 1_000 - middle));
  const detail = `this machine and Redis are ${apartMs} ms apart`;
  if (apartMs <= CLOCKS_APART_MS) return { name, state: "ok", detail };
  return { name, state: "ill", detail, remedy: "Synchronize both machines with NTP." };
}
