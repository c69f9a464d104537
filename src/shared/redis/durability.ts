// Whether Redis keeps what it acknowledges: asked of every master that may hold data of the fleet.
import { Cluster, type Redis } from "ioredis";
import { Unavailable } from "../base/errors.ts";
import { withDeadline } from "../base/time/deadline.ts";
import type { RedisClient } from "./client.ts";

const SETTINGS = ["appendonly", "appendfsync", "maxmemory-policy"] as const;
type Setting = (typeof SETTINGS)[number];
const ANSWER_MS = 2_000;

/**
 * What is at risk with the settings of these servers, a sentence each; empty when every acknowledged write is kept. Asked
 * anew each time: settings can be changed while Redis runs. One round trip since Redis 7, of a Cluster to all its masters.
 * @throws Unavailable a master does not answer: nobody knows what it keeps
 */
export async function durabilityRisks(client: RedisClient): Promise<string[]> {
  if (!(client instanceof Cluster)) return risksOf(await settingsOf(client), "");
  const masters = client.nodes("master");
  if (masters.length === 0) throw new Unavailable("no master of the Redis Cluster can be reached");
  const found = await Promise.all(
    masters.map(async (node) => {
      const { host, port } = node.options;
      return risksOf(await settingsOf(node, ` at ${host}:${port}`), ` (${host}:${port})`);
    }),
  );
  return found.flat();
}

/** What the log of a part says that buys nothing. One with a Redis user of its own may not read the settings, and does not try: the parts that buy look before each purchase. */
export async function risksToWarnOf(client: RedisClient): Promise<string[]> {
  const { username } = client instanceof Cluster ? (client.options.redisOptions ?? {}) : client.options;
  return username ? [] : durabilityRisks(client);
}

/** Said where the settings may not be read. */
const UNREADABLE = "Redis does not show its settings";

/** What to do about these risks: another setting, or the right to read them where that is all. */
export function remedyOf(risks: readonly string[]): string {
  if (risks.every((risk) => risk.startsWith(UNREADABLE)))
    return "Allow the user in REDIS_URL to read them: ACL SETUSER NAME +config|get (certfleet redis acl prints all).";
  return "Set appendonly yes, appendfsync always, maxmemory-policy noeviction.";
}

function risksOf(settings: Partial<Record<Setting, string>> | undefined, where: string): string[] {
  if (!settings) return [`${UNREADABLE}${where}: CONFIG GET is refused. Nobody can tell whether it keeps every write.`];
  const { appendonly, appendfsync, "maxmemory-policy": policy } = settings;
  const risks: string[] = [];
  if (appendonly !== "yes")
    risks.push(`appendonly is off${where}: a restart of Redis would lose orders and purchases.`);
  else if (appendfsync !== "always")
    risks.push(`appendfsync is ${appendfsync}${where}: a crash can lose up to a second of acknowledged purchases.`);
  if (policy !== "noeviction")
    risks.push(`maxmemory-policy is ${policy}${where}: Redis may delete jobs and records when its memory is full.`);
  return risks;
}

/** Undefined where the server answers and does not say. @throws Unavailable it does not answer */
async function settingsOf(node: Redis, where = ""): Promise<Partial<Record<Setting, string>> | undefined> {
  const late = new Unavailable(`Redis${where} does not say how it keeps its data`, { retryAfterSeconds: 2 });
  const asked = async (): Promise<string[] | undefined> => {
    const together = await ask(node, ...SETTINGS);
    if (together) return together;
    const each = await Promise.all(SETTINGS.map((name) => ask(node, name))); // Redis 6 takes one name at a time
    return each.every((reply) => reply !== undefined) ? each.flat() : undefined;
  };
  const reply = await within(asked(), late);
  if (!reply) return undefined;
  const found: Record<string, string> = {};
  for (let i = 0; i + 1 < reply.length; i += 2) found[reply[i] ?? ""] = reply[i + 1] ?? "";
  return SETTINGS.every((name) => found[name] !== undefined) ? found : undefined;
}

/** Undefined where it refuses. */
async function ask(node: Redis, ...names: Setting[]): Promise<string[] | undefined> {
  try {
    return (await node.call("CONFIG", "GET", ...names)) as string[];
  } catch (error) {
    if (error instanceof Error && error.name === "ReplyError") return undefined;
    throw error;
  }
}

async function within<T>(work: Promise<T>, late: Unavailable): Promise<T> {
  try {
    return await withDeadline<T, never>(work, ANSWER_MS, () => {
      throw late;
    });
  } catch (error) {
    throw error === late ? late : new Unavailable(late.message, { cause: error, retryAfterSeconds: 2 });
  }
}
