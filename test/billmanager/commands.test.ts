// Promise: every command answers BILLmanager in the documented form, and tells it what went wrong, where, and whom.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { anOrder, nobody, pretendedGateway, problem } from "./gateway.ts";
import { install } from "./module.ts";
import { anItem, aPanel, type PanelState } from "./panel.ts";

const require = createRequire(import.meta.url);
const { readWords } = require("../../integrations/billmanager/src/command-line.cjs");

const KEY = "cf_canary-key-0123456789";
const CSR = "-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----";
const account = {
  id: "main",
  enabled: true,
  currency: "USD",
  balance: { available: "102.50", at: "1" },
  lastCheck: null,
};

async function panelWith(answers: Parameters<typeof pretendedGateway>[0] = {}, files: Record<string, string> = {}) {
  const gateway = await pretendedGateway({ "GET /v1/accounts/main": account, ...answers });
  const panel = aPanel(gateway.url, KEY);
  panel.items["5"] = anItem(CSR);
  return { ...gateway, panel, ...install(panel, files) };
}

const told = (panel: PanelState, name: string) =>
  panel.calls.filter((call) => call.name === name).map(({ params }) => params);

test("Options come with a blank or with an equals sign, unknown ones are left out, and a value may begin with dashes.", () => {
  const read = (words: string) => readWords(words.split(" ")).options;

  expect(read("--command open --item=5 -m 17 -lru")).toEqual({ command: "open", item: "5", module: "17", lang: "ru" });
  expect(read("--newest --command open --other x --item 5 --more=--item")).toEqual({ command: "open", item: "5" });
  expect(read("--command check_param --param csr --value -----BEGIN")).toMatchObject({ value: "-----BEGIN" });
  expect(read("--command check_param --value --item --item 5")).toMatchObject({ value: "--item", item: "5" });
});

test("While the fleet does not answer, the operation has the error, and with its last try a task; the handler has a problem.", async () => {
  const panel = aPanel(await nobody(), KEY);
  panel.items["5"] = anItem(CSR);
  panel.operations = { "70": { trycount: "3" }, "71": { trycount: "10" }, "72": { trycount: "1" } };
  const { call, log } = install(panel);

  const early = await call("--command open --item 5 --runningoperation 70");
  expect(early).toMatchObject({ code: 1, type: "client" });
  expect(early.value).toMatch(/^Cannot connect to the processing module: http:\/\/127\.0\.0\.1:\d+ does not answer/);
  expect(panel.operations["70"]?.errorxml).toContain('<processingmodule date="');
  expect(panel.operations["70"]?.errorxml).toContain('type="client"');
  expect(panel.tasks).toEqual([]);
  expect(panel.problems[0]).toMatchObject({ name: "processingmodule_connect", id: "17", param_pm_name: "eNom main" });

  await call("--command open --item 5 --runningoperation 71");
  await call("--command open --item 5 --runningoperation 71");
  expect(panel.operations["71"]?.manual).toBe("on");
  expect(panel.tasks).toMatchObject([{ item: "5", runningoperation: "71", type: "type-of-open" }]);

  // A renewal is tried once.
  await call("--command prolong --item 5 --runningoperation 72");
  expect(panel.tasks).toHaveLength(2);
  expect(log() + JSON.stringify(panel)).not.toMatch(new RegExp(`(?<!"password":")${KEY}`));
  expect(await call("--command features")).toMatchObject({ code: 0 });
});

test("What the fleet says of a field stands at the field of the panel; a refused key is told as such.", async () => {
  const wrong = [{ field: "contacts/admin/phone", message: "is no number." }];
  const { call, panel, answers } = await panelWith({ "POST /v1/certificates": problem(422, "invalid", wrong) });

  expect(await call("--command open --item 5")).toMatchObject({
    code: 1,
    type: "pmenomfleet_invalid",
    value: "adm_phone: is no number.",
  });
  answers["GET /v1/certificates/bm-5-1"] = problem(401, "unauthorized");
  expect(await call("--command open --item 5")).toMatchObject({ code: 1, type: "auth" });
  panel.items["5"] = anItem("");
  answers["GET /v1/certificates/bm-5-1"] = problem(404, "not-found");
  expect(await call("--command open --item 5")).toMatchObject({ code: 1, type: "pmenomfleet_no_csr" });
  panel.items["5"] = anItem(CSR, { altname: "www.shop.example.com shop.example.net" });
  expect((await call("--command open --item 5")).value).toContain("Further names cannot be ordered: shop.example.net.");
  panel.items["5"] = anItem(CSR, { period: "6" });
  expect(await call("--command open --item 5")).toMatchObject({ type: "pmenomfleet_period" });
});

test("An order of another panel under the same reference is neither written into an item nor ended.", async () => {
  const { call, panel, asked } = await panelWith({
    "GET /v1/certificates/bm-5-1": anOrder("bm-5-1", { domain: "other.example" }),
  });

  for (const command of ["open", "sync_item", "prolong", "close"])
    expect(await call(`--command ${command} --item 5`)).toMatchObject({ code: 1, type: "pmenomfleet_conflict" });

  expect(asked.filter(({ method }) => method === "POST")).toEqual([]);
  expect(told(panel, "certificate.save")).toEqual([]);
});

test.for(["xml", "json", "bjson"] as const)(
  "States and dates follow the order, with answers of mgrctl as %s.",
  async (form) => {
    const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    const { call, panel, answers } = await panelWith({ "GET /v1/certificates/bm-5-1/pem": pem });
    panel.form = form;
    const sync = async (more: object) => {
      answers["GET /v1/certificates/bm-5-1"] = anOrder("bm-5-1", more);
      expect(await call("--command sync_item --item 5")).toMatchObject({ code: 0 });
      return panel.items["5"]?.service_status;
    };

    expect(await sync({ status: "ordered", expirationDate: null })).toBe("3");
    expect(await sync({ status: "awaiting-validation", expirationDate: null })).toBe("4");
    expect(await sync({ years: 5, paidUntil: "2031-11-22" })).toBe("5");
    expect(panel.items["5"]).toMatchObject({
      expiredate: "2027-06-10",
      paiduntil: "2031-11-22",
      crt: pem,
      status: "2",
    });
    expect(await sync({ status: "reissuing" })).toBe("4");
    // The fleet reissued between two looks: the new date is written, and nothing is opened again.
    panel.items["5"] = { ...panel.items["5"], service_status: "5" };
    const opened = told(panel, "certificate.open").length;
    expect(await sync({ serialNumber: "0B", expirationDate: "2027-12-01" })).toBe("5");
    expect(panel.items["5"]?.expiredate).toBe("2027-12-01");
    expect(told(panel, "certificate.open")).toHaveLength(opened);
    expect(panel.calls.find(({ name }) => name === "certificate.save")?.hidden).toEqual(["crt"]);
    expect(await sync({ status: "failed" })).toBe("6");
    expect(told(panel, "certificate.failed")).toHaveLength(1);
  },
);

test("A renewal beyond five years places a new order in the last weeks, once an operation, and is refused before.", async () => {
  const old = anOrder("bm-5-1", { years: 5, paidUntil: "2040-01-01" });
  const { call, panel, answers, asked } = await panelWith({ "GET /v1/certificates/bm-5-1": old });
  panel.operations["72"] = { trycount: "0" };
  const prolong = "--command prolong --item 5 --runningoperation 72";

  answers["POST /v1/certificates/bm-5-1/extend"] = problem(409, "not-now");
  expect(await call(prolong)).toMatchObject({ code: 1, type: "pmenomfleet_early" });
  const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  answers["GET /v1/certificates/bm-5-1"] = { ...old, paidUntil: soon };
  answers["POST /v1/certificates"] = anOrder("bm-5-2", { status: "ordered", expirationDate: null });
  expect(await call(prolong, { killedBefore: "service.postprolong" })).toMatchObject({ code: 137 });
  answers["GET /v1/certificates/bm-5-2"] = answers["POST /v1/certificates"];
  expect(await call(prolong)).toMatchObject({ code: 0 });

  const orders = asked.filter(({ path }) => path === "/v1/certificates");
  expect(orders).toMatchObject([{ method: "POST", key: "bm-5-prolong-72", body: { reference: "bm-5-2" } }]);
});

test("An operation that was refused can be started again once its cause is gone: the kept refusal does not come back.", async () => {
  const { call, panel, answers, asked } = await panelWith({ "GET /v1/certificates/bm-5-1": anOrder("bm-5-1") });
  panel.operations["72"] = { trycount: "0" };
  const refusal = problem(409, "not-now");
  answers["POST /v1/certificates/bm-5-1/extend"] = (key) =>
    key === "bm-5-prolong-72"
      ? { ...refusal, headers: { "idempotency-replayed": "true" } }
      : anOrder("bm-5-1", { years: 2 });

  expect(await call("--command prolong --item 5 --runningoperation 72")).toMatchObject({ code: 0 });

  expect(asked.filter(({ method }) => method === "POST").map(({ key }) => key)).toEqual([
    "bm-5-prolong-72",
    "bm-5-prolong-72.2",
  ]);
});

test("The panel's address, policy and defaults stand in for what the customer did not say.", async () => {
  const settings = { SSLSubscriptionPolicy: "none", SSLSubscriptionBefore: "201" };
  const { call, panel, asked } = await panelWith({ "POST /v1/certificates": problem(422, "invalid") });
  panel.settings = settings;
  panel.accounts["40"] = { email: "client@example.net" };
  Object.assign(panel.handlers["17"] ?? {}, {
    default_org_address: "Main Street 1",
    default_city: "Utrecht",
    default_org_country: "NL",
  });

  await call("--command open --item 5");

  const body = asked.find(({ method }) => method === "POST")?.body;
  expect(body).toMatchObject({
    ...{
      reference: "bm-5-1",
      account: "main",
      product: "Certificate-RapidSSL-RapidSSL",
      years: 1,
      policy: { mode: "none" },
    },
    contacts: { admin: { firstName: "Jürgen", address1: "Main Street 1", city: "Utrecht", country: "NL" } },
    customer: { email: "j.mueller@example.com", name: "Jürgen Müller" },
    ...{ brand: "Nordhost", approver: { method: "email", email: "admin@example.com" } },
  });
});

test("A value is tried before anything is ordered: only what is said of its own field counts.", async () => {
  const wrong = [
    { field: "contacts/admin/phone", message: "is no number." },
    { field: "csr", message: "is no request." },
  ];
  const { call, asked } = await panelWith({
    "POST /v1/certificates?dryRun=true": problem(422, "invalid", wrong),
    "GET /v1/approvers?domain=shop.example.com": { approvers: [] },
    "GET /v1/approvers?domain=shop.local": problem(422, "invalid", [{ field: "domain", message: "is not public." }]),
  });
  const check = (words: string) => call(`--command check_param --item 5 ${words}`);

  expect(await check("--param adm_phone --value 12")).toMatchObject({ code: 1, value: "is no number." });
  expect(await check("--param csr --value -----BEGIN")).toMatchObject({ code: 1, value: "is no request." });
  expect(await check("--param adm_fname --value Анна")).toMatchObject({ code: 0, stdout: "<doc><ok/></doc>\n" });
  expect(await check("--param CN --value shop.example.com")).toMatchObject({ code: 0 });
  expect(await check("--param CN --value shop.local")).toMatchObject({ code: 1, value: "CN: is not public." });
  expect(await check("--param altname --value shop.example.net")).toMatchObject({ code: 1, type: "pmenomfleet_names" });
  expect(asked.find(({ method }) => method === "POST")?.body).toMatchObject({
    contacts: { admin: { phone: "12", city: "Köln" } },
  });
});

test("With etc/billmgr.DoNothing what changes something does nothing, and says that it went well.", async () => {
  const { call, panel, asked } = await panelWith({}, { "etc/billmgr.DoNothing": "" });

  for (const command of ["open", "reopen", "prolong", "cancel_prolong", "sync_item", "suspend", "resume", "close"])
    expect(await call(`--command ${command} --item 5`)).toMatchObject({ code: 0, stdout: "<doc/>\n" });

  expect([panel.calls, asked]).toEqual([[], []]);
});

test("Balance, suitable handlers and import speak of this module's handlers only.", async () => {
  const { call, panel, answers, base } = await panelWith({
    "POST /v1/accounts/main/balance-poll": problem(403, "forbidden"),
  });
  answers["GET /v1/certificates?limit=200"] = {
    items: [
      anOrder("old-1"),
      anOrder("bm-5-1"),
      anOrder("gone", { status: "cancelled" }),
      anOrder("else", { account: "big" }),
    ],
    nextCursor: null,
  };
  answers["GET /v1/certificates/old-1/pem"] = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

  const balance = await call("--command getbalance");
  expect(balance.stdout).toBe("<doc><balance>102.50</balance><currency>USD</currency><credit>0</credit></doc>\n");
  expect(panel.balances).toEqual({ "17": "102.50 USD" });
  const input = "<doc><item><pricelist>8</pricelist></item><skip_modules>3,4</skip_modules></doc>";
  expect((await call("--command get_suitable_module", { input })).stdout).toBe(
    '<doc><modules><module id="17"/></modules></doc>\n',
  );
  await call("--command import --module 17 --itemtype certificate");
  await call("--command import --module 17 --itemtype certificate --searchstring shop");
  expect(told(panel, "processing.import.service")).toMatchObject([
    { module: "17", import_service_name: "shop.example.com", period: "12" },
  ]);
  expect(Object.values(panel.items).at(-1)).toMatchObject({
    fleet_reference: "old-1",
    service_status: "5",
    expiredate: "2027-06-10",
  });
  expect(existsSync(`${base}/var/pmenomfleet.imported`)).toBe(true);
});

test("The wizard's forms come back whole, with the list of addresses and the link for new clients.", async () => {
  const { call } = await panelWith();
  const input = '<?xml version="1.0"?>\n<doc func="x"><url>https://fleet.example</url><name>Ä &amp; Ö</name></doc>\n';

  const tuned = await call("--command tune_connection", { input });
  const linked = await call("--command usercreate", { input });

  expect(tuned.stdout).toMatch(/<name>Ä &amp; Ö<\/name><slist name="sourceip">.*<\/slist><\/doc>\n$/);
  expect(linked.stdout).toContain("<name>Ä &amp; Ö</name><outerlink>https://www.enom.com/</outerlink></doc>");
  expect((await call("--command usercreate", { input: "<doc/>" })).stdout).toBe(
    "<doc><outerlink>https://www.enom.com/</outerlink></doc>\n",
  );
  expect(
    await call("--command check_connection", {
      input: "<doc><processingmodule><url>ftp://x</url></processingmodule></doc>",
    }),
  ).toMatchObject({
    code: 1,
    value: expect.stringMatching(/^Cannot connect to the processing module: ftp:\/\/x is no address/),
  });
  expect(await call("--command renew --item 5")).toMatchObject({ code: 1, type: "pmenomfleet_usage" });
});
