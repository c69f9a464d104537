// `certfleet policy show`: who decides what happens before a certificate ends, for all, for a product, for one certificate.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import type { Fleet } from "../../../../src/producers/cli/fleet.ts";
import type { ProgramContext } from "../../../../src/producers/cli/own-redis.ts";
import {
  policySources,
  showPolicy,
  showPolicyOfCertificate,
  showPolicyOfProduct,
} from "../../../../src/producers/cli/policy/show.ts";
import { acceptOrder } from "../../../../src/shared/queue/accept-order.ts";
import { orderBody, SHOP } from "../../../support/order.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const RAPID = "Certificate-RapidSSL-RapidSSL";

/** All sources but the certificate's own: each of them overrules the one before in something. */
function fleetWithAllSources() {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-policy-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [conf, file] = [join(folder, "billmgr.conf"), join(folder, "certfleet.yaml")];
  writeFileSync(conf, "# BILLmanager\nOption SSLSubscriptionPolicy manual\nSSLSubscriptionBefore 30\n");
  writeFileSync(
    file,
    `policy:\n  beforeDays: 20\nproducts:\n  - service: ${RAPID.toLowerCase()}\n    policy: { mode: none }\n`,
  );
  const context = ownContext();
  const env = { ...context.env, BILLMGR_CONF: conf, CERTFLEET_CONFIG: file, SSL_SUBSCRIPTION_BEFORE: "15" };
  return { conf, file, context: { ...context, env }, sources: policySources(env) };
}

/** The words of a table's lines. */
const lines = (text: string): string[] => text.split("\n").map((line) => line.replace(/ {2,}/g, " | "));

/** Makes it a bought certificate of 47 days, for which a lead of 30 is more than half of its life. */
async function issueShort(reference: string, context: ProgramContext, { certificates, clock }: Fleet): Promise<void> {
  const bought = { certId: 900_001, orderId: 1, at: "2029-04-01T00:00:00.000Z", years: 1 };
  await withRedis(context, ({ redis, keys }) =>
    redis.hset(keys.certificate(reference), { state: "CONFIGURED", purchases: JSON.stringify([bought]) }),
  );
  const found = await certificates.find(reference);
  if (!found) throw new Error(`no ${reference}`);
  const days = { notBefore: "2029-04-01T00:00:00.000Z", notAfter: "2029-05-17T23:59:59.000Z" };
  const issue = { serialNumber: "0A1B", pem: "", csrHash: "00", ...days };
  await certificates.save({ ...found, record: { ...found.record, issue } }, clock.now());
}

test("all sources are shown, weakest first, with their places, and a star marks whose word counts", () => {
  const { conf, file, sources } = fleetWithAllSources();

  const { text } = showPolicy(sources);

  expect(lines(text)).toEqual([
    "SOURCE | WHERE | MODE | DAYS BEFORE",
    "default | built in | auto | 10",
    `billmgr.conf | ${conf}:2, 3 | manual * | 30`,
    `config | ${file}:2 | – | 20`,
    "environment | SSL_SUBSCRIPTION_BEFORE | – | 15 *",
    "",
    "* In force (source: environment): manual: the customer is told 15 days before a certificate ends.",
    "",
    "PRODUCTS WITH A POLICY | MODE | DAYS BEFORE",
    `${RAPID} | none (${file}:5) | 15 (from environment)`,
  ]);
});

test("programs get every source, each with value and context, and the winner of each value", () => {
  const { conf, file, sources } = fleetWithAllSources();

  expect(showPolicy(sources).json).toMatchObject({
    layers: [
      { source: "default", mode: { value: "auto" }, beforeDays: { value: 10 } },
      { source: "billmgr.conf", mode: { value: "manual", where: `${conf}:2` }, beforeDays: { where: `${conf}:3` } },
      { source: "config", mode: null, beforeDays: { value: 20, where: `${file}:2` } },
      { source: "environment", mode: null, beforeDays: { value: 15, where: "SSL_SUBSCRIPTION_BEFORE" } },
    ],
    mode: { value: "manual", source: "billmgr.conf" },
    beforeDays: { value: 15, source: "environment" },
    source: "environment",
    products: [{ product: RAPID, mode: { value: "none", source: "product" }, source: "product" }],
  });
});

test("a product's word is stronger than those for all, and a product that says nothing has theirs", () => {
  const { file, sources } = fleetWithAllSources();

  const own = showPolicyOfProduct(RAPID, sources);
  const other = showPolicyOfProduct("certificate-comodo-ev", sources);

  expect(lines(own.text)).toContain(`product | ${file}:5 | none * | –`);
  expect(own.text).toContain("(source: product): none: nothing happens before a certificate ends.");
  expect(other.text).toMatch(/^Certificate-Comodo-EV\n/);
  expect(other.text).toContain("(source: environment): manual");
  expect(showPolicyOfProduct("Certificate-Nobody", sources).ending).toBe("not-found");
});

test("a certificate's own policy is the strongest; the lead that it really has and what comes next are told", async () => {
  const { context, sources } = fleetWithAllSources();
  const clock = { now: () => new Date("2029-04-02T12:00:00Z") };
  const body = await orderBody({ approver: { method: "dns" }, policy: { mode: "auto", beforeDays: 30 } });

  const shown = await inFleet(
    context,
    async (fleet) => {
      await acceptOrder(body, fleet, SHOP);
      await issueShort(body.reference, context, fleet);
      return showPolicyOfCertificate(body.reference, sources, fleet);
    },
    clock,
  );

  expect(lines(shown.text)).toEqual([
    expect.stringContaining(`${body.reference} | shop.example.com | ${RAPID}`),
    "",
    expect.stringMatching(/^SOURCE/),
    ...["default", "billmgr.conf", "config", "environment", "product"].map((source) =>
      expect.stringMatching(`^${source} [^*]+$`),
    ),
    "certificate | its order, or a later change | auto * | 30 *",
    "",
    "* In force (source: certificate): auto: it is reissued 30 days before a certificate ends, but not before half of its life is over, nor earlier than half of the life that its successor may have.",
    "",
    "Lead time | 23 days instead of 30: at most half of a certificate's life, and of its successor's",
    "Expiration date | 2029-05-17",
    "Next | reissue 2029-04-24",
  ]);
  expect(shown.json).toMatchObject({
    reference: body.reference,
    source: "certificate",
    effectiveBeforeDays: 23,
    nextAction: { kind: "reissue", at: "2029-04-24" },
  });
});

test("a certificate without a policy of its own has its product's, and says so before anything is issued", async () => {
  const { context, sources } = fleetWithAllSources();
  const body = await orderBody();

  const shown = await inFleet(context, async (fleet) => {
    await acceptOrder(body, fleet, SHOP);
    return showPolicyOfCertificate(body.reference, sources, fleet);
  });

  expect(lines(shown.text)).toContain("certificate | – | – | –");
  expect(shown.text).toContain("(source: product): none");
  expect(lines(shown.text)).toContain("Lead time | 15 days; nothing is issued yet");
});

test("the program needs no Redis to tell the policy of all, and ends with the code that says what was wrong", async () => {
  const { env } = fleetWithAllSources().context;
  const { REDIS_URL: _url, ...withoutRedis } = env;

  const [all, both, none, wrong] = await Promise.all([
    certfleet(["policy", "show", "--json"], { env: withoutRedis }),
    certfleet(["policy", "show", "bill-1", "--product", RAPID], { env }),
    certfleet(["policy", "show", "bill-1"], { env }),
    certfleet(["policy", "show"], { env: { ...env, SSL_SUBSCRIPTION_BEFORE: "999" } }),
  ]);

  expect(all).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(all.stdout)).toMatchObject({ source: "environment" });
  expect(both).toMatchObject({ code: 2, stdout: "" });
  expect(none).toMatchObject({ code: 3, stderr: "There is no certificate bill-1.\n" });
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toContain("SSL_SUBSCRIPTION_BEFORE: must be a whole number from 1 to 200");
});

test.each([
  [10, false],
  [23, false],
  [24, true],
  [200, true],
])("of a lead of %i days the halving is told: %s", (beforeDays, isTold) => {
  const { text } = showPolicy({
    settings: { SSL_SUBSCRIPTION_BEFORE: beforeDays },
    file: policySources(ownContext().env).file,
  });

  expect(text?.includes("not before half of its life is over")).toBe(isTold);
});
