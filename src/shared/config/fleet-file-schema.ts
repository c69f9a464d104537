// What certfleet.yaml may hold, field by field. The same words become the JSON Schema that editors complete and check
// by.

import { z } from "zod";
import { emailAddress } from "../base/email-address.ts";
import { money } from "../base/money.ts";
import { said } from "../base/text/said.ts";
import { shownName } from "../base/text/shown-name.ts";
import { enomSwitches } from "../enom/switches.ts";
import { remainder } from "../subscription/policy.ts";
import { webhookEntry } from "../webhooks/file-entry.ts";
import { productFaults } from "./added-products.ts";
import { apiKeyEntry } from "./api-key-entry.ts";
import { certificateFiles } from "./certificate-files.ts";
import { certificateLink } from "./certificate-link.ts";
import { apiUrl, enomLogin } from "./enom-address.ts";
import { intakeEntry } from "./intake-entry.ts";
import { id, policyEntry, productEntry } from "./product-entry.ts";

/** Where nothing else is set: what a stolen key can spend before somebody looks. */
const PER_HOUR = "1000.00";
const PER_DAY = "3000.00";

/** `none` is said, so that nobody has an account without a cap by leaving a line out. */
const CAP = 'must be an amount such as "1000.00", or none where there is to be no cap';
const cap = z.string(CAP).regex(/^(none|\d{1,12}(\.\d{1,4})?)$/, CAP);

const purchasing = z.strictObject({
  maxUnsettled: z
    .int()
    .min(1)
    .default(4)
    .meta(said("How many purchases of one product and term may be in flight at once")),
  maxUnsettledMoney: money
    .optional()
    .meta(said("How much all purchases in flight may cost together; without it five times the most expensive product")),
  perHour: cap.default(PER_HOUR).meta(said("How much may be spent in any 60 minutes; none: no cap", "500.00")),
  perDay: cap.default(PER_DAY).meta(said("How much may be spent in any 24 hours; none: no cap", "2000.00")),
});

const login = `may hold \${NAME}: the environment's NAME, or what stands in the file that NAME_FILE names`;

export const accountFields = z.strictObject({
  id: id.meta(
    said("The name of the account; never give it to another login, because the ledger belongs to it", "main"),
  ),
  name: shownName.optional().meta(said("Shown to people; without it the id", "eNom main")),
  apiUrl: apiUrl
    .default("https://reseller.enom.com/interface.asp")
    .meta(said("The address of eNom's API; https, except on this machine")),
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
  dataCenter: id.optional().meta(said("Takes orders for this data center, and orders without one", "eu-1")),
  department: emailAddress
    .optional()
    .meta(
      said(
        "The operator mailbox that gets the tasks of this account (BILLmanager's department)",
        "ssl@provider.example",
      ),
    ),
  sort: z
    .int()
    .default(10)
    .meta(said("Of the accounts that fit an order the one with the lowest number is used; then the id decides")),
  minimumBalance: money.optional().meta(said("How much must stay on the account", "50.00")),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "must be three capital letters (ISO 4217), such as USD")
    .default("USD")
    .meta(said("The currency of balance, minimum and prices")),
  products: z
    .array(z.string())
    .min(1)
    .optional()
    .meta(said("The products that are bought on this account; without it all", ["Certificate-RapidSSL-RapidSSL"])),
  mode: z
    .enum(["dedicated", "shared", "observe"])
    .default("dedicated")
    .meta(
      said(
        "shared: others buy on this eNom account, too; then fewer things happen automatically. observe: it is read and planned for, and nothing is bought, changed or mailed to customers",
      ),
    ),
  requestsPerSecond: z
    .number()
    .positive()
    .default(5)
    .meta(said("Requests to eNom per second, of all workers together")),
  drift: z
    .enum(["daily", "off"])
    .default("off")
    .meta(said("daily: the records are compared with eNom once a day, and differences are told")),
  enabled: z.boolean().default(true).meta(said("false: the account is not used")),
  purchases: z.boolean().default(true).meta(said("false: nothing is bought; what was bought continues")),
  purchasing: purchasing.prefault({}).meta(said("Spending limits")),
  enom: enomSwitches
    .prefault({})
    .meta(said("What this account's eNom does otherwise than documented; certfleet account probe tells what to set")),
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

const templatesEntry = z
  .strictObject({
    directory: z
      .string()
      .optional()
      .meta(said("The folder of your templates; they replace the built-in ones of the same name", "./templates")),
    brand: shownName.optional().meta(said("The name in mails, for orders without a brand", "Example Hosting")),
    language: z.string().optional().meta(said("The language of mails, for orders without one", "en")),
    certificate: z
      .enum(["attach", "link"])
      .optional()
      .meta(said("attach: mails carry the certificate; link: mails link to it (certificateLink)")),
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
  products: z
    .array(productEntry)
    .default([])
    .meta(said("Settings of single products, and products that are not built in")),
  policy: policyEntry.optional().meta(said("What happens before a certificate ends")),
  remainder: remainder.optional().meta(said("giveUpDays: a last purchase that covers fewer days is not made", "buy")),
  balance: z
    .strictObject({
      blocksPurchases: z.boolean().default(true).meta(said("false: a balance below the minimum only causes a warning")),
      restoredMargin: z
        .string()
        .regex(
          /^(\d{1,3}%|\d{1,12}(\.\d{1,4})?)$/,
          'must be whole percent of the minimum balance such as "20%", or an amount such as "10.00"',
        )
        .default("20%")
        .meta(said("How far above the minimum a balance must rise to count as restored")),
    })
    .optional()
    .meta(said("What happens when a balance is below the minimum")),
  webhooks: z
    .array(webhookEntry)
    .default([])
    .meta(said("Who is called when something happens, beside the endpoints that the API made")),
  intake: intakeEntry.optional(),
  ...certificateFiles,
  templates: templatesEntry.optional().meta(said("The mails")),
  apiKeys: z
    .array(apiKeyEntry)
    .default([])
    .meta(said("Who may call the HTTP API, beside the keys that certfleet key made")),
});

/**
 * The whole file. An id stands for one account, an eNom login for one id (as both are written: nobody needs the secrets
 * to judge), and products name accounts that there are (`main` may come from ENOM_*). A product that is added says all that must be known of it.
 */
export const fleetFile = fields
  .superRefine(({ accounts, products, webhooks }, { addIssue }) => {
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
    for (const [i, { id }] of webhooks.entries())
      if (webhooks.slice(0, i).some((each) => each.id === id))
        addIssue({ code: "custom", path: ["webhooks", i, "id"], message: `there is a webhook ${id} already` });
    for (const { index, field, message } of productFaults(products))
      addIssue({ code: "custom", path: ["products", index, field], message });
  })
  .meta({ title: "certfleet.yaml", description: "Accounts, products, policy, templates and API keys of a Certfleet" });

/** Draft 7, which editors know best; of what a person writes, so that nothing with a default is required. */
export function configSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(fleetFile, { io: "input", target: "draft-7" }) };
}
