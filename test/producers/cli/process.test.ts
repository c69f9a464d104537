// The program as people and scripts meet it: words in, results on stdout, talk on stderr, an exit code.
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { queueNames } from "../../../src/shared/queue/jobs.ts";
import { orderBody } from "../../support/order.ts";
import { commandsOf, emptyProgram } from "../../support/program.ts";
import { PASSWORD, world } from "../../support/world.ts";
import { certfleetProcess as certfleet, ownContext, startCertfleet } from "./support.ts";

test("an order goes in through standard input; programs read the result from stdout, people the talk from stderr", async () => {
  const { env } = ownContext();
  const body = await orderBody({ reference: "bill-1" });
  const open = ["certificate", "open", "--file", "-", "--json"];

  const accepted = await certfleet(open, { env, input: JSON.stringify(body) });
  const conflict = await certfleet(open, { env, input: JSON.stringify({ ...body, years: 2 }) });

  expect(accepted).toMatchObject({ code: 0, stderr: "Order bill-1 is accepted.\n" });
  expect(JSON.parse(accepted.stdout)).toMatchObject({ reference: "bill-1", status: "ordered" });
  expect(conflict.code).toBe(4);
  expect(JSON.parse(conflict.stdout)).toMatchObject({ error: "conflict" });
});

test("what is wrong with an order is told on stderr, a field a line, with the exit code of wrong usage", async () => {
  const { env } = ownContext();
  const input = JSON.stringify({ ...(await orderBody()), years: 9, customer: {} });

  const result = await certfleet(["certificate", "open", "--file", "-"], { env, input });

  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr.trim().split("\n")).toEqual([
    expect.stringMatching(/^years: /),
    expect.stringMatching(/^customer\/email: /),
  ]);
});

test("a certificate that does not exist ends with 3", async () => {
  const result = await certfleet(["certificate", "show", "none"], { env: ownContext().env });

  expect(result).toEqual({ code: 3, stdout: "", stderr: "There is no certificate none.\n" });
});

test("a Redis that does not respond ends with 75, try later, and the address is told without its password", async () => {
  const result = await certfleet(["health", "open"], { env: { REDIS_URL: `redis://:${PASSWORD}@127.0.0.1:1` } });

  expect(result).toMatchObject({ code: 75, stdout: "" });
  expect(result.stderr).toContain(
    "Redis at redis://127.0.0.1:1 cannot be used: nothing listens there. Check REDIS_URL",
  );
});

test("a worker without its settings ends with 2 and one list of all that is missing", async () => {
  const result = await certfleet(["worker", "open", "notify"], { env: {} });

  expect(result).toMatchObject({ code: 2, stdout: "" });
  for (const name of ["REDIS_URL", "ENOM_USERNAME", "ENOM_PASSWORD", "SMTP_URL", "MAIL_FROM"]) {
    expect(result.stderr).toContain(`${name} is missing`);
  }
  expect(result.stderr).not.toContain("    at ");
});

test.each([
  ["bogus"],
  ["worker", "bogus"],
  ["certificate", "list", "--limit", "0"],
  ["certificate", "resolve", "x", "--reason", "y"],
])("wrong words (%s %s) end with 2 and leave stdout empty", async (...words) => {
  const result = await certfleet(words, { env: {} });

  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).not.toBe("");
});

test("the help names every verb and every queue", async () => {
  const [all, worker] = await Promise.all([
    certfleet(["--help"], { env: {} }),
    certfleet(["worker", "--help"], { env: {} }),
  ]);

  expect(all).toMatchObject({ code: 0, stderr: "" });
  for (const verb of ["up", "gateway", "worker", "health", "certificate", "account", "schema", "doctor"]) {
    expect(all.stdout).toMatch(new RegExp(`^ {2}${verb} `, "m"));
  }
  for (const queue of queueNames) expect(worker.stdout).toContain(`"${queue}"`);
  expect(worker.stdout).toContain("$ certfleet worker ");
});

test("every verb has an example of its use, and its noun registers it", () => {
  const nouns = commandsOf(emptyProgram()).filter(({ commands }) => commands.length > 0);
  const verbs = nouns.flatMap((noun) => noun.commands.filter(({ commands }) => commands.length === 0));

  const helps = verbs.map((verb) => {
    let help = "";
    verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    const words: string[] = [];
    for (let at: Command | null = verb; at?.parent; at = at.parent) words.unshift(at.name());
    return { name: words.length === 1 ? `certfleet ${words[0]}` : words.join(" "), help };
  });

  expect(helps.map(({ name }) => name)).toEqual([
    ...[
      "start",
      "up",
      "gateway",
      "worker",
      "health",
      "doctor",
      "init",
      "backup",
      "restore",
      "drill",
      "schema",
      "completion",
      "complete",
    ].map((verb) => `certfleet ${verb}`),
    ...[
      ...["open", "approvers", "show", "pem", "files", "explain", "list", "reissue"],
      ...[
        "policy",
        "extend",
        "csr",
        "take-in",
        "validation-method",
        "method",
        "approver",
        "resend",
        "customer",
        "contacts",
      ],
      ...["resolve", "cancel", "import", "drift", "export", "restore"],
    ].map((verb) => `certificate ${verb}`),
    ...["policy show", "policy forecast", "template list", "template preview", "template lint", "template send-test"],
    ...["notification send", "notification bounces", "notification unbounce"],
    ...["list", "pause", "resume"].map((verb) => `queue ${verb}`),
    ...["list", "add", "remove", "enable", "disable", "rotate", "deliveries", "replay", "test"].map(
      (verb) => `webhook ${verb}`,
    ),
    ...["list", "answers", "products", "check", "balance", "probe", "replay", "shadow", "live", "purchases", "add"].map(
      (verb) => `account ${verb}`,
    ),
    ...["prove", "show", "slots", "spares", "status", "rebuild", "thaw", "found"].map((verb) => `ledger ${verb}`),
    ...["list", "verify", "export"].map((verb) => `audit ${verb}`),
    ...["customer export", "customer erase", "redis acl", "redis replicas show", "redis replicas forget"],
    ...["create", "list", "revoke", "rotate"].map((verb) => `key ${verb}`),
    ...["add", "list", "password", "role", "remove"].map((verb) => `user ${verb}`),
    ...["profile list", "profile use", "profile add"],
  ]);
  for (const { name, help } of helps.slice(1)) expect(help).toContain(`$ certfleet ${name.replace(/^certfleet /, "")}`);
});

test("up runs gateway and workers in one process, carries an order to its certificate, and stops in order on SIGTERM", async () => {
  const w = await world();
  const child = startCertfleet(["up"], { ...w.env, PORT: "0", LOG_LEVEL: "warn" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const told: string[] = [];
  for await (const line of createInterface(child.stdout)) if (told.push(line) === 2) break;
  const gateway = told.find((line) => line.startsWith("gateway"))?.split(/ +/)[1] ?? "";
  const reference = await w.order({});

  await w.until(reference, ({ record }) => record.issue !== null);
  const alive = await certfleet(["health", "open"], { env: w.env });
  const ready = await fetch(`${gateway}/readyz`);
  child.kill("SIGTERM");

  expect(alive).toMatchObject({ code: 0, stdout: "1 worker of the queue open is alive.\n", stderr: "" });
  expect(ready.status).toBe(200);
  expect(await ended).toEqual([0, null]);
});

test("up of a live fleet without any key is refused before a worker starts: no second in which it buys", async () => {
  const w = await world();
  const env = { ...w.env, CERTFLEET_PREFIX: "{live-without-a-key}", CERTFLEET_API_KEY: undefined, PORT: "0" };

  const { code, stdout, stderr } = await certfleet(["up"], { env: { ...env, LOG_LEVEL: "info" } });

  expect(stderr).toContain("There is no API key, and this gateway spends money");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).not.toContain("workers.started");
});
