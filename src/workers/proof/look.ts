// The fleet's own look at what an owner was asked to publish. What it finds is told, and decides nothing: the CA
// decides.
import { withDeadline } from "../../shared/base/time/deadline.ts";
import { isPrivateWay } from "../../shared/config/enom-address.ts";
import { type Asking, mayAskOf, type Seen } from "./asking.ts";
import { lookForRecord } from "./dns-record.ts";
import { lookForFile } from "./file.ts";

interface Published {
  domain: string;
  dns: { name: string; type: string; value: string } | null;
  file: { url: string; content: string } | null;
}

export interface LookSettings {
  CERTFLEET_PROOF_LOOKUP: "auto" | "on" | "off";
  CERTFLEET_PROOF_RESOLVERS?: readonly string[] | undefined;
  CERTFLEET_PROOF_ALLOW?: readonly string[] | undefined;
}

/** Null: not looked for. `apiUrl`: of the order's account. */
export type LookForProof = (published: Published, apiUrl: string) => Promise<Seen | null>;

const ANSWER_MS = 2_000;
/** An order waits no longer for what only tells. */
const WHOLE_MS = 8_000;

/**
 * `auto` looks unless eNom is a pretended one on this machine, whose orders are for domains that nobody serves.
 * `virtual`: whether the process lives by the sandbox's clock.
 */
export function openLook(settings: LookSettings, virtual: boolean): LookForProof {
  const { CERTFLEET_PROOF_LOOKUP: mode, CERTFLEET_PROOF_RESOLVERS: resolvers = [] } = settings;
  const mayAsk = mayAskOf(settings.CERTFLEET_PROOF_ALLOW ?? []);
  const asking: Asking = { resolvers, mayAsk, dnsPort: 53, timeoutMs: ANSWER_MS };
  return async ({ domain, dns, file }, apiUrl) => {
    if (mode === "off" || (mode === "auto" && (virtual || isPretended(apiUrl)))) return null;
    const look = dns ? lookForRecord(dns, domain, asking) : file ? lookForFile(file, asking) : null;
    return look && inTime(look);
  };
}

/** http, which only this machine may be asked by, or https to it. */
function isPretended(apiUrl: string): boolean {
  const url = URL.parse(apiUrl);
  return url !== null && isPrivateWay(new URL(`http://${url.host}/`));
}

function inTime(look: Promise<Seen>): Promise<Seen> {
  const failed: Seen = { found: "unknown", detail: "the look failed" };
  const late: Seen = { found: "unknown", detail: "no answer in time" };
  return withDeadline(
    look.catch(() => failed),
    WHOLE_MS,
    () => late,
  );
}
