// The journal in a second Redis, for purchase workers on several hosts.

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Unavailable } from "../../shared/base/errors.ts";
import { accessTo, type RedisAccess } from "../../shared/redis/access.ts";
import { shownRedis } from "../../shared/redis/address.ts";
import { connectRedis, type RedisClient, untilReady } from "../../shared/redis/client.ts";
import { isRedisTrouble } from "../../shared/redis/connection/trouble.ts";
import { explainTrouble } from "../../shared/redis/connection/words.ts";
import { durabilityRisks } from "../../shared/redis/durability.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";
import { type GroupCommit, groupCommit } from "./group-commit.ts";
import type { Journal, JournalLine, Mark } from "./journal.ts";
import { mergeLines, parseLine } from "./line.ts";

const PAGE = 500;
/** The key of a tried write goes by itself. */
const PROBE_KEPT_MS = 60_000;

const APPEND = defineScript(join(import.meta.dirname, "lua/append.lua"), { keys: ["id", "lines"], args: ["ourId"] });

/**
 * `<prefix>:journal:id`, and `<prefix>:journal:<account>:lines`, a sorted set without scores: Redis keeps its members
 * in the order of their first bytes, which are the mark. That Redis must sync each write (`appendfsync always`) and
 * evict nothing; its settings are looked at here, after each reconnection, and once a minute. A call fails within some
 * 2 s when it hangs.
 * @throws Unavailable it does not answer, or may lose what it acknowledges
 */
export async function openSecondRedis(
  location: string,
  prefix: string,
  {
    access = {},
    connectMs = 5_000,
    recheckMs = 60_000,
  }: { access?: Omit<RedisAccess, "REDIS_URL">; connectMs?: number; recheckMs?: number } = {},
): Promise<Journal> {
  let newest: Error | undefined;
  const redis = connectRedis(accessTo(location, access), "fail-fast", (error) => {
    newest = error;
  });
  const { id: idKey, lines: linesKey } = journalKeys(prefix);
  const told = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw asUnavailable(error, location);
    });
  const keepsAll = durabilityWatch(redis, recheckMs);

  const opened = untilReady(redis, connectMs)
    .then(keepsAll, (cause: unknown) => notThere(newest ?? cause))
    .then(() => getId(redis, idKey));
  const id = await told(opened).catch((error: unknown) => {
    redis.disconnect();
    throw error;
  });

  const groups = new Map<string, GroupCommit<JournalLine>>();
  const groupOf = (account: string): GroupCommit<JournalLine> => {
    const existing = groups.get(account);
    if (existing) return existing;
    const group = groupCommit<JournalLine>(async (lines) => {
      const members = lines.map((line) => `${markText(line)} ${JSON.stringify(line)}`);
      const answer = runScript(redis, APPEND, {
        keys: { id: idKey, lines: linesKey(account) },
        args: { ourId: id },
        moreArgs: members,
      });
      const [said] = await Promise.all([answer, keepsAll()]);
      if (said !== "kept") throw new Unavailable(ANOTHER);
    });
    groups.set(account, group);
    return group;
  };

  /** The id is asked for after the lines: as long as it is there, they were. */
  async function ofOurs(members: Promise<string[]>): Promise<string[]> {
    const [found, now] = await told(Promise.all([members, redis.get(idKey)]));
    if (now !== id) throw asUnavailable(new Unavailable(ANOTHER), location);
    return found;
  }

  return {
    id,
    append: (line) => told(groupOf(line.account).add(line)),
    async highest(account) {
      const [last] = await ofOurs(redis.zrevrange(linesKey(account), 0, 0));
      if (last === undefined) return undefined;
      const { epoch, seq } = parseMember(last, account);
      return { epoch, seq };
    },
    async read(account, behind) {
      const lines: JournalLine[] = [];
      let from = behind ? `(${markText(behind)}~` : "-"; // "~" follows the blank behind a mark
      for (;;) {
        const page = await ofOurs(redis.zrange(linesKey(account), from, "+", "BYLEX", "LIMIT", 0, PAGE));
        lines.push(...page.map((member) => parseMember(member, account)));
        if (page.length < PAGE) return mergeLines(lines);
        from = `(${page.at(-1)}`;
      }
    },
    async probe() {
      const key = `${prefix}:journal:probe`;
      const wrote = redis.set(key, "1", "PX", PROBE_KEPT_MS);
      await ofOurs(Promise.all([wrote, keepsAll()]).then(() => []));
    },
    async close() {
      await Promise.all([...groups.values()].map((group) => group.flush()));
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}

export function journalKeys(prefix: string) {
  return { id: `${prefix}:journal:id`, lines: (account: string): string => `${prefix}:journal:${account}:lines` };
}

const ANOTHER = "its data is gone, or is not the data that was there at the start";

/**
 * Looks at the settings at most once in `recheckMs`, and anew after each connection.
 * @throws Unavailable when writes may be lost
 */
function durabilityWatch(redis: RedisClient, recheckMs: number): () => Promise<void> {
  let goodUntil = 0;
  redis.on("ready", () => {
    goodUntil = 0;
  });
  return async () => {
    if (performance.now() < goodUntil) return;
    const risks = await durabilityRisks(redis);
    if (risks.length > 0) throw new Unavailable(risks.join(" "));
    goodUntil = performance.now() + recheckMs;
  };
}

/** Instead of what `untilReady` says, which is about the first Redis. */
function notThere(cause: unknown): never {
  if (!isRedisTrouble(cause)) throw new Unavailable("it does not respond", { cause });
  throw new Unavailable(`it does not respond: ${explainTrouble(cause).words}`, { cause });
}

/** Two processes at once agree: only the first one's proposal is taken. */
async function getId(redis: RedisClient, key: string): Promise<string> {
  await redis.set(key, randomUUID(), "NX");
  const id = await redis.get(key);
  if (!id) throw new Unavailable(ANOTHER);
  return id;
}

/** Digits enough for any safe integer, so that texts sort as numbers do. */
function markText({ epoch, seq }: Mark): string {
  return [epoch, seq].map((number) => String(number).padStart(16, "0")).join("-");
}

function parseMember(member: string, account: string): JournalLine {
  const blank = member.indexOf(" ");
  return parseLine(member.slice(blank + 1), account, `The line ${member.slice(0, blank)} of the second Redis`);
}

function asUnavailable(error: unknown, location: string): Unavailable {
  const reason = error instanceof Error ? error.message : String(error);
  return new Unavailable(
    `The money journal in ${shownRedis(location)} failed: ${reason.replace(/\.$/, "")}. Nothing is bought until it works ` +
      "again. CERTFLEET_JOURNAL must be a second Redis that responds, with appendonly yes, appendfsync always and noeviction.",
    { cause: error },
  );
}
