// Certificates that an earlier version of Certfleet saved last are put into the lists of this one: page by page, so that everything
// else goes on meanwhile, and from where it stopped when the process ends.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Log } from "../../base/log.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import { origin } from "../imported/origin.ts";
import {
  areListsWhole,
  isUpdateListWhole,
  LIST_RULES,
  type ListNeeds,
  listedEnd,
  listedText,
  listRoot,
} from "./listed.ts";
import { type Entry, entriesAfter, readCursor, writeCursor } from "./page.ts";

const RELIST = defineScript(join(import.meta.dirname, "../lua/relist.lua"), {
  keys: ["certificate", "updated"],
  args: ["reference", "version", "index", "listed", "former", "code", "at"],
});

/** How far the first pass has come. Another name than in versions that knew fewer lists: theirs have come to their end. */
const PLACE = `at:${LIST_RULES}:updated`;

const PAGE = 200;
/** Records read at once. */
const AT_ONCE = 50;
/** Who lists the older ones says so anew with each page; another process goes on when it is silent. */
const LEASE_MS = 10_000;

/** Of a record of any version only what the lists are made of. */
const keptStatus = z.string().regex(/^[a-z-]+$/);
const keptOrder = z.object({ domain: z.string() });
const keptRecord = z.object({
  attention: z.object({ code: z.string().catch("") }).nullish(),
  issue: z.object({ notAfter: z.string() }).nullish(),
  correction: z.object({ domain: z.string() }).nullish(),
  timeline: z.array(z.object({ at: z.string() })).catch([]),
  origin: origin.optional(),
  adopted: z.string().optional(),
});

export interface OlderNeeds extends ListNeeds {
  log: Log;
  /** Ends it behind the page that is under way. */
  signal?: AbortSignal | undefined;
  /** Names this process. */
  owner: string;
}

/**
 * Goes through all certificates once, and lists anew what was saved by a version that knew other lists. May run at any time, and in
 * several processes, of which one works. Answers how many there were, or undefined where another process is at it.
 */
export async function listOlder(needs: OlderNeeds): Promise<number | undefined> {
  const { redis, keys, log, signal, owner } = needs;
  if (!(await holdLease(needs))) return undefined;
  const wasWhole = (await areListsWhole(needs)) && (await isUpdateListWhole(needs));
  let after = wasWhole ? undefined : readCursor((await redis.hget(keys.listed, PLACE)) ?? undefined);
  let count = 0;
  while (!signal?.aborted) {
    const begun = performance.now();
    const entries = await entriesAfter(redis, { key: keys.byAcceptance }, { after, count: PAGE });
    count += await listPage(entries, needs);
    after = entries.at(-1) ?? after;
    if (entries.length < PAGE) {
      await redis.hset(keys.listed, { whole: LIST_RULES, updated: 1 });
      await redis.del(keys.listing);
      if (count > 0) log.info({ event: "lists.completed", count });
      return count;
    }
    if (!wasWhole) await redis.hset(keys.listed, PLACE, writeCursor(after) ?? "");
    if (!(await holdLease(needs))) return undefined;
    // At most half of the time: Redis and this process have other work, too.
    await pause(performance.now() - begun, undefined, { signal }).catch(() => undefined);
  }
  if ((await redis.get(keys.listing)) === owner) await redis.del(keys.listing);
  return count;
}

async function holdLease({ redis, keys, owner }: OlderNeeds): Promise<boolean> {
  if ((await redis.set(keys.listing, owner, "PX", LEASE_MS, "NX")) === "OK") return true;
  return (await redis.get(keys.listing)) === owner && (await redis.pexpire(keys.listing, LEASE_MS)) === 1;
}

/** Answers how many of them had to be listed anew. */
async function listPage(entries: readonly Entry[], needs: OlderNeeds): Promise<number> {
  const { redis, keys } = needs;
  const versions = await Promise.all(
    entries.map(({ reference }) =>
      redis.hmget(keys.certificate(reference), "version", "listedVersion", "listed", "attentionCode"),
    ),
  );
  const times = entries.length > 0 ? await redis.zmscore(keys.byUpdate, ...entries.map((each) => each.reference)) : [];
  const older = entries.filter((_entry, i) => isOlder(versions[i] ?? []) || times[i] === null);
  for (let i = 0; i < older.length; i += AT_ONCE)
    await Promise.all(older.slice(i, i + AT_ONCE).map(({ reference }) => relist(reference, needs)));
  return older.length;
}

/** Another version saved it last, or this one before it had the lists by attention code. */
function isOlder([version, listedVersion, listed, code]: readonly (string | null)[]): boolean {
  return version !== listedVersion || (listed?.split("|")[2] === "1" && !code);
}

/** One that cannot be read stays where it is, and stops none of the others. */
async function relist(reference: string, { redis, keys, log }: OlderNeeds): Promise<void> {
  const key = keys.certificate(reference);
  const fields = await redis.hmget(key, "version", "status", "order", "record", "acceptedAt");
  const [version, status, order, record, acceptedAt] = fields;
  try {
    const { domain: former } = keptOrder.parse(JSON.parse(order ?? ""));
    const kept = keptRecord.parse(JSON.parse(record ?? ""));
    const { attention, correction, timeline } = kept;
    const domain = correction?.domain ?? former;
    const listing = {
      ...{ domain, status: keptStatus.parse(status) },
      attention: attention !== null && attention !== undefined,
      notAfter: listedEnd(kept),
    };
    await runScript(redis, RELIST, {
      keys: { certificate: key, updated: keys.byUpdate },
      args: {
        reference,
        version: version ?? "",
        index: listRoot(keys),
        listed: listedText(listing),
        former: domain === former ? "" : former,
        code: attention?.code ?? "",
        at: Date.parse(timeline.at(-1)?.at ?? "") || Number(acceptedAt),
      },
    });
  } catch (err) {
    if (!(err instanceof z.ZodError || err instanceof SyntaxError)) throw err;
    log.warn({ event: "order.unreadable", reference, err });
  }
}
