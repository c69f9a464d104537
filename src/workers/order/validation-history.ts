// The validations of each domain, per account and family of products: what one certificate had validated, another may
// use.

import { join } from "node:path";
import { z } from "zod";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

const validation = z.object({
  method: z.enum(["email", "dns", "file"]),
  /** At the earliest. */
  at: z.string(),
  /** The certificate that it was done for. */
  reference: z.string(),
});
export type DomainValidation = z.infer<typeof validation>;

/** No validation is used again after longer than 398 days. */
const KEEP_DAYS = 400;

type HistoryNeeds = { redis: RedisClient; keys: Keys };

const KEEP = defineScript(join(import.meta.dirname, "lua/keep-validation.lua"), {
  keys: ["validations"],
  args: ["field", "entry", "at", "keepSeconds"],
});

export async function keepValidation(
  { redis, keys }: HistoryNeeds,
  certificate: Certificate,
  { method, at }: { method: DomainValidation["method"]; at: string },
): Promise<void> {
  const { reference, domain } = certificate.order;
  const entry: DomainValidation = { method, at, reference };
  await runScript(redis, KEEP, {
    keys: { validations: keys.validations(domain) },
    args: { field: fieldOf(certificate), entry: JSON.stringify(entry), at, keepSeconds: KEEP_DAYS * 86_400 },
  });
}

export async function findValidation(
  { redis, keys }: HistoryNeeds,
  certificate: Certificate,
): Promise<DomainValidation | null> {
  const kept = await redis.hget(keys.validations(certificate.order.domain), fieldOf(certificate));
  return kept === null ? null : validation.parse(JSON.parse(kept));
}

/** A CA knows its customer by the reseller's account. */
function fieldOf({ order, record }: Certificate): string {
  return `${record.account ?? ""}/${getProduct(order.product).family}`;
}
