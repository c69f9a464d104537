// Promise: a verb is the same over HTTP as on the fleet's Redis: words, results, exit codes; and it never does a thing twice.

import { readFileSync } from "node:fs";
import { mkdtemp, readFile, stat, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { expect, inject, onTestFinished, test } from "vitest";
import { worksFromAfar } from "../../../../src/producers/cli/verbs.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { keyStore } from "../../../../src/shared/authority/keys/store.ts";
import { type Scope, scopes } from "../../../../src/shared/authority/scopes.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import { makeCsr } from "../../../support/csr.ts";
import { commandsOf, emptyProgram } from "../../../support/program.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { anOrder, world } from "../../http/world.ts";
import { runHere } from "../in-process.ts";

const certfleet = (words: readonly string[], env: NodeJS.ProcessEnv) =>
  runHere(words, { HOME: "/nonexistent", USER: "ada", ...env });

const KEY = "a-key-that-may-do-everything-here";

/** A gateway on a port, its Redis, and the settings of somebody at either of them. */
async function places(held: readonly Scope[] = scopes) {
  const apiKeys = [{ id: "shop", sha256: hashOf(KEY), scopes: [...held] }];
  const w = await world({ apiKeys, limits: "off", clock: systemClock });
  const url = await w.app.listen({ host: "127.0.0.1", port: 0 });
  const folder = await mkdtemp(join(quickFolder(), "cli-"));
  const file = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  const afar = { CERTFLEET_URL: url, CERTFLEET_API_KEY: KEY };
  const near = { REDIS_URL: inject("redisUrl"), CERTFLEET_PREFIX: w.keys.prefix };
  return { ...w, url, folder, file, afar, near };
}

test("An order is placed, shown, listed, changed and explained over HTTP as it is on Redis.", async () => {
  const { afar, near, file } = await places();
  const order = await file("order.json", await anOrder({ reference: "bill-1" }));
  const both = async (...words: string[]) => {
    const [far, here] = [await certfleet(words, afar), await certfleet(words, near)];
    return { far, here };
  };

  const placed = await certfleet(["certificate", "open", "--file", order], afar);
  const again = await certfleet(["certificate", "open", "--file", order, "--json"], afar);
  const contacts = await file("contacts.json", { admin: { ...(await anOrder()).contacts.admin, city: "München" } });
  const customer = await file("customer.json", { email: "grace@example.net", name: "Grace" });
  const changes = [
    await certfleet(["certificate", "policy", "bill-1", "--mode", "manual", "--before", "12"], afar),
    await certfleet(["certificate", "extend", "bill-1", "--years", "1"], afar),
    await certfleet(["certificate", "contacts", "bill-1", "--file", contacts], afar),
    await certfleet(["certificate", "customer", "bill-1", "--file", customer, "--brand", "Acme"], near),
    await certfleet(["certificate", "method", "bill-1", "--method", "dns"], afar),
  ];
  const same = [
    await both("certificate", "show", "bill-1", "--json"),
    await both("certificate", "list", "-o", "csv"),
    await both("certificate", "list", "--all", "-o", "ndjson"),
    await both("certificate", "approvers", "shop.example.com"),
    await both("certificate", "explain", "bill-1"),
    await both("certificate", "pem", "none"),
    await both("certificate", "open", "--file", await file("bad.json", { reference: "x" })),
    await both("certificate", "list", "--limit", "1", "--cursor", "zzz", "--json").then(({ far, here }) => ({
      far: { code: far.code },
      here: { code: here.code },
    })),
    await both("account", "list", "-o", "csv"),
    await both("notification", "bounces"),
    await both("queue", "list"),
    await both("policy", "forecast", "bill-1", "--json"),
    await both("health", "open"),
  ];

  expect(placed).toMatchObject({ code: 0, stderr: "Order bill-1 is accepted.\n" });
  expect(placed.stdout).toContain("Status           ordered");
  expect(again).toMatchObject({ code: 0, stderr: "Order bill-1 was accepted before.\n" });
  expect(changes.map(({ code, stderr }) => [code, stderr.split("\n")[0]])).toEqual([
    [0, "The policy of bill-1 was changed."],
    [0, expect.stringMatching(/^bill-1 is paid for 2 years in all/)],
    [0, "The contacts of bill-1 were changed."],
    [0, "The customer of bill-1 was changed."],
    [0, "The next validation of bill-1 is by dns."],
  ]);
  expect(changes[2]?.stderr).toContain('"München" is kept as "Munchen"');
  for (const { far, here } of same) expect(far).toEqual(here);
  const [shown, csv, lines] = same.map(({ far }) => ("stdout" in far ? `${far.stdout}` : ""));
  expect(JSON.parse(shown ?? "")).toMatchObject({
    brand: "Acme",
    years: 2,
    policy: { mode: "manual", beforeDays: 12 },
  });
  expect(csv?.split("\n")).toEqual([
    "reference,status,domain,product,expires,attention,daysLeft,nextAction,nextAt,paidUntil,years,account,certId,tenant,acceptedAt",
    expect.stringMatching(/^bill-1,ordered,shop\.example\.com,Certificate-RapidSSL-RapidSSL,,,,/),
    "",
  ]);
  expect(JSON.parse(lines ?? "")).toMatchObject({ reference: "bill-1" });
});

test("A cancellation asks to be confirmed; an approver, a CSR and a decision wait for a worker, and say so when none comes.", async () => {
  const { afar, near, file, work } = await places();
  const order = await file("order.json", await anOrder({ reference: "bill-2" }));
  await certfleet(["certificate", "open", "--file", order], near);
  const cancel = ["certificate", "cancel", "bill-2", "--reason", "not wanted"];

  const [far, here] = [await certfleet(cancel, afar), await certfleet(cancel, near)];
  const wrong = await certfleet([...cancel, "--confirm", "bill-3"], afar);
  const approver = await certfleet(["certificate", "approver", "bill-2", "--email", "x@gmail.com"], afar);
  const both = await certfleet(["certificate", "approver", "bill-2"], afar);
  const early = await certfleet(["certificate", "resend", "bill-2"], afar);
  const issue = {
    pem: "",
    csrHash: "",
    serialNumber: "0A",
    notBefore: "2026-01-01T00:00:00.000Z",
    notAfter: "2027-12-01T00:00:00.000Z",
  };
  await work("bill-2", { issue });
  const loss = await certfleet(["certificate", "resolve", "bill-2", "--cancel", "--reason", "x"], afar);
  const lossHere = await certfleet(["certificate", "resolve", "bill-2", "--cancel", "--reason", "x"], near);

  expect(far).toEqual(here);
  expect(far).toMatchObject({ code: 2, stdout: "" });
  expect(far.stderr).toContain("--confirm bill-2, or --yes");
  expect([wrong.code, approver.code, both.code, early.code]).toEqual([2, 2, 2, 4]);
  expect(approver.stderr).toContain("can never approve");
  expect(early.stderr).toContain("No approval mail was sent yet.");
  expect(loss).toEqual(lossHere);
  expect(loss.stderr).toMatch(/^The certificate is issued.*To cancel all the same, add --confirm bill-2\.$/m);
});

test("What the gateway refuses is told in its words, with the exit code of the table.", async () => {
  const { afar, url, file } = await places(["certificates:read"]);
  const order = await file("order.json", await anOrder());

  const [missing, key, scope, away, elsewhere, local] = [
    await certfleet(["certificate", "show", "none"], afar),
    await certfleet(["certificate", "show", "none", "--url", url], { CERTFLEET_API_KEY: "wrong" }),
    await certfleet(["certificate", "open", "--file", order], afar),
    await certfleet(["certificate", "show", "none", "--url", "http://127.0.0.1:2"], {}),
    await certfleet(["certificate", "show", "none", "--url", "https://ada:secret@example.com"], {}),
    await certfleet(["ledger", "status", "--url", url], {}),
  ];
  const fromEnvironment = await certfleet(["audit", "verify"], afar);

  expect(missing).toEqual({ code: 3, stdout: "", stderr: "There is no certificate none.\n" });
  expect([key.code, key.stderr]).toEqual([1, expect.stringContaining("refuses the API key")]);
  expect([scope.code, scope.stderr]).toEqual([1, expect.stringContaining("needs the scope certificates:write")]);
  expect([away.code, away.stderr]).toEqual([75, expect.stringContaining("http://127.0.0.1:2")]);
  expect([elsewhere.code, elsewhere.stderr]).toEqual([2, expect.not.stringContaining("secret")]);
  for (const { code, stderr } of [local, fromEnvironment])
    expect([code, stderr]).toEqual([2, expect.stringContaining("does not work over HTTP")]);
  expect(local.stderr).toContain("bin/certfleet ledger status");
});

test("A write that met a 503 is sent again under the same Idempotency-Key; one whose answer is lost for good ends as unknown.", async () => {
  const seen: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    seen.push(request);
    request.resume().on("end", () => {
      if (request.url?.includes("lost")) return void request.socket.destroy();
      const answer = seen.length < 3 ? [503, { type: "x", detail: "Redis is away." }] : [202, { ...shown }];
      response.writeHead(answer[0] as number, { "content-type": "application/json", "retry-after": "0" });
      response.end(JSON.stringify(answer[1]));
    });
  });
  const shown = { reference: "r", domain: "d", policy: {}, validation: {}, purchases: [], timeline: [], warnings: [] };
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const taken = await certfleet(["certificate", "extend", "r", "--years", "1", "--json", "--url", url], {});
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  const lost = await certfleet(["certificate", "extend", "lost", "--years", "1", "--url", url], {});

  expect([taken.code, keys.length, new Set(keys).size]).toEqual([0, 3, 1]);
  expect(lost).toMatchObject({ code: 5, stdout: "" });
});

test("Profiles: the first one is in use, a name goes before it, the file is its owner's alone, and no key is shown.", async () => {
  const { url, folder, file } = await places();
  const env = { XDG_CONFIG_HOME: folder };
  const keyFile = await file("live.key", `${KEY}\n`);

  const added = await certfleet(["profile", "add", "live", "--url", url, "--key-file", keyFile], env);
  await certfleet(["profile", "add", "far", "--url", "http://127.0.0.1:2", "--key-file", keyFile], env);
  const list = await certfleet(["profile", "list", "-o", "csv"], env);
  const used = await certfleet(["certificate", "list"], env);
  const named = await certfleet(["certificate", "list", "--profile", "far"], env);
  const byEnvironment = await certfleet(["certificate", "list"], { ...env, CERTFLEET_PROFILE: "none" });
  const path = join(folder, "certfleet/config.yaml");
  await writeFile(path, `profiles: { live: { url: "${url}", key: ${KEY} } }`);
  const mode = (await stat(path)).mode & 0o777;
  const open = await import("node:fs/promises")
    .then(({ chmod }) => chmod(path, 0o644))
    .then(() => certfleet(["profile", "list"], env));

  expect(added).toMatchObject({ code: 0, stderr: `${url} takes the key.\n` });
  expect(list.stdout).toBe(`name,url,key,inUse\nlive,${url},${keyFile},yes\nfar,http://127.0.0.1:2,${keyFile},no\n`);
  expect(used).toEqual({ code: 0, stdout: "", stderr: "No certificate matches.\n" });
  expect(named.code).toBe(75);
  expect([byEnvironment.code, byEnvironment.stderr]).toEqual([2, expect.stringContaining("there are: live, far")]);
  expect(mode).toBe(0o600);
  expect([open.code, open.stderr]).toEqual([2, expect.stringContaining(`chmod 600 ${path}`)]);
  expect(await readFile(path, "utf8")).toContain(KEY);
});

test("The CSR of an order is corrected from afar, too: what is wrong with it is said at once.", async () => {
  const { afar, near, file } = await places();
  await certfleet(
    ["certificate", "open", "--file", await file("o.json", await anOrder({ reference: "bill-4" }))],
    near,
  );
  const csr = await file("new.csr", await makeCsr({ cn: "other.example.org" }));

  const words = ["certificate", "csr", "bill-4", "--file", csr, "--reason", "typo"];
  const [far, here] = [await certfleet(words, afar), await certfleet(words, near)];

  expect(far.code).toBe(2);
  expect(far).toEqual(here);
});

test("Keys, users, webhooks and what is kept of a person are seen to from afar as on Redis; a secret is shown once.", async () => {
  const { afar, near, file, call } = await places();
  const both = async (...words: string[]) => {
    const [far, here] = [await certfleet(words, afar), await certfleet(words, near)];
    return { far, here };
  };
  const password = await file("ada.txt", "correct horse battery staple");
  const order = await file("order.json", await anOrder({ reference: "bill-9" }));
  await certfleet(["certificate", "open", "--file", order], near);
  const { email } = (await anOrder()).customer as { email: string };

  const made = await certfleet(["key", "create", "--name", "probe", "--scope", "metrics:read", "--json"], afar);
  const rotated = await certfleet(["key", "rotate", "probe", "--overlap", "1h"], afar);
  const taken = await both("key", "create", "--name", "probe");
  const added = await certfleet(["user", "add", "Grace", "--role", "money", "--password-file", password], afar);
  const hook = await certfleet(["webhook", "add", "http://127.0.0.1:9/x", "--allow-private", "--json"], afar);
  const { id } = JSON.parse(hook.stdout);
  const same = [
    await both("user", "list"),
    await both("user", "add", "grace", "--role", "admin", "--password-file", password),
    await both("user", "role", "grace", "viewer"),
    await both("user", "password", "nobody", "--generate"),
    await both("webhook", "list", "-o", "ndjson"),
    await both("webhook", "disable", id),
    await both("webhook", "enable", id, "--from-now"),
    await both("webhook", "deliveries", id),
    await both("customer", "erase", "nobody@example.com", "--yes"),
    await both("customer", "erase", email, "--yes", "--json"),
  ];
  // A gateway knows the keys of its own file and environment, too.
  const keysFar = JSON.parse((await certfleet(["key", "list", "--json"], afar)).stdout).keys as { id: string }[];
  const keysHere = JSON.parse((await certfleet(["key", "list", "--json"], near)).stdout).keys as { id: string }[];
  const person = await both("customer", "export", email);
  const gone = [
    await certfleet(["key", "revoke", "probe"], afar),
    await certfleet(["user", "remove", "grace"], afar),
    await certfleet(["webhook", "remove", id], afar),
  ];
  const trail = (await call("GET", "/v1/audit", undefined, { authorization: `Bearer ${KEY}` })).text;

  expect(JSON.parse(made.stdout)).toMatchObject({ id: "probe", key: expect.stringMatching(/^cf_/) });
  expect(rotated.stdout).toMatch(/^cf_/);
  expect([taken.far.code, taken.far.stderr.trim()]).toEqual([4, expect.stringContaining("certfleet key rotate probe")]);
  expect(added).toEqual({ code: 0, stdout: "User grace may sign in as money.\n", stderr: "" });
  for (const { far, here } of same) expect(far).toEqual(here);
  expect(keysFar.map(({ id: name }) => name)).toEqual(["probe", "shop"]);
  expect(keysFar[0]).toEqual(keysHere[0]);
  const facts = ({ stdout }: { stdout: string }) => ({ ...JSON.parse(stdout), exportedAt: "" });
  expect(facts(person.far)).toEqual(facts(person.here));
  expect(gone.map(({ code, stdout }) => [code, stdout.split(" ").slice(0, 3).join(" ")])).toEqual([
    [0, "The API key"],
    [0, "User grace is"],
    [0, `The webhook ${id}`],
  ]);
  expect(trail).toContain('"key.create"');
  for (const secret of [
    JSON.parse(made.stdout).key,
    rotated.stdout.trim(),
    "correct horse",
    JSON.parse(hook.stdout).secret,
  ])
    expect(trail).not.toContain(secret);
});

test("A key gives no key more than it has, and one that is bound makes no user.", async () => {
  const bound = { expires: "2099-01-01T00:00:00.000Z", from: ["127.0.0.0/8"], moneyPerDay: "10.00" };
  const w = await world({ apiKeys: [{ id: "shop", sha256: hashOf(KEY), scopes: ["admin"], ...bound }], limits: "off" });
  const send = (body: object, path = "/v1/keys") => w.call("POST", path, body, { authorization: `Bearer ${KEY}` });
  const within = { scopes: ["metrics:read"], expires: "2098-01-01", from: ["127.0.0.1"] };
  await keyStore(w.redis, w.keys).create(
    "wide",
    { scopes: ["admin"], from: [] },
    { by: { kind: "system", id: "ada" }, now: new Date() },
  );

  const answers = [
    await send({ name: "a", ...within }),
    await send({ name: "b" }),
    await send({ name: "c", ...within, expires: null }),
    await send({ name: "d", ...within, from: ["10.0.0.0/8"] }),
    await send({ name: "e", ...within, rate: "2000/s" }),
    await send({ name: "f", ...within, from: ["127.0.0.0/4"] }),
    await send({}, "/v1/keys/wide/rotate"),
    await send({ name: "grace", role: "viewer" }, "/v1/users"),
  ];

  expect(
    answers.map(({ status, body }) => [status, body.errors?.map(({ field }: { field: string }) => field)]),
  ).toEqual([
    [201, undefined],
    [403, ["scopes", "expires", "from"]],
    [403, ["expires"]],
    [403, ["from"]],
    [403, ["rate"]],
    [403, ["from"]],
    [403, ["scopes", "expires", "from"]],
    [403, undefined],
  ]);
  expect(answers[0]?.body.secret).toMatch(/^cf_/);
});

test("The list of verbs in the documents says of each what the program does.", () => {
  const page = readFileSync(resolve(import.meta.dirname, "../../../../docs/howto/command-line-from-afar.md"), "utf8");
  const table = /\| noun \|[\s\S]*?\n\n/.exec(page)?.[0] ?? "";
  const written = [...table.matchAll(/^\| `?([a-z]+)`? \| (.*?) ?\|(.*?)\|$/gm)].flatMap(
    ([, noun = "", far = "", here = ""]) =>
      [far, here].flatMap((cell, i) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, verb]) => [noun, verb, i === 0])),
  );
  const isLeaf = (each: Command) => each.commands.length === 0 && each.name() !== "help";
  const shown = emptyProgram()
    .createHelp()
    .visibleCommands(emptyProgram())
    .filter((each) => each.name() !== "help");
  const known = shown.flatMap((noun) => {
    const leaves = commandsOf(noun).filter((each) => isLeaf(each) && each.name() !== "method");
    return leaves.map((verb) => [verb === noun ? "alone" : noun.name(), verb.name(), worksFromAfar(verb)]);
  });

  expect(written.toSorted()).toEqual(known.toSorted());
});

test("What lists or shows has every format, and CSV has a header of stable names.", async () => {
  const { near } = await places();
  const lists = commandsOf(emptyProgram()).filter((each) =>
    /^(list|shows?|status|slots|spares|prove)$/.test(each.name()),
  );
  const without = lists.filter(
    ({ options, parent }) => parent?.name() !== "replicas" && !options.some(({ long }) => long === "--output"),
  );
  const said = [
    await certfleet(["template", "list", "-o", "csv"], near),
    await certfleet(["policy", "show", "-o", "ndjson"], near),
    await certfleet(["policy", "forecast", "-o", "csv"], near),
    await certfleet(["user", "list", "-o", "csv"], near),
  ];

  expect(without.map((each) => each.name())).toEqual([]);
  expect(said.map(({ stdout }) => stdout.split("\n")[0])).toEqual([
    "name,to,languages,when",
    expect.stringContaining('"source":"default"'),
    expect.stringMatching(/^policy,from,/),
    "name,role,by,addedAt,signedInAt,changedAt",
  ]);
});
