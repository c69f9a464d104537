// What certfleet.yaml may hold, field by field. The same words become the JSON Schema that editors complete and check by.

import { z } from "zod";
import { displayName, emailAddress } from "../base/email-address.ts";
import { money } from "../base/money.ts";
import { products } from "../certificate/products.ts";
import { beforeDays, policyMode } from "../subscription/policy.ts";
import { certificateLink } from "./certificate-link.ts";
import { apiUrl, enomLogin } from "./enom-address.ts";

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 . _ -");

const said = (description: string, ...examples: unknown[]) =>
  examples.length > 0 ? { description, examples } : { description };

const purchasing = z.strictObject({
  maxUnsettled: z.int().min(1).default(4).meta(said("Purchases of one product and term in flight at once")),
  maxUnsettledMoney: money.optional().meta(said("The sum of all in flight; else five times the dearest product")),
  perHour: money.optional().meta(said("Spent at most in any sixty minutes", "1000.00")),
  perDay: money.optional().meta(said("Spent at most in any 24 hours", "5000.00")),
});

const login = `may hold \${NAME}: the environment's NAME, or what stands in the file that NAME_FILE names`;

export const accountFields = z.strictObject({
  id: id.meta(said("Never changes its meaning: the ledger is bound to the login under this id", "main")),
  name: displayName.optional().meta(said("Shown to people; else the id", "eNom main")),
  apiUrl: apiUrl
    .default("https://reseller.enom.com/interface.asp")
    .meta(said("eNom's interface; https, except on this machine")),
  username: z
    .string()
    .min(1)
    .meta(said(`The reseller login; ${login}`, `\${ENOM_USERNAME}`)),
  password: z
    .string()
    .min(1)
    .optional()
    .meta(said(`The login's API token or password; ${login}`, `\${ENOM_PASSWORD}`)),
  passwordFile: z
    .string()
    .regex(/^\//, "must be an absolute path")
    .optional()
    .meta(said("The file that holds the password, instead of password", "/run/secrets/enom_password")),
  dataCenter: id.optional().meta(said("An order fits when its data center is equal, or either is absent", "eu-1")),
  department: emailAddress
    .optional()
    .meta(said("The operator mailbox of this account (BILLmanager's department)", "ssl@provider.example")),
  sort: z.int().default(10).meta(said("The smallest that fits an order is used; then the id decides")),
  minimumBalance: money.optional().meta(said("What must stay on the account to purchase services", "50.00")),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters (ISO 4217), such as USD")
    .default("USD")
    .meta(said("Of balance, minimum and prices")),
  products: z
    .array(z.string())
    .min(1)
    .optional()
    .meta(said("Service codes that are bought here; without it all", ["Certificate-RapidSSL-RapidSSL"])),
  mode: z
    .enum(["dedicated", "shared"])
    .default("dedicated")
    .meta(said("shared: others buy on this account, too; more is left to the operator")),
  requestsPerSecond: z.number().positive().default(5).meta(said("To eNom, of all workers together")),
  enabled: z.boolean().default(true).meta(said("false: not used at all")),
  purchases: z.boolean().default(true).meta(said("false: buys nothing; orders that are bought continue")),
  purchasing: purchasing.prefault({}).meta(said("How much may be spent before an operator must check")),
});

/** One account of the file; its password stands in it, in the environment, or in a file. */
export const accountEntry = accountFields
  .refine((entry) => (entry.password === undefined) !== (entry.passwordFile === undefined), {
    path: ["password"],
    message: "set either password or passwordFile, and not both",
  })
  .meta({
    oneOf: ["password", "passwordFile"].map((one) => ({
      type: "object",
      properties: { [one]: {} },
      required: [one],
    })),
  });
/** One eNom reseller login, as configured. */
export type AccountEntry = z.infer<typeof accountEntry>;

const policyEntry = z.strictObject({
  mode: policyMode.optional().meta(said("auto: it is reissued; manual: the customer is told; none: nothing happens")),
  beforeDays: beforeDays.optional().meta(said("Days before a certificate ends, at which that happens", 10)),
});

const services = products.map(({ service }) => service);

const productEntry = z.strictObject({
  service: z.string().meta(said("eNom's code", ...services)),
  priceCeiling: money
    .optional()
    .meta(said("For one year, in the account's currency; dearer than that is not bought", "15.00")),
  policy: policyEntry.optional().meta(said("For orders of this product that say nothing")),
  reissue: z
    .enum(["api", "portal", "ticket"])
    .optional()
    .meta(
      said("Instead of what the product table says: eNom's API takes it, the CA's portal does, or a ticket to eNom"),
    ),
  terms: z
    .array(z.int().min(1).max(5))
    .min(1)
    .optional()
    .meta(said("The years that it is sold for, where eNom's catalogue cannot be asked", [1, 2])),
  accounts: z
    .array(id)
    .optional()
    .meta(said("Bought on these accounts only", ["main"])),
});

const templatesEntry = z
  .strictObject({
    directory: z
      .string()
      .optional()
      .meta(said("Your templates replace the built-in ones of the same name", "./templates")),
    brand: z
      .string()
      .optional()
      .meta(said("The name that mails speak for, where an order names none", "Example Hosting")),
    language: z.string().optional().meta(said("Of a mail whose order names none", "en")),
    certificate: z
      .enum(["attach", "link"])
      .optional()
      .meta(said("link: mails name the address of the certificate, certificateLink, and do not carry it")),
    certificateLink: certificateLink
      .optional()
      .meta(
        said(
          "For certificate: link, where a customer logs in and finds it; {reference} and {domain} are filled in. https, except on this machine",
          "https://my.provider.example/ssl/{reference}",
        ),
      ),
  })
  .refine(({ certificate, certificateLink }) => certificate !== "link" || certificateLink !== undefined, {
    path: ["certificateLink"],
    message: `is needed for "certificate: link": the address of your customer area, such as https://my.provider.example/ssl/{reference}`,
  })
  .meta({
    anyOf: [
      { type: "object", properties: { certificate: { enum: ["attach"] } } },
      { type: "object", properties: { certificateLink: {} }, required: ["certificateLink"] },
    ],
  });

const fields = z.strictObject({
  accounts: z.array(accountEntry).default([]).meta(said("eNom reseller logins")),
  products: z.array(productEntry).default([]).meta(said("What differs for single products")),
  policy: policyEntry.optional().meta(said("What happens before a certificate ends")),
  balance: z
    .strictObject({
      blocksPurchases: z.boolean().default(true).meta(said("false: the minimum balance is only warned of")),
      restoredMargin: z
        .string()
        .regex(
          /^(\d{1,3}%|\d{1,12}(\.\d{1,4})?)$/,
          'must be whole percent of the minimum balance such as "20%", or an amount such as "10.00"',
        )
        .default("20%")
        .meta(said("How far above its minimum a balance must come to be told as restored")),
    })
    .optional()
    .meta(said("What the minimum balance of an account means")),
  webhooks: z
    .array(
      z.strictObject({
        url: z.string().meta(said("Where to", "https://billing.example/hook")),
        secret: z.string().meta(said("What the call is signed with")),
        events: z.array(z.string()).meta(said("Which events; * is all", ["*"])),
      }),
    )
    .default([])
    .meta(said("Who is called when something happens")),
  templates: templatesEntry.optional().meta(said("The mails")),
  apiKeys: z
    .array(
      z.strictObject({
        id: id.meta(said("Shown in logs and timelines", "billing")),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the key: 64 hexadecimal digits")
          .meta(said("Of the key, 64 hexadecimal digits: printf %s KEY | sha256sum")),
      }),
    )
    .default([])
    .meta(said("Who may call the HTTP API")),
});

/**
 * The whole file. An id stands for one account, an eNom login for one id (as both are written: nobody needs the secrets to judge), and
 * products name accounts that there are (`main` may come from ENOM_*).
 */
export const fleetFile = fields
  .superRefine(({ accounts, products }, { addIssue }) => {
    const known = new Set(["main"]);
    for (const [i, entry] of accounts.entries()) {
      const { id } = entry;
      const say = (field: string, message: string): void =>
        addIssue({ code: "custom", path: ["accounts", i, field], message });
      const before = accounts.slice(0, i);
      const twin = before.find((each) => enomLogin(each) === enomLogin(entry));
      if (before.some((each) => each.id === id)) say("id", `there is an account ${id} already`);
      else if (twin) say("username", `account ${twin.id} has the same eNom host and user`);
      known.add(id);
    }
    for (const [i, { accounts: wanted = [] }] of products.entries())
      for (const [j, id] of wanted.entries())
        if (!known.has(id))
          addIssue({ code: "custom", path: ["products", i, "accounts", j], message: `there is no account ${id}` });
  })
  .meta({ title: "certfleet.yaml", description: "Accounts, products, policy, templates and API keys of a Certfleet" });

/** Draft 7, which editors know best; of what a person writes, so that nothing with a default is required. */
export function configSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(fleetFile, { io: "input", target: "draft-7" }) };
}
