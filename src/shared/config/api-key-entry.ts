// One entry of `apiKeys:` in certfleet.yaml: the hash of a key, what it may do, from where, until when, how much of it.
import { z } from "zod";
import { DATE_FORM, NETWORK_FORM, RATE_FORM, readNetwork, readRate, readTime } from "../authority/keys/forms.ts";
import type { ApiKey } from "../authority/keys/key.ts";
import { defaultScopes, scopes } from "../authority/scopes.ts";
import { money } from "../base/money.ts";
import { said } from "../base/text/said.ts";
import { id } from "./product-entry.ts";

export const apiKeyEntry = z.strictObject({
  id: id.meta(said("The name of the key in logs and timelines", "billing")),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the key: 64 hexadecimal digits")
    .meta(said("The SHA-256 of the key, 64 hexadecimal digits: printf %s KEY | sha256sum")),
  scopes: z
    .array(z.enum(scopes))
    .min(1)
    .optional()
    .meta(said(`What the key may do; without it ${defaultScopes.join(", ")}`, ["certificates:write"])),
  expires: z
    .string()
    .refine((text) => readTime(text) !== undefined, DATE_FORM)
    .optional()
    .meta(said("From then on the key is refused: a date (UTC) or a time", "2027-01-31")),
  from: z
    .array(z.string().refine((text) => "value" in readNetwork(text), NETWORK_FORM))
    .min(1)
    .optional()
    .meta(said("The addresses and networks that may use it; without it all", ["192.0.2.0/24", "2001:db8::/32"])),
  rate: z
    .string()
    .refine((text) => "value" in readRate(text), RATE_FORM)
    .optional()
    .meta(said("Requests by time; without it 100 a second, 1,000 at once", "20/s")),
  ordersPerDay: z.int().min(0).optional().meta(said("How many orders it may place in any 24 hours", 200)),
  moneyPerDay: money
    .refine((amount) => !amount.startsWith("-"), "must not be below 0")
    .optional()
    .meta(said("How much what it orders in any 24 hours may cost, all paid years included", "50.00")),
});

/** As the gateway judges it. */
export function configuredKey({
  expires,
  rate,
  from = [],
  scopes: held,
  ...given
}: z.infer<typeof apiKeyEntry>): ApiKey {
  const read = rate === undefined ? undefined : readRate(rate);
  return {
    ...given,
    scopes: held ?? defaultScopes,
    expires: expires === undefined ? null : (readTime(expires)?.toISOString() ?? null),
    from: from.flatMap((each) => {
      const network = readNetwork(each);
      return "value" in network ? network.value : [];
    }),
    rate: read && "value" in read ? read.value : null,
  };
}
