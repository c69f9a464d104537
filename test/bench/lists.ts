// npm run bench -- --lists: with 200,000 certificates stored, how long each list takes over HTTP, the first page and one deep inside;
// none may take 100 ms. First how long the lists of an older fleet take to be made.

import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { table } from "../../src/producers/cli/table.ts";
import { buildGateway } from "../../src/producers/gateway.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { accountRecords } from "../../src/shared/account/records.ts";
import { openHide } from "../../src/shared/authority/audit/hide.ts";
import { auditTrail } from "../../src/shared/authority/audit/trail.ts";
import { plusDays } from "../../src/shared/base/dates.ts";
import { createLog } from "../../src/shared/base/log.ts";
import { statuses } from "../../src/shared/certificate/certificate.ts";
import { moveEnded } from "../../src/shared/certificate/lists/ended.ts";
import { listOlder } from "../../src/shared/certificate/lists/older.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { policyFor } from "../../src/shared/config/policy.ts";
import { openQueues } from "../../src/shared/queue/queues.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { defaultPolicy } from "../support/policy.ts";
import { BUSY_DOMAIN, fillAsBefore } from "./listed-fleet.ts";
import { NOW } from "./stored-fleet.ts";

export const LIST_MS = 100;
const LIMIT = 50;
/** Each list is asked so often; the slowest counts. */
const TIMES = 5;
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

export interface ListMeasured {
  list: string;
  items: number;
  firstMs: number;
  /** Of a page behind so many others. */
  deepMs: number;
}

export interface ListsMeasured {
  certificates: number;
  madeSeconds: number;
  lists: ListMeasured[];
}

/** Every combination of conditions. */
function questions(): string[] {
  const status = ["", ...statuses.map((each) => `status=${each}`)];
  const domain = ["", `domain=${BUSY_DOMAIN}`];
  const expiry = ["", `expires_before=${plusDays(NOW, 60).toISOString()}`];
  const attention = ["", "attention=true"];
  const all = status.flatMap((s) =>
    domain.flatMap((d) => expiry.flatMap((e) => attention.map((a) => [s, d, e, a].filter(Boolean).join("&")))),
  );
  const since = `updated_since=${plusDays(NOW, -3_650).toISOString()}`;
  const others = [
    "sort=-acceptedAt",
    "sort=-expiry",
    "status=issued,reissuing,expired",
    since,
    `${since}&status=failed`,
  ];
  return [...all, ...others];
}

export async function measureLists(certificates: number): Promise<ListsMeasured> {
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  const keys = keysUnder("{bench}");
  const queues = openQueues(redis, keys.prefix, () => undefined);
  const log = createLog("error", "gateway");
  try {
    // Some minutes on a busy machine: whoever waits is told how far it is.
    const filling = performance.now();
    await redis.call("CONFIG", "SET", "appendonly", "no"); // the disk is not what is measured
    await fillAsBefore(redis as never, keys, certificates, (count) => console.error(`${count} stored`));
    console.error(`${certificates} certificates stored in ${seconds(filling)}; their lists are made`);
    const begun = performance.now();
    await listOlder({ redis, keys, log, owner: "bench" });
    while ((await moveEnded({ redis, keys }, NOW, 500)) > 0);
    const madeSeconds = (performance.now() - begun) / 1_000;
    console.error(`made in ${seconds(begun)}; each list is asked for`);
    const app = await buildGateway({
      ...{ redis, keys, queues, log, clock: { now: () => NOW }, policyFor: policyFor({}, { products: [] } as never) },
      certificates: certificateStore(redis, keys, defaultPolicy),
      accounts: accountRecords(redis, keys),
      audit: auditTrail({ redis, keys, clock: { now: () => NOW } }),
      hide: await openHide({ redis, keys }),
      ...{ apiKeys: [], board: null, env: "sandbox" },
    });
    const url = await app.listen({ host: "127.0.0.1", port: 0 });
    const lists: ListMeasured[] = [];
    for (const question of questions()) lists.push(await measureList(url, question));
    for (const path of ["/", "/metrics"]) lists.push({ list: path, items: 0, ...(await measurePage(url, path)) });
    await app.close();
    return { certificates, madeSeconds, lists };
  } finally {
    await queues.close();
    redis.disconnect();
    await server.stop();
  }
}

async function measureList(url: string, question: string): Promise<ListMeasured> {
  const ask = async (cursor: string | null) => {
    const begun = performance.now();
    const more = cursor === null ? "" : `&cursor=${cursor}`;
    const answer = await fetch(`${url}/v1/certificates?limit=${LIMIT}&${question}${more}`);
    const body = (await answer.json()) as { items: unknown[]; nextCursor: string | null };
    if (answer.status !== 200) throw new Error(`${question}: ${answer.status} ${JSON.stringify(body)}`);
    return { ms: performance.now() - begun, ...body };
  };
  if (question === "") await ask(null); // the very first answer of a process is not the list's
  const first = [];
  for (let i = 0; i < TIMES; i++) first.push(await ask(null));
  let deep = first[0];
  const later = [];
  for (let i = 0; i < TIMES && deep?.nextCursor; i++) {
    deep = await ask(deep.nextCursor);
    later.push(deep.ms);
  }
  const list = question || "all";
  return {
    list,
    items: first[0]?.items.length ?? 0,
    firstMs: slowest(first.map(({ ms }) => ms)),
    deepMs: slowest(later),
  };
}

async function measurePage(url: string, path: string): Promise<{ firstMs: number; deepMs: number }> {
  const taken: number[] = [];
  for (let i = 0; i < TIMES + 1; i++) {
    const begun = performance.now();
    await (await fetch(`${url}${path}`)).text();
    taken.push(performance.now() - begun);
  }
  return { firstMs: taken[0] ?? 0, deepMs: slowest(taken.slice(1)) };
}

function seconds(since: number): string {
  return `${Math.round((performance.now() - since) / 1_000)} s`;
}

function slowest(all: readonly number[]): number {
  return Math.max(0, ...all);
}

export function listWords({ certificates, madeSeconds, lists }: ListsMeasured): string {
  const rows = lists.map(({ list, items, firstMs, deepMs }) => [
    list,
    `${items}`,
    firstMs.toFixed(1),
    deepMs.toFixed(1),
  ]);
  const head = `${certificates} certificates of version 0.1.0, listed in ${madeSeconds.toFixed(1)} s; no list may take ${LIST_MS} ms`;
  return `${head}\n\n${table(["LIST", "ITEMS", "FIRST PAGE, MS", "LATER PAGES, MS"], rows)}`;
}

export function isTooSlow({ lists }: ListsMeasured): boolean {
  return lists.some(({ list, firstMs, deepMs }) => !list.startsWith("/") && Math.max(firstMs, deepMs) > LIST_MS);
}
