// certfleet.yaml: accounts, products, policy, templates, API keys. Read whole and strictly; secrets are filled in only where they are used.
import { existsSync, readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { badSettings, readSettings } from "./config.ts";
import { money } from "./money.ts";
import { policy } from "./order.ts";
import { commonSettings } from "./settings.ts";

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
  policy: policy.optional(),
  reissue: z.enum(["api", "manual"]).optional(),
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
/** `withoutEffect` names what the file sets and this release does not act on yet: nobody shall trust in a guard that is not there. */
export type FleetFile = z.infer<typeof fleetFile> & { withoutEffect: string[] };

const NOT_YET = /^(accounts\.\d+\.(minimumBalance|requestsPerSecond)|products\.\d+\.reissue|balance|webhooks)$/;

/**
 * Reads the file that CERTFLEET_CONFIG names, else `certfleet.yaml` if there is one, else an empty configuration.
 * @throws Error that lists every place that is wrong, without values.
 */
export function readFleetFile(path: string | undefined): FleetFile {
  const file = path ?? "certfleet.yaml";
  if (!path && !existsSync(file)) return { ...fleetFile.parse({}), withoutEffect: [] };
  const document = parseYaml(readText(file), file);
  const read = fleetFile.safeParse(document);
  if (read.success) return { ...read.data, withoutEffect: pathsIn(document).filter((each) => NOT_YET.test(each)) };
  throw badSettings(
    read.error.issues.map((issue) => `${file}: ${issue.path.join(".") || "document"}: ${issue.message}`),
  );
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

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text) ?? {};
  } catch {
    throw badSettings([`CERTFLEET_CONFIG (${file}): it is no valid YAML`]); // the parser's own message quotes the file
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
