// `certificate approvers` and `certificate open --dry-run`: what people learn before anything is ordered.
import { expect, test } from "vitest";
import { rehearse } from "../../../../src/producers/cli/certificate/before-ordering.ts";
import { openCertificate } from "../../../../src/producers/cli/certificate/write.ts";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { accountEntry } from "../../../../src/shared/config/fleet-file.ts";
import { orderBody } from "../../../support/order.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

test("approvers are listed without Redis, those that are sure first", async () => {
  const { code, stdout, stderr } = await certfleet(["certificate", "approvers", "shop.example.co.uk"], { env: {} });

  expect([code, stderr.trim()]).toEqual([0, "shop.example.co.uk can be validated by email, dns, file."]);
  expect(stdout).toMatch(/admin@example\.co\.uk +yes[\s\S]+admin@shop\.example\.co\.uk +eNom decides/);
});

test("a name that nobody can register has no approvers, and a product may leave no choice", async () => {
  const none = await certfleet(["certificate", "approvers", "co.uk", "--json"], { env: {} });
  const words = ["certificate", "approvers", "example.com", "--product", "Certificate-Comodo-Essential", "--json"];

  expect([none.code, JSON.parse(none.stdout)]).toMatchObject([2, { faults: [{ field: "domain" }] }]);
  expect(JSON.parse((await certfleet(words, { env: {} })).stdout)).toMatchObject({ methods: ["email"] });
});

test("a dry run from a file says what the order would get, and keeps nothing", async () => {
  const context = ownContext();
  const input = JSON.stringify(await orderBody({ reference: "bill-1" }));
  const words = ["certificate", "open", "--file", "-", "--dry-run"];

  const tried = await certfleet(words, { env: context.env, input });
  const json = await certfleet([...words, "--json"], { env: context.env, input });

  expect(tried.code).toBe(0);
  expect(tried.stdout).toMatch(/Names +shop\.example\.com/);
  expect(tried.stdout).toMatch(/Price +not known/);
  expect(tried.stdout).toMatch(/Warning \(no-account\)/);
  expect(tried.stderr).toContain("Nothing was kept");
  expect(JSON.parse(json.stdout)).toMatchObject({ valid: true, price: null, remainder: null });
  expect(await inFleet(context, ({ certificates }) => certificates.find("bill-1"))).toBeUndefined();
});

test("a dry run says what the last purchase is made for, and its price", async () => {
  const context = ownContext();
  const service = "Certificate-RapidSSL-RapidSSL";
  await withRedis(context, async ({ redis, keys }) => {
    const accounts = accountRecords(redis, keys);
    await accounts.publish(accountEntry.parse({ id: "main", username: "reseller", password: "secret" }));
    await accounts.keepCatalogue("main", [{ service, price: "9.95", years: [1, 2], enabled: true }]);
  });
  const body = await orderBody({ years: 5, approver: { method: "dns" } });

  const { text } = (await inFleet(context, (fleet) => rehearse(body, fleet))) as { text: string };

  expect(text).toMatch(/Remainder +3 purchases, .* the last one covers 375 days of the paid term, for 19\.90 USD/);
});

test("a dry run of a wrong order says what is wrong, and that it is not valid", async () => {
  const context = ownContext();
  const body = await orderBody({ cn: "office.wifi", approver: { method: "dns" } });

  expect(await inFleet(context, (fleet) => rehearse(body, fleet))).toMatchObject({
    ending: "usage",
    note: expect.stringContaining(".wifi is no public top-level domain"),
    json: { valid: false, faults: [{ field: "csr" }] },
  });
});

test("what an order should know is said when it is placed", async () => {
  const context = ownContext();
  const body = await orderBody({
    product: "Certificate-RapidSSL-RapidSSL-Wildcard",
    cn: "*.example.com",
    names: ["*.example.com", "www.example.com"],
  });

  expect(await inFleet(context, (fleet) => openCertificate(JSON.stringify(body), fleet))).toMatchObject({
    note: expect.stringMatching(/is accepted\.\nWarning \(covered-by-wildcard\): www\.example\.com/),
    json: { warnings: [{ code: "covered-by-wildcard" }], normalised: [] },
  });
});
