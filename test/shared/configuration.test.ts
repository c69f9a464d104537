// Settings, the configuration file and the policy they make: read once, complained of at once, the strongest source wins.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkTogether, readSettings } from "../../src/shared/config.ts";
import { fillIn, readFleetFile } from "../../src/shared/fleet-file.ts";
import { policyFor } from "../../src/shared/policy.ts";
import { commonSettings, mailSettings, orderSettings } from "../../src/shared/settings.ts";

function file(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test("a secret may come from a file, without its last line end", () => {
  const env = { REDIS_URL_FILE: file("redis", "redis://:secret@redis:6379\n") };

  expect(readSettings(commonSettings, env).REDIS_URL).toBe("redis://:secret@redis:6379");
});

test("a setting and its file at once is refused, for nobody knows which one is meant", () => {
  const env = { REDIS_URL: "redis://a", REDIS_URL_FILE: file("redis", "redis://b") };

  expect(() => readSettings(commonSettings, env)).toThrow(/set either REDIS_URL or REDIS_URL_FILE/);
});

test("problems of several parts are told together, each once", () => {
  const problems = (): string[] => {
    try {
      checkTogether(
        () => readSettings(commonSettings, {}),
        () => readSettings({ ...commonSettings, ...mailSettings }, {}),
        () => readSettings(orderSettings, { CERTFLEET_POLL_SECONDS: "-1" }),
      );
      return [];
    } catch (error) {
      return (error as Error).message.match(/[A-Z_]{5,}/g) ?? [];
    }
  };

  expect(problems()).toEqual(["REDIS_URL", "SMTP_URL", "MAIL_FROM", "CERTFLEET_POLL_SECONDS"]);
});

test("a prefix without a hash tag is refused: a script may change several keys only under one", () => {
  expect(() => readSettings(commonSettings, { REDIS_URL: "x", CERTFLEET_PREFIX: "certfleet" })).toThrow(/hash tag/);
});

test("the configuration file is read with its defaults, and secrets only where they are used", () => {
  const path = file(
    "certfleet.yaml",
    `accounts:\n  - { id: eu, username: '\${EU_USER}', password: '\${EU_PASSWORD}' }\n`,
  );

  const { accounts } = readFleetFile(path);

  expect(accounts[0]).toMatchObject({ id: "eu", currency: "USD", mode: "dedicated", purchasing: { maxUnsettled: 4 } });
  expect(fillIn(accounts[0]?.username ?? "", { EU_USER: "acme" }, "account eu")).toBe("acme");
  expect(() => fillIn(accounts[0]?.password ?? "", {}, "account eu")).toThrow(/account eu uses \$\{EU_PASSWORD\}/);
});

test.for([
  ["accounts: [{ id: a b }]", /accounts\.0\.id/],
  ["acounts: []", /Unrecognized key: "acounts"/],
  ["policy: { beforeDays: 999 }", /policy\.beforeDays/],
  ["a: [", /no valid YAML/],
] as const)("%j in the file is refused and the place is named", ([text, place]) => {
  expect(() => readFleetFile(file("certfleet.yaml", text))).toThrow(place);
});

test("what the file sets and this release does not act on yet is named, so that nobody trusts in it", () => {
  const path = file(
    "certfleet.yaml",
    "products: [{ service: X, priceCeiling: '15.00', reissue: api, accounts: [main] }]\nbalance: {}\n",
  );

  expect(readFleetFile(path).withoutEffect).toEqual(["products.0.reissue", "balance"]);
});

test("the policy of the strongest source wins: product, environment, file, billmgr.conf, default", () => {
  const conf = file("billmgr.conf", "# comment\nOption SSLSubscriptionPolicy manual\nSSLSubscriptionBefore = 30\n");
  const service = "Certificate-RapidSSL-RapidSSL";
  const empty = readFleetFile(file("certfleet.yaml", "{}"));
  const withPolicy = readFleetFile(file("certfleet.yaml", "policy: { beforeDays: 20 }"));
  const withProduct = readFleetFile(
    file("c.yaml", `products: [{ service: ${service}, policy: { mode: none, beforeDays: 5 } }]`),
  );

  expect(policyFor({}, empty)(service)).toEqual({ mode: "auto", beforeDays: 10, source: "default" });
  expect(policyFor({ BILLMGR_CONF: conf }, empty)(service)).toEqual({
    mode: "manual",
    beforeDays: 30,
    source: "billmgr.conf",
  });
  expect(policyFor({ BILLMGR_CONF: conf }, withPolicy)(service)).toEqual({
    mode: "manual",
    beforeDays: 20,
    source: "config",
  });
  expect(policyFor({ SSL_SUBSCRIPTION_POLICY: "auto" }, withPolicy)(service)).toEqual({
    mode: "auto",
    beforeDays: 20,
    source: "environment",
  });
  expect(policyFor({ SSL_SUBSCRIPTION_POLICY: "auto" }, withProduct)(service)).toEqual({
    mode: "none",
    beforeDays: 5,
    source: "product",
  });
});
