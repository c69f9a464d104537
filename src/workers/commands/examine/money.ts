// The part of `doctor` that looks at the money journal and at each account's ledger beside it: what no other check can
// make good.
import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { join, resolve } from "node:path";
import { accountRecords } from "../../../shared/account/records.ts";
import { Unavailable } from "../../../shared/base/errors.ts";
import { readSettings } from "../../../shared/base/read-settings.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { orderSettings } from "../../../shared/config/settings.ts";
import { redisAccessSettings } from "../../../shared/redis/access.ts";
import { shownRedis } from "../../../shared/redis/address.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import type { Keys } from "../../../shared/redis/keys.ts";
import type { Journal } from "../../journal/journal.ts";
import { isRedis, openJournal } from "../../journal/open.ts";
import { readLedgerStatus } from "../ledger-standing.ts";

interface Place {
  redis: RedisClient;
  keys: Keys;
}

/** Below that the disk is as good as full: a few thousand purchases, or one copy of something large. */
const LITTLE_BYTES = 100 * 2 ** 20;

/** Takes no step, and makes no folder where there is none. */
export async function examineMoney(env: NodeJS.ProcessEnv, place: Place): Promise<Finding[]> {
  const { CERTFLEET_JOURNAL: location } = readSettings({ CERTFLEET_JOURNAL: orderSettings.CERTFLEET_JOURNAL }, env);
  const isFolderHere = !(await isRedis(location));
  if (isFolderHere && !existsSync(join(resolve(location), `fleet-${encodeURIComponent(place.keys.prefix)}`)))
    return absent(location, { isSet: Boolean(env.CERTFLEET_JOURNAL), isUsed: await isUsed(env, place) });
  let journal: Journal | undefined;
  try {
    journal = await openJournal(location, place.keys.prefix, readSettings(redisAccessSettings, env));
    await journal.probe();
    const space = isFolderHere ? await spaceIn(location) : `${shownRedis(location)} takes writes`;
    const ledgers = await examineLedgers(journal, env, place);
    return [typeof space === "string" ? { name: "Journal", state: "ok", detail: space } : space, ...ledgers];
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    const remedy = "Make it writable: docs/runbook.md#journal-not-writable. Nothing is bought before that.";
    const ledger: Finding = {
      name: "Ledger",
      state: "skipped",
      detail: "it is compared with the journal, which failed",
    };
    return [{ name: "Journal", state: "ill", detail: error.message, remedy }, ledger];
  } finally {
    await journal?.close();
  }
}

/** Workers may run elsewhere, and tell themselves when they cannot write theirs. */
function absent(location: string, { isSet, isUsed }: { isSet: boolean; isUsed: boolean }): Finding[] {
  const detail = `there is none of this fleet in ${location}`;
  if (isSet && isUsed) {
    const remedy =
      "Set CERTFLEET_JOURNAL to the journal that all purchase workers share. See docs/runbook.md#journal-not-writable";
    return [{ name: "Journal", state: "ill", detail: `${detail}, and Redis has a ledger that belongs to one`, remedy }];
  }
  const where = isSet ? detail : `CERTFLEET_JOURNAL is not set here, and ${detail}`;
  return ["Journal", "Ledger"].map((name) => ({ name, state: "skipped", detail: where }));
}

async function isUsed(env: NodeJS.ProcessEnv, place: Place): Promise<boolean> {
  const bound = await Promise.all(
    (await accountsOf(env, place)).map((id) => place.redis.hget(place.keys.ledger.meta(id), "journal")),
  );
  return bound.some((each) => each !== null);
}

async function spaceIn(location: string): Promise<string | Finding> {
  const { bavail, bsize } = await statfs(resolve(location));
  const free = bavail * bsize;
  const detail = `${location} takes writes, ${Math.floor(free / 2 ** 20)} MB are free`;
  if (free >= LITTLE_BYTES) return detail;
  const remedy = "Make room on that disk: when it is full nothing is bought. See docs/runbook.md#journal-not-writable";
  return { name: "Journal", state: "warn", detail, remedy };
}

async function examineLedgers(journal: Journal, env: NodeJS.ProcessEnv, place: Place): Promise<Finding[]> {
  const ledger = { ...place, journal, settleMs: 0, seen: new Map() };
  const accounts = await accountsOf(env, place);
  return Promise.all(
    accounts.map(async (id) => {
      const { state, reason } = await readLedgerStatus({ ledger }, id);
      const name = `Ledger ${id}`;
      const rebuild = `Read docs/runbook.md#redis-was-lost-or-restored, then: certfleet ledger rebuild ${id} --reason "…"`;
      switch (state) {
        case "well":
          return { name, state: "ok", detail: "as complete as its journal" };
        case "unused":
          return { name, state: "ok", detail: "nothing was bought on this account yet" };
        case "frozen":
          return {
            ...{ name, state: "ill", detail: `frozen, and nothing is bought: ${reason}` },
            remedy: `Find out why: docs/runbook.md#the-ledger-is-frozen. Then: certfleet ledger thaw ${id} --reason "…"`,
          };
        case "behind":
          return { name, state: "ill", detail: "Redis lost steps that the journal has", remedy: rebuild };
        case "lost":
          return { name, state: "ill", detail: "Redis has no ledger, and the journal has one", remedy: rebuild };
        case "other-journal":
          return {
            ...{ name, state: "ill", detail: "the journal here is not the one of this ledger" },
            remedy: "Set CERTFLEET_JOURNAL to the one that all purchase workers share.",
          };
      }
    }),
  );
}

/** Those that workers made known, and those that are set here: Redis may have lost the first. */
async function accountsOf(env: NodeJS.ProcessEnv, { redis, keys }: Place): Promise<string[]> {
  const known = (await accountRecords(redis, keys).all()).map(({ id }) => id);
  const set = fleetFileOf(env).accounts.map(({ id }) => id);
  const main = env.ENOM_USERNAME || env.ENOM_USERNAME_FILE ? ["main"] : [];
  return [...new Set([...known, ...set, ...main])];
}
