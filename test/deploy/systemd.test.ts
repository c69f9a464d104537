// Promise: the units start what the program has, each part with its own settings and secrets and no others, shut in, and
// stopped with enough time. systemd itself says whether it understands them.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { partSettings } from "../../src/shared/config/part-settings.ts";
import { commonSettings, settingNames } from "../../src/shared/config/settings.ts";
import { credentialsOf, environmentOf, folder, lastOf, readUnit } from "./units.ts";

const root = resolve(import.meta.dirname, "../..");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** Each part: its unit, its words, its user, its secrets. */
const parts = {
  gateway: { words: "gateway", user: "certfleet-gateway", secrets: ["redis_url", "api_key"] },
  "open@": { words: "worker open", user: "certfleet-orders", secrets: ["redis_url", "enom_password"] },
  "reissue@": { words: "worker reissue", user: "certfleet-orders", secrets: ["redis_url", "enom_password"] },
  "notify@": { words: "worker notify", user: "certfleet-notify", secrets: ["redis_url", "smtp_url"] },
  "balance-poll@": { words: "worker balance-poll", user: "certfleet-balance", secrets: ["redis_url", "enom_password"] },
  "webhook@": { words: "worker webhook", user: "certfleet-webhook", secrets: ["redis_url"] },
} as const;
const each = Object.entries(parts).map(([name, part]) => ({
  ...part,
  name,
  unit: readUnit(`certfleet-${name}.service`),
}));

test.each(each)(
  "certfleet-$name starts its part, as a user of its own, with its own secrets only",
  ({ name, unit, ...part }) => {
    const kind = name.replace("@", "") as keyof typeof partSettings;
    const env = environmentOf(unit, { instance: "1", credentials: "/c" });

    expect(lastOf(unit, "ExecStart")).toBe(`/opt/certfleet/bin/certfleet ${part.words}`);
    expect(lastOf(unit, "User")).toBe(part.user);
    expect(Object.keys(credentialsOf(unit))).toEqual([...part.secrets]);
    expect(credentialsOf(unit).redis_url).toBe(`/etc/certfleet/redis/${kind}`);
    expect(unit["Service.EnvironmentFile"]).toEqual(["/etc/certfleet/common.env", `-/etc/certfleet/${kind}.env`]);
    const known = Object.keys({ ...commonSettings, ...partSettings[kind] });
    for (const [setting, value] of Object.entries(env)) {
      if (setting !== "NODE_ENV") expect(known).toContain(setting.replace(/_FILE$/, ""));
      if (setting.endsWith("_FILE")) expect(part.secrets.map((secret) => `/c/${secret}`)).toContain(value);
    }
    expect(Object.values(env).filter((value) => value.startsWith("/c/"))).toHaveLength(part.secrets.length);
  },
);

test.each(each)("certfleet-$name is stopped gently, and has longer for it than the program takes", ({ unit }) => {
  const { CERTFLEET_DRAIN_SECONDS: set } = environmentOf(unit, { instance: "1", credentials: "/c" });
  const drain = set === undefined ? commonDrain() : Number(set);

  expect(lastOf(unit, "KillMode")).toBe("mixed");
  expect(Number(lastOf(unit, "TimeoutStopSec"))).toBeGreaterThan(drain + 5);
  expect(lastOf(unit, "Restart")).toBe("always");
  expect(lastOf(unit, "RestartPreventExitStatus")).toBe("2"); // exit-codes.md: wrong settings
  if (lastOf(unit, "User") === "certfleet-orders") expect(drain).toBeGreaterThan(120); // an answer is waited for so long
});

test("every health port is one of its own: nine instances of a kind run beside each other", () => {
  const ports = each.flatMap(({ unit }) =>
    [..."123456789"].map((instance) => environmentOf(unit, { instance, credentials: "" }).CERTFLEET_HEALTH_PORT),
  );

  expect(new Set(ports).size).toBe(9 * 5 + 1);
  for (const port of ports) expect(Number(port)).toBeLessThan(32_768); // below the ports that the kernel gives out
});

test("only open, reissue and the backup reach the journal, which lies in a folder that systemd makes for them", () => {
  for (const { unit, user } of each) {
    const hidden = unit["Service.InaccessiblePaths"]?.includes("-/var/lib/certfleet");
    const isOrders = user === "certfleet-orders";
    expect([hidden, lastOf(unit, "StateDirectory")]).toEqual(
      isOrders ? [false, "certfleet/journal"] : [true, undefined],
    );
  }
  const backup = readUnit("certfleet-backup.service");
  expect([lastOf(backup, "User"), lastOf(backup, "StateDirectory")]).toEqual(["certfleet-orders", "certfleet/journal"]);
});

test("the users, groups and folders that units name are those of sysusers.conf and tmpfiles.conf", () => {
  const users = [...readFileSync(join(folder, "sysusers.conf"), "utf8").matchAll(/^u (\S+)/gm)].map(([, user]) => user);
  const folders = [...readFileSync(join(folder, "tmpfiles.conf"), "utf8").matchAll(/^d (\S+)/gm)].map(([, dir]) => dir);

  expect(new Set(each.map(({ user }) => user))).toEqual(new Set(users));
  for (const { unit } of each)
    for (const file of Object.values(credentialsOf(unit))) expect(folders).toContain(file.replace(/\/[^/]+$/, ""));
});

test("the command line runs as the user of the journal, with settings that there are", () => {
  const script = readFileSync(join(folder, "certfleet"), "utf8");
  const names = [...script.matchAll(/--setenv=([A-Z_]+)=|^secret ([A-Z_]+)/gm)].map(([, set, secret]) => set ?? secret);

  execFileSync("sh", ["-n", join(folder, "certfleet")]);
  expect(script).toContain("--uid=certfleet-orders");
  expect(names).toContain("ENOM_PASSWORD");
  for (const name of names) expect([...settingNames, "NODE_ENV", "TERM", "SUDO_USER"]).toContain(name);
});

test.skipIf(!hasSystemd && !process.env.CI)(
  "systemd takes every unit without a word, and calls their exposure OK (needs systemd-analyze)",
  () => {
    const copy = mkdtempSync(join(tmpdir(), "certfleet-units-"));
    cpSync(folder, copy, { recursive: true });
    for (const file of readdirSync(copy, { recursive: true, encoding: "utf8" }).filter((name) => /\.\w+$/.test(name)))
      if (/\.(service|conf|target)$/.test(file)) {
        const text = readFileSync(join(copy, file), "utf8");
        writeFileSync(join(copy, file), text.replaceAll("/opt/certfleet", root)); // verify looks whether it is there
      }
    const units = readdirSync(copy).flatMap((name) =>
      /\.(service|target|timer)$/.test(name) ? [name.replace("@.", "@1.")] : [],
    );

    const verified = spawnSync("systemd-analyze", ["verify", "--man=no", ...units.map((unit) => join(copy, unit))], {
      encoding: "utf8",
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${copy}:` },
    });
    const ours = verified.stderr.split("\n").filter((line) => line.includes("certfleet"));
    expect([verified.status, ours]).toEqual([0, []]);

    const { stdout } = spawnSync(
      "systemd-analyze",
      [
        "security",
        "--offline=true",
        "--no-pager",
        ...["gateway", "open@1"].map((name) => join(copy, `certfleet-${name}.service`)),
      ],
      { encoding: "utf8", env: { ...process.env, SYSTEMD_UNIT_PATH: `${copy}:` } },
    );
    const scores = [...stdout.matchAll(/exposure level for (\S+): ([\d.]+)/g)].map(
      ([, unit, score]) => `${unit} ${score}`,
    );
    console.log(`systemd-analyze security: ${scores.join(", ")} (0 is closed, 10 is open)`);
    expect(scores).toHaveLength(2);
    for (const score of scores) expect(Number(score.split(" ")[1])).toBeLessThan(2);
  },
);

test.skipIf(!hasSystemd && !process.env.CI)(
  "enabling the target enables the gateway and one worker of each kind, and more of a kind join it (needs systemctl)",
  () => {
    const machine = mkdtempSync(join(tmpdir(), "certfleet-machine-"));
    const units = join(machine, "etc/systemd/system");
    cpSync(folder, units, { recursive: true });

    execFileSync("systemctl", [`--root=${machine}`, "enable", "certfleet.target", "certfleet-open@2.service"], {
      stdio: "ignore",
    });

    expect(readdirSync(join(units, "certfleet.target.wants")).sort()).toEqual(
      [
        ...["certfleet-balance-poll@1.service", "certfleet-gateway.service", "certfleet-notify@1.service"],
        ...["certfleet-open@1.service", "certfleet-open@2.service", "certfleet-reissue@1.service"],
        "certfleet-webhook@1.service",
      ].sort(),
    );
    expect(readdirSync(join(units, "multi-user.target.wants"))).toEqual(["certfleet.target"]);
  },
);

/** Where a unit says nothing. */
function commonDrain(): number {
  return Number(partSettings.notify.CERTFLEET_DRAIN_SECONDS.parse(undefined));
}
