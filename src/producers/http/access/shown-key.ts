// Which API key a request shows, and whether it opens anything now.
import { timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import { type ApiKey, isExpired, isFrom } from "../../../shared/authority/keys/key.ts";
import { hashOf, mayBeMade } from "../../../shared/authority/keys/secret.ts";
import { anyKeys, keyStore } from "../../../shared/authority/keys/store.ts";
import type { GatewayNeeds } from "../needs.ts";
import { countTries, rememberOpened, WITHOUT_KEY, WRONG_KEYS } from "./failed-tries.ts";
import { orUnavailable } from "./rate-limits.ts";

export type KeyNeeds = Pick<GatewayNeeds, "apiKeys" | "redis" | "keys" | "clock" | "log" | "limits" | "env">;

/**
 * Whether a caller must have a key. In the sandbox, where money is not real, keys that were made are for trying: this
 * machine needs none. A key that is shown is judged: a revoked one must not open anything.
 * @throws Unavailable
 */
export async function needsKey(
  { apiKeys, redis, keys, env }: Pick<KeyNeeds, "apiKeys" | "redis" | "keys" | "env">,
  secret?: string,
): Promise<boolean> {
  if (apiKeys.length > 0 || secret?.startsWith("cf_")) return true;
  if (env === "sandbox" && secret === undefined) return false;
  return orUnavailable(anyKeys(redis, keys));
}

export type Shown =
  | { key: ApiKey }
  /** `id`: of a key that is known and does not open. */
  | { refused: "missing" | "unknown" | "expired" | "network"; id?: string; expires?: string }
  /** Too many wrong ones from there: nobody looked at this one. */
  | { waitMs: number };

type KeyJudge = ReturnType<typeof makeJudge>;

/** One a gateway: each guard would else let an address try as often as all of them may together. */
const judges = new WeakMap<KeyNeeds, KeyJudge>();

export function keyJudge(needs: KeyNeeds): KeyJudge {
  const judge = judges.get(needs) ?? makeJudge(needs);
  judges.set(needs, judge);
  return judge;
}

function makeJudge(needs: KeyNeeds) {
  const { redis, keys, clock, log } = needs;
  const store = keyStore(redis, keys);
  const wrong = countTries(WRONG_KEYS);
  const strangers = countTries(WITHOUT_KEY);
  const opened = rememberOpened();
  const isLimited = needs.limits !== "off";

  return {
    /**
     * A key that Certfleet made is always looked at: nobody guesses it, and nobody's guesses shut it out. So is one that
     * opened from there before.
     * @throws Unavailable
     */
    async judge(request: FastifyRequest): Promise<Shown> {
      const { from } = request.caller;
      const secret = secretOf(request);
      const tries = secret === undefined ? strangers : wrong;
      const isMade = secret !== undefined && mayBeMade(secret);
      const sha256 = secret === undefined ? undefined : hashOf(secret);
      const isKnown = isMade || (sha256 !== undefined && opened.has(sha256, from));
      const waitMs = isLimited && !isKnown ? tries.wait(from) : 0;
      if (waitMs > 0) return { waitMs };
      const shown: Shown = sha256 === undefined ? { refused: "missing" } : await look(sha256, isMade, from);
      if ("refused" in shown) tries.count(from);
      if ("key" in shown) {
        opened.note(shown.key.sha256, from);
        noteUse(shown.key.id, from);
      }
      return shown;
    },
  };

  async function look(sha256: string, isMade: boolean, from: string | null): Promise<Shown> {
    const key = keyOf(sha256, needs.apiKeys) ?? (isMade ? await orUnavailable(store.find(sha256)) : undefined);
    if (!key) return { refused: "unknown" };
    const { id, expires } = key;
    if (expires && isExpired(key, clock.now())) return { refused: "expired", id, expires };
    return isFrom(key, from) ? { key } : { refused: "network", id };
  }

  /** What is only looked at by people stops no request. */
  function noteUse(id: string, from: string | null): void {
    store.note(id, { now: clock.now(), from }).catch((err) => log.warn({ event: "key.use-lost", key: id, err }));
  }
}

/** As `Authorization: Bearer` (RFC 6750). */
export function secretOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** Compares with every key, whether one fits or not, so that the time it takes tells nothing. */
function keyOf(sha256: string, apiKeys: readonly ApiKey[]): ApiKey | undefined {
  const shown = Buffer.from(sha256, "hex");
  let found: ApiKey | undefined;
  for (const key of apiKeys) if (timingSafeEqual(Buffer.from(key.sha256, "hex"), shown)) found = key;
  return found;
}
