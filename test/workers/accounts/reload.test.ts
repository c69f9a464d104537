// certfleet.yaml changes while the workers run: the accounts follow, whole or not at all, and nobody restarts anything.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { watchFleetFile } from "../../../src/shared/config/fleet-file-watch.ts";
import { policyFor } from "../../../src/shared/config/policy.ts";
import { accountOpener } from "../../../src/workers/accounts/open.ts";
import { liveAccounts } from "../../../src/workers/accounts/reload.ts";
import { issued, stuck, world } from "../../support/world.ts";

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
  const begin = (text?: string, more: NodeJS.ProcessEnv = {}) => {
    if (text !== undefined) replace(text);
    const said: Record<string, unknown>[] = [];
    const log = pino({}, { write: (line: string) => said.push(JSON.parse(line) as Record<string, unknown>) });
    const env: NodeJS.ProcessEnv = {
      CERTFLEET_CONFIG: file,
      ENOM_LOG: join(folder, "enom.log"),
      EU_PASSWORD: "secret",
      ...more,
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

/** A file that holds a password, as another file takes its name. */
function secretIn(folder: string, name = "password") {
  const path = join(folder, name);
  const becomes = (text: string): void => {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  };
  return { path, becomes };
}

const withFile = (path: string): string => account("main").replace("password: canary", `passwordFile: ${path}`);

test("a password that changes in its own file is used from then on, and nobody touches certfleet.yaml", async () => {
  const { folder, begin } = followed();
  const secret = secretIn(folder);
  secret.becomes("canary-1\n");
  const { accounts, heard, said } = begin(`accounts:\n${withFile(secret.path)}`);
  const before = accounts.find("main");

  secret.becomes("canary-2\n");
  await heard("config.reloaded");

  expect(accounts.find("main")?.enom).not.toBe(before?.enom);
  expect(JSON.stringify(said)).not.toContain("canary");
});

test("a folder of secrets that is swapped by a symbolic link, as Kubernetes does, brings its password", async () => {
  const { folder, begin } = followed();
  for (const version of ["1", "2"]) {
    mkdirSync(join(folder, version));
    writeFileSync(join(folder, version, "password"), `canary-${version}`);
  }
  symlinkSync("1", join(folder, "..data"));
  symlinkSync("..data/password", join(folder, "password"));
  const { accounts, heard } = begin(`accounts:\n${withFile(join(folder, "password"))}`);
  const before = accounts.find("main");

  symlinkSync("2", join(folder, "..data_tmp"));
  renameSync(join(folder, "..data_tmp"), join(folder, "..data"));
  await heard("config.reloaded");

  expect(accounts.find("main")?.enom).not.toBe(before?.enom);
});

test.for([
  ["a variable of certfleet.yaml", "MAIN_PASSWORD_FILE", account("main").replace("canary", `"\${MAIN_PASSWORD}"`)],
  ["ENOM_PASSWORD", "ENOM_PASSWORD_FILE", ""],
] as const)("the file that stands for %s is followed, too", async ([, name, text]) => {
  const { folder, begin } = followed();
  const secret = secretIn(folder);
  secret.becomes("canary-1");
  const env = { ENOM_USERNAME: "acme", ENOM_API_URL: "https://enom.example/interface.asp", [name]: secret.path };
  const { accounts, heard } = begin(text && `accounts:\n${text}`, text ? { [name]: secret.path } : env);
  const before = accounts.find("main");

  secret.becomes("canary-2");
  await heard("config.reloaded");

  expect(before).toBeDefined();
  expect(accounts.find("main")?.enom).not.toBe(before?.enom);
});

test.skipIf(existsSync("certfleet.yaml"))(
  "a fleet of one account that has no certfleet.yaml takes over a new password of its file (needs a folder without one)",
  async () => {
    const { folder, begin } = followed();
    const secret = secretIn(folder);
    secret.becomes("canary-1");
    const env = { CERTFLEET_CONFIG: "", ENOM_USERNAME: "acme", ENOM_PASSWORD_FILE: secret.path };
    const { accounts, heard, said } = begin(undefined, env);
    const before = accounts.find("main");

    secret.becomes("canary-2");
    await heard("config.reloaded");

    expect(accounts.find("main")?.enom).not.toBe(before?.enom);
    expect(said.map(({ event }) => event)).toEqual(["config.reloaded"]);
  },
);

test("a version that waits for the file of a password tells each problem once, and counts as soon as that file is there", () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => void vi.useRealTimers());
  const { folder, file, replace, begin } = followed();
  const secret = secretIn(folder);
  const { ids, said } = begin(`accounts:\n${account("main")}`);
  const looks = (): void => void vi.advanceTimersByTime(40);
  const problem = (words: string) => ({
    event: "config.refused",
    problems: [`${file}:3: account eu: the file of its password ${words}`],
  });

  replace(`accounts:\n${account("main")}  - { id: eu, username: eu, passwordFile: ${secret.path} }\n`);
  looks();
  utimesSync(file, new Date(), new Date());
  looks();
  secret.becomes("\n");
  looks();
  const meanwhile = ids();
  secret.becomes("canary");
  looks();

  expect([meanwhile, ids()]).toEqual([["main"], ["eu", "main"]]);
  expect(said).toMatchObject([problem("cannot be read"), problem("is empty"), { event: "config.reloaded" }]);
});

test("a billmgr.conf that changes counts from then on, as what certfleet.yaml says does", async () => {
  const { folder, begin } = followed();
  const conf = join(folder, "billmgr.conf");
  writeFileSync(conf, "SSLSubscriptionBefore 20\n");
  const { live, heard } = begin(`accounts:\n${account("main")}`, { BILLMGR_CONF: conf });
  const days = live.derive((file) => policyFor({ BILLMGR_CONF: conf }, file)("X").beforeDays);
  const before = days();

  writeFileSync(conf, "SSLSubscriptionBefore 30\n");
  await heard("config.reloaded");

  expect([before, days()]).toEqual([20, 30]);
});

test("while certfleet.yaml is wrong the version in force takes over its new password", async () => {
  const { folder, replace, begin } = followed();
  const secret = secretIn(folder);
  secret.becomes("canary-1");
  const { accounts, ids, heard, said } = begin(`accounts:\n${withFile(secret.path)}`);
  const before = accounts.find("main");

  replace("accounts: [");
  await heard("config.refused");
  secret.becomes("canary-2");
  await vi.waitFor(() => expect(accounts.find("main")?.enom).not.toBe(before?.enom), POLL);

  expect(ids()).toEqual(["main"]);
  expect(said.map(({ event }) => event)).toEqual(["config.refused", "config.reloaded"]);
});

test("a running fleet whose password's file is mended is checked at once, so that the account buys again", async () => {
  const w = await world();
  const { folder, replace, file } = followed();
  const secret = secretIn(folder);
  const { ENOM_USERNAME: _u, ENOM_PASSWORD, ENOM_API_URL: _a, ...rest } = w.env;
  secret.becomes("canary");
  replace(
    `accounts:\n${account("main", "", w.enom.url).replace("main-user", "acme-hosting").replace("password: canary", `passwordFile: ${secret.path}`)}`,
  );
  await w.work(["balance-poll"], { ...rest, CERTFLEET_CONFIG: file });
  const records = accountRecords(w.redis, w.keys);
  await vi.waitFor(async () => expect((await records.find("main"))?.lastCheck).toMatchObject({ ok: false }), POLL);

  secret.becomes(`${ENOM_PASSWORD}`);

  await vi.waitFor(async () => expect((await records.find("main"))?.lastCheck).toMatchObject({ ok: true }), POLL);
}, 30_000);

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
