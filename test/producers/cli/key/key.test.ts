// Stories about `certfleet key` as a program: what a person sees, and what a script gets.
import { expect, test } from "vitest";
import { keyStore } from "../../../../src/shared/authority/keys/store.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const run = (words: string, env: NodeJS.ProcessEnv) => certfleet(["key", ...words.split(" ")], { env });

test("key create prints the secret alone, key list shows the key without it, revoke ends it.", async () => {
  const { env } = ownContext();

  const made = await run("create --name shop --money-per-day 50.00 --rate 600/m --from 192.0.2.7 --expires 90d", env);
  const twice = await run("create --name shop", env);
  const listed = await run("list", env);
  const revoked = await run("revoke shop", env);
  const again = await run("revoke shop", env);

  expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/^cf_[\w-]{51}\n$/)]);
  expect(made.stderr).toMatch(
    /shown this once.*certificates:read, certificates:write, accounts:read; from 192\.0\.2\.7\/32/,
  );
  expect([twice.code, twice.stderr]).toEqual([4, expect.stringContaining("certfleet key rotate shop")]);
  expect(listed.stdout).toMatch(/shop +live +certificates:read.*192\.0\.2\.7\/32 +600\/m +0\.00 of 50\.00 +never/);
  expect(listed.stdout).not.toContain(made.stdout.trim());
  expect([revoked.code, again.code]).toEqual([0, 3]);
}, 60_000);

test("With --json key create gives id, key and terms; a rotated key has another one, the old one for as long as said.", async () => {
  const context = ownContext();
  const { env } = context;
  const scopes = "--scope certificates:write,money:decide --scope metrics:read";

  const made = JSON.parse((await run(`create --name shop ${scopes} --orders-per-day 3 --json`, env)).stdout);
  const turned = JSON.parse((await run("rotate shop --overlap 24h --json", env)).stdout);
  const { keys } = JSON.parse((await run("list --json", env)).stdout);

  expect(made).toMatchObject({
    id: "shop",
    key: expect.stringMatching(/^cf_/),
    scopes: ["certificates:write", "money:decide", "metrics:read"],
    ...{ expires: null, from: [], rate: null, ordersPerDay: 3, moneyPerDay: null },
  });
  expect(turned.key).not.toBe(made.key);
  expect(new Date(turned.oldOpensUntil).getTime() - Date.now()).toBeGreaterThan(23 * 3_600_000);
  expect(keys).toMatchObject([{ id: "shop", where: "redis", state: "live", used: { orders: 0, money: "0.00" } }]);
  const kept = await inFleet(context, ({ redis, keys: names }) => keyStore(redis, names).get("shop"));
  expect(kept?.createdBy).toBe("ada (command line)");
}, 60_000);

test.each([
  ["--name shop/1", "--name", "such as shop"],
  ["--name shop --scope certificates:buy", "--scope", 'no scope "certificates:buy"; it must be of certificates:read'],
  ["--name shop --scope certificates:read,", "--scope", "must be of"],
  ["--name shop --expires 2027-02-31", "--expires", "a date such as 2027-01-31"],
  ["--name shop --expires 2020-01-01", "--expires", "in the past"],
  ["--name shop --expires 0d", "--expires", "such as 90d"],
  ["--name shop --from 192.0.2.0/33", "--from", "at most 32"],
  ["--name shop --from 127.1", "--from", "192.0.2.0/24"],
  ["--name shop --from example.com", "--from", "192.0.2.0/24"],
  ["--name shop --rate 0/s", "--rate", "such as 20/s"],
  ["--name shop --rate 20/y", "--rate", "such as 20/s"],
  ["--name shop --orders-per-day -1", "--orders-per-day", "a whole number"],
  ["--name shop --money-per-day 50,00", "--money-per-day", "an amount such as"],
  ["--name shop --money-per-day -5", "--money-per-day", "an amount such as"],
  ["--scope admin", "--name", "required"],
])(
  "key create %s is wrong usage: %s, %s",
  async (words, option, remedy) => {
    const { code, stderr, stdout } = await run(`create ${words}`, ownContext().env);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(option);
    expect(stderr).toContain(remedy);
  },
  60_000,
);
