// Stories about forecasts over HTTP.
import { expect, test } from "vitest";
import { anIssue, anOrder, world } from "./world.ts";

const service = "certificate-rapidssl-rapidssl";

/** A fleet with two certificates of five years, one of which is issued and has a policy of its own; RapidSSL costs 9.95 a year. */
async function fleet() {
  const made = await world();
  const { call, addAccount, accounts, redis, keys, work } = made;
  await addAccount("main");
  await accounts.keepCatalogue("main", [{ service, price: "9.95", years: [1, 2], enabled: true }]);
  const ordered = await anOrder({ years: 5 });
  const issued = await anOrder({ years: 5, policy: { mode: "auto", beforeDays: 20 } }, "www.example.org");
  for (const order of [ordered, issued]) await call("POST", "/v1/certificates", order);
  const purchases = [{ certId: 1, orderId: 1, at: anIssue.notBefore, years: 2 }];
  await redis.hset(keys.certificate(issued.reference), {
    ...{ state: "CONFIGURED", certId: "1", purchases: JSON.stringify(purchases) },
  });
  await work(issued.reference, { account: "main", issue: anIssue });
  return { ...made, ordered: ordered.reference, issued: issued.reference };
}

test("A forecast of all certificates says for each month what will happen and what it costs, and adds up.", async () => {
  const { call } = await fleet();

  const { status, body } = await call("GET", "/v1/forecast");

  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ from: "2026-11-22", to: "2031-11-22", by: "month", certificates: 2, unpriced: 0, ownPolicy: 1 },
    policies: [{ label: "as it is", totals: { lapses: 0, reminders: 0 } }],
  });
  const [{ totals, rows }] = body.policies;
  // Ten (twenty) days of each term are lost, and a begun year counts whole: three times two years, and twice two.
  expect(totals).toMatchObject({ purchases: 5, cost: { USD: "99.50" } });
  expect(rows[0]).toMatchObject({ from: "2026-11-01", validations: 1, purchases: 1, cost: { USD: "19.90" } });
  expect(rows.reduce((sum: number, row: { reissues: number }) => sum + row.reissues, 0)).toBe(totals.reissues);
});

test("A forecast of one certificate compares its policy with another one, even where it names its own.", async () => {
  const { call, issued } = await fleet();

  const { body } = await call("GET", `/v1/forecast?reference=${issued}&years=2&by=day&before=40&mode=manual`);

  expect(body.certificates).toBe(1);
  const [now, then] = body.policies;
  expect(now.rows[0]).toMatchObject({ from: "2026-12-20", reissues: 1 });
  expect(then).toMatchObject({ label: "manual, 40 days before", mode: "manual", beforeDays: 40 });
  expect(then.rows[0]).toMatchObject({ from: "2026-11-30", reissues: 0, reminders: 1 });
  expect(then.totals).toMatchObject({ reissues: 0, lapses: 1 });
});

test("A certificate that is not there is not found, and wrong values are named.", async () => {
  const { call } = await world();

  expect((await call("GET", "/v1/forecast?reference=nobody")).status).toBe(404);
  const wrong = await call("GET", "/v1/forecast?years=0&by=hour&before=201&mode=never&since=now");
  expect(wrong.status).toBe(422);
  const fields = wrong.body.errors.map(({ field }: { field: string }) => field);
  expect(fields).toEqual(expect.arrayContaining(["years", "by", "before", "mode"]));
});

test("A fleet without certificates has a forecast, an empty one.", async () => {
  const { call } = await world();

  expect((await call("GET", "/v1/forecast")).body).toMatchObject({ certificates: 0, policies: [{ rows: [] }] });
});
