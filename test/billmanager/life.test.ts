// Promise: an item's whole life in BILLmanager, played against a fleet and the pretended eNom: states and dates in the panel are
// right at every step, and each term is bought once, however often calls are repeated or killed.
import { expect, onTestFinished, test, vi } from "vitest";
import { startGateway } from "../../src/producers/main.ts";
import { makeCsr } from "../support/csr.ts";
import { type World, world } from "../support/world.ts";
import { install } from "./module.ts";
import { anItem, aPanel, endOf, type PanelState } from "./panel.ts";

const KEY = "a-key-of-the-test-0123456789";

async function shop() {
  const w = await world();
  const gateway = await startGateway({ ...w.env, PORT: "0", CERTFLEET_API_KEY: KEY });
  onTestFinished(gateway.stop);
  const panel = aPanel(gateway.url, KEY);
  const csr = await makeCsr({ cn: "shop.example.com" });
  panel.items["5"] = anItem(csr, { period: "24" });
  return {
    w,
    gateway,
    panel,
    csr,
    ...install(panel, { "etc/billmgr.conf": "Option SSLSubscriptionPolicy manual\nSSLSubscriptionBefore 21\n" }),
  };
}

/** sync_item again and again, as the panel's schedule does, until the item has this state. */
async function untilState(
  call: ReturnType<typeof install>["call"],
  panel: PanelState,
  state: string,
  command = "sync_item",
) {
  await vi.waitFor(
    async () => {
      expect((await call(`--command ${command} --item 5`)).code).toBe(0);
      expect(panel.items["5"]?.service_status).toBe(state);
    },
    { timeout: 60_000, interval: 50 },
  );
}

const yearOf = (date = ""): number => new Date(date).getUTCFullYear();
const bought = (w: World) => w.enom.asked("PurchaseServices").length;
const named = (panel: PanelState) => panel.calls.map(({ name }) => name);

test("Ordered, approved, issued, reissued, prolonged, suspended, resumed and deleted: one purchase, and right dates at each step.", async () => {
  const { w, panel, call, csr, log } = await shop();
  w.enom.settings.owner = "silent";
  await w.work(["open", "reissue", "notify", "balance-poll"]);
  const item = () => panel.items["5"] ?? {};

  // The wizard, and the order form.
  const form = `<doc><processingmodule><url>${panel.handlers["17"]?.url}</url><username>acme-hosting</username><password>${KEY}</password></processingmodule></doc>`;
  expect(await call("--command check_connection", { input: form })).toMatchObject({
    code: 0,
    stdout: "<doc><ok/></doc>\n",
  });
  const approvers = await call(
    "--command approver --module 17 --domain shop.example.com --intname Certificate-RapidSSL-RapidSSL",
  );
  expect(approvers.stdout).toContain('<domain name="shop.example.com"><approver>admin@example.com</approver>');

  // Killed between order and state 3, repeated twice: one order.
  panel.operations["70"] = { trycount: "0" };
  const open = "--command open --item 5 --runningoperation 70";
  expect(await call(open, { killedBefore: "service.setstatus" })).toMatchObject({ code: 137 });
  expect(item().service_status).toBe("2");
  expect(await call(open)).toMatchObject({ code: 0 });
  expect(await call(open)).toMatchObject({ code: 0 });
  expect(named(panel)).toContain("service.postopen");
  expect(item()).toMatchObject({ custom_order_id: "bm-5-1", fleet_reference: "bm-5-1" });

  await untilState(call, panel, "4");
  const order = (await w.certificates.find("bm-5-1"))?.order;
  expect(order).toMatchObject({
    brand: "Nordhost",
    account: "main",
    tenant: "billmanager-40",
    policy: { mode: "manual", beforeDays: 21 },
  });
  expect(order?.contacts.admin).toMatchObject({
    firstName: "Juergen",
    lastName: "Mueller",
    address1: "Strasse 1",
    city: "Koeln",
    country: "DE",
  });
  expect(await call("--command send_dv_email --item 5 --emails hostmaster@example.com")).toMatchObject({ code: 0 });
  expect(item().approver_email).toBe("hostmaster@example.com");

  // The owner approves, and says so.
  w.enom.settings.owner = "approves";
  await untilState(call, panel, "5", "send_dv_dns");
  const first = item();
  expect(first.expiredate).toBe(endOf(first.crt ?? ""));
  expect(first.status).toBe("2");
  const paidFirst = yearOf(first.paiduntil);
  expect(Number(first.enom_cert_id)).toBeGreaterThan(0);
  const crt = first.crt;

  // Again nothing changes.
  const calls = panel.calls.length;
  await call("--command sync_item --item 5");
  expect(panel.calls.slice(calls).map(({ name }) => name)).toEqual(["service.edit", "processing.edit"]);

  // Reissued by hand, and the call repeated.
  panel.operations["71"] = { trycount: "0" };
  const reopen = "--command reopen --item 5 --runningoperation 71";
  expect(await call(reopen, { killedBefore: "service.postreopen" })).toMatchObject({ code: 137 });
  expect(item().service_status).toBe("3");
  expect(await call(reopen)).toMatchObject({ code: 0 });
  await w.until("bm-5-1", ({ record }) => record.reissues === 1, 60_000);
  await untilState(call, panel, "5");
  expect(item().crt).not.toBe(crt);
  expect(item().expiredate).toBe(endOf(item().crt ?? ""));

  // Prolonged twice by one operation, killed in between.
  panel.operations["72"] = { trycount: "0" };
  const prolong = "--command prolong --item 5 --runningoperation 72";
  expect(await call(prolong, { killedBefore: "service.postprolong" })).toMatchObject({ code: 137 });
  expect(await call(prolong)).toMatchObject({ code: 0 });
  // Once more it would be six years: the repeated call knew that it was done.
  expect((await w.certificates.find("bm-5-1"))?.record.terms.years).toBe(4);
  expect(yearOf(item().paiduntil)).toBe(paidFirst + 2);
  expect(item().expiredate).toBe(endOf(item().crt ?? ""));
  panel.operations["74"] = { trycount: "0" };
  const tooLong = "--command prolong --item 5 --runningoperation 74";
  expect(await call(tooLong)).toMatchObject({ code: 1, type: "pmenomfleet_early" });
  expect(await call(tooLong)).toMatchObject({ code: 1, type: "pmenomfleet_early" });

  for (const each of ["suspend", "resume", "setparam", "cancel_prolong"]) {
    expect(await call(`--command ${each} --item 5`)).toMatchObject({ code: 0, stdout: "<doc/>\n" });
  }
  expect(named(panel)).toEqual(
    expect.arrayContaining(["service.postsuspend", "service.postresume", "service.postsetparam"]),
  );
  expect(bought(w)).toBe(1);

  // Deleted, and the call repeated.
  expect(await call("--command close --item 5 --runningoperation 73")).toMatchObject({ code: 0 });
  await w.until("bm-5-1", ({ state }) => state === "CANCELLED", 60_000);
  expect(await call("--command close --item 5 --runningoperation 73")).toMatchObject({ code: 0 });
  expect(named(panel).filter((name) => name === "service.postclose")).toHaveLength(2);
  // Operations that are started again afterwards order nothing, also where the panel has heard that the order is over.
  item().service_status = "6";
  panel.operations["75"] = { trycount: "0" };
  for (const late of ["open", "prolong"])
    expect(await call(`--command ${late} --item 5 --runningoperation 75`)).toMatchObject({
      ...{ code: 1, type: "pmenomfleet_deleted" },
    });
  expect(await w.certificates.find("bm-5-2")).toBeUndefined();
  expect(bought(w)).toBe(1);
  expect(panel.tasks).toEqual([]);
  expect(log()).toMatch(
    /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \[\d+:1\] pmenomfleet INFO --command check_connection$/m,
  );
  expect(log() + JSON.stringify(panel.calls)).not.toContain(KEY);
  expect(log()).not.toContain(csr.split("\n")[3]);
}, 240_000);
