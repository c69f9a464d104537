// What the producers are told of the accounts: all that they need to reckon with what the workers will buy.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { watchFleetFile } from "../../../src/shared/config/fleet-file-watch.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { accountOpener } from "../../../src/workers/accounts/open.ts";
import { liveAccounts, publishAccounts } from "../../../src/workers/accounts/reload.ts";

const RAPIDSSL = "Certificate-RapidSSL-RapidSSL";
const account = (id: string): string =>
  `  - { id: ${id}, username: ${id}, password: canary, products: [${RAPIDSSL}], minimumBalance: "50.00" }\n`;

test("What the file says of an account beside its own entry is known, too, and follows each change of it.", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-published-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "certfleet.yaml");
  const accounts = `accounts:\n${account("main")}${account("second")}`;
  writeFileSync(file, `${accounts}products:\n  - { service: ${RAPIDSSL}, accounts: [second] }\n`);
  const find = await publish(file, folder);
  const before = await Promise.all(["main", "second"].map(find));

  writeFileSync(file, `${accounts}balance: { blocksPurchases: false }\n`);
  await vi.waitFor(async () => expect(await find("main")).toMatchObject({ minimumBlocks: false }), {
    timeout: 10_000,
    interval: 20,
  });

  const common = { products: [RAPIDSSL], minimumBalance: "50.00" };
  expect(before).toMatchObject([
    { ...common, minimumBlocks: true, otherProducts: [RAPIDSSL] },
    { ...common, minimumBlocks: true, otherProducts: [] },
  ]);
  expect(await find("main")).toMatchObject({ ...common, otherProducts: [] });
});

test("An account that Redis lost is known again, and one that is known stays as another process has it.", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-published-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "certfleet.yaml");
  writeFileSync(file, `accounts:\n${account("main")}${account("second")}`);
  const { find, redis, keys } = await publishing(file, folder);
  const records = accountRecords(redis, keys);
  const newer = { ...(await find("main")), name: "Newer" };

  await redis.hset(keys.account("main"), "about", JSON.stringify(newer));
  await redis.del(keys.account("second"), keys.accounts);
  await redis.zadd(keys.accounts, 10, "main");

  await vi.waitFor(async () => expect((await records.all()).map(({ name }) => name)).toEqual(["Newer", "second"]), {
    timeout: 10_000,
    interval: 20,
  });
});

test("An account that an older release made known may buy everything, and its minimum must stay.", async () => {
  const { redis, keys } = place();
  const about = {
    ...{ id: "main", name: "eNom", apiHost: "reseller.enom.com", dataCenter: null, department: null, sort: 10 },
    ...{ currency: "USD", mode: "dedicated", minimumBalance: "50.00", enabled: true, purchases: true },
  };
  await redis.hset(keys.account("main"), "about", JSON.stringify(about));

  expect(await accountRecords(redis, keys).find("main")).toMatchObject({
    ...about,
    ...{ products: null, otherProducts: [], minimumBlocks: true },
  });
});

function place() {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  return { redis, keys: keysUnder(`{t-${randomUUID().slice(0, 13)}}`) };
}

/** As a worker does at its start. Answers how the account is known then. */
async function publish(file: string, folder: string) {
  return (await publishing(file, folder)).find;
}

async function publishing(file: string, folder: string) {
  const { redis, keys } = place();
  const log = pino({ level: "silent" });
  const env = { CERTFLEET_CONFIG: file, ENOM_LOG: join(folder, "enom.log") };
  const live = watchFleetFile(env, log, 20);
  const opener = accountOpener(env, { clock: systemClock, log });
  onTestFinished(async () => {
    live.stop();
    await opener.close();
  });
  const records = accountRecords(redis, keys);
  const published = await publishAccounts(liveAccounts(live, opener.open), { live, records, log }, 50);
  onTestFinished(() => published.stop());
  return { find: records.find, redis, keys };
}
