// PUT validation-method, and what an order must know of e-mail's end before it is accepted.
import { expect, test } from "vitest";
import { raise } from "../../../src/shared/certificate/attention.ts";
import { parseOrder } from "../../../src/shared/certificate/order.ts";
import { orderBody } from "../../support/order.ts";
import { anOrder, world } from "./world.ts";

const at = new Date("2026-11-22T12:00:00Z");
const WILDCARD = { product: "Certificate-RapidSSL-RapidSSL-Wildcard", cn: "*.example.com" };

test.for([
  ["a wildcard for two years", { ...WILDCARD, years: 2 }],
  ["a Comodo product for five years", { product: "Certificate-Comodo-Essential", years: 5 }],
  ["an OV product for two years", { product: "Certificate-GeoTrust-TrueBizID", years: 2 }],
  ["an EV product for three years", { product: "Certificate-Comodo-EV", years: 3 }],
] as const)("%s is refused unless it is known that e-mail ends", async ([, changes]) => {
  const body = await orderBody(changes);

  const refused = await parseOrder(body, at);
  const taken = await parseOrder({ ...body, acknowledge: ["email-validation-ends"] }, at);

  expect(refused).toMatchObject({
    lateFaults: [{ field: "acknowledge", message: expect.stringContaining("2028-03-15") }],
  });
  expect(taken).toMatchObject({ lateFaults: [], warnings: [{ code: "email-validation-ends" }] });
});

test.for([
  ["it ends before", { ...WILDCARD, years: 1 }, at],
  ["it ends on that very day", { ...WILDCARD, years: 1 }, new Date("2027-03-15T00:00:00Z")],
  ["dns validates it", { approver: { method: "dns" as const }, years: 5 }, at],
  ["a file validates it", { approver: { method: "file" as const }, years: 5 }, at],
] as const)("nothing is warned of where %s", async ([, changes, now]) => {
  expect(await parseOrder(await orderBody(changes), now)).toMatchObject({ lateFaults: [], warnings: [] });
});

test.for([2, 3, 5])("a product with other methods, by e-mail for %i years, is taken with a warning", async (years) => {
  const parsed = await parseOrder(await orderBody({ years }), at);

  expect(parsed).toMatchObject({
    lateFaults: [],
    warnings: [
      { code: "email-validation-ends", field: "approver/method", message: expect.stringContaining("dns or file") },
    ],
  });
});

test("the refusal is a 422 with field and remedy; an order that was accepted before stays accepted", async () => {
  const { call, certificates } = await world();
  const body = await anOrder({ ...WILDCARD, years: 2 });

  const refused = await call("POST", "/v1/certificates", body);
  const parsed = await parseOrder(body, at);
  if ("faults" in parsed) throw new Error("wrong");
  await certificates.accept(parsed.order, at);
  const again = await call("POST", "/v1/certificates", body);

  expect(refused.status).toBe(422);
  expect(refused.body.errors).toEqual([{ field: "acknowledge", message: expect.stringContaining('"acknowledge"') }]);
  expect(again.status).toBe(200);
});

test("a warning comes with the certificate in the answer, and is not kept", async () => {
  const { call } = await world();

  const answer = await call("POST", "/v1/certificates", await anOrder({ years: 2 }));

  expect(answer.status).toBe(202);
  expect(answer.body.warnings).toMatchObject([{ code: "email-validation-ends" }]);
  expect((await call("GET", `${answer.headers.location}`)).body.warnings).toEqual([]);
});

test("a method is agreed on any certificate, ends what waits for it, and rings for it", async () => {
  const { call, certificates, queues } = await world();
  const order = await anOrder({});
  await call("POST", "/v1/certificates", order);
  const kept = await certificates.find(order.reference);
  if (!kept) throw new Error("no order");
  const attention = raise("validation-needed", "…", { reference: order.reference, at, by: null });
  await certificates.save({ ...kept, record: { ...kept.record, attention } }, at);

  const path = `/v1/certificates/${order.reference}/validation-method`;
  const answer = await call("PUT", path, { method: "dns" });

  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    attention: null,
    validation: { method: "email", agreed: { method: "dns", email: null } },
  });
  expect(answer.body.timeline.at(-1)).toMatchObject({ event: "validation.agreed" });
  expect((await queues.all.reissue.getJobs(["waiting"])).map(({ data }) => data)).toContainEqual({ v: 1, sweep: true });
  const mail = await call("PUT", path, { method: "email", email: "admin@example.com" });
  expect(mail.body.validation.agreed).toEqual({ method: "email", email: "admin@example.com" });
});

test.for([
  [{}, "method"],
  [{ method: "phone" }, "method"],
  [{ method: "email" }, "email"],
  [{ method: "email", email: "nobody" }, "email"],
  [{ method: "dns", email: "admin@example.com" }, "email"],
  [{ method: "email", email: "info@example.com" }, "email"],
  [{ method: "email", email: "admin@example.net" }, "email"],
  [{ method: "email", email: "admin@www.shop.example.com" }, "email"],
] as const)("%j is refused at %s", async ([body, field]) => {
  const { call } = await world();
  const order = await anOrder({});
  await call("POST", "/v1/certificates", order);

  const answer = await call("PUT", `/v1/certificates/${order.reference}/validation-method`, body);

  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].field).toBe(field);
});

test("a method that the product does not offer is refused with those that it does; an unknown order is not found", async () => {
  const { call } = await world();
  const order = await anOrder({ ...WILDCARD, years: 1 });
  await call("POST", "/v1/certificates", order);

  const answer = await call("PUT", `/v1/certificates/${order.reference}/validation-method`, { method: "file" });

  expect(answer.status).toBe(422);
  expect(answer.body.errors).toEqual([{ field: "method", message: expect.stringContaining("email, not by file") }]);
  expect((await call("PUT", "/v1/certificates/nobody/validation-method", { method: "dns" })).status).toBe(404);
});

test("a method is read as panels write it, and its address as the CA spells it", async () => {
  const { call } = await world();
  const order = await anOrder({});
  await call("POST", "/v1/certificates", order);
  const path = `/v1/certificates/${order.reference}/validation-method`;

  const file = await call("PUT", path, { method: "FILE", email: "" });
  const mail = await call("PUT", path, { method: " Email", email: " Admin@Shop.Example.com " });

  expect(file.body.validation.agreed).toEqual({ method: "file", email: null });
  expect(mail.body.validation.agreed).toEqual({ method: "email", email: "admin@shop.example.com" });
});

test.for(["someone@gmail.com", "info@example.com", "admin@example.org", "admin@pay.shop.example.com"] as const)(
  "%s can never approve shop.example.com, and is not agreed on: 422 with those that can",
  async (email) => {
    const { call, certificates } = await world();
    const order = await anOrder({ cn: "shop.example.com" });
    await call("POST", "/v1/certificates", order);

    const answer = await call("PUT", `/v1/certificates/${order.reference}/validation-method`, {
      method: "email",
      email,
    });

    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([
      { field: "email", message: expect.stringMatching(/can never approve[\s\S]+webmaster@shop\.example\.com/) },
    ]);
    expect((await certificates.find(order.reference))?.record.agreedMethod ?? null).toBeNull();
  },
);

test("an address is agreed on in any letter case, and kept as the CA writes it", async () => {
  const { call } = await world();
  const order = await anOrder({ cn: "shop.example.com" });
  await call("POST", "/v1/certificates", order);

  const path = `/v1/certificates/${order.reference}/validation-method`;
  const answer = await call("PUT", path, { method: "email", email: "WebMaster@Shop.Example.COM" });

  expect(answer.body.validation.agreed).toEqual({ method: "email", email: "webmaster@shop.example.com" });
});
