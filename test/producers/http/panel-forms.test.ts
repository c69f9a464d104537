// Orders as billing panels really send them, at the HTTP door: understood and told, or refused with the field and a remedy.
import { expect, test } from "vitest";
import { contact, type OrderChanges, orderBody } from "../../support/order.ts";
import { makeCsrOf } from "../../support/subject-csr.ts";
import { world } from "./world.ts";

const admin = (change: object): { contacts: { admin: typeof contact } } => ({
  contacts: { admin: { ...contact, ...change } },
});
const COMODO: OrderChanges = { product: "Certificate-Comodo-Essential" };

test("what a panel leaves blank is absent: the order is the one without these fields", async () => {
  const { call } = await world();
  const bare = await orderBody({ reference: "bill-1", customer: { email: "client@example.net" } });
  const { organization: _none, ...person } = contact;
  const order = { ...bare, contacts: { admin: person } };
  const blank = {
    ...order,
    contacts: { admin: { ...person, organization: "", address2: "", fax: null }, tech: null, billing: { email: "" } },
    customer: { email: "client@example.net", name: "", language: null },
    policy: null,
    brand: "",
    account: null,
    years: "1",
  };

  const first = await call("POST", "/v1/certificates", blank);
  const again = await call("POST", "/v1/certificates", order);

  expect([first.status, again.status]).toEqual([202, 200]);
  expect(first.body.normalised).toEqual([{ field: "years", from: "1", to: 1 }]);
  expect(again.body.normalised).toEqual([]);
});

test("an order that is normalised is the same order in every spelling, and another one is another one", async () => {
  const { call, certificates } = await world();
  const order = await orderBody({ reference: "bill-1" });
  const as = (change: object) => call("POST", "/v1/certificates", { ...order, ...admin(change) });

  const first = await as({ city: "München", country: "de", phone: "089 1234567" });
  const same = await as({ city: "München", country: "de", phone: "089 1234567" });
  const normal = await as({ city: "Muenchen", country: "DE", phone: "+49.891234567" });
  const other = await as({ city: "Augsburg", country: "DE", phone: "+49.891234567" });

  expect([first.status, same.status, normal.status, other.status]).toEqual([202, 200, 200, 409]);
  expect(same.body.normalised).toEqual(first.body.normalised);
  expect(first.body.normalised).toContainEqual({ field: "contacts/admin/city", from: "München", to: "Muenchen" });
  expect((await certificates.find("bill-1"))?.record.terms).toMatchObject({
    contacts: { admin: { city: "Muenchen", country: "DE" } },
    originals: { "contacts/admin/city": "München" },
  });
});

test("half a policy inherits the other half from the fleet, in an order and in a change", async () => {
  const { call } = await world();
  const first = await call("POST", "/v1/certificates", {
    ...(await orderBody({ reference: "bill-1" })),
    policy: { mode: "none" },
  });
  const changed = await call("PATCH", "/v1/certificates/bill-1", { policy: { beforeDays: "30", mode: "" } });

  expect(first.body.policy).toMatchObject({ mode: "none", beforeDays: 10, source: "certificate" });
  expect(changed.body.policy).toMatchObject({ mode: "auto", beforeDays: 30, source: "certificate" });
  expect(changed.body.normalised).toEqual([{ field: "policy/beforeDays", from: "30", to: 30 }]);
});

test.for([
  ["in Latin-1", (json: string) => Buffer.from(json, "latin1"), "application/json"],
  ["in Latin-1, and saying so", (json: string) => Buffer.from(json, "latin1"), "application/json; charset=iso-8859-1"],
  ["that says Latin-1 and may be UTF-8", (json: string) => Buffer.from(json), `application/json; charset="ISO-8859-1"`],
  ["in UTF-16", (json: string) => Buffer.from(`\ufeff${json}`, "utf16le"), "application/json"],
  [
    "with a cut character",
    (json: string) => Buffer.from(json.replace("é", "\u0001")).map((b) => (b === 1 ? 0xc3 : b)),
    "application/json",
  ],
] as const)("a body %s is refused, and nothing is kept of it", async ([, encode, type]) => {
  const { app, redis, keys } = await world();
  const json = JSON.stringify(await orderBody({ customer: { email: "client@example.net", name: "René Example" } }));

  const answer = await app.inject({
    method: "POST",
    url: "/v1/certificates",
    headers: { "content-type": type },
    payload: encode(json),
  });

  expect([answer.statusCode, answer.json().type]).toEqual([400, "/docs/problems/malformed"]);
  expect(answer.json().detail).toMatch(/^The body must be JSON in UTF-8 \(RFC 8259, 8\.1\): .*UTF-/);
  expect(await redis.zcard(keys.byAcceptance)).toBe(0);
});

test.for([
  ["with a byte order mark", (json: string) => Buffer.from(`\ufeff${json}`), "application/json"],
  [
    "of ASCII that is called Latin-1",
    (json: string) => Buffer.from(json.replace("é", "\\u00e9")),
    "application/json; charset=iso-8859-1",
  ],
  ["that says what it is", (json: string) => Buffer.from(json), "application/json; charset=UTF-8"],
] as const)("a body %s is taken, and the name is the customer's own", async ([, encode, type]) => {
  const { app, certificates } = await world();
  const body = await orderBody({
    reference: "bill-1",
    customer: { email: "client@example.net", name: "René Example" },
  });

  const answer = await app.inject({
    method: "POST",
    url: "/v1/certificates",
    headers: { "content-type": type },
    payload: encode(JSON.stringify(body)),
  });

  expect(answer.statusCode).toBe(202);
  expect((await certificates.find("bill-1"))?.record.terms.customer.name).toBe("René Example");
});

test("shown names with marks that turn the direction of writing are refused, and so are names that lost letters", async () => {
  const { call } = await world();
  const named = (name: string, brand = "Acme") =>
    orderBody({ brand, customer: { email: "client@example.net", name } }).then((body) =>
      call("POST", "/v1/certificates", body),
    );

  const turned = await named("\u202eadA\u202c Example", "Ac\u2066me");
  const lost = await named("Ren\ufffd Example");
  const half = await named("Ren\ud83d Example");
  const nothing = await named("\u202e\u202c");

  expect(turned.body.errors.map(({ field }: { field: string }) => field)).toEqual(["customer/name", "brand"]);
  expect(turned.body.errors[0].message).toMatch(/^It has U\+202E as character 1 \(and 1 more\), .*: remove it/);
  for (const { status, body } of [lost, half, nothing])
    expect([status, body.errors[0].field]).toEqual([422, "customer/name"]);
});

test("a keytool CSR full of Unknown is fine with a whole contact, and with a silent one each field is named", async () => {
  const { call } = await world();
  const csr = await makeCsrOf({ CN: "shop.example.com", O: "Unknown", L: "Unknown", ST: "Unknown", C: "Unknown" });
  const { organization: _o, city: _l, state: _s, country: _c, ...silent } = contact;

  const whole = await call("POST", "/v1/certificates", await orderBody({ ...COMODO, csr }));
  const order = await orderBody({ ...COMODO, csr });
  const refused = await call("POST", "/v1/certificates", { ...order, contacts: { admin: silent } });

  expect([whole.status, refused.status]).toEqual([202, 422]);
  const named = refused.body.errors.map(({ field }: { field: string }) => field).sort();
  expect(named).toEqual(["city", "country", "organization", "state"].map((field) => `contacts/admin/${field}`));
});

test("a change of contacts is read as an order's are, against the order's CSR and product", async () => {
  const { call, certificates } = await world();
  const csr = await makeCsrOf({ CN: "shop.example.com", O: "Unknown", C: "NL" });
  await call("POST", "/v1/certificates", await orderBody({ ...COMODO, reference: "bill-1", csr }));
  const { organization: _none, ...person } = contact;

  const silent = await call("PATCH", "/v1/certificates/bill-1", { contacts: { admin: person } });
  const country = await call("PATCH", "/v1/certificates/bill-1", admin({ country: "ZZ" }));
  const good = await call(
    "PATCH",
    "/v1/certificates/bill-1",
    admin({ organization: "Bäckerei", country: "nl", fax: "" }),
  );

  expect([silent.status, silent.body.errors[0].field]).toEqual([422, "contacts/admin/organization"]);
  expect([country.status, country.body.errors[0].field]).toEqual([422, "contacts/admin/country"]);
  expect(good.body.normalised).toEqual([
    { field: "contacts/admin/country", from: "nl", to: "NL" },
    { field: "contacts/admin/organization", from: "Bäckerei", to: "Backerei" },
  ]);
  expect((await certificates.find("bill-1"))?.record.terms).toMatchObject({
    contacts: { admin: { organization: "Backerei" } },
    originals: { "contacts/admin/organization": "Bäckerei" },
  });
});

test("shown names are looked at in a change as in an order, and a brand is still removed by null", async () => {
  const { call } = await world();
  await call("POST", "/v1/certificates", await orderBody({ reference: "bill-1", brand: "Acme" }));
  const customer = { email: "client@example.net", name: "Ada\u202e" };

  const turned = await call("PATCH", "/v1/certificates/bill-1", { customer, brand: "B\u2067lue" });
  const removed = await call("PATCH", "/v1/certificates/bill-1", { brand: null });
  const lost = await call("PATCH", "/v1/certificates/bill-1", { brand: "Acm\ufffd" });

  expect([turned.status, turned.body.errors.map(({ field }: { field: string }) => field)]).toEqual([
    422,
    ["customer/name", "brand"],
  ]);
  expect([removed.status, removed.body.brand]).toEqual([200, null]);
  expect([lost.status, lost.body.errors[0].field]).toEqual([422, "brand"]);
});

test("what is wrong with the contacts is told with the rest that has the wrong shape", async () => {
  const { call } = await world();

  const answer = await call("POST", "/v1/certificates", { ...(await orderBody(admin({ country: "ZZ" }))), years: 9 });

  expect(answer.body.errors.map(({ field }: { field: string }) => field)).toEqual(["years", "contacts/admin/country"]);
});

test("what a panel leaves blank is absent in the other calls of an order, too", async () => {
  const { call } = await world();
  await call("POST", "/v1/certificates", await orderBody({ reference: "bill-1" }));

  const extended = await call("POST", "/v1/certificates/bill-1/extend", { years: "1" });
  const resent = await call("POST", "/v1/certificates/bill-1/approver", { email: "", method: null });
  const reissue = await call("POST", "/v1/certificates/bill-1/reissues", { csr: "", reason: "" });
  const nothing = await call("PATCH", "/v1/certificates/bill-1", { brand: "", policy: null, contacts: null });

  expect([extended.status, extended.body.years]).toEqual([202, 2]);
  expect(resent.status).toBe(409);
  expect([reissue.status, reissue.body.detail]).toEqual([409, expect.stringContaining("not issued yet")]);
  expect([nothing.status, nothing.body.detail]).toEqual([422, expect.stringContaining("must name at least one")]);
});

test("a mail to a name that is written otherwise than it reads is refused", async () => {
  const { call } = await world();
  const mail = { key: "k1", template: "balance-restored", values: {} };

  const turned = await call("POST", "/v1/notifications", {
    ...mail,
    to: { address: "a@example.net", name: "\u202eadA" },
  });
  const lost = await call("POST", "/v1/notifications", {
    ...mail,
    to: { address: "a@example.net" },
    brand: "Acm\ufffd",
  });

  expect([turned, lost].map(({ status, body }) => [status, body.errors[0].field])).toEqual([
    [422, "to/name"],
    [422, "brand"],
  ]);
});
