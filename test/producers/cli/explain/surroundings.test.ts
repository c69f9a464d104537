// Stories about what an order meets outside of itself, as `explain` finds it in Redis.
import { expect, test } from "vitest";
import { explainCertificate } from "../../../../src/producers/cli/certificate/read.ts";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { parseOrder } from "../../../../src/shared/certificate/order.ts";
import { certificateStore } from "../../../../src/shared/certificate/store.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { openQueues } from "../../../../src/shared/queue/queues.ts";
import { orderBody } from "../../../support/order.ts";
import { defaultPolicy } from "../../../support/policy.ts";
import { inFleet, ownContext } from "../support.ts";

const FROZEN = "eNom lists 1 certificate more than the ledger can explain";

/** A fleet with these accounts, live workers and one order. */
async function fleet({ accounts = ["main"], account }: { accounts?: string[]; account?: string } = {}) {
  const context = ownContext();
  const now = new Date();
  const reference = await withRedis(context, async ({ redis, keys }) => {
    for (const id of accounts)
      await accountRecords(redis, keys).publish(accountEntry.parse({ id, username: "u", password: "p" }));
    for (const queue of ["open", "notify", "reissue"]) await redis.zadd(keys.heartbeat(queue), now.getTime(), "one");
    const parsed = await parseOrder(await orderBody({ ...(account && { account }) }), now);
    if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
    await certificateStore(redis, keys, defaultPolicy).accept(parsed.order, now);
    return parsed.order.reference;
  });
  const explained = async () => {
    const { text = "", json } = await inFleet(context, (each) => explainCertificate(reference, each));
    return { text, json: json as { troubles: { code: string }[] } };
  };
  const inRedis = <T>(work: Parameters<typeof withRedis<T>>[1]) => withRedis(context, work);
  return { context, explained, inRedis };
}

test("with everything well nobody needs to act", async () => {
  expect((await (await fleet()).explained()).text).toContain("Nobody needs to act.");
});

test("a ledger that is frozen is told of an order that has not met it yet", async () => {
  const { explained, inRedis } = await fleet();
  await inRedis(({ redis, keys }) => redis.hset(keys.ledger.meta("main"), "frozen", FROZEN));

  const { text, json } = await explained();

  expect(text).toContain(`Account main: The ledger is frozen, and nothing is bought: ${FROZEN}.`);
  expect(text).not.toContain("Nobody needs to act");
  expect(json.troubles).toMatchObject([{ code: "ledger-frozen", account: "main" }]);
});

test("of two accounts the frozen one is named, and that the other may take the order, unless the order names the frozen one", async () => {
  const frozen = ({ redis, keys }: Parameters<Parameters<typeof withRedis>[1]>[0]) =>
    redis.hset(keys.ledger.meta("main"), "frozen", FROZEN);
  const free = await fleet({ accounts: ["main", "second"] });
  const bound = await fleet({ accounts: ["main", "second"], account: "main" });
  const elsewhere = await fleet({ accounts: ["main", "second"], account: "second" });
  for (const each of [free, bound, elsewhere]) await each.inRedis(frozen);

  expect((await free.explained()).text).toMatch(/Account main: .*Another account may take the order\./);
  expect((await bound.explained()).text).not.toContain("Another account");
  expect((await elsewhere.explained()).text).toContain("Nobody needs to act.");
});

test("a paused connection, a refused login, stopped purchases and mails that wait are each told", async () => {
  const { explained, inRedis } = await fleet();
  const at = new Date().toISOString();
  await inRedis(async ({ redis, keys }) => {
    await redis.hset(keys.ledger.meta("main"), "stopped", "we move (ada)");
    await redis.hset(keys.breaker("main"), { until: Date.now() + 60_000, failures: 5 });
    await redis.hset(keys.mailing, { since: at, answer: "cannot be reached", count: 1, isWhole: "1" });
  });
  const paused = await explained();
  await inRedis(({ redis, keys }) =>
    accountRecords(redis, keys).keepCheck("main", { ok: false, cause: "login-refused", message: "Bad login", at }),
  );

  expect(paused.json.troubles.map(({ code }) => code)).toEqual(["purchases-stopped", "enom-unavailable", "mails-wait"]);
  expect((await explained()).json.troubles.map(({ code }) => code)).toContain("enom-login-refused");
});

test("queues that are paused or limited, schedules that are missing, and a queue without a living worker are told", async () => {
  const { explained, inRedis } = await fleet();
  await inRedis(async ({ redis, keys }) => {
    const queues = openQueues(redis, keys.prefix, () => undefined);
    await queues.all.open.pause();
    await queues.all.notify.setGlobalRateLimit(1, 86_400_000);
    await queues.all["balance-poll"].pause();
    await queues.all.reissue.pause();
    await queues.close();
    await redis.del(keys.heartbeat("notify"));
  });

  const { text, json } = await explained();

  expect(text).toContain("The queue open is paused");
  expect(text).toContain("The queue notify is limited: at most 1 job in 1 day");
  expect(text).toContain("No worker of the queue notify is alive");
  expect(text).not.toMatch(/Nobody needs to act|within seconds/);
  expect(json.troubles.map(({ code }) => code)).toEqual(["queue-paused", "queue-limited"]);
});

test("behind jobs of the same customer it is said how many go first, and those of others are not counted", async () => {
  const { inRedis, explained } = await fleet();
  await inRedis(async ({ redis, keys }) => {
    const queues = openQueues(redis, keys.prefix, () => undefined);
    const store = certificateStore(redis, keys, defaultPolicy);
    const [own = ""] = await redis.zrange(keys.byAcceptance, 0, "-1");
    const others = ["client@example.net", "client@example.net", "else@example.net"];
    for (const [i, email] of others.entries()) {
      const parsed = await parseOrder(await orderBody({ reference: `before-${i}`, customer: { email } }), new Date());
      if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
      await store.accept(parsed.order, new Date());
      await queues.enqueue("open", { reference: `before-${i}` });
      const at = Date.now();
      while (Date.now() === at) await redis.ping();
    }
    await queues.enqueue("open", { reference: own });
    await queues.close();
  });

  expect((await explained()).text).toContain("About 2 orders of the same customer will be taken before it");
});
