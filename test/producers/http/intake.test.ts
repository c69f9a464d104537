// Stories about what is known before anything is bought: dry runs, lists of approvers, and the checks wherever a name, a
// key, a contact or an approver comes in.
import { expect, test } from "vitest";
import { exampleOrder } from "../../../src/producers/http/example-order.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import { accountEntry } from "../../../src/shared/config/fleet-file.ts";
import { defaultRules } from "../../../src/shared/intake/rules.ts";
import { makeCsr } from "../../support/csr.ts";
import { customCsr, customKey } from "../../support/custom-csr.ts";
import { contact } from "../../support/order.ts";
import { anIssue, anOrder, NOW, world } from "./world.ts";

const DRY = "/v1/certificates?dryRun=true";
const RAPID = "Certificate-RapidSSL-RapidSSL";
const WILDCARD = "Certificate-RapidSSL-RapidSSL-Wildcard";
const { organization: _organization, jobTitle: _jobTitle, ...person } = contact;

const offer = (service: string, price: string, years = [1, 2]) => ({ service, price, years, enabled: true });
const reading = (available: string) => ({ available, balance: available, at: NOW.toISOString() });

test("A dry run answers product, names, price and account, and keeps nothing.", async () => {
  const { call, addAccount, accounts, redis, keys, queues } = await world();
  await addAccount("main");
  await accounts.keepCatalogue("main", [offer(RAPID, "9.95")]);
  await accounts.keepBalance("main", reading("100.00"));
  const order = await anOrder({ years: 5, names: ["shop.example.com", "www.shop.example.com"] });
  const before = await redis.keys(`${keys.prefix}*`);

  const answer = await call("POST", DRY, order);

  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({
    valid: true,
    normalised: [],
    product: RAPID,
    names: ["shop.example.com", "www.shop.example.com"],
    price: "19.90",
    currency: "USD",
    account: "main",
    warnings: [expect.objectContaining({ code: "email-validation-ends" })],
    // Of two years each; the last one is needed for a year and the days that two early renewals lose.
    remainder: { purchases: 3, lastCoversDays: 375, price: "19.90" },
  });
  expect((await call("GET", `/v1/certificates/${order.reference}`)).status).toBe(404);
  expect((await redis.keys(`${keys.prefix}*`)).sort()).toEqual(before.sort());
  expect(await queues.all.open.getJobCountByTypes("waiting")).toBe(0);
});

test("A dry run without a price says why, and what would make the order wait.", async () => {
  const { call, addAccount, accounts } = await world();
  const order = await anOrder();
  const codes = async (given = order) =>
    (await call("POST", DRY, given)).body.warnings.map(({ code }: { code: string }) => code);

  expect(await codes()).toEqual(["no-account"]);
  await addAccount("main");
  expect((await call("POST", DRY, order)).body).toMatchObject({ price: null, account: "main", currency: "USD" });
  expect(await codes()).toEqual(["price-unknown"]);
  await accounts.keepCatalogue("main", [offer(WILDCARD, "99.00")]);
  expect(await codes()).toEqual(["product-not-sold"]);
  await accounts.keepCatalogue("main", [offer(RAPID, "9.95")]);
  expect(await codes()).toEqual([]);
  await accounts.keepBalance("main", reading("5.00"));
  expect(await codes()).toEqual(["no-account-with-funds"]);
  expect(await codes({ ...order, dataCenter: "eu-9" })).toEqual(["no-account-with-funds"]);
});

test("An account whose price list nobody has read may sell it: the price is unknown, and not absent.", async () => {
  const { call, addAccount, accounts } = await world();
  await addAccount("a");
  await addAccount("b");
  await accounts.keepCatalogue("a", [offer(WILDCARD, "99.00")]);

  const { body } = await call("POST", DRY, await anOrder());

  expect(body).toMatchObject({ account: "b", price: null, warnings: [{ code: "price-unknown" }] });
});

test("The account of a dry run is the one that is asked first and can pay.", async () => {
  const { call, addAccount, accounts } = await world();
  for (const [id, price, available] of [
    ["a", "9.95", "1.00"],
    ["b", "8.00", "50.00"],
    ["c", "7.00", "90.00"],
  ] as const) {
    await addAccount(id);
    await accounts.keepCatalogue(id, [offer(RAPID, price)]);
    await accounts.keepBalance(id, reading(available));
  }

  expect((await call("POST", DRY, await anOrder())).body).toMatchObject({ account: "b", price: "8.00", warnings: [] });
  expect((await call("POST", DRY, await anOrder({ account: "c" }))).body).toMatchObject({ account: "c" });
});

test("An account on which purchases are switched off is passed over, or said to wait.", async () => {
  const { call, addAccount, accounts } = await world();
  const login = { username: "reseller", password: "secret" };
  await accounts.publish(accountEntry.parse({ ...login, id: "a", purchases: false }));
  await accounts.keepCatalogue("a", [offer(RAPID, "9.95")]);
  const alone = await call("POST", DRY, await anOrder());
  await addAccount("b");
  await accounts.keepCatalogue("b", [offer(RAPID, "9.95")]);

  expect(alone.body).toMatchObject({ account: "a", price: "9.95", warnings: [{ code: "purchases-stopped" }] });
  expect((await call("POST", DRY, await anOrder())).body).toMatchObject({ account: "b", warnings: [] });
});

test("A dry run says no as the order itself would, and that it is not valid.", async () => {
  const { call } = await world();
  const order = await anOrder();
  const wrong = await call("POST", DRY, { ...order, approver: { method: "email", email: "bob@gmail.com" } });
  expect(wrong).toMatchObject({ status: 422, body: { valid: false, errors: [{ field: "approver/email" }] } });

  await call("POST", "/v1/certificates", order);
  expect(await call("POST", DRY, { ...order, years: 2 })).toMatchObject({ status: 409, body: { valid: false } });
  const again = await call("POST", DRY, order);
  expect(again.status).toBe(200);
  expect(again.body.warnings).toContainEqual(expect.objectContaining({ code: "accepted-before" }));
});

test.for(["dryrun=true", "dryRun=yes", "dryRun=", "dry_run=true"])(
  "A slip of the pen (?%s) places no order instead of a dry run.",
  async (query) => {
    const { call, redis, keys } = await world();

    expect((await call("POST", `/v1/certificates?${query}`, await anOrder())).status).toBe(422);
    expect(await redis.zcard(keys.byAcceptance)).toBe(0);
  },
);

test("A wildcard's needless name is taken, and said in the answer; one beyond it is refused.", async () => {
  const { call } = await world();
  const wildcard = (names: string[]) => anOrder({ product: WILDCARD, names }, "*.example.com");

  const taken = await call(
    "POST",
    "/v1/certificates",
    await wildcard(["*.example.com", "example.com", "www.example.com"]),
  );
  const deeper = await call("POST", "/v1/certificates", await wildcard(["*.example.com", "a.b.example.com"]));
  const other = await call("POST", "/v1/certificates", await wildcard(["*.example.com", "*.shop.example.com"]));

  expect(taken.status).toBe(202);
  expect(taken.body.warnings).toEqual([
    {
      code: "covered-by-wildcard",
      field: "csr",
      message: expect.stringContaining("www.example.com in the CSR is needless"),
    },
  ]);
  expect(deeper.body.errors).toEqual([
    { field: "csr", message: expect.stringContaining("also asks for a.b.example.com") },
  ]);
  expect(other.status).toBe(422);
});

test.for([
  ["Certificate-GeoTrust-TrueBizID", ["organization", "jobTitle"]],
  ["Certificate-Comodo-EV", ["organization", "jobTitle"]],
  ["Certificate-Comodo-Instant", ["organization", "jobTitle"]],
  ["Certificate-VeriSign-Secure-Site-Pro-EV", ["organization", "jobTitle"]],
  ["Certificate-Comodo-Essential", []],
] as const)("The contact of %s needs %o.", async ([product, fields]) => {
  const { call } = await world();
  const answer = await call("POST", "/v1/certificates", await anOrder({ product, contacts: { admin: person } }));

  expect((answer.body.errors ?? []).map(({ field }: { field: string }) => field)).toEqual(
    fields.map((field) => `contacts/admin/${field}`),
  );
});

test.for([["n/a"], ["-"], ["Not specified"]])(
  "%s is no job title of a person whom an OV product needs",
  async ([jobTitle]) => {
    const { call } = await world();
    const as = async (product: string) =>
      call("POST", DRY, await anOrder({ product, contacts: { admin: { ...contact, jobTitle } } }));

    expect((await as("Certificate-GeoTrust-TrueBizID")).body.errors).toEqual([
      { field: "contacts/admin/jobTitle", message: expect.stringMatching(/names nothing, and it is needed for/) },
    ]);
    expect((await as(RAPID)).status).toBe(200);
  },
);

test("What comes in later is checked by the same rules: contacts, an approver, a CSR.", async () => {
  const { call, work } = await world();
  const order = await anOrder({ product: "Certificate-GeoTrust-TrueBizID" });
  const path = `/v1/certificates/${order.reference}`;
  await call("POST", "/v1/certificates", order);
  const reissue = async (csr: string) => (await call("POST", `${path}/reissues`, { csr })).body.errors?.[0];

  const contacts = await call("PATCH", path, { contacts: { admin: person } });
  const approver = await call("POST", `${path}/approver`, { email: "bob@gmail.com" });
  const right = await call("POST", `${path}/approver`, { email: "PostMaster@Example.com" });
  await work(order.reference, { issue: anIssue });

  expect(contacts.body.errors.map(({ field }: { field: string }) => field)).toEqual([
    "contacts/admin/organization",
    "contacts/admin/jobTitle",
  ]);
  expect(approver.body.errors).toEqual([{ field: "email", message: expect.stringContaining("admin@example.com") }]);
  expect(right.status).toBe(202);
  expect(await reissue(customCsr({ key: customKey("RSA-PSS", "rsa_keygen_bits:2048") }))).toMatchObject({
    field: "csr",
  });
  expect(await reissue(customCsr({ digest: "sha1" }))).toMatchObject({ message: expect.stringContaining("certreq") });
  expect(await reissue(customCsr({ san: "DNS:shop.example.com,email:a@example.com" }))).toMatchObject({ field: "csr" });
  expect(await reissue(await makeCsr({ cn: "shop.example.com" }))).toBeUndefined();
});

test("An order that an earlier release took is the same order when it is sent again, and its CSR can be reissued.", async () => {
  const { call, certificates, work } = await world();
  const body = await anOrder({
    csr: await makeCsr({ cn: "mail.server.local" }),
    approver: { method: "email", email: "info@server.local" },
  });
  const parsed = await parseOrder(body, NOW);
  if ("faults" in parsed) throw new Error("the order of the test is wrong");
  await certificates.accept(parsed.order, NOW);
  const path = `/v1/certificates/${body.reference}`;

  expect(parsed.lateFaults).not.toEqual([]);
  expect((await call("POST", "/v1/certificates", body)).status).toBe(200);
  expect((await call("POST", "/v1/certificates", { ...body, reference: "new-1" })).status).toBe(422);
  await work(body.reference, { issue: anIssue });
  expect((await call("POST", `${path}/reissues`, {})).status).toBe(202);
});

test("The approvers of a domain are listed for a panel's form, by product, and by the operator's table.", async () => {
  const { call } = await world({ intake: { ...defaultRules, approvers: ["ssl", "admin"] } });

  const list = await call("GET", `/v1/approvers?domain=www.shop.example.com&product=${WILDCARD.toLowerCase()}`);

  expect(list.status).toBe(200);
  expect(list.body).toEqual({
    domain: "www.shop.example.com",
    registrableDomain: "example.com",
    methods: ["email"],
    approvers: [
      { email: "ssl@example.com", sure: true },
      { email: "admin@example.com", sure: true },
      ...["shop.example.com", "www.shop.example.com"].flatMap((place) => [
        { email: `ssl@${place}`, sure: false },
        { email: `admin@${place}`, sure: false },
      ]),
    ],
  });
  expect((await call("GET", "/v1/approvers?domain=*.co.uk")).body.errors).toMatchObject([{ field: "domain" }]);
  expect((await call("GET", "/v1/approvers?domain=example.com&product=none")).body.errors).toMatchObject([
    { field: "product" },
  ]);
  expect((await call("GET", "/v1/approvers")).status).toBe(422);
  for (const blank of ["product=", "product=%20"])
    expect((await call("GET", `/v1/approvers?domain=example.com&${blank}`)).body.methods).toEqual([
      "email",
      "dns",
      "file",
    ]);
});

test("The order that the API's page shows can be sent as it is.", async () => {
  const { call } = await world();
  const { body } = await call("GET", "/openapi.json");
  const { schema } = body.paths["/v1/certificates"].post.requestBody.content["application/json"];

  expect(schema.example).toEqual(exampleOrder);
  expect(await call("POST", DRY, schema.example)).toMatchObject({ status: 200, body: { names: ["shop.example.com"] } });
});
