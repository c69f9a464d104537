// `certfleet policy forecast`: what the policy will do in the years to come, as a table for people and as JSON for programs.
import { expect, test } from "vitest";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import type { Fleet } from "../../../../src/producers/cli/fleet.ts";
import type { ProgramContext } from "../../../../src/producers/cli/own-redis.ts";
import { forecastPolicy } from "../../../../src/producers/cli/policy/forecast.ts";
import { acceptOrder } from "../../../../src/shared/queue/accept-order.ts";
import { orderBody, SHOP } from "../../../support/order.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const NOW = { now: () => new Date("2029-06-01T12:00:00Z") };
const service = "certificate-rapidssl-rapidssl";

/** One certificate that was bought for one of its three years; it ends on 30 June 2029. */
async function issued(context: ProgramContext, { certificates, accounts, ...fleet }: Fleet): Promise<string> {
  const body = await orderBody({ years: 3, approver: { method: "dns" } });
  await acceptOrder(body, { certificates, accounts, ...fleet }, SHOP);
  const at = "2029-05-15T00:00:00.000Z";
  await withRedis(context, ({ redis, keys }) =>
    redis.hset(keys.certificate(body.reference), {
      ...{ state: "CONFIGURED", certId: "1", purchases: JSON.stringify([{ certId: 1, orderId: 1, at, years: 1 }]) },
    }),
  );
  await accounts.keepCatalogue("main", [{ service, price: "9.95", years: [1], enabled: true }]);
  const found = await certificates.find(body.reference);
  if (!found) throw new Error(`no ${body.reference}`);
  const issue = { serialNumber: "0A", pem: "", csrHash: "", notBefore: at, notAfter: "2029-06-30T23:59:59.000Z" };
  const plan = { years: 1, price: "9.95", currency: "USD" };
  await certificates.save({ ...found, record: { ...found.record, issue, plan, account: "main" } }, NOW.now());
  return body.reference;
}

const lines = (text: string): string[] => text.split("\n").map((line) => line.trim().replace(/ {2,}/g, " | "));

test("a line for each month in which something happens, with its cost, and the totals at the end", async () => {
  const context = ownContext();

  const { text, ending } = await inFleet(
    context,
    async (fleet) => forecastPolicy({ reference: await issued(context, fleet), years: 1, by: "month" }, fleet),
    NOW,
  );

  expect(ending).toBe("done");
  expect(lines(text)).toEqual([
    "1 certificate, 2029-06-01 to 2030-06-01.",
    "",
    "MONTH | REISSUES | VALIDATIONS | PURCHASES | USD",
    "2029-06 | 1 | 1 | – | –",
    "2029-07 | 1 | 1 | – | –",
    "2029-09 | 1 | 1 | – | –",
    "2029-10 | 1 | 1 | – | –",
    "2029-11 | 1 | 1 | – | –",
    "2029-12 | 1 | 1 | – | –",
    "2030-01 | 1 | 1 | – | –",
    "2030-03 | 1 | 1 | – | –",
    "2030-04 | 1 | 1 | – | –",
    "2030-05 | – | 1 | 1 | 9.95",
    "TOTAL | 9 | 10 | 1 | 9.95",
  ]);
});

test("another policy stands beside the one that holds, number by number", async () => {
  const context = ownContext();

  const { text } = await inFleet(
    context,
    async (fleet) =>
      forecastPolicy(
        { reference: await issued(context, fleet), years: 1, by: "week", mode: "manual", before: 20 },
        fleet,
      ),
    NOW,
  );

  expect(lines(text)).toEqual(
    expect.arrayContaining([
      "1 certificate, 2029-06-01 to 2030-06-01 (now: as it is; then: manual, 20 days before).",
      "WEEK | REISSUES | VALIDATIONS | REMINDERS | PURCHASES | LAPSES | USD",
      expect.stringMatching(/^now \| then/),
      "2029-06-18 | 1 | – | 1 | – | – | – | – | – | – | – | – | –",
    ]),
  );
  expect(lines(text).at(-1)).toBe("TOTAL | 9 | – | 10 | – | – | 3 | 1 | – | – | 1 | 9.95 | –");
});

test("where nothing will happen, that is said", async () => {
  const context = ownContext();

  const { text } = await inFleet(context, (fleet) => forecastPolicy({ years: 5, by: "month" }, fleet));

  expect(text).toMatch(/^0 certificates.*\n\nNothing will happen\.$/s);
});

test("the program answers programs in JSON, and ends with the code that says what was wrong", async () => {
  const context = ownContext();
  const { env } = context;
  const reference = await inFleet(context, (fleet) => issued(context, fleet), NOW);

  const [one, none, wrong, far] = await Promise.all([
    certfleet(["policy", "forecast", reference, "--years", "2", "--json"], { env }),
    certfleet(["policy", "forecast", "nobody"], { env }),
    certfleet(["policy", "forecast", "--by", "hour"], { env }),
    certfleet(["policy", "forecast", "--before", "201"], { env }),
  ]);

  expect(one).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(one.stdout)).toMatchObject({ by: "month", certificates: 1, policies: [{ label: "as it is" }] });
  expect(none).toMatchObject({ code: 3, stdout: "", stderr: "There is no certificate nobody.\n" });
  expect([wrong.code, far.code]).toEqual([2, 2]);
  expect(far.stderr).toContain("--before must be a whole number from 1 to 200");
});
