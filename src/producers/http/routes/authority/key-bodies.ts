// What calls about API keys take and answer.
import { z } from "zod";
import { type Read, readExpiry, readNetwork, readRate } from "../../../../shared/authority/keys/forms.ts";
import type { KeyTerms } from "../../../../shared/authority/keys/key.ts";
import { defaultScopes, scopes } from "../../../../shared/authority/scopes.ts";
import type { Fault } from "../../../../shared/base/fault.ts";
import { money } from "../../../../shared/base/money.ts";
import { shownWith } from "../../answers.ts";
import { invalid } from "../../problems.ts";

const name = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 . _ -")
  .meta({ description: "The name of the key in logs, timelines and the audit trail", example: "shop" });
const time = (description: string) => z.string().nullable().meta({ description, example: null });

const terms = {
  scopes: z
    .array(z.enum(scopes).meta({ description: "A scope", example: "certificates:read" }))
    .min(1)
    .meta({ description: "What it may do", example: [...defaultScopes] }),
  expires: z
    .string()
    .nullable()
    .meta({ description: "A date, a time, or days from now such as 90d; null: no end", example: "90d" }),
  from: z
    .array(z.string())
    .max(100)
    .meta({ description: "Addresses and networks (CIDR) that may use it; none: all", example: ["192.0.2.0/24"] }),
  rate: z.string().nullable().meta({ description: "Requests by time; null: 100/s, 1,000 at once", example: "20/s" }),
  ordersPerDay: z
    .int()
    .min(0)
    .max(999_999_999)
    .nullable()
    .meta({ description: "How many orders it may place in any 24 hours; null: any number", example: 200 }),
  moneyPerDay: money
    .refine((text) => !text.startsWith("-"), "must not be below 0")
    .nullable()
    .meta({ description: "What its orders in any 24 hours may cost; null: any amount", example: "200.00" }),
};

const newKey = z.strictObject({
  name,
  scopes: terms.scopes.default([...defaultScopes]),
  expires: terms.expires.default(null),
  from: terms.from.default([]),
  rate: terms.rate.default(null),
  ordersPerDay: terms.ordersPerDay.default(null),
  moneyPerDay: terms.moneyPerDay.default(null),
});

export const newKeyBody = shownWith(newKey, {
  shop: {
    summary: "For a shop, with a quota",
    value: { name: "shop-2", from: ["192.0.2.0/24"], moneyPerDay: "200.00" },
  },
  probe: { summary: "For monitoring", value: { name: "probe", scopes: ["metrics:read"], expires: "90d" } },
});

const MOST_OVERLAP = 99_999 * 86_400;
export const rotationBody = shownWith(
  z.strictObject({
    overlapSeconds: z
      .number()
      .min(0)
      .max(MOST_OVERLAP)
      .default(0)
      .meta({ description: "So long the old secret opens as well", example: 86_400 }),
  }),
  { day: { summary: "The old one opens for another day", value: { overlapSeconds: 86_400 } } },
);

export const keyParams = z.object({ name: name.meta({ description: "The name of the key", example: "probe" }) });
const id = name.meta({ description: "Its name", example: "shop" });
const secret = z.string().meta({
  description: "Send it as `Authorization: Bearer`. It is shown this once, and kept nowhere",
  example: "cf_CI9yRIO0FYh6YpyE8QYJ5DYrDyYAy4pw0JrEYLFZpXs00000000",
});
const shown = {
  ...terms,
  expires: time("When it ends; null: never"),
};

export const madeBody = z.object({
  id,
  secret,
  ...shown,
  createdAt: z.string().meta({ format: "date-time", description: "When it was made" }),
});
export const rotatedBody = z.object({
  ...{ id, secret, ...shown },
  rotatedAt: time("When it got this secret"),
  oldOpensUntil: time("Until when the old secret opens, too; null: it does not"),
});
export const revokedBody = z.object({ id, revokedAt: time("Since when it opens nothing") });

export const listedKey = z
  .object({
    id,
    where: z.enum(["redis", "file", "environment"]).meta({ description: "Where it stands", example: "redis" }),
    state: z.enum(["live", "expired", "revoked"]).meta({ description: "Whether it opens anything", example: "live" }),
    ...shown,
    createdAt: time("When it was made; null: not by Certfleet"),
    createdBy: time("Who made it"),
    rotatedAt: time("When it got its newest secret"),
    revokedAt: time("Since when it opens nothing"),
    used: z
      .object({
        orders: z.int().meta({ description: "Orders in the last 24 hours", example: 3 }),
        money: z.string().meta({ description: "What they cost", example: "29.85" }),
      })
      .nullable()
      .meta({ description: "Used of its quotas; null: it has none" }),
    lastUse: z
      .object({
        at: z.string().meta({ format: "date-time", description: "When" }),
        from: z.string().nullable().meta({ description: "The address; null: the socket", example: "192.0.2.7" }),
      })
      .nullable()
      .meta({ description: "When it was used last; null: never" }),
  })
  .meta({ id: "ApiKey", description: "An API key, without its secret" });

/** The terms that are meant. @throws the problem `invalid` */
export function readTerms(body: z.infer<typeof newKey>, now: Date): KeyTerms {
  const faults: Fault[] = [];
  const read = <T>(field: string, text: string | null, form: (text: string) => Read<T>): T | null => {
    const found = text === null ? undefined : form(text);
    if (found && "fault" in found) faults.push({ field, message: `${found.fault}.` });
    return found && "value" in found ? found.value : null;
  };
  const { name: _name, expires, from, rate, scopes: held, ...quotas } = body;
  const made: KeyTerms = {
    ...quotas,
    scopes: scopes.filter((each) => held.includes(each)),
    expires: read("expires", expires, (text) => readExpiry(text, now)),
    from: [...new Set(from.flatMap((each, i) => read(`from/${i}`, each, readNetwork) ?? []))],
    rate: read("rate", rate, readRate),
  };
  if (faults.length > 0) throw invalid(faults);
  return made;
}
