// certfleet.yaml changes while the workers run: the accounts follow, whole or not at all, and nobody restarts anything.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { accountRecords } from "../../src/shared/account-records.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { watchFleetFile } from "../../src/shared/fleet-file-watch.ts";
import { liveAccounts } from "../../src/workers/account-reload.ts";
import { accountOpener } from "../../src/workers/wiring.ts";
import { issued, stuck, world } from "../support/world.ts";

const account = (id: string, more = "", url = "https://enom.example/interface.asp"): string =>
  `  - { id: ${id}, apiUrl: "${url}", username: ${id}-user, password: canary, requestsPerSecond: 1000${more} }\n`;

/** A file of one account, the accounts that follow it, and what the log says meanwhile. */
function followed(path = "certfleet.yaml") {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-reload-"));
  const file = join(folder, path);
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text); // as editors do: another file takes the name
    renameSync(`${file}.new`, file);
  };
  const begin = (text?: string) => {
    if (text !== undefined) replace(text);
    const said: Record<string, unknown>[] = [];
    const log = pino({}, { write: (line: string) => said.push(JSON.parse(line) as Record<string, unknown>) });
    const env: NodeJS.ProcessEnv = {
      CERTFLEET_CONFIG: file,
      ENOM_LOG: join(folder, "enom.log"),
      EU_PASSWORD: "secret",
    };
    const live = watchFleetFile(env, log, 20);
    const opener = accountOpener(env, { clock: systemClock, log });
    const accounts = liveAccounts(live, opener.open);
    onTestFinished(async () => {
      live.stop();
      await opener.close();
    });
    const heard = (event: string, times = 1) =>
      vi.waitFor(() => {
        const found = said.filter((line) => line.event === event);
        expect(found.length).toBeGreaterThanOrEqual(times);
        return found.at(-1);
      }, POLL);
    const ids = (): string[] => accounts.all.map(({ entry }) => entry.id);
    return { live, accounts, ids, heard, said, env };
  };
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return { folder, file, replace, begin };
}

const POLL = { timeout: 10_000, interval: 10 };

test("a file that another one replaces is taken over, and a login that did not change keeps its connections", async () => {
  const { replace, begin } = followed();
  const { accounts, ids, heard } = begin(`accounts:\n${account("main")}`);
  const before = accounts.find("main");

  replace(`accounts:\n${account("main", ', sort: 30, minimumBalance: "5.00"')}${account("second", ", sort: 20")}`);
  const told = await heard("config.reloaded");

  expect(told).toMatchObject({ level: 30, accounts: ["main", "second"] });
  expect(ids()).toEqual(["second", "main"]);
  expect(accounts.find("main")?.entry).toMatchObject({ sort: 30, minimumBalance: "5.00" });
  expect(accounts.find("main")?.enom).toBe(before?.enom);
});

test("another password is another login: what is asked from then on is asked with it", async () => {
  const { replace, begin } = followed();
  const { accounts, heard } = begin(`accounts:\n${account("main")}`);
  const before = accounts.find("main");

  replace(`accounts:\n${account("main").replace("canary", "newer")}`);
  await heard("config.reloaded");

  expect(accounts.find("main")?.enom).not.toBe(before?.enom);
});

test("a folder that is swapped by a symbolic link, as Kubernetes does, is taken over", async () => {
  const { folder, begin } = followed("certfleet.yaml");
  for (const [version, text] of [
    ["1", account("main")],
    ["2", account("main") + account("added")],
  ] as const) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "certfleet.yaml"), `accounts:\n${text}`);
  }
  symlinkSync("1", join(folder, "..data"));
  symlinkSync("..data/certfleet.yaml", join(folder, "certfleet.yaml"));
  const { ids, heard } = begin();

  symlinkSync("2", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  await heard("config.reloaded");

  expect(ids()).toEqual(["added", "main"]);
});

test.for([
  [`${account("main")}${account("added")}policy: { mode: sometimes }\n`, 4, "policy.mode"],
  [`${account("main")}${account("main")}`, 3, "there is an account main already"],
  [
    `${account("main")}  - { id: eu, username: eu, password: "\${NOWHERE_SET}" }\n`,
    3,
    `account eu uses \${NOWHERE_SET}`,
  ],
  [`${account("main")}  - { id: eu, username: eu, passwordFile: /nowhere/at-all }\n`, 3, "cannot be read"],
  [`${account("main")}${account("eu", "", "http://enom.example/")}`, 3, "it must begin with https:"],
  [`${account("main")}  - { id: eu, username: eu }\n`, 3, "either password or passwordFile"],
  [`${account("main", ", department: nobody")}`, 2, "must be one plain e-mail address"],
  [`${account("main")}products: [{ service: X, accounts: [eu] }]\n`, 3, "there is no account eu"],
  [`${account("main")}  - {`, 3, "it is no valid YAML"],
] as const)(
  "%j is refused as a whole with its line, told once, and the old accounts stay",
  async ([text, line, words]) => {
    const { file, replace, begin } = followed();
    const { live, accounts, ids, heard, said } = begin(`accounts:\n${account("main")}policy: { mode: none }\n`);
    const [before, version] = [accounts.find("main"), live.file];

    replace(`accounts:\n${text}`);
    const told = await heard("config.refused");
    replace(`accounts:\n${account("main")}${account("later")}`);
    await heard("config.reloaded");

    expect(told).toMatchObject({ level: 50, problems: [expect.stringContaining(`${file}:${line}: `)] });
    expect(`${told?.problems}`).toContain(words);
    expect(JSON.stringify(said)).not.toContain("canary");
    expect(said.filter(({ event }) => event === "config.refused")).toHaveLength(1);
    expect([before?.entry.id, version.policy]).toEqual(["main", { mode: "none" }]);
    expect(ids()).toEqual(["later", "main"]);
  },
);

test("a version that one part of a process cannot use changes no other part either", async () => {
  const { replace, begin } = followed();
  const { live, ids, heard } = begin(`accounts:\n${account("main")}`);
  const modes = live.derive(({ policy }) => policy?.mode ?? "auto");
  live.derive(({ policy }) => {
    if (policy?.mode === "none") throw new Error("not here");
  });

  replace(`accounts:\n${account("main")}${account("second")}policy: { mode: none }\n`);
  const told = await heard("config.refused");

  expect(told).toMatchObject({ problems: ["not here"] });
  expect([ids(), modes()]).toEqual([["main"], "auto"]);
});

test("a file that is gone takes no account with it, and counts again when it is back", async () => {
  const { file, replace, begin } = followed();
  const { ids, heard } = begin(`accounts:\n${account("main")}`);

  unlinkSync(file);
  await heard("config.refused");
  const meanwhile = ids();
  replace(`accounts:\n${account("back")}`);
  await heard("config.reloaded");

  expect([meanwhile, ids()]).toEqual([["main"], ["back"]]);
});

test("a file that is still being written does not count before it has stood for one look", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { file, begin } = followed();
  const { ids, said } = begin(`accounts:\n${account("main")}${account("second")}`);
  const look = (): void => void vi.advanceTimersByTime(20);

  writeFileSync(file, `accounts:\n${account("main")}`);
  look();
  writeFileSync(file, `accounts:\n${account("main")}${account("second")}${account("third")}`);
  look();
  const meanwhile = ids();
  look();

  expect(meanwhile).toEqual(["main", "second"]);
  expect(ids()).toEqual(["main", "second", "third"]);
  expect(said.map(({ event }) => event)).toEqual(["config.reloaded"]);
});

test("a running fleet buys on an account that was added, no longer on one that was removed, and shows both", async () => {
  const w = await world();
  const second = await startSandboxEnom({ username: "second-user", password: "canary" });
  onTestFinished(() => second.close());
  const { file, replace } = followed();
  const { ENOM_USERNAME: _u, ENOM_PASSWORD, ENOM_API_URL: _a, ...rest } = w.env;
  const first = account("first", ", sort: 10", w.enom.url)
    .replace("first-user", "acme-hosting")
    .replace("canary", `${ENOM_PASSWORD}`);
  replace(`accounts:\n${first}`);
  await w.work(["open"], { ...rest, CERTFLEET_CONFIG: file });
  const records = accountRecords(w.redis, w.keys);

  await w.until(await w.order({}), issued);
  replace(`accounts:\n${first}${account("second", ", sort: 5", second.url)}`);
  await vi.waitFor(async () => expect(await records.find("second")).toMatchObject({ enabled: true }), POLL);
  const added = await w.until(await w.order({}), issued);
  replace(`accounts:\n${first}`);
  await vi.waitFor(async () => expect(await records.find("second")).toMatchObject({ enabled: false }), POLL);
  const removed = await w.until(await w.order({}), issued);

  expect([added.record.account, removed.record.account]).toEqual(["second", "first"]);
  expect([w.enom.books.purchases().length, second.books.purchases().length]).toEqual([2, 1]);
}, 40_000);

test("an id that was first used with another login buys nothing after a change to it, and its ledger is not counted by it", async () => {
  const w = await world();
  const other = await startSandboxEnom({ username: "main-user", password: "canary" });
  onTestFinished(() => other.close());
  for (let i = 0; i < 3; i++) other.colleague.buys("Certificate-RapidSSL-RapidSSL", 1);
  const { file, replace } = followed();
  const { ENOM_USERNAME: _u, ENOM_PASSWORD, ENOM_API_URL: _a, ...rest } = w.env;
  const first = account("main", "", w.enom.url)
    .replace("main-user", "acme-hosting")
    .replace("canary", `${ENOM_PASSWORD}`);
  replace(`accounts:\n${first}`);
  await w.work(["open"], { ...rest, CERTFLEET_CONFIG: file, CERTFLEET_SETTLE_SECONDS: "4" });
  const records = accountRecords(w.redis, w.keys);
  await w.until(await w.order({}), issued);

  replace(`accounts:\n${account("main", ", name: Another", other.url)}`);
  await vi.waitFor(async () => expect(await records.find("main")).toMatchObject({ name: "Another" }), POLL);
  const refused = await w.until(await w.order({}), stuck);
  for (let count = 0; count < 2; count++) {
    // The keeper's turn is taken anew; when it is taken again, the first one is over.
    await w.redis.del(w.keys.ledger.keeper("main"));
    await vi.waitFor(async () => expect(await w.redis.exists(w.keys.ledger.keeper("main"))).toBe(1), POLL);
  }

  expect(refused.record.attention).toMatchObject({ code: "account-bound-elsewhere" });
  expect(other.books.purchases()).toHaveLength(3);
  expect(await w.redis.hget(w.keys.ledger.meta("main"), "frozen")).toBeNull();
}, 40_000);

test("a login that is corrected in the file is checked at once, so that the account buys again", async () => {
  const w = await world();
  const { file, replace } = followed();
  const { ENOM_USERNAME: _u, ENOM_PASSWORD, ENOM_API_URL: _a, ...rest } = w.env;
  const wrong = account("main", "", w.enom.url).replace("main-user", "acme-hosting");
  replace(`accounts:\n${wrong}`);
  await w.work(["balance-poll"], { ...rest, CERTFLEET_CONFIG: file });
  const records = accountRecords(w.redis, w.keys);
  await vi.waitFor(async () => expect((await records.find("main"))?.lastCheck).toMatchObject({ ok: false }), POLL);

  replace(`accounts:\n${wrong.replace("canary", `${ENOM_PASSWORD}`)}`);

  await vi.waitFor(async () => expect((await records.find("main"))?.lastCheck).toMatchObject({ ok: true }), POLL);
}, 30_000);
