// What a cancelled order left in its slot (rule 15): a later owner may configure over it, and the count does not take it for
// somebody else's work.
import { z } from "zod";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { csrOf } from "../../shared/certificate/certificate.ts";
import { csrHash } from "../../shared/certificate/csr.ts";
import type { LedgerContext } from "./context.ts";

const traces = z.object({ csrHashes: z.array(z.string()), domains: z.array(z.string()) });

/** Every CSR, by its hash, and every name that the order had. */
export type Traces = z.infer<typeof traces>;

/** What eNom shows of a slot's configuration; `csr` is empty where it shows none. */
interface Shown {
  csr?: string;
  domain: string;
}

export function tracesOf({ order, record }: Certificate): Traces {
  const former = record.correction?.former ?? [];
  return {
    csrHashes: [csrHash(csrOf({ order, record })), ...former.map((each) => each.csrHash)],
    domains: [order.domain, ...former.map(({ domain }) => domain)],
  };
}

export function readTraces(text: string | null | undefined): Traces | undefined {
  return text ? traces.parse(JSON.parse(text)) : undefined;
}

/** Whether all that eNom shows in the slot is what that order put there, or nothing. */
export function isLeftBy({ csrHashes, domains }: Traces, { csr = "", domain }: Shown): boolean {
  const isKnownName = domain === "" || domains.includes(domain.toLowerCase());
  return isKnownName && (csr === "" || csrHashes.includes(csrHash(csr)));
}

/** Whether the slot carries what a cancelled order left there: then its new owner configures over it. */
export async function isLeftOver(
  { ledger: { redis, keys } }: LedgerContext,
  { account, certId }: { account: string; certId: number },
  shown: Shown,
): Promise<boolean> {
  const left = readTraces(await redis.hget(keys.ledger.left(account), `${certId}`));
  return left !== undefined && isLeftBy(left, shown);
}
