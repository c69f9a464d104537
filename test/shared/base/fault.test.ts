// Promise: whatever is wrong with input is told in our own short sentences, never in those of the schema library.
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { faultsOf, must } from "../../../src/shared/base/fault.ts";
import { readSettings } from "../../../src/shared/base/read-settings.ts";
import { orderBody } from "../../../src/shared/certificate/order.ts";
import { parseFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { fleetFile } from "../../../src/shared/config/fleet-file-schema.ts";
import * as settings from "../../../src/shared/config/settings.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { type JobName, jobFaults, jobs } from "../../../src/shared/queue/jobs.ts";
import { expectOurs, type Shape, wrongOnes } from "../../support/wrong-values.ts";

const { settingNames: _names, ...groups } = settings;

const schemas: [string, z.ZodType][] = [
  ["an order", orderBody],
  ...Object.entries(jobs).map(([name, { data }]): [string, z.ZodType] => [`a job of ${name}`, data]),
  ["certfleet.yaml", fleetFile],
  ...Object.entries(groups).map(([name, shape]): [string, z.ZodType] => [name, z.object(shape as z.ZodRawShape)]),
  ...Object.entries(templates).map(([name, { values }]): [string, z.ZodType] => [`the mail ${name}`, values]),
];

test.for(schemas)(
  "What is wrong with %s is told in our words, at every place and for every kind of wrong value.",
  ([, schema]) => {
    const texts = new Set<string>();
    let refused = 0;
    const tell = (input: unknown): void => {
      const { error } = schema.safeParse(input);
      if (!error) return;
      refused += 1;
      for (const { message } of faultsOf(error)) texts.add(message);
    };

    for (const input of wrongOnes(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Shape))
      tell(input);
    fc.assert(
      fc.property(fc.anything(), (input) => tell(input)),
      { numRuns: 200 },
    );

    expect(refused).toBeGreaterThan(10);
    expectOurs(texts);
    for (const text of texts) expect(text).toMatch(/[.!?]$/);
  },
);

test.for([
  [{}, "customer/email", "is missing; it must be one plain e-mail address."],
  [{ contacts: undefined }, "contacts", "is missing."],
  [{ contacts: null }, "contacts", "has no value; it must be an object with named fields."],
  [{ years: 9 }, "years", "must be at most 5."],
  [{ years: "2" }, "years", "must be a whole number, without quotes."],
  [{ years: 1.5 }, "years", "must be a whole number."],
  [{ product: 7 }, "product", "must be text, in quotes."],
  [{ product: "" }, "product", "must not be empty."],
  [{ product: "x".repeat(101) }, "product", "must have at most 100 characters."],
  [{ approver: {} }, "approver/method", "is missing; it must be email, dns or file."],
  [{ approver: { method: "phone" } }, "approver/method", "must be email, dns or file."],
  [{ policy: { mode: "manual", beforeDays: 0 } }, "policy/beforeDays", "must be a whole number from 1 to 200."],
  [{ policy: { mode: "often", beforeDays: 1 } }, "policy/mode", "must be auto, manual or none."],
  [{ yaers: 1 }, "yaers", "is unknown: remove it, or check its spelling."],
  [{ account: "a b" }, "account", "must be 1 to 64 of A-Z a-z 0-9 . _ -."],
] as const)("An order with %j is told of %s that it %s", ([given, field, message]) => {
  const { error } = orderBody.safeParse({ customer: {}, ...given });

  expect(faultsOf(error ?? { issues: [] })).toContainEqual({ field, message });
});

test("Whatever lies in a queue, what is wrong with the job is told in our words.", () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom(...(Object.keys(jobs) as JobName[])), (data, name) => {
      expectOurs(jobFaults(name, data).map(({ message }) => message));
    }),
  );
});

test("Each unknown field is a fault of its own, at its own place.", () => {
  const { error } = z.strictObject({ a: z.strictObject({}) }).safeParse({ a: { x: 1, y: 2 } });

  expect(faultsOf(error ?? { issues: [] }).map(({ field }) => field)).toEqual(["a/x", "a/y"]);
});

test("A job with an order in it is judged as an order: one without its contacts misses them, and nothing else is wrong.", () => {
  const faults = jobFaults("open", {
    ...{ reference: "bill-1", product: "P", csr: "x", approver: { method: "dns" } },
    customer: { email: "a@b.cd" },
  });

  expect(faults).toEqual([{ field: "contacts", message: "is missing." }]);
  expect(jobFaults("reissue", { reference: "bill-1", resaon: "x" })).toMatchObject([{ field: "resaon" }]);
  expect(jobFaults("open", { reference: "bill-1" })).toEqual([]);
  expect(jobFaults("open", null)).toEqual([
    { field: "", message: "has no value; it must be an object with named fields." },
  ]);
});

test("A message of a schema's own is told as it stands, and what is not there at all is told as missing.", () => {
  const day = z.object({ day: z.string(must("must be a day")) });

  expect(faultsOf(day.safeParse({ day: 1 }).error ?? { issues: [] })[0]?.message).toBe("must be a day.");
  expect(faultsOf(day.safeParse({}).error ?? { issues: [] })[0]?.message).toBe("is missing; it must be a day.");
});

test("Settings and the configuration file are refused in the same words.", () => {
  const env = { PORT: "x", HOST: "h", CERTFLEET_BALANCE_SECONDS: "-1", CERTFLEET_ALLOW_WEAK_REDIS: "maybe" };
  const read = (): unknown =>
    readSettings({ ...settings.commonSettings, ...settings.gatewaySettings, ...settings.orderSettings }, env);

  expect(read).toThrow(
    /^Fix these settings:\n {2}- REDIS_URL is missing; it must be an address of Redis: redis:.*\n {2}- PORT: must be a number\n {2}- CERTFLEET_BALANCE_SECONDS: must be a number of seconds above 0\n {2}- CERTFLEET_ALLOW_WEAK_REDIS: must be 1, true, yes, 0, false or no$/,
  );
  expect(() => parseFleetFile("accounts:\n  - id: main\n    username:\n    passwrod: x\n", "f.yaml")).toThrow(
    [
      "Fix these settings:",
      "  - f.yaml:3: accounts.0.username: has no value; it must be text",
      "  - f.yaml:4: accounts.0.passwrod: is unknown: remove it, or check its spelling",
    ].join("\n"),
  );
});

test("What is of the wrong kind is told once, and not measured as well.", () => {
  const shape = z.object({ list: z.array(z.string()).max(1), text: z.string().min(3), all: z.array(z.int()).min(1) });
  const { error } = shape.safeParse({ list: "two", text: ["x"], all: "" });

  expect(faultsOf(error ?? { issues: [] })).toEqual([
    { field: "list", message: "must be a list." },
    { field: "text", message: "must be text." },
    { field: "all", message: "must be a list." },
  ]);
});
