// Stories about lists over HTTP: fields, several statuses, sort, and how many there are.
import { expect, test } from "vitest";
import { orderBody } from "../../../../support/order.ts";
import { anIssue, world as gateway } from "../../world.ts";

test("a list shows the fields that were asked for, of several statuses, in the order that was asked for, and is counted", async () => {
  const { call, work } = await gateway();
  for (const reference of ["a", "b", "c"]) await call("POST", "/v1/certificates", await orderBody({ reference }));
  await work("b", { issue: anIssue });
  const list = async (query: string) =>
    (await call("GET", `/v1/certificates?${query}`)).body as { items: object[]; nextCursor: string };

  expect((await list("status=ordered,issued&sort=-acceptedAt&fields=reference,status")).items).toEqual([
    { reference: "c", status: "ordered" },
    { reference: "b", status: "issued" },
    { reference: "a", status: "ordered" },
  ]);
  expect(
    (await list("status=issued&status=failed&fields=notAfter&fields=issuer,reference".replace("issuer,", ""))).items,
  ).toEqual([{ notAfter: anIssue.notAfter, reference: "b" }]);
  const page = await list("limit=1&sort=-acceptedAt&fields=reference");
  expect((await list(`limit=1&sort=-acceptedAt&fields=reference&cursor=${page.nextCursor}`)).items).toEqual([
    { reference: "b" },
  ]);
  expect((await list("updated_since=2026-11-22T12:00:00Z&fields=reference")).items).toHaveLength(3);
  expect((await list("updated_since=2026-11-22T12:00:01Z")).items).toEqual([]);
  for (const [query, count] of [
    ["", 3],
    ["status=ordered", 2],
    ["status=ordered,issued&domain=shop.example.com", 3],
    ["updated_since=2026-11-22&status=issued", 1],
    ["expires_before=2027-02-01", 1],
  ] as const)
    expect((await call("GET", `/v1/certificates/count?${query}`)).body, query).toEqual({ count });

  for (const wrong of [
    "fields=reference,csr",
    "fields=",
    "status=gone",
    "sort=domain",
    "updated_since=now",
    "updated_since=2026-11-22&sort=expiry",
    `sort=expiry&cursor=${page.nextCursor}`,
  ])
    expect((await call("GET", `/v1/certificates?${wrong}`)).status, wrong).toBe(422);
  expect((await call("GET", "/v1/certificates?fields=csr")).text).toContain("acceptedAt");
  expect((await call("GET", "/v1/certificates/count?limit=5")).status).toBe(422);
});
