// Settings and the configuration file: read once, complained of at once, each problem with its place and without any secret.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { checkTogether, readSettings } from "../../../src/shared/base/read-settings.ts";
import { fillIn, readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { commonSettings, mailSettings, orderSettings, policySettings } from "../../../src/shared/config/settings.ts";

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

test("an account has caps where the file sets none, and only the word none takes one away", () => {
  const capsOf = (purchasing: string): unknown =>
    readFleetFile(
      file("certfleet.yaml", `accounts:\n  - { id: eu, username: u, password: p, purchasing: ${purchasing} }\n`),
    ).accounts[0]?.purchasing;

  expect(capsOf("{}")).toMatchObject({ perHour: "1000.00", perDay: "3000.00" });
  expect(capsOf('{ perHour: none, perDay: "50.00" }')).toMatchObject({ perHour: "none", perDay: "50.00" });
  for (const wrong of ["no", "~", "unlimited", "-5.00", "50 USD"])
    expect(() => capsOf(`{ perDay: ${wrong} }`)).toThrow('perDay: must be an amount such as "1000.00", or none');
});

test.for([
  ["accounts: [{ id: a b }]", "1: accounts.0.id: must be 1 to 64 of A-Z a-z 0-9 . _ -"],
  ["accounts:\n  - id: main\n    username: me\n", "2: accounts.0.password: "],
  [
    "accounts:\n  - { id: a, username: me, password: x }\n  - { id: b, username: b, password: x }\n  - { id: c, username: ME, password: y }\n",
    "4: accounts.2.username: account a has the same eNom host and user",
  ],
  [
    `accounts:\n  - { id: a, apiUrl: "https://a.example/x", username: "\${USER_A}", password: x }\n  - { id: b, apiUrl: "https://A.example", username: "\${USER_A}", password: y }\n`,
    "3: accounts.1.username: account a has the same eNom host and user",
  ],
  ["# ours\nacounts: []", "2: acounts: is unknown: remove it, or check its spelling"],
  ["accounts: []\npolicy:\n  mode: auto\n  befor: 3", "4: policy.befor: is unknown: remove it, or check its spelling"],
  ["policy:\n  beforeDays: 999", "2: policy.beforeDays: must be a whole number from 1 to 200"],
  ["policy:\n  beforeDays: soon", "2: policy.beforeDays: must be a whole number from 1 to 200"],
  ["\npolicy: { mode: sometimes }", "2: policy.mode: must be auto, manual or none"],
  [
    "products:\n  - service: A\n    policy:\n      mode: auto\n      beforeDays: 0",
    "5: products.0.policy.beforeDays: must be a whole number from 1 to 200",
  ],
  ["products:\n  - service: A\n  - { service: B, reissue: manual }", "3: products.1.reissue: "],
  ["products: [{ service: A, terms: [6] }]", "1: products.0.terms.0: "],
  ["policy: &p\n  beforeDays: 999\nproducts:\n  - service: A\n    policy: *p", "2: products.0.policy.beforeDays: "],
  ["policy: none", "1: policy: "],
  ["just words", "1: document: "],
  ["a: [", "1: it is no valid YAML (bad indent)"],
  ["policy: {}\npolicy: {}", "2: it is no valid YAML (duplicate key)"],
  ["policy: {}\n---\npolicy: {}", "2: it is no valid YAML (multiple docs)"],
] as const)("%j in the file is refused, and its line is named", ([text, problem]) => {
  const path = file("certfleet.yaml", text);

  expect(() => readFleetFile(path)).toThrow(`  - ${path}:${problem}`);
});

test("several problems of the file are told at once, each with its line", () => {
  const path = file("certfleet.yaml", "policy: { mode: on }\nproducts:\n  - service: A\n    x: 1\n    y: 2\n");

  expect(() => readFleetFile(path)).toThrow(
    [
      "Fix these settings:",
      `  - ${path}:4: products.0.x: is unknown: remove it, or check its spelling`,
      `  - ${path}:5: products.0.y: is unknown: remove it, or check its spelling`,
      `  - ${path}:1: policy.mode: must be auto, manual or none`,
    ].join("\n"),
  );
});

test.for([
  "accounts: [{ id: main, username: canary, password: canary",
  "accounts: canary",
  'accounts:\n - password: "canary\n - canary: *canary\n',
  "accounts: *canary",
  `a: &a [canary, canary]\nb: &b [${"*a, ".repeat(99)}*a]\nc: [${"*b, ".repeat(99)}*b]`,
])("a file such as %j is refused without a word of what stands in it", (text) => {
  const problem = (): string => {
    try {
      readFleetFile(file("certfleet.yaml", text));
      return "";
    } catch (error) {
      return (error as Error).message;
    }
  };

  expect(problem()).toContain("certfleet.yaml");
  expect(problem()).not.toContain("canary");
});

test.for([
  ["SSL_SUBSCRIPTION_POLICY", "always", "must be auto, manual or none"],
  ["SSL_SUBSCRIPTION_BEFORE", "0", "must be a whole number from 1 to 200"],
  ["SSL_SUBSCRIPTION_BEFORE", "201", "must be a whole number from 1 to 200"],
  ["SSL_SUBSCRIPTION_BEFORE", "1.5", "must be a whole number from 1 to 200"],
  ["SSL_SUBSCRIPTION_BEFORE", "ten", "must be a whole number from 1 to 200"],
] as const)("%s=%s is refused with what is permitted", ([name, value, permitted]) => {
  expect(() => readSettings(policySettings, { [name]: value })).toThrow(`${name}: ${permitted}`);
});

test("the shortest and the longest lead are permitted in the environment", () => {
  expect(readSettings(policySettings, { SSL_SUBSCRIPTION_BEFORE: "1" }).SSL_SUBSCRIPTION_BEFORE).toBe(1);
  expect(readSettings(policySettings, { SSL_SUBSCRIPTION_BEFORE: " 200 " }).SSL_SUBSCRIPTION_BEFORE).toBe(200);
});

test("how a product is reissued and for how many years it is sold may be told, and a policy in part", () => {
  const path = file(
    "certfleet.yaml",
    "products: [{ service: X, reissue: portal, terms: [1, 2], policy: { mode: manual } }]",
  );

  expect(readFleetFile(path).products).toEqual([
    { service: "X", reissue: "portal", terms: [1, 2], policy: { mode: "manual" } },
  ]);
});

test("what the file sets and this release does not act on yet is named, so that nobody trusts in it", () => {
  const path = file("certfleet.yaml", "products: [{ service: X, reissue: api }]\nbalance: {}\n");

  expect(readFleetFile(path).withoutEffect).toEqual(["products.0 (X is no product that is known here)"]);
});

test("the margin of a balance that counts as restored is a part of the minimum or an amount, and anything else is named with its line", () => {
  const margin = (text: string) =>
    file("certfleet.yaml", `policy: { mode: auto }\nbalance: { restoredMargin: "${text}" }\n`);

  for (const text of ["20%", "0%", "10", "10.00"])
    expect(readFleetFile(margin(text)).balance?.restoredMargin).toBe(text);
  for (const text of ["20 %", "-5.00", "a lot", "1e3"])
    expect(() => readFleetFile(margin(text))).toThrow(
      /certfleet\.yaml:2: balance\.restoredMargin: .*"20%", or an amount such as "10\.00"/,
    );
});
