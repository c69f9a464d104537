// certfleet.yaml: accounts, products, policy, templates, API keys. Read whole and strictly; secrets are filled in only where they are used.
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { badSettings, readSettings } from "./config.ts";
import { money } from "./money.ts";
import { policy } from "./order.ts";
import { commonSettings } from "./settings.ts";
import { readYaml } from "./yaml-lines.ts";

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "1 to 64 of A-Z a-z 0-9 . _ -");

const purchasing = z.strictObject({
  maxUnsettled: z.int().min(1).default(4),
  maxUnsettledMoney: money.optional(),
  perHour: money.optional(),
  perDay: money.optional(),
});

export const accountEntry = z.strictObject({
  id,
  name: z.string().optional(),
  apiUrl: z.string().default("https://reseller.enom.com/interface.asp"),
  username: z.string(),
  password: z.string(),
  dataCenter: id.optional(),
  department: z.string().optional(),
  sort: z.int().default(10),
  minimumBalance: money.optional(),
  currency: z.string().length(3).default("USD"),
  /** Service codes that are bought here; all without. */
  products: z.array(z.string()).min(1).optional(),
  mode: z.enum(["dedicated", "shared"]).default("dedicated"),
  requestsPerSecond: z.number().positive().default(5),
  enabled: z.boolean().default(true),
  purchases: z.boolean().default(true),
  purchasing: purchasing.prefault({}),
});
/** One eNom reseller login, as configured. */
export type AccountEntry = z.infer<typeof accountEntry>;

const productEntry = z.strictObject({
  service: z.string(),
  /** Of one year. */
  priceCeiling: money.optional(),
  policy: policy.partial().optional(),
  /** Instead of what the product table says: eNom's API takes it, the CA's portal does, or a ticket to eNom. */
  reissue: z.enum(["api", "portal", "ticket"]).optional(),
  /** The years that the product is sold for, where eNom's catalogue cannot be asked. */
  terms: z.array(z.int().min(1).max(5)).min(1).optional(),
  accounts: z.array(id).optional(),
});

const fleetFile = z.strictObject({
  accounts: z.array(accountEntry).default([]),
  products: z.array(productEntry).default([]),
  policy: policy.partial().optional(),
  balance: z
    .strictObject({ blocksPurchases: z.boolean().default(true), restoredMargin: z.string().default("20%") })
    .optional(),
  webhooks: z.array(z.strictObject({ url: z.string(), secret: z.string(), events: z.array(z.string()) })).default([]),
  templates: z
    .strictObject({ directory: z.string().optional(), brand: z.string().optional(), language: z.string().optional() })
    .optional(),
  apiKeys: z
    .array(
      z.strictObject({ id, sha256: z.string().regex(/^[0-9a-f]{64}$/, "SHA-256 of the key, 64 hexadecimal digits") }),
    )
    .default([]),
});
export type FleetFile = z.infer<typeof fleetFile> & {
  /** What the file sets and this release does not act on yet: nobody shall trust in a guard that is not there. */
  withoutEffect: string[];
  /** Where something stands, as `certfleet.yaml:7`. */
  whereIs: (path: readonly PropertyKey[]) => string;
};

const NOT_YET = /^(accounts\.\d+\.(minimumBalance|requestsPerSecond)|balance|webhooks)$/;

/**
 * Reads the file that CERTFLEET_CONFIG names, else `certfleet.yaml` if there is one, else an empty configuration.
 * @throws Error that lists every place that is wrong, with its line, without values.
 */
export function readFleetFile(path: string | undefined): FleetFile {
  const file = path ?? "certfleet.yaml";
  if (!path && !existsSync(file)) return { ...fleetFile.parse({}), withoutEffect: [], whereIs: () => file };
  const { data, lineOf } = readYaml(readText(file), file);
  const whereIs = (place: readonly PropertyKey[]): string => `${file}:${lineOf(place)}`;
  const read = fleetFile.safeParse(data);
  if (read.success) return { ...read.data, withoutEffect: pathsIn(data).filter((each) => NOT_YET.test(each)), whereIs };
  throw badSettings(read.error.issues.flatMap((issue) => problemsOf(issue, whereIs)));
}

function problemsOf(issue: z.core.$ZodIssue, whereIs: FleetFile["whereIs"]): string[] {
  const place = issue.path.join(".") || "document";
  if (issue.code !== "unrecognized_keys") return [`${whereIs(issue.path)}: ${place}: ${issue.message}`];
  return issue.keys.map((key) => `${whereIs([...issue.path, key])}: ${place}: Unrecognized key: "${key}"`);
}

/** Every place of a document, as `accounts.0.mode`. */
function pathsIn(value: unknown, above: readonly string[] = []): string[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = [...above, name];
    return [path.join("."), ...pathsIn(inner, path)];
  });
}

/** The file that this environment names. @throws Error as `readFleetFile` */
export function fleetFileOf(env: NodeJS.ProcessEnv): FleetFile {
  const name = { CERTFLEET_CONFIG: commonSettings.CERTFLEET_CONFIG };
  return readFleetFile(readSettings(name, env).CERTFLEET_CONFIG);
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw badSettings([`CERTFLEET_CONFIG (${file}): it cannot be read`]);
  }
}

/** Fills `${NAME}` from the environment (or from the file that NAME_FILE names). @throws Error naming what is not set. */
export function fillIn(text: string, env: NodeJS.ProcessEnv, where: string): string {
  return text.replace(/\$\{([A-Z0-9_]+)\}/g, (_all, name: string) => {
    const file = env[`${name}_FILE`];
    const value = env[name] ?? (file ? readFileSync(file, "utf8").trim() : undefined);
    if (!value) throw badSettings([`${where} uses \${${name}}, which is not set`]);
    return value;
  });
}
