// Promise: a fleet that has everything (Sentinels and TLS with an own CA, a journal in a second Redis, DKIM, OpenID Connect, backups)
// is written so that every part finds it, no secret lies in a file of settings, and what was written reaches a real Redis.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Asking } from "../../../../src/producers/cli/account/add-terminal.ts";
import { collect } from "../../../../src/producers/cli/init/collect.ts";
import { initialize } from "../../../../src/producers/cli/init/init.ts";
import { lifecycle } from "../../../../src/shared/base/lifecycle.ts";
import { createLog } from "../../../../src/shared/base/log.ts";
import { readSettings } from "../../../../src/shared/base/read-settings.ts";
import { commonSettings } from "../../../../src/shared/config/settings.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { build } from "../../../deploy/kustomize.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { startServer } from "../../../topologies/servers/server.ts";
import { composeSettings, kubernetesSettings, systemdSettings } from "./settings.ts";
import { checked, everything, expectSafe, prepared, quietly, signed } from "./written.ts";

const image = "registry.example/certfleet:1";

test("For systemd every unit gets the secrets of its part as credentials, by drop-ins.", async () => {
  const { dir, answers } = prepared(everything());

  const { ending, text } = await initialize({ for: "systemd", dir, answers, said: {} }, quietly());

  expect(ending).toBe("done");
  expect(text).toContain("cp -r /etc/certfleet/systemd/. /etc/systemd/system/");
  expectSafe(dir);
  const settings = systemdSettings(dir);
  await checked(settings);
  const read = (path = ""): string => readFileSync(path, "utf8").trim();
  expect(read(settings("open").CERTFLEET_JOURNAL_FILE)).toBe("rediss://:j%2F5ecret@127.0.0.1:3");
  for (const part of ["gateway", "notify", "balance-poll", "reissue"] as const) {
    expect(settings(part).REDIS_CA_FILE).toBe(join(dir, "redis-ca.pem"));
    expect(read(settings(part).REDIS_SENTINEL_PASSWORD_FILE)).toBe("s-5ecret");
    expect(settings(part)).toMatchObject({ REDIS_SENTINEL_USERNAME: "watcher" });
  }
  expect(settings("gateway")).not.toHaveProperty("CERTFLEET_JOURNAL_FILE");
  expect(settings("open")).not.toHaveProperty("DKIM_PRIVATE_KEY_FILE");
  expect(read(join(dir, "recipients.txt"))).toBe("age1qqq\nage1zzz");
});

test("For Compose the keys of DKIM and of the OpenID provider are secrets of their service.", async () => {
  const { dir, answers } = prepared(signed());

  expect((await initialize({ for: "compose", dir, answers, said: {} }, quietly())).ending).toBe("done");

  expectSafe(dir);
  const settings = composeSettings(dir);
  await checked(settings);
  const { DKIM_KEY_PLACE, OIDC_SECRET_PLACE } = Object.fromEntries(
    [...readFileSync(join(dir, ".env"), "utf8").matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  expect([DKIM_KEY_PLACE, OIDC_SECRET_PLACE]).toEqual([
    settings("notify").DKIM_PRIVATE_KEY_FILE,
    settings("gateway").CERTFLEET_OIDC_CLIENT_SECRET_FILE,
  ]);
});

test("For Kubernetes each pod finds its own in /secrets, the provider can be reached, and the backup is there.", async () => {
  const { dir, answers } = prepared({ ...everything(), image });

  expect((await initialize({ for: "kubernetes", dir, answers, said: {} }, quietly())).ending).toBe("done");

  expectSafe(dir);
  await checked(kubernetesSettings(dir));
  const { resources, files } = build(dir);
  expect(resources.find(({ metadata }) => metadata.name === "certfleet-sign-in")).toMatchObject({
    spec: { egress: [{ ports: [{ protocol: "TCP", port: 8443 }] }] },
  });
  expect(resources.map(({ kind }) => kind)).toContain("CronJob");
  expect(files["ConfigMap/certfleet-backup"]).toEqual({ "recipients.txt": "recipients.txt" });
});

test("A Redis that speaks TLS only, and wants to see a certificate, is reached with what was written for a unit.", async () => {
  const all = everything();
  const life = lifecycle(createLog("silent", "test"));
  onTestFinished(() => life.stop());
  const tls = { ca: all.redisCaFile ?? "", cert: all.redisCertFile ?? "", key: all.redisKeyFile ?? "" };
  const server = await startServer(
    { folder: mkdtempSync(join(quickFolder(), "certfleet-tls-")), life },
    { name: "tls", tls },
  );
  const { sentinelUser: _user, sentinelPasswordFile: _password, redisPasswordFile: _none, ...rest } = all;
  const { dir, answers } = prepared({ ...rest, redis: `rediss://127.0.0.1:${server.port}` });

  expect((await initialize({ for: "systemd", dir, answers, said: {} }, quietly())).ending).toBe("done");

  const access = readSettings(commonSettings, systemdSettings(dir)("gateway"));
  const redis = connectRedis(access, "once", () => undefined);
  onTestFinished(() => redis.disconnect());
  await untilReady(redis, 10_000);
  expect(await redis.ping()).toBe("PONG");
});

test("A person is asked for the rest of TLS, Sentinels, DKIM and the provider only where the answers before call for it.", async () => {
  const ask = async (typed: Record<string, string>) => {
    const asked: string[] = [];
    const person: Asking = {
      text: async ({ label, preset, check }) => {
        asked.push(label);
        const text = typed[label] ?? preset ?? "";
        const wrong = check(text);
        return wrong === undefined ? text : "needed";
      },
      secret: async (label) => {
        asked.push(label);
        return "typed-5ecret";
      },
      choose: async () => "systemd",
      confirm: async () => true,
      tell: () => undefined,
    };
    await collect({ said: {} }, person).catch(() => undefined);
    return asked;
  };

  const plain = await ask({});
  const more = await ask({
    "address of Redis": "rediss+sentinel://a:1/main",
    "OpenID provider where people sign in": "https://id.example.com",
    "domain that signs the mails (DKIM)": "provider.example",
  });

  expect(more.filter((label) => !plain.includes(label))).toEqual([
    "certificate of the CA of Redis",
    "certificate to show to Redis",
    "user at the Sentinels",
    "password of the Sentinels (empty: none)",
    "selector of its key in DNS",
    "its private key",
    "what the provider calls Certfleet",
    "its secret there (empty: a public client)",
    "which claim gives which role",
    "claim that names a person",
    "scopes to ask for",
  ]);
});

test("A file that is no PEM is named by its answer, and what is in it is not.", async () => {
  const { dir, answers } = prepared(signed());
  writeFileSync(`${answers}.txt`, "dkim-5ecret");

  const message = await initialize(
    { for: "compose", dir, answers, said: { dkimKeyFile: `${answers}.txt` } },
    quietly(),
  ).catch((error: Error) => error.message);

  expect(message).toContain("--dkim-key-file (dkimKeyFile): the file must be in PEM form");
  expect(message).not.toContain("5ecret");
});
