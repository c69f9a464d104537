// Listens to the Sentinels: they say that another primary was elected, and whether the one of now has replicas. A primary that
// is cut off from them and from its replicas answers everybody else as if nothing had happened.
import { Redis, type SentinelAddress } from "ioredis";
import { HANDSHAKE_MS } from "./pace.ts";

const ELECTED = "+switch-master";
const ANSWER_MS = 2_000;
const RETRY_MS = 2_000;
/** A replica that lost its primary longer ago, or never had its data, says nothing about the primary of now. */
const FOLLOWED_MS = 60_000;

export interface Heard {
  /** Another primary, at this address. Each Sentinel tells it when it knows it. */
  elected(host: string, port: number): void;
  /** The primary with this `run_id` has replicas that follow it, or did so a moment ago. */
  hasReplicas(run: string): void;
}

/** One connection to each Sentinel, as long as `client` lives. One that cannot be reached is tried again; `client` itself tells the trouble. */
export function listenToSentinels(client: Redis, heard: Heard): void {
  const { sentinels, name = "" } = client.options;
  const all = (sentinels ?? []).map((address) => listenTo(client, address, { name, heard }));
  client.on("end", () => {
    for (const each of all) each.disconnect();
  });
}

function listenTo(
  { options }: Redis,
  { host = "127.0.0.1", port = 26_379 }: Partial<SentinelAddress>,
  { name, heard }: { name: string; heard: Heard },
): Redis {
  const { sentinelUsername, sentinelPassword, sentinelTLS } = options;
  const sentinel = new Redis({
    ...{ host, port, enableReadyCheck: false, autoResubscribe: false, enableOfflineQueue: false },
    ...{ connectTimeout: HANDSHAKE_MS, commandTimeout: ANSWER_MS, disconnectTimeout: 500, keepAlive: 10_000 },
    ...{ retryStrategy: () => RETRY_MS, maxRetriesPerRequest: 0, replyMapping: "legacy" },
    ...(sentinelUsername && { username: sentinelUsername }),
    ...(sentinelPassword && { password: sentinelPassword }),
    ...(sentinelTLS && { tls: sentinelTLS }),
  });
  const ask = async (): Promise<void> => {
    try {
      const run = await runWithReplicas(sentinel, name);
      if (run) heard.hasReplicas(run);
    } catch {
      // It does not know the name, or may not be asked: Redis itself will be.
    }
    await sentinel.subscribe(ELECTED).catch(() => {});
  };
  sentinel.on("error", () => {});
  sentinel.on("ready", () => void ask());
  sentinel.on("message", (_channel: string, message: string) => {
    const [which, , , newHost = "", newPort] = message.split(" ");
    if (which === name) heard.elected(newHost, Number(newPort));
  });
  return sentinel;
}

/** The `run_id` of the primary where a replica that this Sentinel reaches follows it. */
async function runWithReplicas(sentinel: Redis, name: string): Promise<string | undefined> {
  const master = fieldsOf(await sentinel.call("SENTINEL", "MASTER", name));
  const replicas = ((await sentinel.call("SENTINEL", "REPLICAS", name)) as unknown[]).map(fieldsOf);
  return replicas.some(follows) ? master.runid : undefined;
}

function follows(replica: Record<string, string>): boolean {
  const { flags = "", "master-link-status": link, "master-link-down-time": downMs } = replica;
  if (/s_down|o_down|disconnected/.test(flags)) return false;
  return link === "ok" || (Number(downMs) > 0 && Number(downMs) < FOLLOWED_MS);
}

/** `[name, value, name, value]`, or pairs where the connection speaks the newer protocol. */
function fieldsOf(reply: unknown): Record<string, string> {
  if (!Array.isArray(reply)) return { ...(reply as Record<string, string>) };
  const fields: Record<string, string> = {};
  for (let i = 0; i + 1 < reply.length; i += 2) fields[reply[i]] = reply[i + 1];
  return fields;
}
